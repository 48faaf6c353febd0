// The money at which a position can be closed so that nobody else pays: the account's balance stays the
// share of its maintenance that it was, and a whole account closed that way ends at zero.
// Source: dYdX v4, protocol/x/clob/keeper/liquidations.go, GetBankruptcyPriceInQuoteQuantums.
#pragma once

#include <optional>

#include "core/risk/transition.h"

namespace lockstep::liquidation {

// Whether a change of a holding closes it, in part or whole, and does not go beyond.  Sizes in any one unit.
bool closes(i128 size, i128 change);

// One holding before and after, each figure rounded as the venue rounds it for a holding of that size: the
// difference of two rounded figures is not the rounded difference.
struct Closing {
  Value worth_before, worth_after;              // signed
  Value maintenance_before, maintenance_after;  // asked for it, 0 or more
};

// What the account must be given for the closing, negative: what it must give.  account: whole, before.
//   worth_before - worth_after - floor(balance x |change of maintenance| / maintenance)
// The one division is down, so that the result leans to plus infinity: at this price no insurance is used.
// None: the account has no maintenance.
std::optional<Value> bankruptcy_proceeds(const Closing& closing, Health account);

}  // namespace lockstep::liquidation
