#include "core/risk/grid.h"

#include <algorithm>

#include "core/units/limits.h"

namespace lockstep {
namespace {

Value plain_profit(const UnitSum& unit, Rate move) {
  if (unit.exposure == Value{} || move == Rate{}) return Value{};
  const i64 divisor = unit.inverse ? rate_one + move.raw() : rate_one;
  return Value::from_raw(mul_div(unit.exposure.raw(), move.raw(), divisor, Round::down));
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

bool is_skew(const ListedScenario& scenario) {
  return scenario.volatility == VolatilityMove::skew_linear ||
         scenario.volatility == VolatilityMove::skew_absolute;
}

// The options of a unit, with what needs computing once an expiry and not once a scenario.
class Options {
 public:
  Options(const GridRow& grid, const UnitSum& unit) : expiries_(unit.expiries) {
    if (!grid.discount.on) return;
    for (const ExpirySum& expiry : expiries_) {
      factors_.push_back(value_factors(grid.discount, expiry.interest, expiry.years));
    }
  }
  Value profit(std::size_t scenario) const {
    if (!factors_.empty()) return by_expiry(scenario, false);
    i128 sum = 0;
    for (const ExpirySum& expiry : expiries_) {
      if (!expiry.scenarios.empty()) sum += expiry.scenarios[scenario];
    }
    return Value::from_raw(sum * array_unit_value);
  }
  Value by_expiry(std::size_t scenario, bool skew) const {
    Value sum;
    for (std::size_t i = 0; i < expiries_.size(); ++i) {
      const ValueFactors factors = factors_.empty() ? value_factors({}, {}, {}) : factors_[i];
      sum += expiry_profit(expiries_[i], factors, scenario, skew);
    }
    return sum;
  }

 private:
  const std::vector<ExpirySum>& expiries_;
  std::vector<ValueFactors> factors_;
};

Value listed_profit(const ListedScenario& listed, const UnitSum& unit, const Options& options,
                    std::size_t at) {
  const Value of_options = is_skew(listed) ? options.by_expiry(at, true) : options.profit(at);
  const Value profit = plain_profit(unit, listed.move) + of_options;
  return listed.share.raw() == rate_one ? profit : scale(profit, listed.share, Round::down);
}

// Calls consider(profit, scenario) for every scenario of the grid, with one division a move instead of one a
// scenario.
template <class Consider>
void for_each_profit(const GridRow& grid, const UnitSum& unit, Consider&& consider) {
  const Options options(grid, unit);
  std::size_t scenario = 0;
  for (const Rate move : grid.moves) {
    const Value plain = plain_profit(unit, move);
    for (int volatility = 0; volatility < 3; ++volatility, ++scenario) {
      consider(plain + options.profit(scenario), scenario);
    }
  }
  if (!grid.extreme_moves.empty()) {
    Value ends[2];
    Value forgiven[2];
    for (const bool up : {false, true}) {
      const Rate range = up ? grid.extreme_range : -grid.extreme_range;
      ends[up] = plain_profit(unit, range);
      forgiven[up] = dampener(grid, unit, range);
    }
    for (const Rate move : grid.extreme_moves) {
      const bool up = move > Rate{};
      consider(dampened(ends[up] + options.profit(scenario), forgiven[up]), scenario);
      ++scenario;
    }
  }
  for (const ListedScenario& listed : grid.listed) {
    consider(listed_profit(listed, unit, options, scenario), scenario);
    ++scenario;
  }
}

Value mean_of_worst(const GridRow& grid, const UnitSum& unit) {
  std::vector<Value> losses;
  for_each_profit(grid, unit, [&](Value profit, std::size_t) { losses.push_back(max(-profit, Value{})); });
  std::sort(losses.begin(), losses.end(), [](Value a, Value b) { return b < a; });
  Value sum;
  for (std::size_t i = 0; i < losses.size() && i < grid.tail; ++i) sum += losses[i];
  return Value::from_raw(div(sum.raw(), grid.tail, Round::up));
}

const char* volatility_name(VolatilityMove move) {
  switch (move) {
    case VolatilityMove::same: return "same";
    case VolatilityMove::up: return "up";
    case VolatilityMove::down: return "down";
    case VolatilityMove::skew_linear: return "turned";
    case VolatilityMove::skew_absolute: return "bent";
  }
  return "same";
}

std::string percent_name(Rate rate) { return to_decimal(rate.raw(), rate_decimals - 2) + " %"; }

std::string signed_percent(Rate rate) { return (rate > Rate{} ? "+" : "") + percent_name(rate); }

std::string listed_name(const ListedScenario& listed) {
  std::string name = signed_percent(listed.move) + ", volatility ";
  name += listed.volatility_move == Rate{} ? volatility_name(listed.volatility)
                                           : signed_percent(listed.volatility_move);
  if (listed.share.raw() != rate_one) name += ", " + percent_name(listed.share) + " of it";
  return name;
}

}  // namespace

bool looks_at_expiries(const GridRow& grid) {
  return grid.discount.on || std::any_of(grid.listed.begin(), grid.listed.end(), is_skew);
}

Value counted_gain(const GridRow& grid, Value profit) {
  return profit > Value{} ? scale(profit, grid.gains, Round::down) : profit;
}

Value scenario_profit(const GridRow& grid, const UnitSum& unit, std::size_t scenario) {
  const Options options(grid, unit);
  const std::size_t plain = grid.moves.size() * 3;
  if (scenario < plain) return plain_profit(unit, grid.moves[scenario / 3]) + options.profit(scenario);
  const std::size_t extreme = scenario - plain;
  if (extreme < grid.extreme_moves.size()) {
    const Rate move = grid.extreme_moves[extreme];
    const Value profit = plain_profit(unit, end_of_range(grid, move)) + options.profit(scenario);
    return dampened(profit, dampener(grid, unit, move));
  }
  return listed_profit(grid.listed[extreme - grid.extreme_moves.size()], unit, options, scenario);
}

Worst worst_loss(const GridRow& grid, const UnitSum& unit) {
  Worst worst;
  Value lowest;
  for_each_profit(grid, unit, [&](Value profit, std::size_t scenario) {
    if (profit >= lowest) return;
    lowest = profit;
    worst.scenario = scenario;
  });
  worst.loss = grid.tail > 1 ? mean_of_worst(grid, unit) : -lowest;
  return worst;
}

std::string scenario_name(const GridRow& grid, std::size_t scenario) {
  static constexpr const char* volatilities[] = {"down", "same", "up"};
  const std::size_t plain = grid.moves.size() * 3;
  if (scenario < plain) {
    return signed_percent(grid.moves[scenario / 3]) + ", volatility " + volatilities[scenario % 3];
  }
  const std::size_t extreme = scenario - plain;
  if (extreme < grid.extreme_moves.size()) {
    return signed_percent(grid.extreme_moves[extreme]) + " extreme, volatility up";
  }
  return listed_name(grid.listed[extreme - grid.extreme_moves.size()]);
}

bool delta_reached(const DeltaRow& row, const UnitSum& unit) {
  const i128 notional = mul_div_capped(abs(unit.delta).raw(), unit.index_price.raw(), price_one, Round::up,
                                       limits::requirement_raw_max);
  return notional >= row.threshold.raw();
}

}  // namespace lockstep
