// exp, log and the normal distribution with the same bits on every machine.
//
// No standard says what the last bits of std::exp are, and libraries differ between versions; two replicas
// that disagree in one bit of one option value disagree in a margin some day.  So everything here is made
// of + - * / and the square root, which IEEE 754 rounds correctly, in a fixed order of evaluation.  What
// must stay true:
//   - no contraction (-ffp-contract=off: a fused multiply-add rounds once instead of twice), no -ffast-math;
//   - round to nearest, subnormals on (core/math/self_check.h asks the running process);
//   - no library call: square_root is one instruction, for which the project is built with -fno-math-errno;
//   - no subnormal from exp: it returns +0 below -708.
// Except where a function says otherwise the input is any finite number, and no result is ever NaN.
//
// Largest errors, in units in the last place: exp 1.0, log 0.8, erfcx 5.4, erfc 5.5, normal_cdf 5.7 (x >=
// -37).  They are relative errors: both tails keep 15 digits.  Cost: log 5 ns, exp 7 ns, normal_cdf 25 ns,
// a Pair of them 26 ns (Intel Xeon model 207, gcc 12 -O2 -march=x86-64-v2, core_math_bench, November 2026).
// The alternative, correctly rounded functions, is larger and slower and buys nothing: we need the same
// bits, not the best bits.  Method: classical argument reduction; coefficients and their derivation in
// coefficients.h.  Why not the alternatives: docs/decisions/0003-deterministic-math.md.
#pragma once

#include <bit>
#include <cfloat>

#include "core/base/int.h"
#include "core/math/coefficients.h"

static_assert(FLT_EVAL_METHOD == 0, "binary64 arithmetic without excess precision is what replicas agree on");

