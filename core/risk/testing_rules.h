// Two rulebooks for tests, written down in C++ because core/ cannot read files: brackets, and a scenario
// grid.
#pragma once

#include "core/risk/check.h"
#include "core/risk/testing_market.h"

namespace lockstep::testing {

inline Op op(OpCode code, u16 index = 0, Rate factor = {}) {
  Op fresh;
  fresh.code = code;
  fresh.index = index;
  fresh.rate = factor;
  return fresh;
}

inline Scheme scheme(MarginMode mode, bool pooled, std::vector<Op> unit, OrderRuleKind orders) {
  Scheme fresh;
  fresh.mode = mode;
  fresh.pooled = pooled;
  fresh.orders.kind = orders;
  fresh.unit_initial.code = unit;
  fresh.unit_maintenance.code = unit;
  fresh.pool_initial.code = {op(OpCode::sum_units), op(OpCode::orders), op(OpCode::add)};
  fresh.pool_maintenance.code = {op(OpCode::sum_units)};
  return fresh;
}

inline Bracket bracket(std::string_view floor, std::string_view of, std::string_view leverage,
                       std::string_view less) {
  Bracket fresh;
  fresh.floor = value(floor);
  fresh.rate = percent(of);
  fresh.leverage_max = rate(leverage);
  fresh.deduction = value(less);
  return fresh;
}

// Brackets for linear perpetuals of BTC and ETH; cross, isolated, pooled in USDT with BTC cut by 5 %.
inline Rulebook bracket_rules() {
  Rulebook rules;
  rules.name = "brackets";
  rules.version = "1";
  rules.source = "made up";
  rules.money = "USDT";
  rules.leverage_default = rate("20");
  Component tiers;
  tiers.name = "tiers";
  tiers.kind = ComponentKind::brackets;
  tiers.applies = class_bit(InstrumentKind::perpetual, false);
  BracketRow row;
  row.brackets = {bracket("0", "0.4", "125", "0"), bracket("50000", "0.5", "100", "50"),
                  bracket("250000", "1", "50", "1300"), bracket("1000000", "2.5", "20", "16300")};
  row.key.base = "BTC";
  tiers.brackets.push_back(row);
  row.key.base = "ETH";
  tiers.brackets.push_back(row);
  rules.components.push_back(tiers);
  const std::vector<Op> unit = {op(OpCode::component, 0)};
  rules.schemes.push_back(scheme(MarginMode::cross, false, unit, OrderRuleKind::worst_side));
  rules.schemes.push_back(scheme(MarginMode::isolated, false, unit, OrderRuleKind::worst_side));
  rules.schemes.push_back(scheme(MarginMode::cross, true, unit, OrderRuleKind::worst_side));
  Collateral collateral;
  collateral.asset = "USDT";
  rules.collateral.push_back(collateral);
  collateral.asset = "BTC";
  collateral.initial.asset = collateral.maintenance.asset = percent("95");
  rules.collateral.push_back(collateral);
  LS_ASSERT(check_rulebook(rules).none());
  return rules;
}

// A grid of 9 prices x 3 volatilities and 8 extreme moves, a roll and a delta charge; portfolio and cross
// mode.
inline Rulebook grid_rules() {
  Rulebook rules;
  rules.name = "grid";
  rules.version = "1";
  rules.source = "made up";
  rules.leverage_default = rate("1");
  Gap gap;
  gap.name = "delta";
  gap.text = "above the threshold";
  rules.gaps.push_back(gap);
  const u16 every = 0xfc;  // linear and inverse perpetuals, futures, options

  Component scenarios;
  scenarios.name = "scenarios";
  scenarios.kind = ComponentKind::scenario_grid;
  scenarios.applies = every;
  GridRow grid;
  for (const char* move : {"-16", "-12", "-8", "-4", "0", "4", "8", "12", "16"})
    grid.moves.push_back(percent(move));
  grid.volatility_up = percent("50");
  grid.volatility_down = percent("25");
  grid.volatility_up_min = percent("0");
  grid.power_short = rate("0.3");
  grid.power_long = rate("0.13");
  grid.days_min = rate("1");
  for (const char* move : {"-66", "-33", "50", "100", "200", "300", "400", "500"}) {
    grid.extreme_moves.push_back(percent(move));
  }
  grid.extreme_range = percent("16");
  scenarios.grids.push_back(grid);
  rules.components.push_back(scenarios);

  Component roll;
  roll.name = "roll";
  roll.kind = ComponentKind::roll_charge;
  roll.applies = every;
  RollRow roll_row;
  roll_row.annualised = percent("7.5");
  roll_row.minimum = percent("1");
  roll.rolls.push_back(roll_row);
  rules.components.push_back(roll);

  Component delta;
  delta.name = "delta";
  delta.kind = ComponentKind::delta_charge;
  delta.applies = every;
  delta.gap = 0;
  DeltaRow delta_row;
  delta_row.threshold = value("20000000");
  delta.deltas.push_back(delta_row);
  rules.components.push_back(delta);

  rules.schemes.push_back(scheme(MarginMode::portfolio, false,
                                 {op(OpCode::component, 0), op(OpCode::component, 1), op(OpCode::add),
                                  op(OpCode::component, 2), op(OpCode::add)},
                                 OrderRuleKind::none));
  rules.schemes.push_back(scheme(MarginMode::cross, false, {op(OpCode::component, 0)}, OrderRuleKind::none));
  LS_ASSERT(check_rulebook(rules).none());
  return rules;
}

}  // namespace lockstep::testing
