// No text can hurt the reader of vectors: it answers with an error of one line, or with a tree no deeper than
// it allows, whose numbers are numbers.
#include <cstddef>
#include <cstdint>

#include "core/base/assert.h"
#include "tests/conform/conform.h"
#include "tests/conform/decimal.h"

using namespace lockstep;
using namespace lockstep::conform;

namespace {

void look(const Json& json, int depth) {
  LS_ASSERT(depth <= 65);
  if (json.kind == Json::Kind::number) {
    LS_ASSERT(is_decimal(json.text));
    json.real();
    try {
      json.fixed(18);
    } catch (const VectorError&) {  // too large
    }
    LS_ASSERT(within(json.text, json.text + "", {}));
    LS_ASSERT(difference(*read_decimal(json.text), *read_decimal(json.text)).digits.empty());
  }
  for (const Json& item : json.items) look(item, depth + 1);
  for (const auto& [key, member] : json.members) {
    LS_ASSERT(json.find(key) == &member);
    look(member, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    look(parse_json({reinterpret_cast<const char*>(data), size}), 0);
  } catch (const VectorError& error) {
    LS_ASSERT(!error.text.empty());
  }
  return 0;
}
