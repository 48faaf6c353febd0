// What can be evaluated and is probably not what was meant: initial margin below maintenance, scenarios that
// move the price one way only, a component that nothing asks for.  Errors are core/risk/check.h's.
#pragma once

#include <vector>

#include "core/risk/check.h"

namespace lockstep {

// In the order of the rulebook: components, then schemes.  Paths as in RulebookDefect.
//
// Of expressions: whether initial can come out below maintenance is tried with every component at 1 alone,
// and with all at 1 (a component's own initial is never below its maintenance).
std::vector<RulebookDefect> rulebook_warnings(const Rulebook& rules);

}  // namespace lockstep
