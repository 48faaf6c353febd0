#include "node/rules/warnings.h"

#include <algorithm>

#include "core/risk/expression.h"

namespace lockstep {
namespace {

constexpr Value one = Value::from_raw(value_one);

using Warnings = std::vector<RulebookDefect>;

std::string row_path(const Component& component, const RowKey& key) {
  return "component." + component.name + ".rows." + to_text(key);
}

// Both directions, or only turns of volatility.
void look_at_grid(const Component& component, const GridRow& row, Warnings& out) {
  Rate low, high;
  const auto see = [&](Rate move) { low = std::min(low, move), high = std::max(high, move); };
  for (const Rate move : row.moves) see(move);
  for (const Rate move : row.extreme_moves) see(move);
  for (const ListedScenario& scenario : row.listed) see(scenario.move);
  const bool up = high > Rate{}, down = low < Rate{};
  if (up == down) return;
  out.push_back({row_path(component, row.key), std::string("no scenario moves the price ") +
                                                   (up ? "down" : "up") +
                                                   ": holdings on that side need nothing"});
}

void look_at_brackets(const Component& component, const BracketRow& row, Warnings& out) {
  for (std::size_t n = 0; n < row.brackets.size(); ++n) {
    const Bracket& bracket = row.brackets[n];
    const i128 product = i128{bracket.rate.raw()} * bracket.leverage_max.raw();
    if (product <= i128{rate_one} * rate_one) continue;
    out.push_back(
        {row_path(component, row.key),
         "bracket " + std::to_string(n + 1) + ": at the highest leverage initial margin is below " +
             "the maintenance rate; at most " +
             to_decimal(div(i128{rate_one} * rate_one, bracket.rate.raw(), Round::down), rate_decimals) +
             " would not be"});
    return;
  }
}

std::vector<bool> named_components(const Rulebook& rules) {
  std::vector<bool> named(rules.components.size());
  for (const Scheme& scheme : rules.schemes) {
    for (const Expression* expression :
         {&scheme.unit_initial, &scheme.unit_maintenance, &scheme.pool_initial, &scheme.pool_maintenance}) {
      for (const Op& op : expression->code) {
        if (op.code == OpCode::component) named[op.index] = true;
      }
    }
  }
  return named;
}

struct Pair {
  const Expression& initial;
  const Expression& maintenance;
  const char* what;
};

// Components alone, and together; the pool's: with units of 1 each way.
void look_at_expressions(const Rulebook& rules, const std::string& path, const Pair& pair, bool of_units,
                         Warnings& out) {
  std::vector<u8> slots(std::max<std::size_t>(rules.components.size(), 1));
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i] = static_cast<u8>(i);
  std::vector<Value> components(slots.size());
  const auto value_of = [&](const Expression& expression, Value maintenance) {
    return evaluate(expression, components, slots, of_units ? Value{} : one, {}, maintenance, {}).value;
  };
  for (std::size_t tried = 0; tried <= rules.components.size(); ++tried) {
    const bool all = tried == rules.components.size();
    for (std::size_t i = 0; i < rules.components.size(); ++i) {
      const bool is_pool = class_of(rules.components[i].kind) == ComponentClass::pool;
      components[i] = is_pool || (!all && i != tried) ? Value{} : one;
    }
    const Value maintenance = value_of(pair.maintenance, {});
    const Value initial = value_of(pair.initial, maintenance);
    if (initial >= maintenance) continue;
    const std::string with = all ? "every component" : rules.components[tried].name;
    out.push_back(
        {path + "." + pair.what,
         "initial margin can be below maintenance margin: " + to_decimal(initial.raw(), value_decimals) +
             " against " + to_decimal(maintenance.raw(), value_decimals) + " where " + with + " asks for 1"});
    return;
  }
}

std::string path_of(const Scheme& scheme) {
  constexpr const char* modes[] = {"isolated", "cross", "portfolio"};
  return std::string("scheme.") + modes[static_cast<std::size_t>(scheme.mode)] +
         (scheme.pooled ? "_pooled" : "");
}

void look_at_liquidation(const Rulebook& rules, Warnings& out) {
  const LiquidationRules& how = rules.liquidation;
  if (how.size == LiquidationSize::none) return;
  const bool to_target = how.size == LiquidationSize::to_target;
  if (!to_target && how.target.raw() != rate_one) {
    out.push_back({"liquidation.target", "nothing asks for it: the size is not \"to target\""});
  }
  if (to_target && how.target.raw() > rate_one && rules.states.release == Rate{}) {
    out.push_back(
        {"liquidation.target",
         "without states.release an account that its orders brought just above maintenance is let go, "
         "short of the target"});
  }
  if (how.limit_at == LimitRule::mark && how.limit == Rate{}) {
    out.push_back({"liquidation", "without a limit orders are at the mark itself, and may find nobody"});
  }
  if (!how.backstop.empty() && how.backstop_at > Rate{} && how.penalty == Rate{}) {
    out.push_back({"liquidation.backstop", "without a penalty the backstop is paid nothing for its risk"});
  }
  if (how.losses == LossRule::fund && how.fund_daily > Rate{}) {
    out.push_back({"liquidation.losses", "fund_daily spares the fund nothing: the rest is the fund's, too"});
  }
  if (how.losses != LossRule::ranked && how.leverage_cap > Rate{}) {
    out.push_back({"liquidation.losses", "nothing asks for leverage_cap: winners are not ranked"});
  }
}

}  // namespace

std::vector<RulebookDefect> rulebook_warnings(const Rulebook& rules) {
  Warnings out;
  const std::vector<bool> named = named_components(rules);
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    const Component& component = rules.components[i];
    if (!named[i]) out.push_back({"component." + component.name, "no scheme asks for it"});
    for (const GridRow& row : component.grids) look_at_grid(component, row, out);
    for (const BracketRow& row : component.brackets) look_at_brackets(component, row, out);
  }
  look_at_liquidation(rules, out);
  for (const Scheme& scheme : rules.schemes) {
    if (scheme.gap != no_gap) continue;
    const std::string path = path_of(scheme);
    look_at_expressions(rules, path, {scheme.unit_initial, scheme.unit_maintenance, "unit_initial"}, true,
                        out);
    look_at_expressions(rules, path, {scheme.pool_initial, scheme.pool_maintenance, "initial"}, false, out);
  }
  return out;
}

}  // namespace lockstep
