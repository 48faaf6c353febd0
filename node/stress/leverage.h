// How leveraged the accounts are: what they hold, both sides added, over their equity, in dollars at the
// index. Methodology 11.6.
#pragma once

#include <optional>
#include <vector>

#include "core/engine/engine.h"

namespace lockstep::stress {

struct LeverageBucket {
  u32 most = 0;  // leverage up to here; 0: above all, or, in the last bucket, no equity
  u64 accounts = 0;
  Value notional;  // dollars
};

struct LeverageReport {
  u64 holding = 0;  // accounts that hold anything and can be judged; the others are in no bucket
  u64 idle = 0;     // hold nothing
  u64 unjudged = 0;
  Value notional, equity;               // of those that hold anything
  std::vector<LeverageBucket> buckets;  // up to 1, 2, 3, 5, 10, 20, 50; above; without equity
  // The account at ceil(share x n) by leverage, those without equity last.  none: it has no equity.
  std::optional<Rate> median, ninety, ninety_nine;
};

// Reads margin with the engine's own cache; changes no state.
LeverageReport leverage_report(Engine& engine);

}  // namespace lockstep::stress
