#include "apps/lockstep/statement_text.h"

#include "apps/lockstep/boundary_text.h"
#include "apps/lockstep/terminal.h"
#include "node/book/words.h"
#include "node/runtime/summary.h"

namespace lockstep {
namespace {

constexpr std::string_view obstacle_words[] = {"none",          "price_stale", "price_diverged",
                                               "price_missing", "gap",         "no_parameters"};

// methodology 4.9, available: the last line of every pool.
constexpr std::string_view last_rule_of_pool = "4.9";

const Scheme* scheme_of(const Account& account, const State& state) {
  return find_scheme(state.rulebook(account.rulebook).rules(), account.mode, account.pooled);
}

std::size_t level_count(const Account& account, const State& state) {
  const Scheme* scheme = scheme_of(account, state);
  return scheme == nullptr ? 0 : scheme->levels.size();
}

std::string pool_name(const State& state, const PoolTotals& pool) {
  return pool_name(state, pool.asset, pool.isolated, pool.leg);
}

std::string inputs_text(const StatementLine& line) {
  std::string text;
  for (const StatementInput& input : line.inputs) {
    text += (text.empty() ? "" : ", ") + input.name + " " + input.value;
    if (input.position != 0) text += " @ " + grouped_decimal(i128{input.position}, 0);
  }
  return text;
}

void write_lines(Json& json, const State& state, const Statement& statement) {
  json.key("lines").begin_array();
  for (const StatementLine& line : statement.lines) {
    json.begin_object().field("rule", line.rule).field("depth", u64{line.depth}).field("label", line.label);
    json.field("asset", state.asset(line.asset).name).field("amount", exact(line.amount));
    json.field("binds", line.binds).key("inputs").begin_array();
    for (const StatementInput& input : line.inputs) {
      json.begin_object().field("name", input.name).field("value", input.value);
      json.field("position", input.position).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

}  // namespace

std::string pool_name(const State& state, AssetId asset, InstrumentId isolated, Leg leg) {
  if (isolated.is_none()) return state.asset(asset).name;
  const std::string side = leg == Leg::net ? "" : leg == Leg::long_leg ? " long" : " short";
  return state.instrument(isolated).name + side;
}

std::string_view word(Obstacle obstacle) { return obstacle_words[static_cast<std::size_t>(obstacle)]; }

bool judged(const Assessment& assessment) { return assessment.obstacle <= Obstacle::price_diverged; }

std::string obstacle_text(const State& state, const Account& account, const Assessment& a) {
  std::string where;
  if (!a.instrument.is_none()) where = state.instrument(a.instrument).name;
  if (!a.index.is_none()) where = state.index(a.index).name;
  if (a.obstacle == Obstacle::gap) {
    const Gap& gap = state.rulebook(account.rulebook).rules().gaps[a.obstacle_detail];
    return "gap " + gap.name + ": " + gap.text + (where.empty() ? "" : " (" + where + ")");
  }
  constexpr std::string_view what[] = {"",
                                       "its price is older than the rulebook allows",
                                       "mark and index are further apart than the rulebook allows",
                                       "a price or an observation that is needed has never been received",
                                       "",
                                       "the rulebook has no margin parameters for it"};
  return std::string(word(a.obstacle)) + " " + where + ": " +
         std::string(what[static_cast<std::size_t>(a.obstacle)]);
}

std::string account_heading(const State& state, AccountId id, const Assessment& assessment) {
  const Account& account = state.account(id);
  const RulebookHistory& history = state.rulebook(account.rulebook);
  std::string text = "account " + account.name + "    " + history.name + " " + history.rules().version +
                     ", epoch " + std::to_string(history.active) + "    position " +
                     grouped_decimal(i128{state.position}, 0) + "    " + time_text(state.time) + " UTC\n";
  text += "mode " + mode_text(account);
  if (judged(assessment)) text += "    state " + std::string(word(assessment.state));
  text += "\n";
  if (assessment.obstacle != Obstacle::none) text += obstacle_text(state, account, assessment) + "\n";
  return text;
}

std::string pools_text(const State& state, const Assessment& assessment) {
  Table table({false, true, true, true, true, true});
  table.row({"pool", "equity", "margin balance", "IM", "MM", "available"});
  for (const PoolTotals& pool : assessment.pools) {
    std::vector<std::string> cells{pool_name(state, pool)};
    for (const Value value :
         {pool.equity, pool.margin_balance, pool.initial, pool.maintenance, pool.available}) {
      cells.push_back(money(state, pool.asset, value));
    }
    table.row(std::move(cells));
  }
  return table.str("  ");
}

std::string levels_text(const State& state, const Account& account, const Assessment& assessment) {
  std::string text;
  for (const PoolTotals& pool : assessment.pools) {
    for (std::size_t i = 0; i < level_count(account, state); ++i) {
      const Level& level = scheme_of(account, state)->levels[i];
      text += pool_name(state, pool) + " " + level.name + " (" + level.expression.text +
              "): " + money(state, pool.asset, pool.levels[i]) + "\n";
    }
  }
  return text;
}

std::string statement_text(const State& state, const Statement& statement) {
  Table table({false, false, true, false, false, false});
  for (const StatementLine& line : statement.lines) {
    const std::string indent(std::size_t{line.depth} * 2, ' ');
    table.row({line.rule, indent + line.label, money(state, line.asset, line.amount),
               state.asset(line.asset).name, line.binds ? "" : "does not bind", inputs_text(line)});
    if (line.rule == last_rule_of_pool && &line != &statement.lines.back()) table.row({});
  }
  return table.str("  ");
}

void write_account(Json& json, const State& state, AccountId id, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries) {
  write_account(json, state, state.account(id), assessment, statement, boundaries);
}

void write_account(Json& json, const State& state, const Account& account, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries) {
  const RulebookHistory& history = state.rulebook(account.rulebook);
  json.begin_object().field("account", account.name).field("rulebook", history.name);
  json.field("version", history.rules().version).field("epoch", history.active);
  json.field("mode", word(account.mode)).field("pooled", account.pooled).field("hedge", account.hedge);
  json.field("position", state.position).field("time", time_text(state.time));
  json.key("state");
  if (judged(assessment)) {
    json.text(word(assessment.state));
  } else {
    json.null();
  }
  json.field("obstacle", word(assessment.obstacle));
  if (assessment.obstacle != Obstacle::none) {
    json.field("obstacle_text", obstacle_text(state, account, assessment));
  }
  json.key("pools").begin_array();
  for (const PoolTotals& pool : assessment.pools) {
    json.begin_object().field("asset", state.asset(pool.asset).name).key("isolated");
    if (pool.isolated.is_none()) {
      json.null();
    } else {
      json.text(pool_name(state, pool));
    }
    json.field("equity", exact(pool.equity)).field("margin_balance", exact(pool.margin_balance));
    json.field("initial", exact(pool.initial)).field("maintenance", exact(pool.maintenance));
    json.field("initial_balance", exact(pool.initial_balance)).field("available", exact(pool.available));
    json.key("levels").begin_object();
    for (std::size_t i = 0; i < level_count(account, state); ++i) {
      json.field(scheme_of(account, state)->levels[i].name, exact(pool.levels[i]));
    }
    json.end_object().end_object();
  }
  json.end_array();
  if (boundaries != nullptr) write_boundaries(json, state, *boundaries);
  if (statement != nullptr) write_lines(json, state, *statement);
  json.end_object();
}

}  // namespace lockstep
