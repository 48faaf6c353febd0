// The impact price of an order book and the premium it shows: what trading a fixed amount of money would cost
// or fetch on average.  Integers of any scale; a venue that counts in quanta is followed to the last one.
#pragma once

#include <vector>

#include "core/base/wide.h"

namespace lockstep {

// n / d, d > 0.
struct Ratio {
  i128 n = 0;
  i128 d = 1;
};

struct DepthLevel {
  i128 size = 0;   // > 0
  i128 price = 0;  // money per unit of size, before `money` below
};

// The average price of `money` (in units of size x price), walking the levels from the first, the last one in
// part and its size rounded up; money 0: the first level's price.  n 0: not enough depth.
Ratio impact_price(const std::vector<DepthLevel>& levels, Ratio money);

// bids from the highest, asks from the lowest price.  Toward zero, in ppm of the index: of the impact bid if
// the best bid is above the index, of the impact ask if the best ask is below it, as far as these are beyond
// the index; and at most `most_ppm` either way.
i128 depth_premium_ppm(const std::vector<DepthLevel>& bids, const std::vector<DepthLevel>& asks, Ratio index,
                       Ratio money, i128 most_ppm);

}  // namespace lockstep
