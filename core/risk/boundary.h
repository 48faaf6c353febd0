// Liquidation prices: where does maintenance meet what stands against it, if only the price of one underlying
// moves?  docs/methodology.md section 8.  Two answers:
//
//   liquidation_price()  the closed form for one linear holding with brackets, which is what venues publish
//   find_boundaries()    any account under any rulebook: assess() itself is asked at other prices
//
// What moves with the underlying, and what does not.  All indexes of the same base asset, and the marks of
// perpetuals, futures and spot instruments on them, move by the same ratio: the basis stays as a ratio.  So
// do the forwards of options; each option keeps the volatility it has now (by strike), and a mark that was
// received keeps its distance from the model's value (or stays, if there is no model).  The base asset as
// collateral moves with its index. Time, everything else's prices, observations, balances, holdings and
// orders stay.
//
// Both sides are answered, whatever the sign of a holding: there may be a price below, above, both or none.
// For a pool that is to be liquidated already they are where it would be out of it.
#pragma once

#include <optional>
#include <vector>

#include "core/model/components.h"
#include "core/risk/assess.h"

namespace lockstep {

// A holding of `size` coins (signed) at `price`, in a pool whose margin balance at that price is `balance`
// and whose other requirements, held constant, are `others`.  Settlement asset.
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

// unknown: from this price on the pool has no totals (a gap of the rulebook, a value beyond the limits).
struct Crossing {
  enum class Kind : u8 { none, at, unknown };
  Kind kind = Kind::none;
  Price price;
  friend bool operator==(const Crossing&, const Crossing&) = default;
};

// For one pool and one underlying.  A price found is a multiple of `step` at which the pool's state is across
// the line (margin_state() says liquidation, or does so no more), while one step nearer it is not, or the
// present price lies in between.  Both were assessed.
struct Boundary {
  AssetId asset;  // the pool, as in PoolTotals
  InstrumentId isolated;
  Leg leg = Leg::net;
  IndexId index;            // the price is this one's; others of the same base asset move with it
  Price step;               // the smallest tick of what the pool has on the underlying
  bool liquidated = false;  // now
  Crossing below;
  Crossing above;
  friend bool operator==(const Boundary&, const Boundary&) = default;
};

// A market of our own to move, kept between calls.  One belongs to one State; what it copies of that is
// refreshed with every call.
struct BoundaryBook {
  State state;
  RiskBook risk;
  Account account;  // with what one pool needs
  Assessment assessment;
  u64 moves = 0;
};

// By pool, then by index; a pool is listed once for each underlying on which it has a holding, an order or
// collateral.  Empty if the account has an obstacle of price_missing or worse.
//
// Looked for outwards from the present price, on a grid and at the strikes of the account's options, down to
// one step and up to ten times the price; between two neighbours of the grid that differ by halving and
// interpolation.  A pool that crosses twice between two neighbours is not noticed: they lie 2.5 % of the
// present price apart from a fortieth of it to twice it, then at halves below and at quarters more above.
std::vector<Boundary> find_boundaries(const State& state, const Account& account, BoundaryBook& book);

}  // namespace lockstep
