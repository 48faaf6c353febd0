// A holding that the market does not take and the insurance fund cannot pay for, closed against accounts
// that hold the other side.
// Source: dYdX v4, protocol/x/clob/keeper/deleveraging.go.
#pragma once

#include "core/base/wide.h"
#include "core/units/units.h"

namespace lockstep::liquidation {

// Where the two meet: nobody is deleveraged, at the price that leaves the account at zero
// (bankruptcy_price.h), or at the mark.
enum class DeleveragePrice : u8 { none, bankruptcy, mark };
// settling: the market is being closed for good, so that everybody must leave it.
DeleveragePrice deleverage_price(Value balance, bool settling);

// Change of the account that is closed against one counterparty: what is left to close, at most what that
// one holds; 0 if he is not on the other side.  remaining is signed as the change.
i128 deleverage_size(i128 remaining, i128 counterparty);

// Whether `change` closes part or all of the first and its opposite of the second.
bool may_deleverage(i128 closed, i128 counterparty, i128 change);

}  // namespace lockstep::liquidation
