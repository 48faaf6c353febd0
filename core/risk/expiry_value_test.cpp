#include "core/risk/expiry_value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/prng.h"
#include "core/risk/grid.h"
#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::rate;
using testing::value;

OptionInputs option(bool is_call, double strike) {
  OptionInputs fresh;
  fresh.is_call = is_call;
  fresh.forward = 2000;
  fresh.strike = strike;
  fresh.volatility = 0.6;
  fresh.days = 36.5;
  fresh.lot = 1;
  fresh.window.years_to_start = 0.1;
  return fresh;
}

ListedScenario listed(std::string_view move, VolatilityMove volatility) {
  ListedScenario fresh;
  fresh.move = percent(move);
  fresh.volatility = volatility;
  return fresh;
}

GridRow five_listed() {
  GridRow grid;
  grid.volatility_up = percent("50");
  grid.volatility_down = percent("30");
  grid.power_short = rate("0.3");
  grid.power_long = rate("0.13");
  grid.days_min = rate("1");
  grid.listed = {listed("0", VolatilityMove::same), listed("10", VolatilityMove::up),
                 listed("-10", VolatilityMove::down), listed("400", VolatilityMove::up),
                 listed("-60", VolatilityMove::same)};
  return grid;
}

UnitSum unit_of(const GridRow& grid, const OptionInputs& inputs, Lots lots) {
  UnitSum unit;
  std::vector<i64> array;
  EXPECT_TRUE(append_scenarios(inputs, grid, array));
  add_option(unit, &grid, nullptr, testing::start, inputs, array, lots);
  return unit;
}

double real(Value v) { return static_cast<double>(v.raw()) / 1e16; }

TEST(Listed, ScenariosAreProfitsAgainstTheUnshockedValue) {
  const OptionInputs call = option(true, 2000);
  const UnitSum unit = unit_of(five_listed(), call, testing::lots(2));
  EXPECT_EQ(scenario_profit(five_listed(), unit, 0), value("0"));
  OptionInputs far = call;
  far.forward = 10000;
  far.volatility = 0.6 * (1 + 0.5 * std::exp(0.13 * std::log(30 / 36.5)));
  const double expected = 2 * static_cast<double>(option_value_units(far) - option_value_units(call)) / 1e12;
  EXPECT_NEAR(real(scenario_profit(five_listed(), unit, 3)), expected, 1e-8);
}

TEST(Listed, AShareCountsOfTheWholeUnit) {
  GridRow grid = five_listed();
  UnitSum unit = unit_of(grid, option(true, 2000), testing::lots(-1));
  unit.exposure = value("2000");
  const Value whole = scenario_profit(grid, unit, 3);
  grid.listed[3].share = percent("50");
  EXPECT_NEAR(real(scenario_profit(grid, unit, 3)), real(whole) / 2, 1e-12);
}

TEST(Listed, ATailIsTheMeanOfTheWorst) {
  GridRow grid = five_listed();
  for (ListedScenario& scenario : grid.listed) scenario.volatility = VolatilityMove::same;
  UnitSum unit;
  unit.exposure = value("1000");
  EXPECT_EQ(worst_loss(grid, unit).loss, value("600"));
  grid.tail = 2;
  EXPECT_EQ(worst_loss(grid, unit).loss, value("350"));
  grid.tail = 5;  // three of them gain, and count as nothing
  EXPECT_EQ(worst_loss(grid, unit).loss, value("140"));
  EXPECT_EQ(worst_loss(grid, unit).scenario, 4u);
}

TEST(Listed, NamesSayWhatMoves) {
  GridRow grid = five_listed();
  EXPECT_EQ(scenario_name(grid, 3), "+400 %, volatility up");
  grid.listed[3].share = percent("1.2");
  EXPECT_EQ(scenario_name(grid, 3), "+400 %, volatility up, 1.2 % of it");
  grid.listed[0].volatility = VolatilityMove::skew_linear;
  EXPECT_EQ(scenario_name(grid, 0), "0 %, volatility turned");
}

TEST(Skew, WingsTurnAndTheMiddleStays) {
  GridRow grid = five_listed();
  grid.listed = {listed("0", VolatilityMove::skew_linear), listed("0", VolatilityMove::skew_absolute)};
  grid.skew.linear_base = grid.skew.absolute_base = percent("15");
  grid.skew.k_min = percent("1");
  grid.skew.width = rate("4");
  grid.skew.level = rate("0.6");
  const auto profits = [&](double strike) {
    std::vector<i64> array;
    EXPECT_TRUE(append_scenarios(option(strike > 2000, strike), grid, array));
    return array;
  };
  EXPECT_EQ(profits(2000), (std::vector<i64>{0, 0}));
  const std::vector<i64> low = profits(1500), high = profits(2500);
  EXPECT_LT(low[0], 0);  // linear: the lower wing falls, the upper one rises
  EXPECT_GT(high[0], 0);
  EXPECT_GT(low[1], 0);  // absolute: both rise
  EXPECT_EQ(high[0], high[1]);
  const UnitSum unit = unit_of(grid, option(true, 2500), testing::lots(3));
  EXPECT_EQ(scenario_profit(grid, unit, 0), Value::from_raw(-3 * high[0] * array_unit_value));
}

