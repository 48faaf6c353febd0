// The way between two rulebooks in equal steps, so that a stricter epoch does not come as a cliff.
// Methodology 6.4.
#pragma once

#include "core/model/rulebook.h"

namespace lockstep {

// A rulebook `step` / `steps` of the way from `from` to `to` (0 < step < steps): every rate and amount is
// from + (to - from) x step / steps, to the nearest unit; deductions of brackets are those that the brackets
// on the way need.  Ages of prices are those of `from` until the end.  False: the two differ in more than
// rates, amounts, ages, version, source and the texts of gaps, so that there is nothing in between; or what
// is in between contradicts itself (core/risk/check.h).  out.identity is empty: it is what two epochs make
// of it.
bool between(const Rulebook& from, const Rulebook& to, u32 step, u32 steps, Rulebook& out);

}  // namespace lockstep
