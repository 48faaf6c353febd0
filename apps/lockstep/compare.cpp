// `lockstep compare`: one portfolio under every rulebook that can hold it; or a venue's figures against
// ours, and why they differ.
#include <algorithm>
#include <filesystem>

#include "apps/lockstep/options.h"
#include "apps/lockstep/report_file.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/statement_text.h"
#include "apps/lockstep/terminal.h"
#include "node/book/book.h"
#include "node/book/words.h"
#include "node/json/json.h"
#include "node/whatif/attribution.h"

namespace lockstep {
namespace {

// One account under one scheme of one rulebook; engine empty: it cannot be held, and why.
struct Candidate {
  Rulebook rules;
  std::string mode;
  std::unique_ptr<Engine> engine;
  std::string reason;
};

std::string scheme_name(const Scheme& scheme) {
  return std::string(word(scheme.mode)) + (scheme.pooled ? " pooled" : "");
}

// Without the place in the file: which is the book's, while the rulebook is what does not fit.
std::string short_reason(const std::string& fault) {
  const std::size_t at = fault.find(": ");
  return at == std::string::npos ? fault : fault.substr(at + 2);
}

void add_candidates(const std::string& text, const std::string& file, const Rulebook& rules,
                    std::vector<Candidate>& out) {
  for (const Scheme& scheme : rules.schemes) {
    if (scheme.mode == MarginMode::isolated) continue;  // a holding each, not a portfolio
    Candidate candidate;
    candidate.rules = rules;
    candidate.mode = scheme_name(scheme);
    if (scheme.gap != no_gap) {
      candidate.reason = "gap " + rules.gaps[scheme.gap].name + ", " + rules.gaps[scheme.gap].text;
    } else {
      Result<std::unique_ptr<Engine>, Fault> opened =
          open_book_as(text, file, rules, BookMode{scheme.mode, scheme.pooled});
      if (opened) {
        candidate.engine = std::move(opened).value();
      } else {
        candidate.reason = short_reason(opened.error().what);
      }
    }
    out.push_back(std::move(candidate));
  }
}

Result<std::vector<std::string>, Fault> rulebook_files(const CompareOptions& options) {
  if (!options.rulebooks.empty()) return options.rulebooks;
  const Result<std::string, Fault> folder = rulebooks_folder("");
  if (!folder) return folder.error();
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.value())) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Row {
  const Candidate* candidate;
  Assessment assessment;
  Statement statement;
};

MarginState pool_state(const State& state, const Account& account, const PoolTotals& pool) {
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  return margin_state(*find_scheme(rules, account.mode, account.pooled), pool);
}

void print_account(const std::string& name, u32 account, const std::vector<Row>& rows) {
  print_line("account " + name);
  Table table({false, false, false, true, true, true, true, false, false});
  table.row({"rulebook", "mode", "", "equity", "IM", "MM", "available", "state", "driver"});
  for (const Row& row : rows) {
    const State& state = row.candidate->engine->state;
    for (std::size_t i = 0; i < row.assessment.pools.size(); ++i) {
      const PoolTotals& pool = row.assessment.pools[i];
      if (pool.equity == Value{} && pool.initial == Value{} && pool.maintenance == Value{}) continue;
      table.row({row.candidate->rules.name, row.candidate->mode, state.asset(pool.asset).name,
                 money(state, pool.asset, pool.equity), money(state, pool.asset, pool.initial),
                 money(state, pool.asset, pool.maintenance), money(state, pool.asset, pool.available),
                 std::string(word(pool_state(state, state.accounts[account], pool))),
                 binding_rule(row.statement, i)});
    }
  }
  print(table.str("  "));
}

void print_row_json(const std::string& account, const Row& row) {
  const State& state = row.candidate->engine->state;
  Json json;
  json.begin_object().field("account", account).field("rulebook", row.candidate->rules.name);
  json.field("version", row.candidate->rules.version).field("mode", row.candidate->mode);
  json.field("state", word(row.assessment.state)).key("pools").begin_array();
  for (std::size_t i = 0; i < row.assessment.pools.size(); ++i) {
    const PoolTotals& pool = row.assessment.pools[i];
    json.begin_object().field("asset", state.asset(pool.asset).name).field("equity", exact(pool.equity));
    json.field("initial", exact(pool.initial)).field("maintenance", exact(pool.maintenance));
    json.field("available", exact(pool.available)).field("driver", binding_rule(row.statement, i));
    json.end_object();
  }
  json.end_array().end_object();
  print_line(json.str());
}

void print_reasons(const std::vector<Candidate>& candidates, bool as_json) {
  bool first = true;
  for (const Candidate& candidate : candidates) {
    if (candidate.engine != nullptr) continue;
    if (as_json) {
      Json json;
      json.begin_object().field("rulebook", candidate.rules.name).field("mode", candidate.mode);
      json.field("cannot_hold_it", candidate.reason).end_object();
      print_line(json.str());
      continue;
    }
    if (first) print_line("cannot hold it:");
    first = false;
    print_line("  " + candidate.rules.name + " " + candidate.mode + ": " + candidate.reason);
  }
}

void print_unjudged(const Candidate& candidate, const Account& account, const std::string& why,
                    bool as_json) {
  if (!as_json) {
    return print_line(candidate.rules.name + " " + candidate.mode + " cannot judge " + account.name + ": " +
                      why);
  }
  Json json;
  json.begin_object().field("account", account.name).field("rulebook", candidate.rules.name);
  json.field("mode", candidate.mode).field("cannot_judge", why).end_object();
  print_line(json.str());
}

// Who is held but cannot be judged, because a price is missing or a rule is not published, is said at once.
std::vector<Row> rows_of(std::vector<Candidate>& candidates, u32 account, bool as_json) {
  std::vector<Row> rows;
  for (Candidate& candidate : candidates) {
    if (candidate.engine == nullptr) continue;
    Row row{&candidate, {}, {}};
    row.assessment = assess_account(*candidate.engine, AccountId{account}, &row.statement);
    const State& state = candidate.engine->state;
    if (judged(row.assessment)) {
      rows.push_back(std::move(row));
    } else {
      const Account& who = state.accounts[account];
      print_unjudged(candidate, who, obstacle_text(state, who, row.assessment), as_json);
    }
  }
  return rows;
}

int compare_rulebooks(const CompareOptions& options, const std::string& text) {
  const Result<std::vector<std::string>, Fault> files = rulebook_files(options);
  if (!files) return unusable(files.error());
  std::vector<Candidate> candidates;
  for (const std::string& file : files.value()) {
    const Result<Rulebook, Fault> rules = read_rulebook(file);
    if (!rules) return unusable(rules.error());
    add_candidates(text, options.book, rules.value(), candidates);
  }
  const auto held = std::find_if(candidates.begin(), candidates.end(),
                                 [](const Candidate& c) { return c.engine != nullptr; });
  if (held == candidates.end()) {
    print_reasons(candidates, options.json);
    return exit_negative;
  }
  const State& state = held->engine->state;
  bool found = false;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const std::string& name = state.accounts[i].name;
    if (!options.account.empty() && name != options.account) continue;
    found = true;
    const std::vector<Row> rows = rows_of(candidates, i, options.json);
    if (!options.json) print_account(name, i, rows);
    for (const Row& row : rows) {
      if (options.json) print_row_json(name, row);
    }
  }
  if (!found) return unusable(options.book + ": there is no account \"" + options.account + "\"");
  print_reasons(candidates, options.json);
  return exit_success;
}

