// Bytes to command, event and entity, and back.  There is no list of fields here: every struct of core/model
// names its fields once, in each_field, and this module walks that list (core/wire/fields.h), so a field
// cannot be forgotten in a log, a snapshot or a state hash.
//
// Form: little-endian, fixed width, no padding, in the order of each_field.
//   integer, unit, id      its bytes            bool      one byte, 0 or 1
//   enum                   one byte             text      u32 length, then the bytes
//   vector                 u32 count, then its elements
//   variant                one byte, the alternative's index, then the alternative
// Every value has exactly one encoding, and decode() takes nothing else: a bool of 2, an enum above its last
// value, a count above its limit, or bytes that are missing all make it false.  What decode() gives may
// still be refused by the engine; a text may be longer than a name, so that a name that is too long is a
// refusal in the log and not a hole in it.
//
// A hand-written codec per struct lost because it is three lists of fields to keep equal; a schema compiler
// because it is a build step and a dependency for what 200 lines do.
#pragma once

#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/model/commands.h"
#include "core/model/events.h"
#include "core/model/state.h"

namespace lockstep {

// Of everything this module writes.  A change of any field list or limit of core/model is a new version.
constexpr u32 schema_version = 6;

constexpr std::size_t text_size_max = 1 << 20;  // a Request carries a command as text

// Appends x.
template <class T>
void encode(Writer& out, const T& x);

// Reads one T.  False: the bytes are not a T; then `in` has failed, and x is unspecified.
template <class T>
bool decode(Reader& in, T& x);

// The same for a whole buffer: decode() is also false when bytes are left over.
template <class T>
Bytes encode(const T& x) {
  Bytes bytes;
  Writer writer(bytes);
  encode(writer, x);
  return bytes;
}
template <class T>
bool decode(std::span<const u8> bytes, T& x) {
  Reader reader(bytes);
  return decode(reader, x) && reader.done();
}

// The payload of a frame: u32 count, then the commands.
Bytes encode_batch(std::span<const Command> commands);
bool decode_batch(std::span<const u8> bytes, std::vector<Command>& commands);

// What is instantiated in codec.cpp.  Another type of core/model is one line more here.
#define LS_WIRE_TYPES(ONE)          \
  ONE(Command)                      \
  ONE(Event)                        \
  ONE(Events)                       \
  ONE(Rulebook)                     \
  ONE(Asset)                        \
  ONE(House)                        \
  ONE(Index)                        \
  ONE(Instrument)                   \
  ONE(Market)                       \
  ONE(Series)                       \
  ONE(Party)                        \
  ONE(Account)                      \
  ONE(RulebookHistory)              \
  ONE(PriceSource)                  \
  ONE(Observation)                  \
  ONE(Replica)                      \
  ONE(ClientSession)                \
  ONE(JudgedFeed)                   \
  ONE(Agreement)                    \
  ONE(std::vector<Replica>)         \
  ONE(std::vector<ClientSession>)   \
  ONE(std::vector<JudgedFeed>)      \
  ONE(std::vector<Asset>)           \
  ONE(std::vector<House>)           \
  ONE(std::vector<Index>)           \
  ONE(std::vector<Instrument>)      \
  ONE(std::vector<Market>)          \
  ONE(std::vector<Series>)          \
  ONE(std::vector<Party>)           \
  ONE(std::vector<Account>)         \
  ONE(std::vector<RulebookHistory>) \
  ONE(std::vector<PriceSource>)     \
  ONE(std::vector<Observation>)

#define LS_WIRE_EXTERN(...)                                       \
  extern template void encode(Writer& out, const __VA_ARGS__& x); \
  extern template bool decode(Reader& in, __VA_ARGS__& x);
LS_WIRE_TYPES(LS_WIRE_EXTERN)
#undef LS_WIRE_EXTERN

}  // namespace lockstep
