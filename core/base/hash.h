// Hash128: the digest of one entity, and the sum of such digests.  XXH3 (128 bit, seedless, little-endian
// canonical), which is not made against attackers; it detects divergence.  Sums wrap modulo 2^128 and do not
// care about order, so a state hash can be kept incrementally: subtract the old digest of an entity, add the
// new one.
#pragma once

#include <span>
#include <string>

#include "core/base/int.h"

namespace lockstep {

struct Hash128 {
  u64 high = 0;
  u64 low = 0;
  friend constexpr bool operator==(Hash128, Hash128) = default;
};

constexpr Hash128 operator+(Hash128 a, Hash128 b) {
  const u64 low = a.low + b.low;
  return {a.high + b.high + (low < a.low ? 1u : 0u), low};
}
constexpr Hash128 operator-(Hash128 a, Hash128 b) {
  return {a.high - b.high - (a.low < b.low ? 1u : 0u), a.low - b.low};
}

Hash128 hash_bytes(std::span<const u8> bytes);

// 32 lower-case hexadecimal digits, high half first.
std::string to_hex(Hash128 hash);

}  // namespace lockstep
