// Interest of money that is lent: the rate that answers to how much of it is in use, and what it has grown
// to.  Integers of a scale that each function names.
#pragma once

#include "core/base/wide.h"

namespace lockstep {

// ---- two straight lines, and growth without end; everything in 10^-18

struct BentRate {
  i128 least = 0;
  i128 optimal_use = 0;
  i128 slope = 0;        // up to the optimal use
  i128 steep_slope = 0;  // above it
};
// borrowed / supplied, at most 1; 0 if either is 0.
i128 share_in_use(i128 borrowed, i128 supplied);
i128 bent_rate(const BentRate& rule, i128 use);
// exp(rate x seconds / year) - 1, toward zero; the product at most 10.
i128 growth(i128 rate, i128 seconds);

// ---- a line and six steeper ones; use and rates in 10^-6, indexes in 10^-10

struct StepRate {
  i128 optimal_use = 0;
  i128 optimal_rate = 0;
  i128 most = 0;   // at full use
  i128 least = 0;  // at any
};
// borrowed / deposited, toward zero; debts without deposits: all.
i128 use_ppm(i128 borrowed, i128 deposited);
i128 step_rate(const StepRate& rule, i128 use);

struct IndexGains {
  i128 borrowed = 0;
  i128 deposited = 0;
};
// What both cumulative indexes gain: debts round up by one unit, so that they cover what deposits earn.
IndexGains index_gains(i128 borrow_index, i128 deposit_index, i128 rate, i128 use, i128 seconds);

}  // namespace lockstep
