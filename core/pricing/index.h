// One price out of several venues': a venue that runs away moves the index by the cap at most.
// Source: Deribit, support article 25944739377309 (Index Prices): each constituent is held within the cap of
// their median, then they are averaged by weight.
#pragma once

#include <span>
#include <vector>

#include "core/units/units.h"

namespace lockstep {

struct CappedIndex {
  Price median;
  std::vector<Price> capped;  // as given, each within median x (1 - cap) .. median x (1 + cap)
  Price index;                // their weighted average
};

// prices: above 0, at least one; weights: as many, at least 0, not all 0 (asserted).  The median of an even
// number is the mean of the middle two; every division is rounded to nearest.
CappedIndex capped_index(std::span<const Price> prices, std::span<const Rate> weights, Rate cap);

}  // namespace lockstep
