// Implied volatility without a loop that depends on data: one guess, then always two steps.
//
// A search until convergence takes a different number of steps on different inputs, and a tolerance makes
// the answer depend on where the search began.  Jaeckel ("Let's be rational", 2015) showed that a good
// guess and two third-order Householder steps reach machine accuracy; this is the same idea with simpler
// guesses.  Within x in [-4, 0] and s in [5e-4, 4] the relative error is at most 2.7e-12, much less than a
// price tick of vega ever shows.
//
// Everything is reduced to the out-of-the-money side (parity is exact without discounting):
//   x = -|ln(F/K)|    beta = time value / sqrt(F K)    s = sigma sqrt T    b(x, s): normalised Black value
#pragma once

#include "core/base/result.h"
#include "core/pricing/black.h"

namespace lockstep {

enum class ImpliedReject : u8 {
  expired,      // no time left
  below_range,  // under the intrinsic value, or over it by less than half a tick (or 1e-14 sqrt(F K))
  above_range,  // at the upper bound (F for a call, K for a put), which no volatility gives
};

// forward, strike > 0, price and tick in the same money unit, tick >= 0.  The answer is not clamped to the
// range of black.h: a caller who needs that clamps it and knows that he did.
Result<double, ImpliedReject> implied_volatility(double forward, double strike, double years, double price,
                                                 double tick, bool is_call);

// The same with price and tick in coin.
Result<double, ImpliedReject> inverse_implied_volatility(double forward, double strike, double years,
                                                         double price, double tick, bool is_call);

// The two halves, exposed because their bits are part of the test vectors.  x in [-100, 0], s > 0.
double normalised_black(double x, double s);
// beta in [1e-14, (1 - 1e-7) e^(x/2)].
double normalised_deviation(double beta, double x);

}  // namespace lockstep
