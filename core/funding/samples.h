// Lists of premiums as on-chain venues keep them: integers of any scale (ppm), medians of votes, tails cut
// off, missing votes counted as nothing.
#pragma once

#include <vector>

#include "core/base/wide.h"

namespace lockstep {

// At least one value.  Of an even number the mean of the middle two, half away from zero.
i64 median(std::vector<i64> values);

// With zeros for what is missing up to `count`.
std::vector<i64> padded(std::vector<i64> values, std::size_t count);

// Without `share_ppm` of the values at either end: floor(2 share x n) go, half of them (floor) at the bottom.
// If that is none, or all, the values stay as they were; else they come sorted.
std::vector<i64> without_tails(std::vector<i64> values, i64 share_ppm);

// The most that a rate may be: floor(factor x margin), all in ppm.
i64 clamp_ppm(i64 factor, i64 margin);

// Toward zero; of no values 0.
i64 mean_toward_zero(const std::vector<i64>& values);

}  // namespace lockstep
