// A share of what a holding is worth, which may answer to its size, to the market's open interest and to the
// account's own leverage.  Formula at NotionalRow (core/model/holding_rows.h); methodology 5.9 and 5.10.
#pragma once

#include "core/risk/facts.h"
#include "core/risk/unit.h"

namespace lockstep {

// The initial rate for this holding, without the account's own leverage.
Rate initial_rate(const NotionalRow& row, const HoldingFacts& facts);

// Of facts.notional, in the settlement asset, each step rounded as the row says: N, the rates, each amount.
Margin notional_margin(const NotionalRow& row, const HoldingFacts& facts);

}  // namespace lockstep
