#include "core/risk/exclusion.h"

namespace lockstep {

bool may_stand_together(std::span<const Stake> stakes) {
  bool touched = false, exclusive = false, several = false;
  for (const Stake& stake : stakes) {
    touched = touched || stake.touched;
    exclusive = exclusive || stake.exclusive;
    several = several || stake.instrument != stakes.front().instrument;
  }
  return !(touched && exclusive && several);
}

}  // namespace lockstep
