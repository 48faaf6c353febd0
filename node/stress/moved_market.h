// The market with prices and volatilities moved, for all accounts at once: a copy of the State's tables with
// risk rows of its own.  What moves with an underlying is said in core/risk/boundary.h.  Methodology 11.1.
#pragma once

#include <span>

#include "core/risk/boundary_market.h"

namespace lockstep::stress {

// An underlying's price and the volatilities of its options, each by a ratio.  Beyond -99 % it is -99 %.
struct Move {
  AssetId base;
  Rate price;
  Rate volatility;
};

class MovedMarket {
 public:
  // The State must outlive it, and is not changed.
  explicit MovedMarket(const State& live);

  // Moves the live market, whatever was moved before.
  void move(std::span<const Move> moves);

  const State& live() const { return live_; }
  const State& state() const { return book_.state; }  // without accounts and house
  RiskBook& risk() { return book_.risk; }

 private:
  const State& live_;
  Account everything_;  // one lot of whatever is held or ordered: names what has to move
  BoundaryBook book_;
};

// Bases that have an index price and are not dollars, ascending: what "all" means.
std::vector<AssetId> movable_bases(const State& state);

}  // namespace lockstep::stress
