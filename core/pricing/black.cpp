// Linear options outside the grid loop: terms, single values, greeks.
#include "core/pricing/black.h"

namespace lockstep {

namespace {

constexpr double log_moneyness_max = 100.0;

double step(double forward, double strike) { return forward > strike ? 1.0 : (forward < strike ? 0.0 : 0.5); }

}  // namespace

OptionTerms option_terms(double forward, double strike, double years, bool is_call) {
  LS_ASSERT(forward > 0 && forward < 1e24);
  LS_ASSERT(strike > -1e24 && strike < 1e24);
  LS_ASSERT(years > -1e6 && years < 1e6);
  OptionTerms terms{.forward = forward, .strike = strike, .is_call = is_call};
  if (strike > 0) {
    terms.log_moneyness = math::log(forward / strike);
    LS_ASSERT(math::absolute(terms.log_moneyness) <= log_moneyness_max);
  }
  if (years > 0) terms.sqrt_years = math::square_root(years);
  return terms;
}

PriceShock price_shock(double factor) {
  LS_ASSERT(factor > 1e-6 && factor < 1e6);
  return {.factor = factor, .log_factor = math::log(factor)};
}

double black_value(double forward, double strike, double years, double volatility, bool is_call) {
  return value_at(option_terms(forward, strike, years, is_call), PriceShock{}, volatility);
}

Greeks black_greeks(double forward, double strike, double years, double volatility, bool is_call) {
  const OptionTerms terms = option_terms(forward, strike, years, is_call);
  Greeks greeks{.value = value_at(terms, PriceShock{}, volatility)};
  if (strike <= 0) {
    greeks.delta = is_call ? 1.0 : 0.0;
    return greeks;
  }
  const double sigma = clamped_volatility(volatility);
  const double deviation = sigma * terms.sqrt_years;
  if (deviation < deviation_min) {
    greeks.delta = is_call ? step(forward, strike) : step(forward, strike) - 1.0;
    return greeks;
  }
  const double d1 = terms.log_moneyness / deviation + 0.5 * deviation;
  const double d2 = d1 - deviation;
  const double density = math::normal_pdf(d1);
  greeks.delta = is_call ? math::normal_cdf(d1) : -math::normal_cdf(-d1);
  greeks.gamma = density / (forward * deviation);
  greeks.vega = forward * terms.sqrt_years * density;
  greeks.theta = -(forward * sigma * density) / (2.0 * terms.sqrt_years);
  greeks.vanna = -(density * d2) / sigma;
  greeks.volga = greeks.vega * d1 * d2 / sigma;
  return greeks;
}

}  // namespace lockstep
