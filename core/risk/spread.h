// What offsetting deltas of different expiries still cost: netting across the term structure is not free.
// Methodology 5.17; formula at SpreadRow (core/model/unit_rows.h).
#pragma once

#include "core/risk/unit.h"

namespace lockstep {

// matched coins x rate x index (inverse: coins x rate), up; the same at both levels.  matched: the lesser of
// what the expiries of the unit hold long and short, each expiry netted by itself (UnitSum::deltas).  Since
// one rate holds for every pair of expiries, in which order they are matched does not matter.
Margin expiry_spread_margin(const SpreadRow& row, const UnitSum& unit);

}  // namespace lockstep
