#include "core/pricing/lognormal.h"

#include "core/math/elementary.h"

namespace lockstep {
namespace {

// 10^-16 of a ratio, to nearest.  Ratios are below 10^6 here: a double holds 15 digits of them.
Value ratio(double x) {
  LS_ASSERT(x > -1e6 && x < 1e6);
  constexpr double unit = 1e16;
  const double scaled = x * unit;
  return Value::from_raw(static_cast<i128>(scaled + (scaled < 0 ? -0.5 : 0.5)));
}

double mean_of(const LogNormal& model) {
  return math::exp(model.mean + 0.5 * (model.deviation * model.deviation));
}

}  // namespace

LogNormal lognormal_of(double drift, double volatility, double years) {
  return {.mean = (drift - 0.5 * (volatility * volatility)) * years,
          .deviation = volatility * math::square_root(years)};
}

double lognormal_quantile(const LogNormal& model, double level) {
  return math::exp(model.mean + model.deviation * math::normal_quantile(level));
}

double mean_below(const LogNormal& model, double level) {
  return mean_of(model) * math::normal_cdf(math::normal_quantile(level) - model.deviation) / level;
}

double mean_above(const LogNormal& model, double level) {
  return mean_of(model) * math::normal_cdf(math::normal_quantile(level) + model.deviation) / level;
}

SideFactors lognormal_factors(const LogNormal& model, double level) {
  return {.long_factor = ratio(1.0 - mean_below(model, level)),
          .short_factor = ratio(mean_above(model, level) - 1.0)};
}

PriceBounds lognormal_bounds(const LogNormal& model, double probability, i128 price) {
  const double tail = 0.5 * (1.0 - probability);
  const Value low = ratio(lognormal_quantile(model, tail));
  const Value high = ratio(lognormal_quantile(model, probability + tail));
  return {.low = mul_div(price, low.raw(), value_one, Round::up),
          .high = mul_div(price, high.raw(), value_one, Round::down)};
}

}  // namespace lockstep
