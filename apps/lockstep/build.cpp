#include "apps/lockstep/build.h"

#include "node/io/sha256.h"

namespace lockstep {
namespace {

constexpr u64 binary_size_max = u64{1} << 30;

}  // namespace

u128 build_of(Disk& disk) {
  const Result<Bytes, Fault> binary = read_file(disk, "/proc/self/exe", binary_size_max);
  if (!binary) return 0;
  u128 build = 0;
  const Hash256 hash = sha256(binary.value());
  for (std::size_t i = 0; i < 16; ++i) build = build << 8 | hash.bytes[i];
  return build;
}

}  // namespace lockstep