namespace lockstep::math {

inline constexpr double log2_e = 0x1.71547652b82fep+0;
inline constexpr double ln2_high = 0x1.62e42fefap-1;  // 32 trailing zero bits: k * ln2_high is exact
inline constexpr double ln2_low = 0x1.cf79abc9e3b39p-40;
inline constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;
inline constexpr double inverse_sqrt_2pi = 0x1.9884533d43651p-2;
inline constexpr double one_third = 0x1.5555555555555p-2;
inline constexpr double round_shift = 0x1.8p52;  // adding and subtracting this rounds to an integer

// Two doubles side by side, one machine register on every processor we build for.  The functions below that
// are templates take a double or a Pair and do the same operations in the same order to each lane, so lane
// and scalar agree to the bit.  A lane is another input, never a part of a sum.
using Pair = double __attribute__((vector_size(16)));

// sqrt(x), x >= 0, correctly rounded.
inline double square_root(double x) { return __builtin_sqrt(x); }

template <class Real>
struct BitsOf;
template <>
struct BitsOf<double> {
  using Type = u64;
};
template <>
struct BitsOf<Pair> {
  using Type = u64 __attribute__((vector_size(16)));
};

template <class Real>
constexpr auto bits_of(Real x) {
  return std::bit_cast<typename BitsOf<Real>::Type>(x);
}

// All bits set where a < b, none elsewhere.
template <class Real>
constexpr auto less_mask(Real a, Real b) {
  if constexpr (sizeof(Real) == sizeof(double)) {
    return u64{0} - static_cast<u64>(a < b);
  } else {
    return std::bit_cast<typename BitsOf<Real>::Type>(a < b);
  }
}

// Without a branch: signs alternate across a grid of scenarios and would be mispredicted.
template <class Real, class Mask>
constexpr Real select(Mask mask, Real yes, Real no) {
  return std::bit_cast<Real>((bits_of(yes) & mask) | (bits_of(no) & ~mask));
}

template <class Real>
constexpr Real absolute(Real x) {
  return std::bit_cast<Real>(bits_of(x) & (~u64{0} >> 1));
}

// e^x.  Below -708 the result is +0, above 709 it stays at e^709.
template <class Real>
constexpr Real exp(Real x) {
  const Real low = Real{} - 708.0;
  const Real high = Real{} + 709.0;
  const auto below = less_mask(x, low);
  const Real clamped = select(below, low, select(less_mask(high, x), high, x));
  const Real shifted = clamped * log2_e + round_shift;  // its low bits are the integer k
  const Real k = shifted - round_shift;
  const Real r = (clamped - k * ln2_high) - k * ln2_low;
  const Real r2 = r * r;
  const Real r4 = r2 * r2;
  const Real r8 = r4 * r4;
  const Real p0 = exp_q[0] + exp_q[1] * r;
  const Real p1 = exp_q[2] + exp_q[3] * r;
  const Real p2 = exp_q[4] + exp_q[5] * r;
  const Real p3 = exp_q[6] + exp_q[7] * r;
  const Real p4 = exp_q[8] + exp_q[9] * r;
  const Real q = ((p0 + p1 * r2) + (p2 + p3 * r2) * r4) + (p4 + exp_q[10] * r2) * r8;
  const Real y = 1.0 + (r + r2 * q);
  // Times 2^k, by adding k to the exponent: k is in [-1021, 1023], so the result is normal.
  return select(below, Real{}, std::bit_cast<Real>(bits_of(y) + (bits_of(shifted) << 52)));
}

// ln x.  x must be positive and normal (at least 2^-1022).
constexpr double log(double x) {
  const i64 bits = std::bit_cast<i64>(x);
  const i64 k = (bits - std::bit_cast<i64>(sqrt_half)) >> 52;  // x = 2^k m, m in [sqrt 1/2, sqrt 2)
  const double m = std::bit_cast<double>(static_cast<u64>(bits) - (static_cast<u64>(k) << 52));
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double low = (log_l[0] + log_l[1] * z) + (log_l[2] + log_l[3] * z) * z2;
  const double high = (log_l[4] + log_l[5] * z) + log_l[6] * z2;
  const double rest = z * (low + high * z4);
  const double half_square = 0.5 * f * f;
  const double k_exact = static_cast<double>(k);
  return k_exact * ln2_high - ((half_square - (s * (half_square + rest) + k_exact * ln2_low)) - f);
}

// e^(t^2) erfc(t), t >= 0.  One formula for the whole half line, without a branch.
template <class Real>
constexpr Real erfcx(Real t) {
  const Real y = (t - 3.75) / (t + 3.75);
  const Real y2 = y * y;
  Real even = Real{} + erfcx_p[24];
  Real odd = Real{} + erfcx_p[23];
  for (int i = 22; i >= 2; i -= 2) {
    even = even * y2 + erfcx_p[i];
    odd = odd * y2 + erfcx_p[i - 1];
  }
  even = even * y2 + erfcx_p[0];
  return (even + y * odd) / (1.0 + 2.0 * t);
}

// The upper 25 bits of the fraction: the square of the result is exact.
template <class Real>
constexpr Real short_part(Real x) {
  return std::bit_cast<Real>(bits_of(x) & ~u64{0x7ffffff});
}

// 1 - d + d^2/2 - d^3/6: e^-d for the small rest d that squaring short_part leaves.
template <class Real>
constexpr Real exp_minus_small(Real d) {
  return 1.0 - d * (1.0 - (0.5 * d) * (1.0 - d * one_third));
}

// e^(-x^2/2) with the relative accuracy of exp although x^2 is rounded.  |x| <= 1e50.
template <class Real>
constexpr Real exp_minus_half_square(Real x) {
  const Real head = short_part(x);
  const Real rest = 0.5 * ((x - head) * (x + head));
  return exp(-0.5 * (head * head)) * exp_minus_small(rest);
}

// The standard normal density.  |x| <= 1e50.
template <class Real>
constexpr Real normal_pdf(Real x) {
  return inverse_sqrt_2pi * exp_minus_half_square(x);
}

// The standard normal distribution.  |x| <= 1e50.  Below -37.6 the result is 0.
template <class Real>
constexpr Real normal_cdf(Real x) {
  const Real tail = 0.5 * exp_minus_half_square(x) * erfcx(absolute(x) * sqrt_half);
  return select(less_mask(x, Real{}), tail, 1.0 - tail);
}

// The complementary error function.  |x| <= 1e50.
double erfc(double x);

// The inverse of normal_cdf, 1e-300 <= p < 1: a rational start (Abramowitz and Stegun 26.2.23, Hastings),
// then always three Halley steps.
double normal_quantile(double p);

}  // namespace lockstep::math
