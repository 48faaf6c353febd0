// JSON that came in, as a small tree.  Numbers stay the text that was sent: money must not pass through a
// binary float on its way to an exact decimal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/int.h"
#include "core/base/result.h"

namespace lockstep {

struct JsonValue {
  enum class Kind : u8 { null, boolean, number, text, array, object };
  Kind kind = Kind::null;
  bool flag = false;                                       // boolean
  std::string text;                                        // text; number: as it was sent
  std::vector<JsonValue> items;                            // array
  std::vector<std::pair<std::string, JsonValue>> members;  // object, in the order sent

  JsonValue();  // in value.cpp: in place, Clang 14 would need the pair of `members` before it is complete
  // An object's member, or nullptr.
  const JsonValue* find(std::string_view name) const;
};

constexpr int json_depth_max = 32;

// The digits of a number or text, for an exact reader of decimals.  A number with an exponent of at most 40
// is written out, exactly: 5e-05 is "0.00005".  Everything else is as it was sent.
std::string plain_digits(const JsonValue& value);

// The whole text must be one value.  The error is one line: what is wrong with it.  A name that an object has
// twice is one, too: two readers could understand two different commands.
Result<JsonValue, std::string> parse_json(std::string_view text);

}  // namespace lockstep
