// What a walk leaves behind to be looked at: the price of an underlying, what was published for it, and what
// the estimate asked for, hour by hour.  Bounded: a walk that outlasts the room goes on with every second
// hour of what it has, then with every fourth, and so on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/units/units.h"

namespace lockstep::calibrate {

// One evaluated hour.  Ranges are fractions of the price.
struct HistoryPoint {
  Time at;
  std::optional<double> price;   // none: it had none of late
  std::optional<double> target;  // the estimated scan range before steps; none: it cannot be estimated
  double range = 0;              // the published one, in force
  bool urgent = false;           // the range was changed without waiting, then or before the next point
};

struct History {
  static constexpr std::size_t points_max = 16'384;  // nearly two years of hours, fifteen of each eighth

  std::string base;
  std::vector<HistoryPoint> points;  // of times that are multiples of `step`
  Duration step = hour;
};

// In order of time, at full hours.
void add_point(History& history, const HistoryPoint& point);

// How far away the price was 24 hours after a point, either way, as a fraction of the price there; by place
// in `points`.  None: one of the two prices is missing.
std::vector<std::optional<double>> moves_of_next_day(const History& history);

}  // namespace lockstep::calibrate
