// Bytes from anywhere: decoding must not read outside them, and whatever decodes must encode to the very
// same bytes, because an encoding is unique.  The first byte chooses the type.
#include "core/wire/codec.h"

namespace {

using namespace lockstep;

template <class T>
void check(std::span<const u8> bytes) {
  T x;
  if (decode(bytes, x)) {
    const Bytes again = encode(x);
    LS_ASSERT(std::vector<u8>(bytes.begin(), bytes.end()) == again);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const u8> bytes(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0: check<Account>(bytes); break;
    case 1: check<Events>(bytes); break;
    case 2: check<Rulebook>(bytes); break;
    case 3: check<Series>(bytes); break;
    default: {
      std::vector<Command> commands;
      if (decode_batch(bytes, commands)) {
        LS_ASSERT(std::vector<u8>(bytes.begin(), bytes.end()) == encode_batch(commands));
      }
    }
  }
  return 0;
}
