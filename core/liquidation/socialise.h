// A loss that nobody is left to pay, spread: over the winners of a settlement, the positions of a market,
// the deposits of an asset, or whoever withdraws.
// Sources: Vega, core/settlement and the verified features of 0002-STTL; Drift v2,
// programs/drift/src/math/liquidation.rs and state/user.rs (get_claimable_pnl); Derive, documentation of
// liquidations.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/model/holding_rows.h"

namespace lockstep::liquidation {

// What each of `wins` (ledger units, none negative) gets when only `collected` of their sum came in:
// floor(win x collected / sum); the rest goes to the one at `last`.  All of it if enough came in.
std::vector<Amount> pro_rata(std::span<const Amount> wins, Amount collected, std::size_t last);

// Loss per coin of the positions of a market, long and short, 0 or more, up to `decimals`: what longs owe
// and shorts do not get.  None: there are no positions.
std::optional<Value> loss_per_coin(Value loss, Value longs, Value shorts, u8 decimals);

// By how much the index of an asset's deposits falls: index x loss / deposits, up to `decimals`; 0 without
// deposits.
Rate deposit_index_cut(Rate index, Value loss, Value deposits, u8 decimals);

// Share that a withdrawal leaves behind: debt / (debt + deposits), up to `decimals`; 0 without debt.
Rate withdrawal_fee(Value debt, Value deposits, u8 decimals);

// How much of an unsettled profit may be taken out: all of a loss; of a profit what closing has realised
// (`realised`, if positive) and what the pool of the market has to spare (likewise).
Value claimable_profit(Value profit, Value realised, Value spare);

}  // namespace lockstep::liquidation
