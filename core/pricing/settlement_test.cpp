// Settlement on an average: the published effective inputs, both ends of the window, and delta against a
// bump.
#include "core/pricing/settlement.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr double minute_years = 1.0 / 525600;
constexpr double window_years = 30 * minute_years;

TEST(Settlement, BeforeTheWindowAThirdOfItCounts) {
  const AveragedUnderlying u =
      averaged_underlying({.years_to_start = 60 * minute_years, .years_length = window_years}, 64000);
  EXPECT_EQ(u.forward, 64000);
  EXPECT_NEAR(u.years, 70 * minute_years, 1e-18);
  EXPECT_EQ(u.delta_factor, 1);
}

TEST(Settlement, InsideTheWindowTheMeanSoFarIsFixed) {
  const SettlementWindow half{
      .years_to_start = -15 * minute_years, .years_length = window_years, .mean = 63000};
  const AveragedUnderlying u = averaged_underlying(half, 65000);
  EXPECT_DOUBLE_EQ(u.forward, 64000);  // half of 63,000 and half of 65,000
  EXPECT_DOUBLE_EQ(u.delta_factor, 0.5);
  // s/sigma = (1/2) (65/64) sqrt(15 min / 3)
  EXPECT_NEAR(u.years, 0.25 * (65.0 / 64) * (65.0 / 64) * 5 * minute_years, 1e-18);
}

TEST(Settlement, TheTwoFormsMeetAtTheStart) {
  const SettlementWindow before{.years_to_start = 1e-15, .years_length = window_years};
  const SettlementWindow at{.years_to_start = 0, .years_length = window_years};
  const SettlementWindow after{.years_to_start = -1e-15, .years_length = window_years, .mean = 64000};
  const double value = averaged_value(before, 64000, 64100, PriceShock{}, 0.6, true);
  EXPECT_GT(value, 10);
  EXPECT_NEAR(averaged_value(at, 64000, 64100, PriceShock{}, 0.6, true), value, 1e-6);
  EXPECT_NEAR(averaged_value(after, 64000, 64100, PriceShock{}, 0.6, true), value, 1e-6);
}

TEST(Settlement, AtTheEndTheAverageIsAll) {
  for (const double years_to_start : {-window_years, -2 * window_years}) {
    const SettlementWindow over{
        .years_to_start = years_to_start, .years_length = window_years, .mean = 64200};
    const PriceShock crash = price_shock(0.5);
    EXPECT_NEAR(averaged_value(over, 64000, 64000, crash, 0.6, true), 200, 1e-9);
    EXPECT_EQ(averaged_value(over, 64000, 64000, crash, 0.6, false), 0);
    EXPECT_NEAR(averaged_inverse_value(over, 64000, 64000, crash, 0.6, true), 200.0 / 64200, 1e-15);
    EXPECT_EQ(averaged_underlying(over, 64000).delta_factor, 0);
  }
}

TEST(Settlement, OnePrintIsTheOrdinaryOption) {
  const SettlementWindow print{.years_to_start = 60 * minute_years};
  EXPECT_EQ(averaged_value(print, 64000, 64100, PriceShock{}, 0.6, true),
            black_value(64000, 64100, 60 * minute_years, 0.6, true));
  const SettlementWindow gone{.years_to_start = -minute_years};
  EXPECT_EQ(averaged_value(gone, 64000, 63000, PriceShock{}, 0.6, true), 1000);
}

TEST(Settlement, BeforeTheWindowTheGridFormGivesTheSame) {
  const SettlementWindow before{.years_to_start = 60 * minute_years, .years_length = window_years};
  const AveragedUnderlying u = averaged_underlying(before, 64000);
  const PriceShock shock = price_shock(0.98);
  EXPECT_NEAR(value_at(option_terms(u.forward, 63000, u.years, false), shock, 0.6),
              averaged_value(before, 64000, 63000, shock, 0.6, false), 1e-9);
}

// Without the fade the last minutes would show the gamma of an option on one print.
TEST(Settlement, DeltaFadesAcrossTheWindow) {
  for (int elapsed = 1; elapsed < 30; ++elapsed) {
    const SettlementWindow window{
        .years_to_start = -elapsed * minute_years, .years_length = window_years, .mean = 63950};
    for (const double strike : {63800.0, 63950.0, 64000.0, 64100.0}) {
      const AveragedUnderlying u = averaged_underlying(window, 64000);
      const double delta = u.delta_factor * black_greeks(u.forward, strike, u.years, 0.6, true).delta;
      const double up = averaged_value(window, 64000, strike, price_shock(1 + 1e-6), 0.6, true);
      const double down = averaged_value(window, 64000, strike, price_shock(1 - 1e-6), 0.6, true);
      EXPECT_NEAR(delta, (up - down) / 0.128, 0.0005) << elapsed << " " << strike;
      EXPECT_LE(delta, 1.0 - elapsed / 30.0 + 1e-12);
    }
  }
}

TEST(Settlement, ForwardPortionsMoveFromVariableToFixed) {
  const ForwardPortions before = forward_portions(1000, 0, 1800, 1800);
  EXPECT_EQ(before.fixed, 0);
  EXPECT_EQ(before.variable, 1000);
  const ForwardPortions inside = forward_portions(1000, 1'260'000, 600, 1800);
  EXPECT_EQ(inside.fixed, 700);
  EXPECT_EQ(inside.variable, 333);
  const ForwardPortions after = forward_portions(1000, 1'890'000, 0, 1800);
  EXPECT_EQ(after.fixed, 1050);
  EXPECT_EQ(after.variable, 0);
}

}  // namespace
}  // namespace lockstep
