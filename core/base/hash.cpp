#include "core/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace lockstep {

Hash128 hash_bytes(std::span<const u8> bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::string to_hex(Hash128 hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const u64 half : {hash.high, hash.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text.push_back(digits[(half >> shift) & 15]);
  }
  return text;
}

}  // namespace lockstep
