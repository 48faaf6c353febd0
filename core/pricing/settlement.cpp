#include "core/pricing/settlement.h"

#include "core/base/wide.h"

namespace lockstep {

AveragedUnderlying averaged_underlying(const SettlementWindow& window, double forward) {
  LS_ASSERT(forward > 0);
  LS_ASSERT(window.years_length >= 0);
  if (window.years_to_start > 0) {
    return {
        .forward = forward, .years = window.years_to_start + window.years_length / 3.0, .delta_factor = 1.0};
  }
  if (window.years_length <= 0) return {.forward = forward, .years = 0.0, .delta_factor = 1.0};
  const double elapsed = clamped(-window.years_to_start / window.years_length, 0.0, 1.0);
  LS_ASSERT(elapsed <= 0 || window.mean > 0);
  const double open = 1.0 - elapsed;
  const double averaged = elapsed <= 0 ? forward : elapsed * window.mean + open * forward;
  const double weight = open * (forward / averaged);
  return {.forward = averaged,
          .years = weight * weight * (open * window.years_length / 3.0),
          .delta_factor = open};
}

double averaged_value(const SettlementWindow& window, double forward, double strike, const PriceShock& shock,
                      double volatility, bool is_call) {
  const AveragedUnderlying underlying = averaged_underlying(window, forward * shock.factor);
  return black_value(underlying.forward, strike, underlying.years, volatility, is_call);
}

double averaged_inverse_value(const SettlementWindow& window, double forward, double strike,
                              const PriceShock& shock, double volatility, bool is_call) {
  const AveragedUnderlying underlying = averaged_underlying(window, forward * shock.factor);
  return inverse_value(underlying.forward, strike, underlying.years, volatility, is_call);
}

ForwardPortions forward_portions(i128 forward, i128 seen, i64 left, i64 window) {
  LS_ASSERT(left >= 0 && window >= 0);
  if (left >= window) return {.variable = forward};
  return {.fixed = div(seen, window, Round::zero), .variable = mul_div(forward, left, window, Round::zero)};
}

}  // namespace lockstep
