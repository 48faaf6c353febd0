// The scan range of every day as it would have been: estimated from what was known at a close, set against
// what the price did until the next one.  Nothing looks ahead.
//
// Rows are policies side by side: each model as it is, and some of them as they would have been published,
// with rounding buffer, recent move, dead band, step limits and exception (node/calibrate/publish.h).
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "node/calibrate/publish.h"
#include "node/calibrate/scan_range.h"
#include "node/feed/price_history.h"

namespace lockstep::backtest {

struct Row {
  calibrate::ScanModel model = calibrate::ScanModel::combined;
  bool published = false;
  bool operator==(const Row&) const = default;
};
std::string name_of(const Row& row);  // "FHS", "published: FHS + ten-year floor"
// Normal quantiles are no candidates: they are shown because others use them.
inline constexpr calibrate::ScanModel publishable_models[] = {
    calibrate::ScanModel::historical, calibrate::ScanModel::filtered, calibrate::ScanModel::stress_weighted,
    calibrate::ScanModel::buffered,   calibrate::ScanModel::floored,  calibrate::ScanModel::combined};
// Every model, then the published ones.
std::vector<Row> usual_rows();

struct WalkPolicy {
  calibrate::RiskSetup setup;
  calibrate::ScanPolicy scan;  // of the published rows, with the row's model
  calibrate::PublishPolicy publish;
  u32 warm_up = 1'000;  // daily returns before the first day that is judged
  // Only what closes within from..to is judged; all that came before is known.
  Time from;
  Time to = Time::from_raw(std::numeric_limits<i64>::max());
};

struct DayAhead {
  Time at;                     // the close that is judged
  double move = 0;             // ln, from the close a day before
  std::vector<double> ranges;  // fraction of the price, one a row
  std::vector<double>
      shortfalls;             // expected |move| beyond the range, over the range, as the row's model has it
  double deviation = 0;       // of a day, ln, known at the close before
  double next_deviation = 0;  // known at this one
};

struct Walk {
  std::vector<Row> rows;
  double confidence = 0.99;
  std::vector<DayAhead> days;  // only those whose close before is exactly one day before
};

// The warm-up is cut to half of the returns there are, but not below 250, where they do not suffice.
Walk walk(const std::vector<Close>& daily, const std::vector<Row>& rows, const WalkPolicy& policy);
u32 warm_up_of(std::size_t closes, u32 wanted);

}  // namespace lockstep::backtest
