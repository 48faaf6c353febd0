// How fast to close: no faster than the book bears, no slower than the account's equity lasts.  Methodology
// 10.6.
#pragma once

#include "core/model/liquidation_rules.h"

namespace lockstep {

// (E / (k s N))^2 seconds: until a move of k deviations, of which one in a second is s, eats the equity.
// Rounded down, at most a year, 0 without equity.
Duration deadline(Value equity, Value value, Rate deviation, Rate deviations);

// What may be closed in this round of a holding of `value`: what is asked, at most `budget` (what is left of
// the book's share) and, if `until` is not 0, at most value x since / until.  Both rounded down.
Value paced(Value asked, Value value, Value budget, Duration since, Duration until);

}  // namespace lockstep
