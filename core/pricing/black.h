// European options, linear settlement: the Black (1976) formula on the forward of the expiry, undiscounted.
//
//   C = F Phi(d1) - K Phi(d2)      d1 = ln(F/K)/s + s/2      s = sigma sqrt T
//   P = K Phi(-d2) - F Phi(-d1)    d2 = d1 - s
//
// Daily and real-time settled contracts need no discount factor.  Inputs are doubles; the caller turned
// integers into them and rounds the result to integers once (core/pricing/convert.h).  Units: forward,
// strike and value in the same money unit per coin, years of 365 days, volatility 1.00 = 100 % a year.
//
// Edge cases, part of the definition:
//   - volatility is clamped to [0.01, 100]; a volatility of 0 or less says that nothing moves any more;
//   - no time left, nothing moving, or s < 1e-9: the intrinsic value; delta is 0, 1/2 (at F = K) or 1, the
// other greeks 0;
//   - strike <= 0: a call is worth F, a put 0;
//   - the value is clamped to [intrinsic, F] for a call and [intrinsic, K] for a put.
// Preconditions, asserted: forward > 0, everything finite, |ln(F/K)| <= 100 (prices within the limits of
// core/units stay below 40).
//
// A scenario grid never takes a logarithm: it enters ln(F/K) + ln(1 + shock), both computed before the
// loop, so black_value and a grid point with no shock give the same bits.  35 ns a grid point
// (core_pricing_bench; machine and flags in docs/decisions/0003-deterministic-math.md).
#pragma once

#include "core/base/assert.h"
#include "core/math/elementary.h"

namespace lockstep {

inline constexpr double volatility_min = 0.01;
inline constexpr double volatility_max = 100.0;
inline constexpr double deviation_min = 1e-9;  // below this s the option is its intrinsic value

// What a grid needs of one option, computed once per forward.
struct OptionTerms {
  double forward = 0;
  double strike = 0;
  double log_moneyness = 0;  // ln(F/K); 0 when strike <= 0, where it is not used
  double sqrt_years = 0;     // sqrt(max(T, 0))
  bool is_call = true;
};

// One scenario's move of the underlying, computed once per grid.
struct PriceShock {
  double factor = 1;      // 1 + shock, > 0
  double log_factor = 0;  // ln(1 + shock)
};

OptionTerms option_terms(double forward, double strike, double years, bool is_call);

// factor > 0.  A fall of 100 % or more has no logarithm and no option model; the caller treats it before.
PriceShock price_shock(double factor);

constexpr double clamped(double x, double low, double high) { return x < low ? low : (x > high ? high : x); }

inline double clamped_volatility(double volatility) {
  return volatility <= 0 ? 0.0 : clamped(volatility, volatility_min, volatility_max);
}

constexpr double intrinsic_value(double forward, double strike, bool is_call) {
  const double gain = is_call ? forward - strike : strike - forward;
  return gain > 0 ? gain : 0.0;
}

// The formula itself: deviation s and log-moneyness ln(F/K) given, strike > 0.
inline double black_formula(double forward, double strike, double log_moneyness, double deviation,
                            bool is_call) {
  const double intrinsic = intrinsic_value(forward, strike, is_call);
  if (deviation < deviation_min) return intrinsic;
  const double sign = is_call ? 1.0 : -1.0;
  const double d1 = log_moneyness / deviation + 0.5 * deviation;
  const double d2 = d1 - deviation;
  const math::Pair probability = math::normal_cdf(math::Pair{sign * d1, sign * d2});
  const double value = sign * (forward * probability[0] - strike * probability[1]);
  return clamped(value, intrinsic, is_call ? forward : strike);
}

// The value in one scenario.  volatility is the scenario's own.
inline double value_at(const OptionTerms& terms, const PriceShock& shock, double volatility) {
  const double forward = terms.forward * shock.factor;
  if (terms.strike <= 0) return terms.is_call ? forward : 0.0;
  const double deviation = clamped_volatility(volatility) * terms.sqrt_years;
  return black_formula(forward, terms.strike, terms.log_moneyness + shock.log_factor, deviation,
                       terms.is_call);
}

double black_value(double forward, double strike, double years, double volatility, bool is_call);

struct Greeks {
  double value = 0;
  double delta = 0;  // d value / d F
  double gamma = 0;  // d delta / d F
  double vega = 0;   // per 1.00 of volatility
  double theta = 0;  // per year, at unchanged forward and volatility: negative for a long option
  double vanna = 0;  // d delta / d volatility
  double volga = 0;  // d vega / d volatility
};

Greeks black_greeks(double forward, double strike, double years, double volatility, bool is_call);

}  // namespace lockstep