TEST(Discount, OwnedValuesShrinkAndOwedOnesGrow) {
  GridRow grid = five_listed();
  grid.discount.on = true;
  grid.discount.long_base = percent("95");
  grid.discount.short_base = percent("104");
  grid.discount.short_rate = rate("0.5");
  const OptionInputs call = option(true, 2000);
  for (const i64 lots : {2, -2}) {
    UnitSum unit = unit_of(grid, call, testing::lots(lots));
    unit.expiries[0].years = rate("0.1");
    const double worth = 2 * static_cast<double>(option_value_units(call)) / 1e12;
    EXPECT_NEAR(real(scenario_profit(grid, unit, 0)), lots > 0 ? -0.05 * worth : 0.0, 1e-9);
    unit.expiries[0].interest = rate("2");  // exp(0.2) = 1.22 leaves the factor 1.04 exp(0.1)
    EXPECT_NEAR(real(scenario_profit(grid, unit, 0)),
                lots > 0 ? -0.05 * worth : -worth * (1.04 * std::exp(0.1) - 1), 1e-9);
  }
  grid.discount.positive_only = true;
  UnitSum owed = unit_of(grid, call, testing::lots(-2));
  owed.expiries[0].years = rate("0.1");
  EXPECT_EQ(scenario_profit(grid, owed, 0), value("0"));
}

TEST(Discount, AppliesToTheExpiryAndNotToItsOptions) {
  GridRow grid = five_listed();
  grid.discount.on = true;
  grid.discount.long_base = percent("95");
  grid.discount.short_base = percent("120");
  UnitSum unit = unit_of(grid, option(true, 2000), testing::lots(5));
  std::vector<i64> array;
  ASSERT_TRUE(append_scenarios(option(true, 2000), grid, array));
  add_option(unit, &grid, nullptr, testing::start, option(true, 2000), array, testing::lots(-5));
  ASSERT_EQ(unit.expiries.size(), 1u);
  for (std::size_t s = 0; s < 5; ++s) EXPECT_EQ(scenario_profit(grid, unit, s), value("0"));
}

TEST(Basis, OnlyLossesAreCharged) {
  BasisRow row;
  row.up = percent("5");
  row.down = percent("-5");
  row.add = percent("25");
  row.per_year = rate("2");
  const OptionInputs call = option(true, 2000);
  std::vector<i64> array;
  ASSERT_TRUE(append_basis(call, row, array));
  ASSERT_EQ(array.size(), 2u);
  EXPECT_GT(array[0], 0);
  EXPECT_LT(array[1], 0);
  UnitSum unit;
  add_option(unit, nullptr, &row, testing::start, call, array, testing::lots(3));
  unit.expiries[0].years = rate("0.1");
  EXPECT_NEAR(real(basis_loss(row, unit)), -3 * static_cast<double>(array[1]) / 1e12 * 0.45, 1e-9);
  unit.expiries[0].basis = {5, 0};
  EXPECT_EQ(basis_loss(row, unit), value("0"));
}

TEST(FixedForward, WhatIsFixedDoesNotMove) {
  GridRow grid = five_listed();
  grid.listed = {listed("10", VolatilityMove::same), listed("-10", VolatilityMove::same)};
  OptionInputs half = option(true, 1500);
  half.window.years_to_start = 0;  // no time: intrinsic value
  half.forward = 1000;
  half.fixed = 1000;
  half.discount = 0.5;
  std::vector<i64> array;
  ASSERT_TRUE(append_scenarios(half, grid, array));
  EXPECT_EQ(array, (std::vector<i64>{50'000'000'000'000, -50'000'000'000'000}));
  half.forward = 0;
  EXPECT_EQ(option_value_units(half), 0);
  half.is_call = false;
  EXPECT_EQ(option_value_units(half), 250'000'000'000'000);
}

// The twin adds doubles, option by option and without arrays.
TEST(Grid, WorstLossMeetsASumInDoubles) {
  Prng prng(5);
  const GridRow grid = five_listed();
  for (int round = 0; round < 50; ++round) {
    UnitSum unit;
    unit.exposure = Value::from_raw(prng.between(-5000, 5000) * value_one);
    std::vector<double> totals;
    for (const ListedScenario& s : grid.listed) {
      totals.push_back(real(unit.exposure) * static_cast<double>(s.move.raw()) / 1e12);
    }
    for (int i = 0; i < 6; ++i) {
      const OptionInputs inputs = option(prng.chance(1, 2), static_cast<double>(prng.between(1000, 4000)));
      const Lots lots = Lots::from_raw(prng.between(-9, 9));
      std::vector<i64> array;
      ASSERT_TRUE(append_scenarios(inputs, grid, array));
      add_option(unit, &grid, nullptr, Time::from_raw(prng.between(1, 3)), inputs, array, lots);
      for (std::size_t s = 0; s < totals.size(); ++s) {
        totals[s] += static_cast<double>(array[s]) * static_cast<double>(lots.raw()) / 1e12;
      }
    }
    EXPECT_TRUE(std::is_sorted(unit.expiries.begin(), unit.expiries.end(),
                               [](const ExpirySum& a, const ExpirySum& b) { return a.expiry < b.expiry; }));
    const double worst = std::min(0.0, *std::min_element(totals.begin(), totals.end()));
    EXPECT_NEAR(real(worst_loss(grid, unit).loss), -worst, 1e-7);
  }
}

}  // namespace
}  // namespace lockstep
