// From a target that moves all the time to a value that people can trade under: a dead band, a limit on the
// speed of change, an exception when the market has run, and rounding up.  The same rule for every published
// parameter: scan range, volatility range, haircut, and so on; larger is always the safer side, so an
// offset is published as what it leaves, 1 - credit.
//
// Sources: quantitative specification, section 4.6; methodology, "Publishing".
#pragma once

#include <optional>
#include <string>

#include "core/units/units.h"

namespace lockstep::calibrate {

struct PublishPolicy {
  double band_up = 0.02, band_down = 0.10;      // a target within -10 % and +2 % of the value changes nothing
  double rise_daily = 0.10, fall_daily = 0.02;  // most that the value changes in a day, compounded
  double emergency_from = 0.6;                  // of the value: a move of the index as large as that ...
  u32 emergency_venues = 2;                     // ... at so many venues at least ...
  double emergency_rise = 0.25;                 // ... lets it rise by so much at once, 0: never ...
  Duration emergency_every = Duration::from_raw(6 * hour.raw());  // ... and again after so long
  double unit = 0.001;                                            // rounded up to: 0.1 %
};

// What is published, and what the rule must remember.  `exact` moves by the limits and `value` is it rounded
// up: rounding neither adds to a limited rise hour by hour nor swallows a limited fall.
struct Published {
  double value = 0;
  double exact = 0;
  Time at;                        // of the last evaluation
  std::optional<Time> emergency;  // last use of the exception
  bool operator==(const Published&) const = default;
};

enum class Decision : u8 {
  first,         // nothing was published before
  keep,          // inside the dead band
  up,            // to the target
  up_limited,    // as far as the limit allows
  down,          // to the target
  down_limited,  // as far as the limit allows
  emergency,     // up by the exception
  no_data,       // no target: the value stays
};
std::string_view text_of(Decision decision);

// The index's move within h, a fraction > 0 or in ln, and at how many venues it was as large.
struct IndexMove {
  double size = 0;
  u32 venues = 0;
};

struct Step {
  Published next;
  Decision decision = Decision::no_data;
  std::string reason;  // one line with the figures
};

// One evaluation at `now`.  A pause of more than a day counts as a day: what was not used is not saved up.
// Without a target nothing changes; without a value the target is the value.  Pure.
Step publish_step(const std::optional<Published>& current, std::optional<double> target,
                  const IndexMove& move, Time now, const PublishPolicy& policy);

}  // namespace lockstep::calibrate
