// What `lockstep stress` has found, and the three ways to show it: tables, JSON and a picture of the ladders.
// Computed in node/stress; nothing is computed here but what is made short for the eye.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "node/stress/concentration.h"
#include "node/stress/fund.h"
#include "node/stress/ladder.h"
#include "node/stress/leverage.h"
#include "node/stress/procyclicality.h"

namespace lockstep {

struct StressReport {
  std::vector<stress::Ladder> ladders;
  std::vector<stress::ShockResult> shocks;
  std::vector<stress::Concentration> concentrations;
  stress::LeverageReport leverage;
  bool history = false;  // whether the log was replayed
  std::optional<stress::Procyclicality> margin;
};

// limit: underlyings whose ladder is shown, 0 for all; all together is always shown.
std::string stress_text(const State& state, const StressReport& report, u32 limit);
std::string stress_json(const State& state, const StressReport& report);
std::string stress_picture(const State& state, const StressReport& report, u32 limit);

// "BTC", or "all together".
std::string ladder_name(const State& state, const stress::Ladder& ladder);
// "+7.5 %"
std::string move_text(Rate move);

}  // namespace lockstep
