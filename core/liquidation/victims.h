// In which order accounts are liquidated: the one that is furthest below its line first.  A total order, so
// that every replica works through the same list.  Methodology 10.2.
#pragma once

#include <vector>

#include "core/units/units.h"

namespace lockstep {

struct Victim {
  AccountId account;
  Value health;       // margin balance - maintenance of its worst pool
  Value maintenance;  // of that pool
};

// health / maintenance ascending, compared exactly; without maintenance before all others; then the lower id.
bool comes_first(const Victim& a, const Victim& b);
void put_in_order(std::vector<Victim>& victims);

}  // namespace lockstep
