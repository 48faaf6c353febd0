// A total in whole units, divided in proportion and exact to the unit: by largest remainder.  Methodology
// 10.8.
#pragma once

#include <span>
#include <vector>

#include "core/base/wide.h"

namespace lockstep {

// part[i] = total x weight[i] / sum, rounded down, and the units that are left one each to the largest
// remainders, ties to the first.  The parts sum to the total.  total >= 0, weights >= 0 and not all 0
// (asserted). A part never exceeds its weight while total <= sum of weights.
std::vector<i128> allocate(i128 total, std::span<const i128> weights);

// The same with a part never above its cap: what is cut goes to the others by the same rule.  The parts sum
// to the lesser of total and the caps of those with a weight.
std::vector<i128> allocate_capped(i128 total, std::span<const i128> weights, std::span<const i128> caps);

}  // namespace lockstep
