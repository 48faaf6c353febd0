// How much does a margin ask for at the worst time?  A margin that follows volatility calls for money when
// money is short, so beside its coverage stand the measures supervisors use (Murphy, Vasios and Vause 2014,
// Bank of England Financial Stability Paper 29): peak to trough over the cycle, and the largest rise over a
// few days.
#pragma once

#include <span>

#include "core/units/units.h"

namespace lockstep::stats {

struct MarginPoint {
  Time at;
  double margin = 0;  // of one position, in any unit
};

struct Procyclicality {
  double peak_to_trough = 1;  // the largest margin over the smallest
  // The largest margin(t + n days) / margin(t) - 1; where no point lies exactly n days before, against the
  // last one before that moment.  Negative if the margin only ever fell; 0 for a series shorter than n days.
  double rise_1_day = 0;
  double rise_5_days = 0;
  double rise_30_days = 0;
  double mean = 0;   // over the points
  u64 points = 0;    // used
  u64 rejected = 0;  // skipped: a margin not finite or not positive, or a time not after the last one's
};

Procyclicality procyclicality(std::span<const MarginPoint> series);

}  // namespace lockstep::stats
