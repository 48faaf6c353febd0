// May an account go from one state to another?  It may if it is then covered (balance >= initial).  If not,
// the scheme's rule looks at the way.  Methodology 4.12 and 4.16.
//
//   no_worse     what is left above the requirement (balance - initial) does not shrink
//   not_riskier  maintenance does not rise, and the share of it that the balance covers does not fall.  An
//                account without maintenance before or after: only if there is none in both, and the balance
//                rises
#pragma once

#include "core/model/rulebook.h"

namespace lockstep {

// One pool: balance against initial and maintenance, all of one asset.
struct Health {
  Value balance, initial, maintenance;
  Value available() const { return balance - initial; }
};

// -1: a is less risky, 0: as risky, 1: riskier.  By balance/maintenance, not divided; then the larger
// maintenance is riskier, and of two without maintenance the smaller balance.
int compare_risk(Health a, Health b);

enum class Transition : u8 { allowed, newly_uncovered, still_uncovered };
Transition judge_transition(TransitionRule rule, Health before, Health after);

}  // namespace lockstep
