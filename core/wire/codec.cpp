#include "core/wire/codec.h"

#include "core/wire/fields.h"

namespace lockstep {

template <class T>
void encode(Writer& out, const T& x) {
  wire::put(out, x);
}

template <class T>
bool decode(Reader& in, T& x) {
  wire::get(in, x);
  return !in.failed();
}

#define LS_WIRE_INSTANTIATE(...)                           \
  template void encode(Writer& out, const __VA_ARGS__& x); \
  template bool decode(Reader& in, __VA_ARGS__& x);
LS_WIRE_TYPES(LS_WIRE_INSTANTIATE)
#undef LS_WIRE_INSTANTIATE

Bytes encode_batch(std::span<const Command> commands) {
  Bytes bytes;
  Writer out(bytes);
  out.integer(static_cast<u32>(commands.size()));
  for (const Command& command : commands) encode(out, command);
  return bytes;
}

bool decode_batch(std::span<const u8> bytes, std::vector<Command>& commands) {
  commands.clear();
  Reader in(bytes);
  const u32 count = in.integer<u32>();
  for (u32 i = 0; i < count; ++i) {
    if (!decode(in, commands.emplace_back())) return false;
  }
  return in.done();
}

}  // namespace lockstep
