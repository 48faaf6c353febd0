// Evaluates the byte code of a scheme's expressions (core/model/rulebook.h), and remembers which components
// decided: the winner of a max or min passes its components on, the loser does not.
#pragma once

#include <span>

#include "core/model/rulebook.h"

namespace lockstep {

constexpr std::size_t expression_depth_max = 16;  // of the stack; check_rulebook

struct Evaluated {
  Value value;
  u64 binding = 0;  // bit n: component slot n decided
};

// slot_of translates a component's index in the rulebook to its place in `components`.  A product rounds up.
// maintenance, initial: of this unit or pool, as rounded, for expressions that are made from them.
Evaluated evaluate(const Expression& expression, std::span<const Value> components,
                   std::span<const u8> slot_of, Value sum_of_units, Value orders, Value maintenance = {},
                   Value initial = {});

}  // namespace lockstep
