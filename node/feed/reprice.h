// How well our option values meet the recorded marks: the venue published mark, volatility and forward of
// each option in one row, so the row re-prices itself, and the difference is ours (or the venue's rounding).
#pragma once

#include <string>
#include <vector>

#include "node/feed/tape.h"

namespace lockstep {

// Absolute errors in coin.
struct RepriceReport {
  u64 count = 0;
  double median = 0;
  double percentile_95 = 0;
  double worst = 0;
  std::string worst_instrument;
  Time worst_at;
};

struct RepriceErrors {
  std::vector<double> errors;
  std::string worst_instrument;
  Time worst_at;
  double worst = -1;
};

// Quotes without a volatility or past their expiry are left out.
void add_errors(RepriceErrors& errors, const ChainSnapshot& snapshot);
RepriceReport report_of(RepriceErrors errors);

}  // namespace lockstep
