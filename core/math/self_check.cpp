// volatile keeps the compiler from answering at compile time, where its own arithmetic is always right.
#include "core/math/self_check.h"

#include <bit>

#include "core/base/prng.h"
#include "core/math/elementary.h"

namespace lockstep::math {

namespace {

bool rounds_to_nearest() {
  const volatile double one = 1.0;
  const volatile double half_step = 0x1p-53;
  const volatile double above_half_step = 0x1.8p-53;
  return one + half_step == 1.0 && one + above_half_step == 1.0 + 0x1p-52;
}

bool keeps_subnormals() {
  const volatile double smallest_normal = 0x1p-1022;
  const volatile double smallest = 0x1p-1074;
  return smallest_normal * 0.5 != 0.0 && smallest * 0x1p60 == 0x1p-1014;
}

bool rounds_every_product() {
  const volatile double input = 1.0 + 0x1p-30;
  const volatile double rounded_square = 1.0 + 0x1p-29;  // the exact square has 2^-60 more
  const double x = input;
  const double square = rounded_square;
  return x * x - square == 0.0;
}

double uniform(Prng& prng) { return static_cast<double>(prng.next() >> 11) * 0x1p-53; }

u64 mixed(u64 hash, double value) {
  u64 bits = std::bit_cast<u64>(value);
  for (int i = 0; i < 8; ++i) {
    hash = (hash ^ (bits & 255)) * 1099511628211u;
    bits >>= 8;
  }
  return hash;
}

}  // namespace

u64 elementary_fingerprint() {
  Prng prng(1);
  u64 hash = 14695981039346656037u;
  for (int i = 0; i < 1000; ++i) {
    hash = mixed(hash, exp(1400.0 * uniform(prng) - 700.0));
    hash = mixed(hash, log(exp(100.0 * uniform(prng) - 50.0)));
    hash = mixed(hash, normal_cdf(40.0 * uniform(prng) - 30.0));
    hash = mixed(hash, normal_quantile(0x1p-60 + 0.999 * uniform(prng)));
  }
  return hash;
}

bool arithmetic_is_exact() {
  return rounds_to_nearest() && keeps_subnormals() && rounds_every_product() &&
         elementary_fingerprint() == elementary_fingerprint_expected;
}

}  // namespace lockstep::math
