// The figures of one holding, for its position and for the account's sums.  Private to node/deribit.
#pragma once

#include "node/deribit/market.h"

namespace lockstep::deribit {

struct Figures {
  std::optional<Price> mark;
  std::optional<Value> value;     // of the whole holding at the mark
  std::optional<Value> floating;  // value - cost
  Value realised;                 // earned and not yet in the balance, less the funding that is owed
  // Of the holding.  delta: coins, of options not net of the premium; the others in quote units.
  double delta = 0, gamma = 0, vega = 0, theta = 0;
};
Figures figures_of(Engine& engine, const Holding& holding);

// What the lots were bought for on average, nearest 10^-8; nothing if they cost nothing.
std::optional<Price> average_price(const Instrument& instrument, const Holding& holding);
// Coins: of inverse perpetuals and futures the size over the price, nearest 10^-16.
Value coins_of(const Instrument& instrument, Lots lots, Price price);

}  // namespace lockstep::deribit
