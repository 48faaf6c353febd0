// The jump-wings reading of a raw SVI smile (Gatheral and Jacquier 2014; quant.md section 2.2): five numbers
// that a person can read, for display and alarms, and the repair of a smile with butterfly arbitrage.
#pragma once

#include <optional>

#include "node/surface/svi.h"

namespace lockstep::surface {

struct JumpWings {
  double variance = 0;        // at the money, a year
  double skew = 0;            // at the money: half the slope of w over sqrt w
  double put_slope = 0;       // of the left wing, as a positive number
  double call_slope = 0;      // of the right wing
  double least_variance = 0;  // anywhere, a year
};

// years > 0, and w(0) > 0.
JumpWings jump_wings(const Svi& s, double years);

// The inverse; none if the five numbers are no SVI smile.
std::optional<Svi> raw_svi(const JumpWings& j, double years);

// The smile of the same variance, skew and put slope with the call slope p + 2 psi and the least variance
// v 4 p c/(p + c)^2: those of an SSVI smile, which has no butterfly arbitrage unless its wings are too steep.
std::optional<Svi> repaired(const Svi& s, double years);

}  // namespace lockstep::surface
