// What `lockstep stress` has found, for people: tables and a picture of the ladders.  As JSON it is in
// node/view/stress_json.h.
#pragma once

#include <string>

#include "node/view/stress_json.h"

namespace lockstep {

// limit: underlyings whose ladder is shown, 0 for all; all together is always shown.
std::string stress_text(const State& state, const StressReport& report, u32 limit);
std::string stress_picture(const State& state, const StressReport& report, u32 limit);

// "+7.5 %"
std::string move_text(Rate move);

}  // namespace lockstep
