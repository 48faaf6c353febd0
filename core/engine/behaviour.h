// Behaviours: a number for everything the engine computes.  A change of what a command does, beyond new
// commands, is a new behaviour: the old one stays in the build beside it, chosen by State::agreement, so
// that one build replays a log from before the change and goes on behind it, and the change happens at the
// position of the log where it was planned (PlanUpgrade), on every replica alike.
//
// To add one: raise this_build.newest, branch on `behaviour` where the computation differs, and say in
// docs/methodology.md 9.4 what is new.
#pragma once

#include "core/units/units.h"

namespace lockstep {

// What a build computes: behaviours 1 to `newest`.
struct Build {
  u32 newest = 1;
  Amount (*fee)(u32 behaviour, Amount fee);  // that a fill is charged
};
extern const Build this_build;

// Builds for drills.  The next one computes a second behaviour: fees are rounded up to whole hundreds of
// units.  The wrong one has an error in it: one unit too much where a fee ends in 7.
extern const Build next_build;
extern const Build wrong_build;

// What new engines are made with.  Production has this_build; a drill sets another before it makes any.
inline const Build* build_in_use = &this_build;

}  // namespace lockstep
