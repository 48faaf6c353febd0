// A price that moves log-normally: its quantiles, and what it is expected to lose beyond one.  From these
// come risk factors by direction and the bounds outside which a trade is suspicious.  Doubles with the same
// bits
// everywhere (core/math); what enters a rulebook is rounded to integers once.
#pragma once

#include "core/units/units.h"

namespace lockstep {

// The logarithm of the price ratio over the horizon is normal with this mean and deviation (deviation > 0).
struct LogNormal {
  double mean;
  double deviation;
};

// Over `years`, with drift and volatility per year: mean (drift - volatility^2 / 2) years.
LogNormal lognormal_of(double drift, double volatility, double years);

// level in (0, 1): the ratio that is not reached with this probability.
double lognormal_quantile(const LogNormal& model, double level);
// Mean ratio below that quantile; lower tail, so that dividing by a small level amplifies nothing.
double mean_below(const LogNormal& model, double level);
// Mean ratio above the quantile of 1 - level.
double mean_above(const LogNormal& model, double level);

// Expected loss, as a share of the price, of a long and of a short holding in the worst `level` of cases.
// Rounded to nearest at 10^-16.  Source: Vega, quant library, riskmodelbs.
struct SideFactors {
  Value long_factor;
  Value short_factor;
};
SideFactors lognormal_factors(const LogNormal& model, double level);

// The prices that a move of this probability stays between, inside `price`: the lower one is rounded up, the
// upper one down, to whole units of price.  probability in (0, 1).
struct PriceBounds {
  i128 low;
  i128 high;
};
PriceBounds lognormal_bounds(const LogNormal& model, double probability, i128 price);

}  // namespace lockstep
