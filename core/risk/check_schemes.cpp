#include "core/risk/check_parts.h"
#include "core/risk/expression.h"
#include "core/risk/scratch.h"

namespace lockstep {
namespace {

enum class Operand : u8 { number, amount };

// Walks the code as evaluate() does, with kinds in place of values.  Empty: fine.
std::string expression_defect(const Rulebook& rules, const Expression& expression, bool of_unit) {
  if (expression.text.size() > 1000 || expression.code.size() > 200) return "the expression is too long";
  Operand stack[expression_depth_max];
  std::size_t top = 0;
  for (const Op& op : expression.code) {
    if (op.code > OpCode::max) return "this version does not compute one requirement from another";
    const bool is_leaf = op.code < OpCode::add;
    if (is_leaf) {
      if (top == expression_depth_max) return "the expression is nested too deeply";
      if (op.code == OpCode::component && op.index >= rules.components.size())
        return "there is no such component";
      if (op.code == OpCode::component && !of_unit) return "components belong into unit expressions";
      if ((op.code == OpCode::sum_units || op.code == OpCode::orders) && of_unit) {
        return "sum(unit) and orders belong into initial and maintenance, not into unit expressions";
      }
      if (op.code == OpCode::number && (op.rate < Rate{} || op.rate.raw() > 1000 * rate_one)) {
        return "a factor lies between 0 and 1000";
      }
      stack[top++] = op.code == OpCode::number ? Operand::number : Operand::amount;
      continue;
    }
    if (top < 2) return "an operand is missing";
    const Operand right = stack[--top];
    const Operand left = stack[top - 1];
    const bool amounts = left == Operand::amount && right == Operand::amount;
    if (op.code == OpCode::multiply ? left == right : !amounts) {
      return op.code == OpCode::multiply ? "* takes one number and one amount of money"
                                         : "+, -, max and min take amounts of money, not numbers";
    }
    stack[top - 1] = Operand::amount;
  }
  if (top != 1 || stack[0] != Operand::amount) return "the expression must give one amount of money";
  return {};
}

struct Named {
  std::size_t components = 0;
  std::size_t grids = 0;
  bool brackets = false;
  bool unit_kinds = false;
};

Named named_components(const Rulebook& rules, const Scheme& scheme) {
  u64 seen = 0;
  for (const Expression* expression : {&scheme.unit_initial, &scheme.unit_maintenance}) {
    for (const Op& op : expression->code) {
      if (op.code == OpCode::component) seen |= u64{1} << op.index;
    }
  }
  Named named;
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    if ((seen >> i & 1) == 0) continue;
    const ComponentKind kind = rules.components[i].kind;
    ++named.components;
    if (kind == ComponentKind::scenario_grid) ++named.grids;
    const bool of_unit = kind == ComponentKind::scenario_grid || kind == ComponentKind::delta_charge ||
                         kind == ComponentKind::basis_charge || kind == ComponentKind::expiry_loss ||
                         kind == ComponentKind::short_minimum;
    named.unit_kinds = named.unit_kinds || of_unit;
    if (kind == ComponentKind::brackets) named.brackets = true;
  }
  return named;
}

RulebookDefect check_orders(const OrderRule& orders, const Named& named, const std::string& path,
                            std::size_t gaps) {
  if ((orders.kind == OrderRuleKind::gap) != (orders.gap != no_gap) ||
      (orders.gap != no_gap && orders.gap >= gaps)) {
    return {path + ".orders", "orders name a gap of [gaps] or a rule, not both"};
  }
  if (orders.market_buffer < Rate{} || orders.market_buffer.raw() > rate_one) {
    return {path + ".orders", "market_buffer lies between 0 % and 100 %"};
  }
  if (orders.kind == OrderRuleKind::worst_side && !named.brackets) {
    return {path + ".orders", "worst_side needs a component of brackets, for its leverage"};
  }
  if (orders.kind == OrderRuleKind::per_order && named.unit_kinds) {
    return {path + ".orders", "per_order cannot ask a scenario_grid or delta_charge about one order"};
  }
  return {};
}

// Rules that the image can carry and no part of core/risk computes yet.
bool asks_more(const Scheme& s) {
  return s.unit != UnitBy::underlying_and_settlement || s.valuation != PriceUse::mark ||
         s.liabilities_required || !s.levels.empty() || s.unit_initial_rounding.decimals < value_decimals ||
         s.unit_maintenance_rounding.decimals < value_decimals || s.orders.kind > OrderRuleKind::gap ||
         s.orders.by_value || s.orders.spot != SpotOrderRule::reserve || s.orders.each != Value{} ||
         s.orders.rounding.decimals < value_decimals;
}

RulebookDefect check_scheme(const Rulebook& rules, const Scheme& scheme) {
  const std::string path = "scheme." + scheme_name(scheme);
  if (scheme.mode == MarginMode::isolated && scheme.pooled) return {path, "isolated margin cannot be pooled"};
  const bool empty = scheme.unit_initial.code.empty() && scheme.unit_maintenance.code.empty() &&
                     scheme.pool_initial.code.empty() && scheme.pool_maintenance.code.empty();
  if (scheme.gap != no_gap) {
    if (scheme.gap >= rules.gaps.size() || !empty)
      return {path + ".gap", "a scheme is a gap of [gaps] or has expressions"};
    return {};
  }
  const struct {
    const char* key;
    const Expression& expression;
    bool of_unit;
  } expressions[] = {{".unit_initial", scheme.unit_initial, true},
                     {".unit_maintenance", scheme.unit_maintenance, true},
                     {".initial", scheme.pool_initial, false},
                     {".maintenance", scheme.pool_maintenance, false}};
  for (const auto& [key, expression, of_unit] : expressions) {
    std::string defect = expression_defect(rules, expression, of_unit);
    if (!defect.empty()) return {path + key, std::move(defect)};
  }
  if (asks_more(scheme)) return {path, "a rule of this scheme is not computed by this version"};
  const Named named = named_components(rules, scheme);
  if (named.components > scheme_components_max) return {path, "a scheme names at most 8 components"};
  if (named.grids > 1) return {path, "a scheme names at most one scenario_grid"};
  if (scheme.initial_rounding.decimals > value_decimals ||
      scheme.maintenance_rounding.decimals > value_decimals) {
    return {path + ".rounding", "at most 16 decimals"};
  }
  if (scheme.pooled && (rules.money.empty() || rules.collateral.empty())) {
    return {path, "a pooled scheme needs money and [collateral]"};
  }
  for (const std::string& base : scheme.exclusive) {
    if (base.empty() || base.size() > 64) return {path + ".exclusive", "a base asset has 1 to 64 letters"};
  }
  return check_orders(scheme.orders, named, path, rules.gaps.size());
}

}  // namespace

std::string scheme_name(const Scheme& scheme) {
  static constexpr const char* modes[] = {"isolated", "cross", "portfolio"};
  return std::string(modes[static_cast<std::size_t>(scheme.mode)]) + (scheme.pooled ? "_pooled" : "");
}

RulebookDefect check_schemes(const Rulebook& rules) {
  if (rules.schemes.empty()) return {"scheme", "a rulebook needs at least one scheme"};
  for (std::size_t i = 0; i < rules.schemes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (rules.schemes[j].mode == rules.schemes[i].mode &&
          rules.schemes[j].pooled == rules.schemes[i].pooled) {
        return {"scheme." + scheme_name(rules.schemes[i]), "this scheme is listed twice"};
      }
    }
    RulebookDefect defect = check_scheme(rules, rules.schemes[i]);
    if (!defect.none()) return defect;
  }
  return {};
}

}  // namespace lockstep
