// How the margin rate moved while a log was written: all maintenance margin over all that is held, sampled as
// the log is replayed.  The portfolio is the one of each moment, so the rate also moves because holdings do;
// it is what the venue asked for, not what one portfolio would have needed.  Methodology 11.7.
#pragma once

#include <optional>
#include <vector>

#include "core/engine/engine.h"

namespace lockstep::stress {

struct Sample {
  Time at;
  Value initial, maintenance, notional;  // dollars at the index of that moment
  Rate rate;                             // maintenance / notional
};

// The largest rise of the rate over a span: rate at `to` / rate at `from` - 1, where `to` is the first sample
// so much later.
struct Rise {
  Time from, to;
  Rate rise;
};

struct Procyclicality {
  u64 samples = 0;
  Sample first, last, peak, trough;
  Rate peak_to_trough;                     // peak / trough
  std::optional<Rise> one_day, five_days;  // none: the log is shorter
};

class MarginHistory {
 public:
  explicit MarginHistory(Duration every) : every_(every) {}

  // Takes a sample if it is time for one: at multiples of `every`, behind the first moment at which anything
  // is held.  Changes no state.
  void look(Engine& engine);
  const std::vector<Sample>& samples() const { return samples_; }

 private:
  Duration every_;
  Time next_;
  std::vector<Sample> samples_;
};

// none: no two samples are so far apart, or no rate that it could rise from is above 0.
std::optional<Rise> largest_rise(const std::vector<Sample>& samples, Duration span);
// none: there is no sample.
std::optional<Procyclicality> procyclicality(const std::vector<Sample>& samples);

}  // namespace lockstep::stress
