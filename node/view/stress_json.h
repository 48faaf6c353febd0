// What `lockstep stress` and lockstep/stress have found, as JSON.  Computed in node/stress.
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

std::string stress_json(const State& state, const StressReport& report);
// "BTC", or "all together".
std::string ladder_name(const State& state, const stress::Ladder& ladder);

}  // namespace lockstep
