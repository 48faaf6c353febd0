// Behaviours: a number for everything the engine computes.  A change of what a command does, beyond new
// commands, is a new behaviour: the old one stays in the build beside it, chosen by State::agreement, so
// that one build replays a log from before the change and goes on behind it, and the change happens at the
// position of the log where it was planned (PlanUpgrade), on every replica alike.
//
// To add one: raise behaviour_newest, branch on `behaviour` where the computation differs, and say in
// docs/methodology.md 9.4 what is new.
//
// behaviour.cpp is all in which builds for drills differ: one computes a second behaviour, one rounds wrongly
// on purpose.
#pragma once

#include "core/units/units.h"

namespace lockstep {

constexpr u32 behaviour_oldest = 1;  // that this build computes
u32 behaviour_newest();

// The fee that a fill is charged.
Amount fee_under(u32 behaviour, Amount fee);

}  // namespace lockstep
