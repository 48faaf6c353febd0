#include <algorithm>

#include "core/risk/arrays.h"
#include "core/risk/check_parts.h"
#include "core/risk/expression.h"
#include "core/risk/scratch.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

enum class Operand : u8 { number, amount };
enum class Place : u8 { unit_initial, unit_maintenance, pool_initial, pool_maintenance, level };

bool of_unit(Place place) { return place == Place::unit_initial || place == Place::unit_maintenance; }

std::string component_defect(const Rulebook& rules, std::size_t index, Place place) {
  if (index >= rules.components.size()) return "there is no such component";
  const ComponentKind kind = rules.components[index].kind;
  if (place == Place::level) return "a level is made of maintenance and initial";
  if (of_unit(place)) {
    if (class_of(kind) != ComponentClass::pool) return {};
    return "a " + std::string(to_text(kind)) +
           " belongs into initial and maintenance, not into unit expressions";
  }
  if (class_of(kind) == ComponentClass::pool || kind == ComponentKind::scenario_grid) return {};
  return "components other than scenario_grid, borrow and offset belong into unit expressions";
}

// What may not stand in this expression.  Empty: fine.
std::string leaf_defect(const Rulebook& rules, const Op& op, Place place) {
  switch (op.code) {
    case OpCode::number:
      return op.rate < Rate{} || op.rate.raw() > 1000 * rate_one ? "a factor lies between 0 and 1000" : "";
    case OpCode::component: return component_defect(rules, op.index, place);
    case OpCode::sum_units:
    case OpCode::orders:
      if (place == Place::level) return "a level is made of maintenance and initial";
      return of_unit(place)
                 ? "sum(unit) and orders belong into initial and maintenance, not into unit expressions"
                 : "";
    case OpCode::maintenance:
      if (place == Place::unit_initial || place == Place::pool_initial || place == Place::level) return {};
      return "maintenance cannot be made from maintenance";
    case OpCode::initial: return place == Place::level ? "" : "only a level can be made from initial";
    default: return {};
  }
}

bool is_operator(OpCode code) { return code >= OpCode::add && code <= OpCode::max; }

// Walks the code as evaluate() does, with kinds in place of values.  Empty: fine.
std::string expression_defect(const Rulebook& rules, const Expression& expression, Place place) {
  if (expression.text.size() > 1000 || expression.code.size() > 200) return "the expression is too long";
  Operand stack[expression_depth_max];
  std::size_t top = 0;
  for (const Op& op : expression.code) {
    if (!is_operator(op.code)) {
      if (top == expression_depth_max) return "the expression is nested too deeply";
      std::string defect = leaf_defect(rules, op, place);
      if (!defect.empty()) return defect;
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
  u64 in_units = 0;  // components, as bits
  u64 in_pools = 0;
  bool brackets = false;
  bool unit_kinds = false;
};

u64 named_by(const Expression& expression) {
  u64 named = 0;
  for (const Op& op : expression.code) {
    if (op.code == OpCode::component) named |= u64{1} << op.index;
  }
  return named;
}

Named named_components(const Rulebook& rules, const Scheme& scheme) {
  Named named;
  named.in_units = named_by(scheme.unit_initial) | named_by(scheme.unit_maintenance);
  named.in_pools = named_by(scheme.pool_initial) | named_by(scheme.pool_maintenance);
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    if (((named.in_units | named.in_pools) >> i & 1) == 0) continue;
    const ComponentKind kind = rules.components[i].kind;
    named.unit_kinds = named.unit_kinds || class_of(kind) == ComponentClass::unit;
    if (kind == ComponentKind::brackets) named.brackets = true;
  }
  return named;
}

// One exposure serves every grid of a scheme, so they look at one price; and where units are added up
// scenario by scenario, all rows count the same scenarios.
RulebookDefect check_grids(const Rulebook& rules, const Named& named, const std::string& path) {
  const GridRow* first = nullptr;
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    if (((named.in_units | named.in_pools) >> i & 1) == 0) continue;
    const Component& component = rules.components[i];
    const bool adds_up = (named.in_pools >> i & 1) != 0;
    for (const GridRow& row : component.grids) {
      if (first == nullptr) first = &row;
      if (row.price != first->price) return {path, "the grids of a scheme look at one price"};
      if (row.gains.raw() != rate_one && !adds_up) {
        return {path,
                "component " + component.name +
                    ": gains other than 100 % need the grid in initial or maintenance, where units add up"};
      }
      if (adds_up && (row.tail != 1 || scenario_count(row) != scenario_count(component.grids[0]))) {
        return {path, "component " + component.name +
                          ": a grid over all units has rows with as many scenarios each, and a tail of 1"};
      }
    }
  }
  return {};
}

// A unit of several settlement assets has one row, whatever its holdings settle in.
RulebookDefect check_units(const Rulebook& rules, const Scheme& scheme, const Named& named,
                           const std::string& path) {
  if (scheme.unit != UnitBy::underlying) return {};
  if (!scheme.pooled) return {path + ".unit", "a unit over all settlement assets needs a pooled scheme"};
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    const Component& component = rules.components[i];
    if (((named.in_units | named.in_pools) >> i & 1) == 0) continue;
    if (class_of(component.kind) != ComponentClass::unit) continue;
    const bool by_settlement = with_rows(component, [](const auto& rows) {
      return std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !row.key.settle.empty(); });
    });
    if (by_settlement) {
      return {path + ".unit", "component " + component.name +
                                  " has rows by settlement asset, and a unit has several of them"};
    }
  }
  return {};
}

