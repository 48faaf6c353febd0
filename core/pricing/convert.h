// The two doors between integers (the log, money, time) and the doubles of pricing.  Nothing else converts.
#pragma once

#include "core/units/units.h"

namespace lockstep {

inline constexpr i64 exact_double_max = i64{1} << 53;
inline constexpr Duration year = Duration::from_raw(31'536'000'000'000);  // 365 days, as venues count

// floor(value * units_per_one + 1/2): the nearest integer, a half goes up.  Product and sum are rounded to
// binary64, so what lies within their last bit of a half may go either way, but the same way everywhere.
// |value * units_per_one| < 2^61 and units_per_one in 1..2^53 are asserted; NaN fails the assertion too.
inline i64 to_units(double value, i64 units_per_one) {
  LS_ASSERT(units_per_one > 0 && units_per_one <= exact_double_max);
  const double scaled = value * static_cast<double>(units_per_one);
  LS_ASSERT(scaled > -0x1p61 && scaled < 0x1p61);
  if (scaled >= 0x1p52 || scaled <= -0x1p52) return static_cast<i64>(scaled);  // an integer already
  const double shifted = scaled + 0.5;
  const i64 truncated = static_cast<i64>(shifted);
  return static_cast<double>(truncated) > shifted ? truncated - 1 : truncated;
}

// units / units_per_one, correctly rounded.  |units| <= 2^53, units_per_one in 1..2^53.
inline double from_units(i64 units, i64 units_per_one) {
  LS_ASSERT(units >= -exact_double_max && units <= exact_double_max);
  LS_ASSERT(units_per_one > 0 && units_per_one <= exact_double_max);
  return static_cast<double>(units) / static_cast<double>(units_per_one);
}

// A span of log time in years; at or after the end it is 0 or negative, which pricing reads as "no time
// left".
inline double years_of(Duration span) {
  return static_cast<double>(span.raw()) / static_cast<double>(year.raw());
}

}  // namespace lockstep
