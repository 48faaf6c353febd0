// A recorded snapshot of an option chain (node/feed/tape.h) as the input of a surface.
#pragma once

#include "node/feed/tape.h"
#include "node/surface/quotes.h"

namespace lockstep::surface {

// The options of one coin.  The index price is the median of the rows': a venue's rows are asked for one
// after the other, while the index moves.
Chain chain_of(const ChainSnapshot& snapshot, u8 coin);

}  // namespace lockstep::surface
