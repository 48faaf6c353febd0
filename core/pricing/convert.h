// The two doors between integers (the log, money, time) and the doubles of pricing.  Nothing else converts.
#pragma once

#include "core/base/assert.h"
#include "core/base/int.h"

namespace lockstep {

inline constexpr i64 exact_double_max = i64{1} << 53;
inline constexpr i64 nanoseconds_per_year = i64{31'536'000} * 1'000'000'000;  // 365 days, the convention of venues

// floor(value * units_per_one + 1/2): the nearest integer, a half goes up.  The product is rounded to binary64 before,
// so a value within 2^-53 (relative) of a half may go either way, but the same way everywhere.
// |value * units_per_one| < 2^52 and units_per_one in 1..2^53 are asserted; NaN fails the assertion too.
inline i64 to_units(double value, i64 units_per_one) {
  LS_ASSERT(units_per_one > 0 && units_per_one <= exact_double_max);
  const double shifted = value * static_cast<double>(units_per_one) + 0.5;
  LS_ASSERT(shifted > -0x1p52 && shifted < 0x1p52);
  const i64 truncated = static_cast<i64>(shifted);
  return static_cast<double>(truncated) > shifted ? truncated - 1 : truncated;
}

// units / units_per_one, correctly rounded.  |units| <= 2^53, units_per_one in 1..2^53.
inline double from_units(i64 units, i64 units_per_one) {
  LS_ASSERT(units >= -exact_double_max && units <= exact_double_max);
  LS_ASSERT(units_per_one > 0 && units_per_one <= exact_double_max);
  return static_cast<double>(units) / static_cast<double>(units_per_one);
}

// A span of log time in years; at or after the end it is 0 or negative, which pricing reads as "no time left".
inline double years_from_ns(i64 nanoseconds) {
  return static_cast<double>(nanoseconds) / static_cast<double>(nanoseconds_per_year);
}

}  // namespace lockstep
