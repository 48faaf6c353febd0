// Steps that several rules of liquidation round alike: a venue states decimals, and every step is cut to
// them.
#pragma once

#include "core/risk/components.h"

namespace lockstep::liquidation {

// A price as money, exact.
inline Value money_of(Price price) {
  return Value::from_raw(i128{price.raw()} * pow10(value_decimals - price_decimals));
}

// value / by as a Value, by > 0; what is beyond 10^20 is not counted further.
inline Value quotient(Value value, Value by, Rounding rounding) {
  constexpr i128 most = i128_max / 8;
  return rounded(Value::from_raw(mul_div_capped(value.raw(), value_one, by.raw(), rounding.direction, most)),
                 rounding);
}

inline Value times(Value value, Rate rate, Rounding rounding) {
  return rounded(scale(value, rate, rounding.direction), rounding);
}

// price x money_price, in money.
inline Value in_money(Price price, Price money_price, Rounding rounding) {
  const i128 raw = mul_div(money_of(price).raw(), money_price.raw(), price_one, rounding.direction);
  return rounded(Value::from_raw(raw), rounding);
}

// 10^-12 to a multiple of 10^-decimals.
inline i128 rate_to(i128 raw, u8 decimals, Round round) {
  const i128 unit = pow10(rate_decimals - decimals);
  return div(raw, unit, round) * unit;
}

}  // namespace lockstep::liquidation
