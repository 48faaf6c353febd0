// A market of one's own in which prices, volatilities and time can be moved: for the search for liquidation
// prices and for what-if questions.  What moves together is said in core/risk/boundary.h.
#pragma once

#include "core/risk/boundary.h"

namespace lockstep {

// What moves when the base asset does, with what it was before.
struct Movable {
  struct Mark {
    InstrumentId instrument;
    Price mark;
    Price forward;   // options
    Value distance;  // options with a received mark: its value less the model's, per lot
  };
  AssetId base;
  IndexId lead;
  Price price;  // of the lead
  std::vector<std::pair<IndexId, Price>> indexes;
  std::vector<Mark> marks;
};

// Copies what assess() reads; of the instruments' markets those of the account.
void refresh(const State& state, const Account& account, BoundaryBook& book);

// Freezes the volatilities of the account's options on the base asset and notes what will move.
Movable movable(BoundaryBook& book, const Account& account, AssetId base, IndexId lead);

// Puts the lead at `price` (positive) and everything else in proportion.  move_to(the present price) gives
// back the market as it was, but for volatilities, which are frozen at 10^-12.
void move_to(BoundaryBook& book, const Movable& moving, Price price);

// One underlying by a ratio: at least -99.99 % (asserted).  False: no index of the asset has a price.
bool move_price(BoundaryBook& book, const Account& account, AssetId base, Rate move);

// The volatility of every option of the account on the asset by a ratio, at least -100 % (asserted); a mark
// that was received keeps its distance from the model's value.
void move_volatility(BoundaryBook& book, const Account& account, AssetId base, Rate move);

// Time passes and nothing else: prices stay and count as fresh, options lose time, and what expires is
// settled at its index into `account`.
void move_time(BoundaryBook& book, Account& account, Duration by);

// The asset on which an instrument is written.
inline AssetId base_of(const State& state, InstrumentId instrument) {
  return state.index(state.instrument(instrument).index).base;
}

}  // namespace lockstep
