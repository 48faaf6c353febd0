// A book of options per expiry: it never needs more than the most it can lose at settlement, nor more than
// its written options need one by one.  Methodology 5.14; formula at ExpiryLossRow (core/model/components.h).
#pragma once

#include "core/risk/unit.h"

namespace lockstep {

// The most that the options lose over settlement prices 0 and every strike held; 0 if nowhere.  Beyond the
// last strike written calls lose without bound, which ExpiryLossRow::unpaired_* stands for.  Up.
Value worst_payoff(const std::vector<HeldOption>& options);

// Of one expiry; HeldOption::alone is what an option needs by itself (short_option.h).
Margin expiry_loss(const ExpiryLossRow& row, const ExpirySum& expiry);

// Sum over the expiries of a unit.
Margin expiry_loss_margin(const ExpiryLossRow& row, const UnitSum& unit);

}  // namespace lockstep
