// What a rulebook, while it is in force, asks of the epoch that follows it, and what it gives to those whom
// its own activation pushes under: one section of a rulebook.  docs/methodology.md 6.5 to 6.7.
#pragma once

#include "core/units/units.h"

namespace lockstep {

//   approvals            so many besides the proposer must have approved before an epoch is scheduled
//   notice               it is scheduled at least so far ahead, in log time; 0: at any time or position
//   emergency_approvals  so many for an epoch that is scheduled as an emergency, which needs no notice
//   grace                so long whom the activation of this rulebook carries below maintenance has to act
struct EpochRules {
  u8 approvals = 0;
  u8 emergency_approvals = 0;
  Duration notice;
  Duration grace;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("approvals", s.approvals), f("emergency_approvals", s.emergency_approvals);
    f("notice", s.notice), f("grace", s.grace);
  }
};

}  // namespace lockstep
