#include "apps/lockstep/statement_text.h"

#include "apps/lockstep/terminal.h"
#include "node/book/words.h"
#include "node/runtime/summary.h"

namespace lockstep {
namespace {

// methodology 4.9, available: the last line of every pool.
constexpr std::string_view last_rule_of_pool = "4.9";

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

}  // namespace

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
    for (std::size_t i = 0; i < level_count(state, account); ++i) {
      const Level& level = scheme_of(state, account)->levels[i];
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

}  // namespace lockstep
