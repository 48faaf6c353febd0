// Liquidation prices for people.
#pragma once

#include <string>
#include <vector>

#include "core/risk/boundary.h"

namespace lockstep {

// A table: pool, underlying, price now, below, above; nothing if there are none.
std::string boundaries_text(const State& state, const std::vector<Boundary>& boundaries);
// "below 95 210.5", "above 121 000", "none"; from a price on unknown: "unknown below 1 200".
std::string crossing_text(const Crossing& crossing);

}  // namespace lockstep
