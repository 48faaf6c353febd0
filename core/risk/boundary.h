// Liquidation prices: where does maintenance meet what stands against it, if only the price of one underlying
// moves?  docs/methodology.md section 8.
//
// A closed form for one linear holding with brackets, which is what venues publish.  Both sides are answered:
// a price below and a price above may each be there or not, whatever the holding's sign, because brackets may
// jump.  With the account short of maintenance already they are where it would be out of it.
#pragma once

#include <optional>

#include "core/model/components.h"
#include "core/units/units.h"

namespace lockstep {

// A holding of `size` coins (signed) at `price`, in a pool whose margin balance at that price is `balance` and
// whose other requirements, held constant, are `others`.  Settlement asset.
struct LinearPool {
  Value balance;
  Value others;
  Value size;
  Price price;
};

// Prices at 10^-16, nearest; nullopt: there is none.
struct LinearBoundaries {
  std::optional<Value> below;
  std::optional<Value> above;
};

// Solves balance + size (P - price) - others = |size| P rate - deduction, bracket by bracket outwards from
// `price`, with the rate of the bracket in which |size| P lies (fixed point); at a floor where the margin
// jumps over the balance, the floor.  Size 0: none.
LinearBoundaries liquidation_price(const LinearPool& pool, const BracketRow& row);

}  // namespace lockstep
