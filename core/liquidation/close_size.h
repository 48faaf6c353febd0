// How much of a holding one round of liquidation closes, by the venue's limits of a round.
// Sources: dYdX v4, protocol/x/clob/keeper/liquidations.go (portion of the holding's value, in steps);
// Vega, specs 0012-POSR and core/execution/liquidation/engine.go (disposal by the network); OKX, help
// article 360020411711 (down to the largest size of a lower tier).
#pragma once

#include "core/units/units.h"

namespace lockstep::liquidation {

struct PortionPolicy {
  Value least;   // a round may always close this much
  Rate portion;  // of the holding's value, 0 .. 1
};

// Bounds of what a round closes, as value: least = min(policy.least, |worth|), most = max(least,
// floor(|worth| x portion)).
struct CloseBounds {
  Value least, most;
};
CloseBounds close_bounds(Value worth, PortionPolicy policy);

// Size to close, signed against `size`; any one unit of size, step > 0.  cap: the value that may be closed;
// at_cap: the size that is worth as much.  All if it is worth no more than the cap or is no larger than a
// step, else at_cap down to a step, at least one step and at most all.
i128 close_size(i128 size, Value worth, Value cap, i128 at_cap, i128 step);

// What a network sells of a position that it took over, in one round.
struct DisposalPolicy {
  Rate fraction;      // of the position
  Lots whole;         // a position of this size or less goes at once
  Rate volume_share;  // of the volume on offer within the allowed range, at most
};

// min(|position| <= whole ? |position| : ceil(|position| x fraction), ceil(volume x volume_share)), 0 or
// more. 0: wait for volume.
Lots disposal_size(Lots position, Lots volume, const DisposalPolicy& policy);

// What brings a holding down to the largest size of a tier: held - most, at least 0.  Signs are the caller's.
Value size_above(Value held, Value most);

}  // namespace lockstep::liquidation
