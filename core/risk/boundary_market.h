// A market in which one underlying can be moved; private to core/risk's search for liquidation prices.
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

// The asset on which an instrument is written.
inline AssetId base_of(const State& state, InstrumentId instrument) {
  return state.index(state.instrument(instrument).index).base;
}

}  // namespace lockstep
