// The largest move of an index within any window of h over the last 30 days, from bars of any length, at a
// constant cost a bar on average.  It keeps a scan range above what has just happened, which a quantile of a
// thousand days forgets to mention (quantitative specification, section 4.1, "jump add").
#pragma once

#include <deque>
#include <optional>

#include "node/feed/price_history.h"
#include "node/stats/state.h"

namespace lockstep::calibrate {

// A move at a bar is the largest |ln| between a price of it and one of the bars that closed in the h before
// it, itself included.  Highs and lows count where they are recorded, else closes.
struct LargestMove {
  static constexpr Duration memory = Duration::from_raw(30 * day.raw());

  explicit LargestMove(Duration window_length) : window(window_length) {}

  struct Point {
    Time at;
    double value;  // ln of a price, or a move
    bool operator==(const Point&) const = default;
  };

  Duration window;          // h
  std::deque<Point> highs;  // of the window, falling: the first is the highest
  std::deque<Point> lows;   // rising
  std::deque<Point> moves;  // of the last 30 days, falling
  double latest = 0;        // the move at the last bar

  // Bars in order of time, prices positive and normal (asserted).
  void add(const Close& bar);
  std::optional<double> largest() const;  // nothing before the second bar

  void write(Writer& writer) const;
  void read(Reader& reader);
  bool operator==(const LargestMove&) const = default;
};

}  // namespace lockstep::calibrate
