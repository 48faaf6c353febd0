// Coin values and greeks.  delta and gamma come from dc/dF = K Phi(d2)/F^2 instead of from C, Delta and
// Gamma: the textbook form Gamma/F - 2 Delta/F^2 + 2 C/F^3 subtracts nearly equal numbers in the money.
#include "core/pricing/inverse.h"

namespace lockstep {

namespace {

// Phi(d2) for a call, Phi(-d2) for a put: the probability of exercise.
double exercise_probability(const OptionTerms& terms, double deviation) {
  const double sign = terms.is_call ? 1.0 : -1.0;
  if (deviation < deviation_min) {
    const double gain = sign * (terms.forward - terms.strike);
    return gain > 0 ? 1.0 : (gain < 0 ? 0.0 : 0.5);
  }
  const double d1 = terms.log_moneyness / deviation + 0.5 * deviation;
  return math::normal_cdf(sign * (d1 - deviation));
}

}  // namespace

double inverse_value(double forward, double strike, double years, double volatility, bool is_call) {
  return inverse_value_at(option_terms(forward, strike, years, is_call), PriceShock{}, volatility);
}

InverseGreeks inverse_greeks(double forward, double strike, double years, double volatility, bool is_call) {
  const OptionTerms terms = option_terms(forward, strike, years, is_call);
  const Greeks linear = black_greeks(forward, strike, years, volatility, is_call);
  InverseGreeks greeks{.value = linear.value / forward};
  if (strike <= 0) return greeks;
  const double probability = exercise_probability(terms, clamped_volatility(volatility) * terms.sqrt_years);
  const double moneyness = strike / forward;
  greeks.net_delta = (is_call ? moneyness : -moneyness) * probability;
  greeks.delta = greeks.net_delta / forward;
  greeks.gamma = linear.gamma / forward - 2.0 * greeks.delta / forward;
  greeks.vega = linear.vega / forward;
  greeks.theta = linear.theta / forward;
  greeks.vanna = (linear.vanna - greeks.vega) / forward;
  greeks.volga = linear.volga / forward;
  return greeks;
}

double inverse_future_profit(double size, double price_before, double price_after) {
  LS_ASSERT(price_before > 0 && price_after > 0);
  return size * (1.0 / price_before - 1.0 / price_after);
}

}  // namespace lockstep
