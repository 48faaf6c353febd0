// A minimum for written options that nothing covers, however little the scenarios show.  Methodology 5.12;
// formula at ShortMinimumRow (core/model/components.h).
#pragma once

#include <span>

#include "core/risk/unit.h"

namespace lockstep {

// Coins of written options without cover.  paired: at one strike, where calls and puts are held in opposite
// directions, the long ones cover the short ones whatever their type; where both are written, both count; an
// option is never covered by one of another strike.  Not paired: every written coin.
Value uncovered_coins(std::span<const HeldOption> options, bool paired);

// Over the expiries of the unit: coins x (rate x price + per coin), up.  price 0: coins are the settlement
// asset.
Margin short_minimum_margin(const ShortMinimumRow& row, const UnitSum& unit);

}  // namespace lockstep
