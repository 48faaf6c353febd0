// What a book holds, in dollars at the index, so that a coin's options, inverse and linear contracts and its
// steps of price can be added up and compared.  For people to read: no decision is made from it.  Methodology
// 11.1.
#pragma once

#include <vector>

#include "core/model/state.h"

namespace lockstep::stress {

// price: of one unit of the value's asset, as dollars_of (node/runtime/summary.h) says it; 10^-16 dollars, to
// nearest.
Value in_dollars(Value value, Price price);
// part / whole, at 10^-12, to nearest; 0 if there is no whole.  At most 10^6, for ratios that have no upper
// end.
Rate ratio(Value part, Value whole);

// The coins of one lot at the index; of an inverse perpetual or future, which is so many dollars, those.  0
// without an index price.
Value dollars_per_lot(const State& state, const Instrument& instrument);

// What is open on one base asset: the sum over all accounts of either side.
struct Underlying {
  AssetId base;
  Value longs, shorts;
  Value open() const { return max(longs, shorts); }
};

struct Exposure {
  std::vector<Value> per_lot;  // by instrument: the coins of a lot at the index; 0 without an index price
  std::vector<AssetId> base;   // by instrument
  std::vector<Underlying> underlyings;  // of which anything is open, the largest first, then by base
};
Exposure exposure_of(const State& state);

// The account's holdings on both sides of one base asset (none: of all).
struct Sides {
  Value longs, shorts;
  Value gross() const { return longs + shorts; }
};
Sides sides_of(const Exposure& exposure, const Account& account, AssetId base);

// Whether a price of the base asset means anything to the account: a holding or an order on it, or its coins
// in a pooled account.
bool touches(const Exposure& exposure, const Account& account, AssetId base);

// Dollars themselves, and what counts as one.
bool is_dollar(const State& state, AssetId asset);

}  // namespace lockstep::stress
