// `lockstep what-if`: an account as it is and as it would be.  Printed is what node/whatif answered.
#include <map>
#include <memory>

#include "apps/lockstep/boundary_text.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/statement_text.h"
#include "apps/lockstep/terminal.h"
#include "node/book/words.h"
#include "node/view/what_if_json.h"

namespace lockstep {
namespace {

using whatif::Answer;
using whatif::Asker;
using whatif::Question;

std::string signed_money(const State& state, AssetId asset, Value value) {
  return (value > Value{} ? "+" : "") + money(state, asset, value);
}

const PoolTotals* same_pool(const Assessment& assessment, const PoolTotals& pool) {
  for (const PoolTotals& other : assessment.pools) {
    if (other.asset == pool.asset && other.isolated == pool.isolated && other.leg == pool.leg) return &other;
  }
  return nullptr;
}

// before, after and the difference of everything a pool has; a pool that is gone counts as zero.
std::string pools_compared(const State& state, const Answer& answer) {
  Table table({false, true, true, true});
  std::vector<PoolTotals> pools = answer.after.assessment.pools;
  for (const PoolTotals& pool : answer.before.assessment.pools) {
    if (same_pool(answer.after.assessment, pool) != nullptr) continue;
    PoolTotals& gone = pools.emplace_back();
    gone.asset = pool.asset, gone.isolated = pool.isolated, gone.leg = pool.leg;
  }
  for (const PoolTotals& after : pools) {
    const PoolTotals* found = same_pool(answer.before.assessment, after);
    const PoolTotals before = found == nullptr ? PoolTotals{} : *found;
    table.row({pool_name(state, after.asset, after.isolated, after.leg), "before", "after", "change"});
    const struct {
      const char* name;
      Value was, is;
    } rows[] = {{"  equity", before.equity, after.equity},
                {"  margin balance", before.margin_balance, after.margin_balance},
                {"  IM", before.initial, after.initial},
                {"  MM", before.maintenance, after.maintenance},
                {"  available", before.available, after.available}};
    for (const auto& [name, was, is] : rows) {
      table.row({name, money(state, after.asset, was), money(state, after.asset, is),
                 signed_money(state, after.asset, is - was)});
    }
  }
  return table.str("  ");
}

std::string prices_compared(const State& state, const Answer& answer) {
  Table table({false, false, true, true});
  std::size_t rows = 0;
  const auto add = [&](const char* when, const std::vector<Boundary>& boundaries) {
    for (const Boundary& boundary : boundaries) {
      if (rows++ == 0) table.row({"liquidation price", "", "below", "above"});
      table.row({"  " + pool_name(state, boundary.asset, boundary.isolated, boundary.leg) + ", " +
                     state.index(boundary.index).name,
                 when, crossing_text(boundary.below), crossing_text(boundary.above)});
    }
  };
  add("before", answer.before.boundaries);
  add("after", answer.after.boundaries);
  return rows == 0 ? "" : table.str("  ");
}

std::string verdict_text(const State& state, const Answer& answer) {
  const whatif::Verdict& verdict = answer.verdict;
  if (!verdict.acts) return {};
  if (verdict.allowed) return "  the account may do this\n";
  const std::string how = verdict.transition == Transition::newly_uncovered
                              ? "initial margin would not be covered"
                              : "it is not covered, and this makes it worse";
  return "  refused: " + how + "; missing " + money(state, verdict.asset, verdict.missing) + " " +
         state.asset(verdict.asset).name + "\n  binds: " + binds_text(answer) + "\n";
}

std::string state_text(const State& state, const whatif::View& view) {
  if (judged(view.assessment)) return std::string(word(view.assessment.state));
  return obstacle_text(state, view.account, view.assessment);
}

void print_answer(const State& state, const Question& question, const Answer& answer, bool explain) {
  for (const std::string& change : question.changes) print("if " + change + "\n");
  print("  state " + state_text(state, answer.before) + " -> " + state_text(state, answer.after) + "\n");
  print(pools_compared(state, answer));
  print(prices_compared(state, answer));
  print(verdict_text(state, answer));
  if (explain) print(statement_text(state, answer.after.statement));
}

// One line a question: the pool with the least left above maintenance.
void print_row(const State& state, const Question& question, const Answer& answer) {
  const std::vector<PoolTotals>& pools = answer.after.assessment.pools;
  std::string text = question.name + ": " + state_text(state, answer.after);
  for (const PoolTotals& pool : pools) {
    text += "; " + pool_name(state, pool.asset, pool.isolated, pool.leg) + " equity " +
            money(state, pool.asset, pool.equity) + ", IM " + money(state, pool.asset, pool.initial) +
            ", MM " + money(state, pool.asset, pool.maintenance) + ", available " +
            money(state, pool.asset, pool.available);
  }
  if (!answer.verdict.allowed) {
    text += "; refused, missing " + money(state, answer.verdict.asset, answer.verdict.missing);
  }
  print_line(text);
}

class Session {
 public:
  Session(const Engine& engine, const WhatIfOptions& options) : engine_(engine), options_(options) {}

