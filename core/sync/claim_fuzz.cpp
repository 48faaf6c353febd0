// Whatever the bytes, a claim is read or not, and one that is read is written as the same bytes.
#include <cstdlib>

#include "core/sync/claim.h"

extern "C" int LLVMFuzzerTestOneInput(const lockstep::u8* data, std::size_t size) {
  lockstep::Claim claim;
  const std::span<const lockstep::u8> bytes(data, size);
  if (!lockstep::decode_claim(bytes, claim)) return 0;
  lockstep::Bytes again;
  lockstep::encode_claim(claim, again);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
  return 0;
}
