#include "core/risk/grid.h"

#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr i128 value_per_array_unit = pow10(4);  // 10^-12 to 10^-16

Value plain_profit(const UnitSum& unit, Rate move) {
  if (unit.exposure == Value{} || move == Rate{}) return Value{};
  const i64 divisor = unit.inverse ? rate_one + move.raw() : rate_one;
  return Value::from_raw(mul_div(unit.exposure.raw(), move.raw(), divisor, Round::down));
}

Value options_profit(const UnitSum& unit, std::size_t scenario) {
  if (unit.scenarios.empty()) return Value{};
  return Value::from_raw(unit.scenarios[scenario] * value_per_array_unit);
}

Rate end_of_range(const GridRow& grid, Rate move) {
  return move < Rate{} ? -grid.extreme_range : grid.extreme_range;
}

// What the dampener forgives, in the settlement asset, down.
Value dampener(const GridRow& grid, const UnitSum& unit, Rate move) {
  if (!unit.inverse || grid.dampener == Value{}) return grid.dampener;
  const i128 price =
      mul_div(unit.index_price.raw(), rate_one + end_of_range(grid, move).raw(), rate_one, Round::up);
  return Value::from_raw(mul_div(grid.dampener.raw(), price_one, price, Round::down));
}

Value dampened(Value profit, Value forgiven) {
  return profit < Value{} ? min(profit + forgiven, Value{}) : profit;
}

}  // namespace

Value scenario_profit(const GridRow& grid, const UnitSum& unit, std::size_t scenario) {
  const std::size_t plain = grid.moves.size() * 3;
  if (scenario < plain) return plain_profit(unit, grid.moves[scenario / 3]) + options_profit(unit, scenario);
  const Rate move = grid.extreme_moves[scenario - plain];
  const Value profit = plain_profit(unit, end_of_range(grid, move)) + options_profit(unit, scenario);
  return dampened(profit, dampener(grid, unit, move));
}

Worst worst_loss(const GridRow& grid, const UnitSum& unit) {
  Worst worst;
  Value lowest;
  const auto consider = [&](Value profit, std::size_t scenario) {
    if (profit >= lowest) return;
    lowest = profit;
    worst.scenario = scenario;
  };
  // As scenario_profit(), with one division a move instead of one a scenario.
  std::size_t scenario = 0;
  for (const Rate move : grid.moves) {
    const Value plain = plain_profit(unit, move);
    for (int volatility = 0; volatility < 3; ++volatility, ++scenario) {
      consider(plain + options_profit(unit, scenario), scenario);
    }
  }
  Value ends[2];
  Value forgiven[2];
  for (const bool up : {false, true}) {
    const Rate range = up ? grid.extreme_range : -grid.extreme_range;
    ends[up] = plain_profit(unit, range);
    forgiven[up] = dampener(grid, unit, range);
  }
  for (const Rate move : grid.extreme_moves) {
    const bool up = move > Rate{};
    consider(dampened(ends[up] + options_profit(unit, scenario), forgiven[up]), scenario);
    ++scenario;
  }
  worst.loss = -lowest;
  return worst;
}

std::string scenario_name(const GridRow& grid, std::size_t scenario) {
  static constexpr const char* volatilities[] = {"down", "same", "up"};
  const std::size_t plain = grid.moves.size() * 3;
  const bool extreme = scenario >= plain;
  const Rate move = extreme ? grid.extreme_moves[scenario - plain] : grid.moves[scenario / 3];
  std::string name = move > Rate{} ? "+" : "";
  name += to_decimal(move.raw(), rate_decimals - 2) + " %";
  name += extreme ? " extreme, volatility up" : std::string(", volatility ") + volatilities[scenario % 3];
  return name;
}

bool delta_reached(const DeltaRow& row, const UnitSum& unit) {
  const i128 notional = mul_div_capped(abs(unit.delta).raw(), unit.index_price.raw(), price_one, Round::up,
                                       limits::requirement_raw_max);
  return notional >= row.threshold.raw();
}

}  // namespace lockstep
