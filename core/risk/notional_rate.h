// A share of what a holding is worth.  Formula at NotionalRow (core/model/holding_rows.h); the parts of it
// that answer to size and open interest are refused by check_rulebook.
#pragma once

#include "core/risk/facts.h"
#include "core/risk/unit.h"

namespace lockstep {

// Of facts.notional, rounded as the row says, then up.  In the settlement asset.
Margin notional_margin(const NotionalRow& row, const HoldingFacts& facts);

}  // namespace lockstep
