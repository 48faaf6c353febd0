// Which policy to have by default, by a rule that a venue can run on its own data.
//
// A published policy is acceptable if for every asset
//   1. longs and shorts are each covered on 99 % of days, daily closes;
//   2. two-sided breaches are not significantly too many for its confidence (binomial, one-sided, 5 %);
//   3. no 250 days in a row are in Basel's red zone;
//   4. breaches do not come in clusters (Christoffersen, 1 %);
//   5. longs and shorts are each covered from 99 % of the bars of a recorded market, for a day from there.
// Of the acceptable ones the cheapest is the choice: the least mean range, averaged over the assets.  How it
// sways is reported beside it, not part of the rule: it is bounded by the step limits for all alike.
#pragma once

#include <string>
#include <vector>

#include "node/backtest/intraday.h"
#include "node/backtest/judge.h"

namespace lockstep::backtest {

inline constexpr double side_coverage_min = 0.99;
inline constexpr double acceptance_min = 0.05;
inline constexpr double independence_min = 0.01;

// What one policy met on one asset.
struct Evidence {
  std::string base;
  const Judged* days = nullptr;
  const Intraday* bars = nullptr;  // none: no bars, criterion 5 is left out
};

struct Choice {
  calibrate::ScanModel model = calibrate::ScanModel::filtered;
  double confidence = 0.99;
  double mean_range = 0;            // over days, then over assets
  double least_side = 1;            // smallest coverage of a side of an asset, by days
  double least_side_bars = 1;       // by bars
  double peak_to_trough = 1;        // largest of an asset
  double rise_30 = 0;               // likewise
  double worst_excess = 0;          // likewise, two-sided
  std::vector<std::string> failed;  // "BTC: clustered"; empty: acceptable
};

Choice weigh(calibrate::ScanModel model, double confidence, const std::vector<Evidence>& evidence);

// Position of the cheapest acceptable one; choices.size() if there is none.
std::size_t cheapest(const std::vector<Choice>& choices);

// Share of bars from which the price stayed within the range, of one side.
double bar_coverage(const Span& span, const Side& side);

}  // namespace lockstep::backtest
