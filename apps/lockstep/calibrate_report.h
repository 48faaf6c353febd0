// What `lockstep calibrate` prints, apart from how it is computed.
#pragma once

#include <optional>

#include "apps/lockstep/options_calibrate.h"
#include "node/calibrate/walk.h"

namespace lockstep {

struct CalibrateReport {
  calibrate::WalkReport walk;
  double cpu_seconds = 0;
  u64 memory_bytes = 0;
  std::optional<calibrate::Passed> gate;  // of the result against a book
};

// One line a rulebook that is published: called while the walk goes on.
void print_calibrate_header(const Rulebook& rules);
void print_evaluation(const calibrate::Evaluation& evaluation, bool json);
void print_calibrate_text(const CalibrateReport& report, bool explain);
void print_calibrate_json(const CalibrateReport& report);

// Prices over ranges of the underlyings that the scenario grid names, and the correlations at the end of the
// sixteen with the largest volume.
std::string calibrate_picture(const CalibrateOptions& options, const calibrate::WalkReport& walk);

}  // namespace lockstep