  // Exit code; anything but success ends the session.
  int answer(const Question& question, const std::string& where, AccountId account, bool alone) {
    const bool prices = alone || options_.prices;
    std::vector<whatif::Change> changes;
    for (const std::string& text : question.changes) {
      Result<whatif::Change, std::string> change = whatif::parse_change(text, engine_, read_rulebook);
      if (!change) return unusable(where + "\"" + text + "\": " + change.error());
      changes.push_back(std::move(change).value());
    }
    std::unique_ptr<Asker>& asker = askers_[account.index];
    const bool fresh = asker == nullptr;
    const whatif::Wants wants{.statements = options_.of.explain, .boundaries = prices};
    if (fresh) asker = std::make_unique<Asker>(engine_, account, wants);
    const Result<Answer, std::string> answer =
        options_.path.empty() ? asker->ask(changes) : asker->go_on(changes);
    if (!answer) return unusable(where + answer.error());
    if (options_.of.json) {
      Json json;
      write_what_if(json, options_.path.empty() ? engine_.state : asker->state(), asker->state(), question,
                    answer.value(), {.explain = options_.of.explain, .prices = prices});
      print_line(json.str());
    } else if (alone) {
      print(account_heading(engine_.state, account, answer.value().before.assessment));
      print_answer(asker->state(), question, answer.value(), options_.of.explain);
    } else {
      print_row(asker->state(), question, answer.value());
    }
    return exit_success;
  }

 private:
  const Engine& engine_;
  const WhatIfOptions& options_;
  std::map<u32, std::unique_ptr<Asker>> askers_;
};

int answer_file(const Engine& engine, const WhatIfOptions& options) {
  const std::string& path = options.path.empty() ? options.batch : options.path;
  const Result<std::string, Fault> text = read_text_file(path);
  if (!text) return unusable(text.error());
  const Result<std::vector<Question>, Fault> questions = whatif::read_questions(text.value(), path);
  if (!questions) return unusable(questions.error());
  Session session(engine, options);
  int worst = exit_success;
  for (const Question& question : questions.value()) {
    MarginOptions asked = options.of;
    if (!question.account.empty()) asked.account = question.account;
    const std::string where = path + ":" + std::to_string(question.line) + ": ";
    const Result<AccountId, Fault> account = named_account(engine, asked);
    const int result = account ? session.answer(question, where, account.value(), false)
                               : unusable(where + account.error().what);
    if (result != exit_success && !options.path.empty()) return result;  // the days after it build on it
    if (result != exit_success) worst = result;
  }
  return worst;
}

}  // namespace

int what_if_verb(const WhatIfOptions& options) {
  if (options.of.book.empty() && options.of.log.empty()) {
    return unusable(std::string("what-if needs --rulebook FILE --book FILE, or --log DIR, and --if CHANGE"));
  }
  if (options.changes.empty() && options.batch.empty() && options.path.empty()) {
    return unusable(std::string("what-if needs --if CHANGE, --batch FILE or --path FILE"));
  }
  const Result<std::unique_ptr<Engine>, Fault> opened = open_accounts(options.of);
  if (!opened) return unusable(opened.error());
  const Engine& engine = *opened.value();
  if (options.changes.empty()) return answer_file(engine, options);
  const Result<AccountId, Fault> account = named_account(engine, options.of);
  if (!account) return unusable(account.error());
  Session session(engine, options);
  return session.answer({.line = 0, .name = "what-if", .account = "", .changes = options.changes}, "",
                        account.value(), true);
}

}  // namespace lockstep
