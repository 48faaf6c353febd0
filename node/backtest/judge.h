// What a row of a walk was worth: how often it covered, how far it failed, what it cost, how it swayed.
//
// Two-sided, in ln, as the estimate is meant: |move| against ln(1 + range).  Longs and shorts in fractions of
// the price, as accounts feel it: a fall of 38 % is a loss of 0.38, against the range as it is.
// Sources: quantitative specification, sections 4.2, 4.6 and 10; methodology, "Backtest".
#pragma once

#include <string>
#include <vector>

#include "node/backtest/walk.h"
#include "node/stats/coverage.h"
#include "node/stats/procyclicality.h"

namespace lockstep::backtest {

inline constexpr u32 traffic_days = 250;

struct Judged {
  std::string name;
  double confidence = 0.99;
  stats::Coverage both, longs, shorts;
  stats::ShortfallTest shortfall;
  stats::Procyclicality cycle;  // of the range; days without a close before them are left out
  double least = 0, most = 0;   // range
  u64 breaches_last_250 = 0, breaches_worst_250 = 0;  // two-sided, of so many days in a row
  Time worst_250_end;
  Time worst_at;  // of the largest two-sided excess

  double expected() const;  // two-sided breaches
  stats::LikelihoodRatio kupiec() const;
  stats::LikelihoodRatio independence() const;
  stats::LikelihoodRatio joint() const;
  stats::Zone zone_last() const;
  stats::Zone zone_worst() const;
  // The chance of so many breaches or more if the range keeps its promise: the one-sided test of acceptance.
  double acceptance() const;
};

Judged judge(const Walk& walk, std::size_t row);

// Days on which the price moved further than a fixed range, whatever a model says.
struct Exceedance {
  double range = 0;
  u64 down = 0, up = 0;   // close to close, fractions of the price
  u64 low = 0, high = 0;  // lowest and highest price of the day against the close before
};
struct Exceedances {
  u64 days = 0;         // close to close
  u64 days_inside = 0;  // with low and high
  std::vector<Exceedance> rows;
  double quantile_99 = 0, quantile_995 = 0;  // of |ln| close to close
};
Exceedances exceedances(const std::vector<Close>& daily, const std::vector<double>& ranges);

}  // namespace lockstep::backtest
