// How a rate answers to size and to open interest: pure integers, each step rounded as the rulebook says.
// Methodology 5.9 (size premium) and 5.10 (open interest).
#pragma once

#include "core/model/rulebook.h"

namespace lockstep {

Rate rounded(Rate rate, Rounding rounding);

// floor(sqrt(size + 10^-10)) in units of 10^-5, the size cut to 10^-9 coins: 4 coins are 2.00000, one
// billionth is 0.00003.
Rate size_root(Value size);

// rate - (1 - premium_share) rate + factor root(size), the two terms rounded one by one; factor 0: the rate.
// bounded: at least the rate.
Rate size_premium(Rate rate, Rate premium_share, Rate factor, Value size, Rounding rounding, bool bounded);

// base + (1 - base) (interest - lower) / (upper - lower); base up to lower or if upper is 0, 1 from upper on.
Rate interest_rate_of(Rate base, Value lower, Value upper, Value interest, Rounding rounding);

// The rate of an account with more leverage than usual: `relaxed` for a small holding, and back to `usual` as
// the premium of `usual` grows from premium_share of it to all of it; beyond, that premium.  The share of the
// way is cut to 10^-6.
Rate relaxed_rate(Rate usual, Rate relaxed, Rate premium_share, Rate factor, Value size, Rounding rounding);

}  // namespace lockstep
