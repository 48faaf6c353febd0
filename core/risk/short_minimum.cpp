#include "core/risk/short_minimum.h"

#include "core/units/limits.h"

namespace lockstep {
namespace {

Value held(std::span<const HeldOption> options, Price strike, OptionType type) {
  Value sum;
  for (const HeldOption& option : options) {
    if (option.strike == strike && option.type == type) sum += option.coins;
  }
  return sum;
}

Value uncovered_at(std::span<const HeldOption> options, Price strike) {
  const Value calls = held(options, strike, OptionType::call);
  const Value puts = held(options, strike, OptionType::put);
  const bool opposite = (calls < Value{}) != (puts < Value{});
  if (opposite) return max(-(calls + puts), Value{});
  return max(-calls, Value{}) + max(-puts, Value{});
}

bool first_of_strike(std::span<const HeldOption> options, std::size_t at) {
  for (std::size_t i = 0; i < at; ++i) {
    if (options[i].strike == options[at].strike) return false;
  }
  return true;
}

}  // namespace

Value uncovered_coins(std::span<const HeldOption> options, bool paired) {
  Value sum;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!paired) {
      sum += max(-options[i].coins, Value{});
    } else if (first_of_strike(options, i)) {
      sum += uncovered_at(options, options[i].strike);
    }
  }
  return sum;
}

Margin short_minimum_margin(const ShortMinimumRow& row, const UnitSum& unit) {
  Value coins;
  for (const ExpirySum& expiry : unit.expiries) coins += uncovered_coins(expiry.options, row.paired);
  const Price price = unit.inverse ? Price::from_raw(price_one) : unit.index_price;
  const i128 worth =
      mul_div_capped(coins.raw(), price.raw(), price_one, Round::up, limits::requirement_raw_max);
  const i128 fixed =
      mul_div_capped(coins.raw(), row.per_coin.raw(), value_one, Round::up, limits::requirement_raw_max);
  const auto margin = [&](Rate rate) {
    return Value::from_raw(mul_div(worth, rate.raw(), rate_one, Round::up) + fixed);
  };
  return {.initial = margin(row.initial), .maintenance = margin(row.maintenance)};
}

}  // namespace lockstep
