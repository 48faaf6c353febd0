// Liquidation ladders: for each underlying and each step of its price, who would be in liquidation and how
// much would have to be closed.  Every step is asked from the present price; nothing that is closed moves the
// price further.  Methodology 11.3.
#pragma once

#include <optional>
#include <vector>

#include "node/stress/fates.h"

namespace lockstep::stress {

struct LadderStep {
  Rate move;
  u64 liquidated = 0;  // accounts in liquidation, bankrupt ones among them
  u64 bankrupt = 0;
  u64 unjudged = 0;
  Value sold, bought;  // closed of longs and of shorts on the underlying, dollars at the present index
  Value elsewhere;     // closed of what these accounts hold on others
  Rate share;          // the larger of sold and bought over the larger side that is open
  Value closed() const { return sold + bought; }
};

struct Ladder {
  AssetId base;                   // none: all together
  u64 accounts = 0;               // to whom the price means something
  Value open;                     // the larger side
  std::vector<LadderStep> steps;  // from the lowest price to the highest, the present one among them
};

// steps: sizes above 0 and below 1, each taken in both directions.  together: everything else moves by this
// times the step.
struct LadderOptions {
  std::vector<Rate> steps;
  std::optional<Rate> together;
};
std::vector<Rate> usual_steps();  // 1 2 3 5 7.5 10 15 20 30 50 %

// The largest underlying first, all together last.  With `fates`: what was found there for other questions of
// the same book is not sought again.
std::vector<Ladder> liquidation_ladders(Fates& fates, const LadderOptions& options);
std::vector<Ladder> liquidation_ladders(const State& state, const LadderOptions& options);

}  // namespace lockstep::stress
