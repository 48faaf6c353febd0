// exp, log and the normal distribution with the same bits on every machine.
//
// No standard says what the last bits of std::exp are, and libraries differ between versions; two replicas that
// disagree in one bit of one option value disagree in a margin some day.  So everything here is made of + - * / and
// the square root, which IEEE 754 rounds correctly, in a fixed order of evaluation.  What must stay true:
//   - built with -ffp-contract=off (a fused multiply-add rounds once instead of twice) and never with -ffast-math;
//   - round to nearest, subnormals on (core/math/self_check.h asserts all of it at start of a process);
//   - no library call: square_root is one instruction, for which core/ is built with -fno-math-errno;
//   - no subnormal result: exp returns +0 below -708, so a flush-to-zero mode could not matter.
// Except where a function says otherwise the input is any finite number, and no result is ever NaN.
//
// Largest errors, in units in the last place: exp 1.0, log 0.8, erfcx 5.4, erfc 5.5, normal_cdf 5.7 (x >= -37).  They
// are relative errors: both tails keep 15 digits.  Cost on a 2023 server core: exp 4 ns, normal_cdf 18 ns.
// The alternative, correctly rounded functions, costs several times as much and buys nothing: we need the same bits,
// not the best bits.  Method: classical argument reduction; coefficients and their derivation in coefficients.h.
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

// sqrt(x), x >= 0, correctly rounded.
inline double square_root(double x) { return __builtin_sqrt(x); }

constexpr double absolute(double x) { return x < 0 ? -x : x; }

// e^x.  Below -708 the result is +0, above 709 it stays at e^709.
constexpr double exp(double x) {
  const double clamped = x < -708.0 ? -708.0 : (x > 709.0 ? 709.0 : x);
  const double shifted = clamped * log2_e + round_shift;
  const double k_exact = shifted - round_shift;
  const double r = (clamped - k_exact * ln2_high) - k_exact * ln2_low;
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double r8 = r4 * r4;
  const double p0 = exp_q[0] + exp_q[1] * r;
  const double p1 = exp_q[2] + exp_q[3] * r;
  const double p2 = exp_q[4] + exp_q[5] * r;
  const double p3 = exp_q[6] + exp_q[7] * r;
  const double p4 = exp_q[8] + exp_q[9] * r;
  const double q = ((p0 + p1 * r2) + (p2 + p3 * r2) * r4) + (p4 + exp_q[10] * r2) * r8;
  // The power of two in two halves, because 2^k alone leaves the range of normal numbers at both ends.
  const i64 k = std::bit_cast<i64>(shifted) - std::bit_cast<i64>(round_shift);
  const i64 k_half = k / 2;
  double y = 1.0 + (r + r2 * q);
  y = y * std::bit_cast<double>(static_cast<u64>(k_half + 1023) << 52);
  y = y * std::bit_cast<double>(static_cast<u64>(k - k_half + 1023) << 52);
  return x < -708.0 ? 0.0 : y;
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
constexpr double erfcx(double t) {
  const double y = (t - 3.75) / (t + 3.75);
  const double y2 = y * y;
  double even = erfcx_p[24];
  double odd = erfcx_p[23];
  for (int i = 22; i >= 2; i -= 2) {
    even = even * y2 + erfcx_p[i];
    odd = odd * y2 + erfcx_p[i - 1];
  }
  even = even * y2 + erfcx_p[0];
  return (even + y * odd) / (1.0 + 2.0 * t);
}

// The upper 25 bits of the fraction: the square of the result is exact.
constexpr double short_part(double x) {
  return std::bit_cast<double>(std::bit_cast<u64>(x) & ~u64{0x7ffffff});
}

// 1 - d + d^2/2 - d^3/6: e^-d for the small rest d that squaring short_part leaves.
constexpr double exp_minus_small(double d) { return 1.0 - d * (1.0 - (0.5 * d) * (1.0 - d * one_third)); }

// e^(-x^2/2) with the relative accuracy of exp although x^2 is rounded.  |x| <= 1e50.
constexpr double exp_minus_half_square(double x) {
  const double head = short_part(x);
  const double rest = 0.5 * ((x - head) * (x + head));
  return exp(-0.5 * (head * head)) * exp_minus_small(rest);
}

// The standard normal density.  |x| <= 1e50.
constexpr double normal_pdf(double x) { return inverse_sqrt_2pi * exp_minus_half_square(x); }

// The standard normal distribution.  |x| <= 1e50.  Below -37.6 the result is 0.
constexpr double normal_cdf(double x) {
  const double tail = 0.5 * exp_minus_half_square(x) * erfcx(absolute(x) * sqrt_half);
  return x < 0 ? tail : 1.0 - tail;
}

// The complementary error function.  |x| <= 1e50.
double erfc(double x);

// The inverse of normal_cdf, 1e-300 <= p < 1: a rational start (Abramowitz and Stegun 26.2.23, Hastings), then always
// three Halley steps.
double normal_quantile(double p);

}  // namespace lockstep::math