const char* cause_text(whatif::Cause cause) {
  static constexpr const char* texts[] = {"ours", "price", "holding", "epoch", "rule"};
  return texts[static_cast<std::size_t>(cause)];
}

void print_parts(const State& state, const Report& report, const std::vector<whatif::Part>& parts) {
  const AssetId asset = report.said.asset;
  Table table({false, true, true, true, false});
  table.row({"", "equity", "IM", "MM", state.asset(asset).name});
  whatif::Part sum;
  for (const whatif::Part& part : parts) {
    table.row({cause_text(part.cause), money(state, asset, part.equity), money(state, asset, part.initial),
               money(state, asset, part.maintenance), part.what});
    sum.equity += part.equity, sum.initial += part.initial, sum.maintenance += part.maintenance;
  }
  table.row({"venue", money(state, asset, sum.equity), money(state, asset, sum.initial),
             money(state, asset, sum.maintenance), "as reported"});
  print(table.str("  "));
}

void print_parts_json(const State& state, const Report& report, const std::vector<whatif::Part>& parts) {
  for (const whatif::Part& part : parts) {
    Json json;
    json.begin_object().field("cause", cause_text(part.cause)).field("what", part.what);
    json.field("asset", state.asset(report.said.asset).name).field("equity", exact(part.equity));
    json.field("initial", exact(part.initial)).field("maintenance", exact(part.maintenance)).end_object();
    print_line(json.str());
  }
}

int compare_report(const CompareOptions& options, const std::string& text) {
  if (options.rulebooks.size() != 1) return unusable("--report needs one --rulebook, under which we compute");
  const Result<Rulebook, Fault> rules = read_rulebook(options.rulebooks[0]);
  if (!rules) return unusable(rules.error());
  const Result<std::unique_ptr<Engine>, Fault> opened = open_book(text, options.book, rules.value());
  if (!opened) return unusable(opened.error());
  const Engine& engine = *opened.value();
  const Result<Report, Fault> report = read_report(options.report, engine);
  if (!report) return unusable(report.error());
  const auto parts = whatif::attribute(engine, report.value().account, report.value().said);
  if (!parts) return unusable(options.report + ": " + parts.error());
  if (options.json) {
    print_parts_json(engine.state, report.value(), parts.value());
  } else {
    print_line("account " + engine.state.account(report.value().account).name);
    print_parts(engine.state, report.value(), parts.value());
  }
  const whatif::Part& rule = parts.value().back();
  const bool explained = rule.equity == Value{} && rule.initial == Value{} && rule.maintenance == Value{};
  return explained ? exit_success : exit_negative;
}

}  // namespace

int compare_verb(const CompareOptions& options) {
  const Result<std::string, Fault> text = read_text_file(options.book);
  if (!text) return unusable(text.error());
  return options.report.empty() ? compare_rulebooks(options, text.value())
                                : compare_report(options, text.value());
}

}  // namespace lockstep
