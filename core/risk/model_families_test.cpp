// One portfolio under three families of models: weighted extremes, 16 scenarios of exchanges, and the mean
// of the worst historical returns.  The figures were computed with 40 digits by another program (design
// papers of this project, quant.md 5.2): 2.5 perpetuals at 100 000, four written calls and three puts held,
// 30 days to expiry.
#include <gtest/gtest.h>

#include "core/risk/grid.h"
#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::rate;
using testing::value;

OptionInputs option(bool is_call, double strike, double volatility) {
  OptionInputs fresh;
  fresh.is_call = is_call;
  fresh.forward = 100500;
  fresh.strike = strike;
  fresh.volatility = volatility;
  fresh.days = 30;
  fresh.lot = 0.01;
  fresh.window.years_to_start = 30.0 / 365.0;
  return fresh;
}

UnitSum portfolio(const GridRow& grid) {
  UnitSum unit;
  unit.exposure = value("250000");
  const auto add = [&](const OptionInputs& inputs, i64 lots) {
    std::vector<i64> array;
    EXPECT_TRUE(append_scenarios(inputs, grid, array));
    add_option(unit, &grid, nullptr, testing::start, inputs, array, testing::lots(lots));
  };
  add(option(true, 110000, 0.58), -400);
  add(option(false, 90000, 0.66), 300);
  return unit;
}

ListedScenario listed(std::string_view move, VolatilityMove volatility, std::string_view share = "100") {
  ListedScenario fresh;
  fresh.move = percent(move);
  fresh.volatility = volatility;
  fresh.share = percent(share);
  return fresh;
}

GridRow with_volatilities(std::string_view up, std::string_view down) {
  GridRow grid;
  grid.volatility_up = percent(up);
  grid.volatility_down = percent(down);
  grid.power_short = rate("0.3");
  grid.power_long = rate("0.13");
  grid.days_min = rate("1");
  return grid;
}

double profit(const GridRow& grid, const UnitSum& unit, std::size_t scenario) {
  return static_cast<double>(scenario_profit(grid, unit, scenario).raw()) / 1e16;
}

TEST(ModelFamilies, ExtremeMovesCountByTheirShare) {
  GridRow grid = with_volatilities("50", "25");
  grid.listed = {listed("-33", VolatilityMove::up, "48.4848484848"), listed("50", VolatilityMove::up, "32"),
                 listed("100", VolatilityMove::up, "16"), listed("500", VolatilityMove::up, "3.2")};
  const UnitSum unit = portfolio(grid);
  EXPECT_NEAR(profit(grid, unit, 0), -3137.4565626627, 1e-6);
  EXPECT_NEAR(profit(grid, unit, 1), -12600.01174244, 1e-6);
  EXPECT_NEAR(profit(grid, unit, 2), -17718.145257091, 1e-6);
  EXPECT_NEAR(profit(grid, unit, 3), -22989.926711194, 1e-6);
  EXPECT_EQ(worst_loss(grid, unit).scenario, 3u);
}

TEST(ModelFamilies, SixteenScenariosOfExchanges) {
  GridRow grid = with_volatilities("25", "25");
  for (const char* move :
       {"0", "5.3333333333", "-5.3333333333", "10.6666666667", "-10.6666666667", "16", "-16"}) {
    for (const char* volatility : {"25", "-25"}) {
      grid.listed.push_back(listed(move, VolatilityMove::same));
      grid.listed.back().volatility_move = percent(volatility);
    }
  }
  grid.listed.push_back(listed("48", VolatilityMove::same, "33"));
  grid.listed.push_back(listed("-48", VolatilityMove::same, "33"));
  const UnitSum unit = portfolio(grid);
  const double losses[] = {1498.321211522,  -1436.8529904633, 1071.8814030422, -5315.9374587849,
                           2772.8476130558, 3662.2061216653,  1717.6451569951, -6977.0167994821,
                           4547.2584564162, 8589.9777928895,  3530.8422401179, -6061.5728867822,
                           6388.5744771619, 12080.193829079,  10719.293053754, 1053.4213448099};
  for (std::size_t s = 0; s < 16; ++s) EXPECT_NEAR(profit(grid, unit, s), -losses[s], 1e-4) << s;
  EXPECT_EQ(worst_loss(grid, unit).scenario, 13u);
}

TEST(ModelFamilies, MeanOfTheThreeWorstReturns) {
  GridRow grid = with_volatilities("0", "0");
  for (const char* move :
       {"-18.2", "-12.1", "-9.4", "-8.1", "-6.6", "-5.8", "-5.1", "-4.4", "-3.9", "-3.1", "-2.4",
        "-1.8",  "-1.2",  "-0.6", "0.1",  "0.7",  "1.4",  "2.6",  "4.3",  "7.1",  "9.8",  "12.6"}) {
    grid.listed.push_back(listed(move, VolatilityMove::same));
  }
  grid.tail = 3;
  const Worst worst = worst_loss(grid, portfolio(grid));
  EXPECT_NEAR(static_cast<double>(worst.loss.raw()) / 1e16, 7217.3295088577, 1e-6);
  EXPECT_EQ(worst.scenario, 0u);
}

}  // namespace
}  // namespace lockstep
