// The project's only source of chance: xoshiro256** (Blackman and Vigna, 2018) seeded by splitmix64. Integers
// only; no std::*_distribution, which no standard pins down, and no libm.  Same seed, same draws, on every
// machine.
#pragma once

#include "core/base/assert.h"
#include "core/base/int.h"

namespace lockstep {

class Prng {
 public:
  explicit constexpr Prng(u64 seed) {
    for (u64& word : state_) {
      seed += 0x9e3779b97f4a7c15u;
      u64 z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
      word = z ^ (z >> 31);
    }
  }

  constexpr u64 next() {
    const u64 result = rotate(state_[1] * 5, 7) * 9;
    const u64 t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  // Uniform in 0..bound-1; bound > 0.  The high half of a 128-bit product: unbiased enough (error < 2^-32 for
  // bounds below 2^32) and without a loop, so that every draw takes exactly one step of the generator.
  constexpr u64 below(u64 bound) {
    LS_ASSERT(bound > 0);
    return static_cast<u64>((static_cast<u128>(next()) * bound) >> 64);
  }
  // Uniform in low..high, both included.
  constexpr i64 between(i64 low, i64 high) {
    LS_ASSERT(low <= high);
    return low + static_cast<i64>(below(static_cast<u64>(high - low) + 1));
  }
  // True in `numerator` of `denominator` draws.
  constexpr bool chance(u64 numerator, u64 denominator) { return below(denominator) < numerator; }

 private:
  static constexpr u64 rotate(u64 x, int k) { return (x << k) | (x >> (64 - k)); }
  u64 state_[4];
};

}  // namespace lockstep
