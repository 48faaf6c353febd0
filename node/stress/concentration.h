// How few accounts stand behind what is open on an underlying, and how large the largest is against what the
// market was seen to carry.  Methodology 11.5.
#pragma once

#include <optional>
#include <vector>

#include "core/model/state.h"

namespace lockstep::stress {

// One side: shares of all that is open on it, 10^-12.
struct SideShares {
  u64 accounts = 0;
  Value open;  // dollars at the index
  AccountId largest;
  Rate one, five, ten;  // of the largest so many accounts
  Rate herfindahl;      // sum of squared shares: 1 / n for n accounts of one size
};

struct Concentration {
  AssetId base;
  SideShares longs, shorts;
  AccountId largest;  // holds most on either side
  Value held;         // that, dollars
  // Of that account, in the instrument where it is worst: the holding's value over the depth observed (half a
  // percent around the middle, both sides) and over a day's volume.  none: nothing of the kind was observed.
  std::optional<Rate> of_depth, of_volume;
};

// The largest underlying first.
std::vector<Concentration> concentrations(const State& state);

}  // namespace lockstep::stress