RulebookDefect check_levels(const Rulebook& rules, const Scheme& scheme, const std::string& path) {
  if (scheme.levels.size() > levels_max) return {path + ".levels", "a scheme has at most 4 levels"};
  for (std::size_t i = 0; i < scheme.levels.size(); ++i) {
    const Level& level = scheme.levels[i];
    const std::string at = path + ".levels." + level.name;
    if (!is_word(level.name)) return {at, "a level's name consists of a-z, 0-9 and _"};
    for (std::size_t j = 0; j < i; ++j) {
      if (scheme.levels[j].name == level.name) return {at, "two levels have this name"};
    }
    if (level.rounding.decimals > value_decimals) return {at, "at most 16 decimals"};
    std::string defect = expression_defect(rules, level.expression, Place::level);
    if (!defect.empty()) return {at, std::move(defect)};
  }
  return {};
}

RulebookDefect check_worst_position(const Rulebook& rules, const Scheme& scheme, const Named& named,
                                    const std::string& path) {
  if (scheme.mode == MarginMode::isolated && named.unit_kinds) {
    return {path + ".orders", "worst_position cannot ask a component of units about one holding alone"};
  }
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    const bool over_pool = (named.in_pools >> i & 1) != 0 && !rules.components[i].grids.empty();
    if (over_pool) return {path + ".orders", "worst_position does not reach a grid over all units"};
  }
  return {};
}

RulebookDefect check_orders(const Rulebook& rules, const Scheme& scheme, const Named& named,
                            const std::string& path) {
  const OrderRule& orders = scheme.orders;
  const std::size_t gaps = rules.gaps.size();
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
  if (orders.by_value && orders.kind != OrderRuleKind::worst_position) {
    return {path + ".orders", "only worst_position goes by value"};
  }
  if (orders.each < Value{} || orders.each > Value::from_raw(limits::amount_max * value_one)) {
    return {path + ".orders", "what an order costs is not negative"};
  }
  if (orders.rounding.decimals > value_decimals) return {path + ".orders", "at most 16 decimals"};
  const bool rounds = orders.by_value || orders.kind == OrderRuleKind::at_limit;
  if (orders.rounding.decimals < value_decimals && !rounds) {
    return {path + ".orders", "orders are rounded at_limit, or where the side goes by value"};
  }
  const bool ignored = orders.kind == OrderRuleKind::none || orders.kind == OrderRuleKind::gap;
  if (ignored && (orders.each != Value{} || orders.spot != SpotOrderRule::reserve)) {
    return {path + ".orders", "where orders need nothing, they have no price and spot orders no rule"};
  }
  if (orders.kind == OrderRuleKind::worst_position) return check_worst_position(rules, scheme, named, path);
  return {};
}

RulebookDefect check_expressions(const Rulebook& rules, const Scheme& scheme, const std::string& path) {
  const struct {
    const char* key;
    const Expression& expression;
    Place place;
  } expressions[] = {{".unit_initial", scheme.unit_initial, Place::unit_initial},
                     {".unit_maintenance", scheme.unit_maintenance, Place::unit_maintenance},
                     {".initial", scheme.pool_initial, Place::pool_initial},
                     {".maintenance", scheme.pool_maintenance, Place::pool_maintenance}};
  for (const auto& [key, expression, place] : expressions) {
    std::string defect = expression_defect(rules, expression, place);
    if (!defect.empty()) return {path + key, std::move(defect)};
  }
  for (const Rounding& rounding : {scheme.initial_rounding, scheme.maintenance_rounding,
                                   scheme.unit_initial_rounding, scheme.unit_maintenance_rounding}) {
    if (rounding.decimals > value_decimals) return {path + ".rounding", "at most 16 decimals"};
  }
  return {};
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
  RulebookDefect defect = check_expressions(rules, scheme, path);
  if (!defect.none()) return defect;
  if (scheme.orders.spot != SpotOrderRule::reserve && !scheme.pooled) {
    return {path + ".orders", "spot orders are weighed with balances in pooled schemes alone"};
  }
  if (scheme.valuation == PriceUse::forward) {
    return {path + ".valuation", "holdings are valued at the mark or at the reference"};
  }
  const Named named = named_components(rules, scheme);
  if (__builtin_popcountll(named.in_units | named.in_pools) > static_cast<int>(scheme_components_max)) {
    return {path, "a scheme names at most 8 components"};
  }
  defect = check_grids(rules, named, path);
  if (defect.none()) defect = check_units(rules, scheme, named, path);
  if (defect.none()) defect = check_levels(rules, scheme, path);
  if (!defect.none()) return defect;
  if (scheme.pooled && (rules.money.empty() || rules.collateral.empty())) {
    return {path, "a pooled scheme needs money and [collateral]"};
  }
  for (const std::string& base : scheme.exclusive) {
    if (base.empty() || base.size() > 64) return {path + ".exclusive", "a base asset has 1 to 64 letters"};
  }
  return check_orders(rules, scheme, named, path);
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
