// Instruments that an account may hold only alone (Scheme::exclusive).  Methodology 4.17.
#pragma once

#include <span>

#include "core/base/int.h"

namespace lockstep {

// One instrument that an account holds before or after a change.
struct Stake {
  u32 instrument = 0;  // any number that tells instruments apart
  bool exclusive = false;
  bool touched = false;  // the change is of this one
};

// Whether the change may be made: if it touches any instrument, and one of them all is exclusive, there is no
// other.
bool may_stand_together(std::span<const Stake> stakes);

}  // namespace lockstep
