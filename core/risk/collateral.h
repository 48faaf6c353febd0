// What a balance counts for at each level.  Methodology 4.6.  The parts of Collateral that answer to size,
// steps and the deposits of the venue are refused by check_rulebook.
#pragma once

#include "core/model/collateral_rules.h"

namespace lockstep {

struct Counted {
  Value initial;
  Value maintenance;
};

struct BalanceFacts {
  Value balance;  // tokens, signed
  Price price;    // in money
  Rate confidence = Rate::from_raw(rate_one);
};

// Weighted worth in money, signed: assets down, debts up.  Below the row's threshold of confidence c assets
// count for (1 - c) rate of their value less at the initial level.
Counted balance_worth(const Collateral& row, const BalanceFacts& facts);

}  // namespace lockstep
