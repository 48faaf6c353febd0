// Refusal: why a command was not accepted.  A replicated result like any other: the same number on every
// replica. `none` (0) means accepted.  The list is core/model/refusals.def.
#pragma once

#include <span>
#include <string_view>

#include "core/base/int.h"

namespace lockstep {

enum class Refusal : u16 {
  none = 0,
#define REFUSAL(number, name, text) name = number,
#include "core/model/refusals.def"
#undef REFUSAL
};

struct RefusalText {
  Refusal refusal;
  std::string_view name;
  std::string_view text;
};

// In the order of the list, without `none`.
std::span<const RefusalText> all_refusals();
// "price_off_tick"; "accepted" for none.
std::string_view refusal_name(Refusal refusal);
std::string_view refusal_text(Refusal refusal);

}  // namespace lockstep
