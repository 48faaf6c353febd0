// An add-on that grows with the size of a unit's net delta, by brackets.  Methodology 5.18.
#pragma once

#include "core/risk/unit.h"

namespace lockstep {

// The brackets over |delta of the unit| x index, in the settlement asset (inverse: over the coins), at the
// highest leverage that the bracket allows: an account's own choice says nothing about concentration.  Up.
Margin concentration_margin(const BracketRow& row, const UnitSum& unit);

}  // namespace lockstep
