// Options that settle on an average of the index over the last window (30 minutes at most venues).
//
// An average varies less than its last point, and once part of it has been seen that part no longer varies at
// all.  Pricing the last half hour as if the option settled on one print would show a gamma that nobody has.
// So the formula of black.h is entered with an effective forward F* and an effective s:
//
//   before the window   F* = F                  s = sigma sqrt(tau + L/3)
//   inside, elapsed a   F* = a A + (1 - a) F    s = sigma (1 - a) (F/F*) sqrt((1 - a) L/3)
//
// tau is the time to the start of the window, L its length, A the mean seen so far.  At the start (a = 0,
// tau = 0) both agree; at the end F* = A and s = 0.  Delta on the index is (1 - a) times the delta on F*:
// it fades to nothing, linearly.  (s itself also moves with F inside; that would add about a phi(d1) s,
// some 0.1 % of delta in a half-hour window, and is left out.)
//
// In coin the payoff is divided by the average itself, so a coin value is the linear value over F*.
#pragma once

#include "core/base/int.h"
#include "core/pricing/inverse.h"

namespace lockstep {

struct SettlementWindow {
  double years_to_start = 0;  // <= 0 inside the window
  double years_length = 0;    // L; 0: settlement on one print
  double mean = 0;            // A, > 0 inside the window; not read before
};

struct AveragedUnderlying {
  double forward = 0;       // F*
  double years = 0;         // (s / sigma)^2: enters black.h in place of T
  double delta_factor = 1;  // 1 - a: d F* / d F
};

// forward > 0: the forward of the expiry (inside the window: the index).
AveragedUnderlying averaged_underlying(const SettlementWindow& window, double forward);

// Values with the underlying moved to forward * shock.factor.  Before the window the moved forward has the
// same s, and option_terms + value_at say the same faster; inside, F* and s move in their own way and this is
// the form to use.
double averaged_value(const SettlementWindow& window, double forward, double strike, const PriceShock& shock,
                      double volatility, bool is_call);
double averaged_inverse_value(const SettlementWindow& window, double forward, double strike,
                              const PriceShock& shock, double volatility, bool is_call);

// A forward inside the window split into what the prints seen so far have fixed, which no shock moves, and
// what still moves with the market: fixed = seen / window, variable = forward x left / window, each toward
// zero. Before the window everything moves.  seen: sum of price x seconds; prices in any one unit; seconds.
struct ForwardPortions {
  i128 fixed = 0;
  i128 variable = 0;
};
ForwardPortions forward_portions(i128 forward, i128 seen, i64 left, i64 window);

}  // namespace lockstep
