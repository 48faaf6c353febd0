#include "core/pricing/lognormal.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/math/elementary.h"

namespace lockstep {
namespace {

// Published with the factors' formula: aversion 0.01, volatility 1.5, 1.902587519025875e-06 years.
TEST(LogNormal, GivesThePublishedFactors) {
  const SideFactors factors = lognormal_factors(lognormal_of(0, 1.5, 1.902587519025875e-06), 0.01);
  EXPECT_NEAR(static_cast<double>(factors.short_factor.raw()) / 1e16, 0.0055276558362, 1e-12);
  EXPECT_NEAR(static_cast<double>(factors.long_factor.raw()) / 1e16, 0.0055011137953, 1e-12);
}

// 0.8007282079844 and 3.5569036: an independent computation with 60 digits.
TEST(LogNormal, KeepsItsDigitsInAFarTail) {
  const SideFactors factors = lognormal_factors(lognormal_of(0, 1.0, 0.1), 0.000001);
  EXPECT_NEAR(static_cast<double>(factors.long_factor.raw()) / 1e16, 0.800728208, 1e-9);
  EXPECT_NEAR(static_cast<double>(factors.short_factor.raw()) / 1e16, 3.5569036, 1e-7);
}

// The mean of the tail by adding up its quantiles, which uses neither the distribution nor the formula.
TEST(LogNormal, AgreesWithAnIntegralOverQuantiles) {
  const LogNormal model = lognormal_of(0.05, 0.8, 0.25);
  for (const double level : {0.01, 0.05, 0.2}) {
    double below = 0;
    constexpr int steps = 200'000;
    for (int i = 0; i < steps; ++i) below += lognormal_quantile(model, level * (i + 0.5) / steps);
    EXPECT_NEAR(mean_below(model, level), below / steps, 2e-6);
    double above = 0;
    for (int i = 0; i < steps; ++i) above += lognormal_quantile(model, 1 - level * (i + 0.5) / steps);
    EXPECT_NEAR(mean_above(model, level), above / steps, 2e-5);
  }
}

TEST(LogNormal, BoundsLieInsideThePrice) {
  const LogNormal hour = lognormal_of(0, 1.0, 3600 / 31'557'600.0);
  const PriceBounds bounds = lognormal_bounds(hour, 0.99, 1000);
  EXPECT_EQ(bounds.low, 973);
  EXPECT_EQ(bounds.high, 1027);
}

}  // namespace
}  // namespace lockstep
