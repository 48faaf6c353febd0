// Draws that the market needs beyond whole numbers: the uniform and the normal distribution and a share, with
// the same bits on every machine (core/math instead of the C library).  One draw takes one step of the
// generator, so what is drawn later does not depend on what was drawn before.
#pragma once

#include "core/base/prng.h"
#include "core/math/elementary.h"
#include "core/units/units.h"

namespace lockstep::market {

// In (0, 1): 2^53 places, none of them an end.
inline double uniform(Prng& prng) { return (static_cast<double>(prng.next() >> 11) + 0.5) * 0x1p-53; }

inline double standard_normal(Prng& prng) { return math::normal_quantile(uniform(prng)); }

// True with the probability `share`, 0 to rate_one.
inline bool chance(Prng& prng, Rate share) { return prng.between(1, rate_one) <= share.raw(); }

inline double to_double(Rate rate) { return static_cast<double>(rate.raw()) / static_cast<double>(rate_one); }

// To the nearest integer, halves upwards; |x| < 2^62.
inline i64 nearest(double x) {
  const double shifted = x + 0.5;
  const i64 whole = static_cast<i64>(shifted);
  return static_cast<double>(whole) > shifted ? whole - 1 : whole;
}

constexpr Rate percent(i64 n) { return Rate::from_raw(n * (rate_one / 100)); }
constexpr Rate basis_points(i64 n) { return Rate::from_raw(n * (rate_one / 10'000)); }

}  // namespace lockstep::market
