// `lockstep sim cascade`: liquidation policies side by side in a market that falls.
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "apps/lockstep/options_sync.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/terminal.h"
#include "node/cascade/cascade.h"
#include "node/feed/calendar.h"
#include "node/feed/folder.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/market/picture.h"
#include "node/rules/decimal.h"

namespace lockstep {
namespace {

using market::Column;

std::string verdict_text(market::Verdict verdict) {
  switch (verdict) {
    case market::Verdict::same: return "same";
    case market::Verdict::better: return "better";
    case market::Verdict::worse: return "worse";
    case market::Verdict::undecided: break;
  }
  return "undecided";
}

void print_table(const cascade::Table& table) {
  Table text({false, true, true, true, true, true, true, true, false});
  std::vector<std::string> head = {table.scenario};
  for (std::size_t i = 0; i < market::columns; ++i) {
    const market::ColumnText column = market::text_of(static_cast<Column>(i));
    head.push_back(std::string(column.name) + (column.unit.empty() ? "" : " " + std::string(column.unit)));
  }
  head.emplace_back("against the first");
  text.row(std::move(head));
  for (const cascade::Row& row : table.rows) {
    std::vector<std::string> cells = {row.policy.name};
    std::string worse;
    for (std::size_t i = 0; i < market::columns; ++i) {
      const market::ColumnText column = market::text_of(static_cast<Column>(i));
      cells.push_back(market::to_text(row.summary[i], column.decimals));
      if (row.against_first.verdict[i] == market::Verdict::worse) {
        worse += (worse.empty() ? "worse: " : ", ") + std::string(column.name);
      }
    }
    const bool first = &row == table.rows.data();
    std::string verdict = row.against_first.better_on_every_column ? "better on every column" : worse;
    if (verdict.empty()) verdict = row.against_first.worse_on_no_column ? "worse on no column" : "mixed";
    cells.push_back(first ? "" : verdict + (row.prevents ? ", prevented" : ""));
    text.row(std::move(cells));
  }
  print("\n" + text.str());
}

std::string number_text(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

void add_json(Json& json, const cascade::Table& table) {
  json.begin_object().field("scenario", table.scenario).key("policies").begin_array();
  for (const cascade::Row& row : table.rows) {
    json.begin_object().field("policy", row.policy.name).field("what", row.policy.what);
    json.field("better_on_every_column", row.against_first.better_on_every_column);
    json.field("worse_on_no_column", row.against_first.worse_on_no_column).field("prevented", row.prevents);
    json.key("columns").begin_array();
    for (std::size_t i = 0; i < market::columns; ++i) {
      const market::ColumnText column = market::text_of(static_cast<Column>(i));
      const market::Estimate& estimate = row.summary[i];
      json.begin_object().field("name", column.name).field("unit", column.unit).field("runs", estimate.count);
      json.field("mean", number_text(estimate.mean)).field("half_width_95", number_text(estimate.half_width));
      json.field("against_first", verdict_text(row.against_first.verdict[i])).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

Result<Done, Fault> write_picture(const SimCascadeOptions& options, const cascade::Table& table) {
  market::Picture picture;
  picture.title = "Liquidation in the fall \"" + table.scenario + "\", seed " + std::to_string(options.seed);
  for (const cascade::Row& row : table.rows) {
    if (picture.runs.size() < market::picture_runs_max)
      picture.runs.push_back({row.policy.name, row.first_seed});
  }
  std::ofstream file(options.svg, std::ios::binary);
  file << market::draw(picture);
  file.close();
  if (!file) return Fault{options.svg + ": cannot be written"};
  return Done{};
}

// The symbol's bars between the two moments, as the fundamental price; its accounts are seeded as ever.
Result<market::Scenario, Fault> recorded(const SimCascadeOptions& options) {
  const auto moment = [](const std::string& text, const char* name) -> Result<std::optional<Time>, Fault> {
    if (text.empty()) return std::optional<Time>();
    const Result<Time, Fault> time = parse_time(text, name);
    if (!time) return time.error();
    return std::optional<Time>(time.value());
  };
  const Result<std::optional<Time>, Fault> from = moment(options.from, "--from"),
                                           to = moment(options.to, "--to");
  if (!from) return from.error();
  if (!to) return to.error();
  Rate depth = Rate::from_raw(rate_one);
  if (!options.depth.empty() && (!parse_percentage(options.depth, depth) || depth <= Rate{})) {
    return Fault{"--depth must be " + std::string(forms::percentage) + ", not \"" + options.depth + "\""};
  }
  LinuxDisk disk;
  const Result<Tape, Fault> tape = open_folder(disk, options.data, from.value(), to.value());
  if (!tape) return tape.error();
  const auto symbol = std::find(tape.value().symbols.begin(), tape.value().symbols.end(), options.symbol);
  if (symbol == tape.value().symbols.end()) {
    return Fault{options.data + ": no bars of " + options.symbol + " between --from and --to"};
  }
  const u32 wanted = static_cast<u32>(symbol - tape.value().symbols.begin());
  std::vector<market::PricePoint> prices;
  for (const BarClose& bar : tape.value().perpetual) {
    if (bar.symbol == wanted) prices.push_back({bar.at - tape.value().from, bar.price});
  }
  if (prices.empty())
    return Fault{options.data + ": no bars of " + options.symbol + " between --from and --to"};
  std::vector<market::DepthPoint> depths = {{prices.front().at, depth}, {prices.back().at, depth}};
  return market::recorded_scenario(options.symbol, std::move(prices), std::move(depths));
}

}  // namespace

int sim_cascade_verb(const SimCascadeOptions& options) {
  const Result<std::string, Fault> folder = rulebooks_folder("");
  std::string file = options.rulebook;
  if (file.empty()) {
    if (!folder) return unusable(folder.error());
    file = folder.value() + "/lockstep.toml";
  }
  Result<Rulebook, Fault> rules = read_rulebook(file);
  if (!rules) return unusable(rules.error());
  std::vector<cascade::Policy> policies = cascade::policies(rules.value());
  if (!options.only.empty()) {
    const std::string first = policies[0].name;
    std::erase_if(policies, [&](const cascade::Policy& policy) {
      return policy.name != first &&
             std::find(options.only.begin(), options.only.end(), policy.name) == options.only.end();
    });
  }
  Json json;
  json.begin_object()
      .field("seed", options.seed)
      .field("seeds", options.seeds)
      .field("accounts", options.accounts);
  json.key("scenarios").begin_array();
  const std::vector<std::string> names =
      options.data.empty() ? options.scenarios : std::vector{options.symbol};
  for (const std::string& name : names) {
    cascade::Setup setup;
    Result<market::Scenario, Fault> scenario =
        options.data.empty() ? market::find_scenario(name) : recorded(options);
    if (!scenario) return unusable(scenario.error());
    setup.scenario = std::move(scenario).value();
    setup.accounts = options.accounts;
    setup.assets = options.assets;
    const cascade::Table table =
        cascade::compare_policies(rules.value(), policies, setup, options.seed, options.seeds);
    if (options.json) {
      add_json(json, table);
    } else {
      print_table(table);
    }
    if (!options.svg.empty() && &name == &names.back()) {
      if (const Result<Done, Fault> written = write_picture(options, table); !written) {
        return unusable(written.error());
      }
    }
  }
  json.end_array().end_object();
  if (options.json) print_line(json.str());
  return exit_success;
}

}  // namespace lockstep
