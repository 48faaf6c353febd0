// Open orders handed to the rules that look at a holding or a balance: each is taken at the worse of "all
// buys fill" and "all sells fill".  Methodology 5.7 (worst position) and 5.8.
#pragma once

#include "core/risk/collateral.h"

namespace lockstep {

struct WorstPosition {
  Value coins;  // with the orders of the side that counts
  Value worth;  // what it can lose at most: |coins| x price; capped: a short can lose |coins| (1 - price)
};
// buys, sells: coins, not negative.  Ties go to the sells.  capped: the price lies between 0 and 1.  The
// worth is rounded as named.  Source: Drift v2, perp positions.
WorstPosition worst_position(Value held, Value buys, Value sells, Price price, bool capped,
                             Rounding rounding);

// A balance with the spot orders of its asset: what it would be, what the orders would have paid (negative)
// or brought, and what both are worth together.
struct SpotFill {
  Value tokens;
  Value orders;        // in money, at the higher of index and slow price
  Value worth;         // of tokens
  Value weighted;      // of worth
  Value contribution;  // weighted + orders
};
// The side with the smaller contribution; ties go to the sells.  Without orders: the balance.  strict:
// worth at counted_price() at every level.  Source: Drift v2, spot positions.
SpotFill worse_fill(const Collateral& row, const BalanceFacts& facts, Value buys, Value sells,
                    WeightLevel level, bool strict);

// What `reserved` tokens of an asset add to an account that could receive `all` of it (these included) from
// its orders: up to the balance that would be there they are an asset, beyond it they repay debt.
// Source: Mango v4, open orders.
Value reserved_worth(const Collateral& row, const BalanceFacts& facts, Value all, Value reserved,
                     WeightLevel level);

}  // namespace lockstep
