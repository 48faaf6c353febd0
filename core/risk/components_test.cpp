// The components against figures worked out by hand or published; none is computed here by the formula under
// test.
#include "core/risk/components.h"

#include <gtest/gtest.h>

#include "core/risk/facts.h"
#include "core/risk/grid.h"
#include "core/risk/short_option.h"
#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

using namespace testing;

// Six tiers: .4 .5 1 2.5 5 10 % from 0, 50 k, 250 k, 1 M, 10 M, 20 M, with the deductions and margins of
// quant.md 5.1.
BracketRow six_tiers() {
  BracketRow row;
  row.brackets = {bracket("0", "0.4", "125", "0"),          bracket("50000", "0.5", "100", "50"),
                  bracket("250000", "1", "50", "1300"),     bracket("1000000", "2.5", "20", "16300"),
                  bracket("10000000", "5", "10", "266300"), bracket("20000000", "10", "5", "1266300")};
  return row;
}

TEST(Brackets, MaintenanceIsThePiecewiseIntegral) {
  const struct {
    const char* notional;
    const char* maintenance;
  } cases[] = {{"0", "0"},
               {"50000", "200"},
               {"100000", "450"},
               {"250000", "1200"},
               {"400000", "2700"},
               {"1000000", "8700"},
               {"5000000", "108700"},
               {"15000000", "483700"},
               {"30000000", "1733700"}};
  for (const auto& c : cases) {
    EXPECT_EQ(text(bracket_margin(six_tiers(), value(c.notional), rate("1")).maintenance), c.maintenance);
  }
}

TEST(Brackets, LeverageIsCutToTheBracketAndAFloorBelongsToTheBracketBelow) {
  EXPECT_EQ(text(bracket_margin(six_tiers(), value("50000"), rate("125")).initial), "400");
  EXPECT_EQ(text(bracket_margin(six_tiers(), value("50000.01"), rate("125")).initial), "500.0001");
  EXPECT_EQ(text(bracket_margin(six_tiers(), value("50000.01"), rate("10")).initial), "5000.001");
}

TEST(Brackets, FloorsInCoinsDoNotLookAtTheNotional) {
  BracketRow row;
  row.whole = row.by_coins = true;
  row.brackets = {bracket("0", "1", "50", "0"), bracket("300", "2", "20", "0")};
  EXPECT_EQ(text(bracket_margin(row, value("600000"), rate("100"), value("300")).maintenance), "6000");
  EXPECT_EQ(text(bracket_margin(row, value("600000"), rate("100"), value("300")).initial), "12000");
  EXPECT_EQ(text(bracket_margin(row, value("100"), rate("100"), value("300.1")).maintenance), "2");
  EXPECT_EQ(text(bracket_margin(row, value("100"), rate("100"), value("300.1")).initial), "5");
}

TEST(Brackets, InitialRoundsUp) {
  EXPECT_EQ(text(bracket_margin(six_tiers(), value("1"), rate("3")).initial), "0.3333333333333334");
}

// An option per coin at forward 50,000; amounts in coin.
struct ShortOption {
  Instrument instrument;
  RiskRow risk;
  ShortOptionRow row;

  ShortOption(OptionType type, std::string_view strike, std::string_view mark) {
    instrument.kind = InstrumentKind::option;
    instrument.inverse = true;
    instrument.option = type;
    instrument.strike = price(strike);
    instrument.lot = 100'000'000;
    risk.forward = price("50000");
    risk.mark = value(mark);
    row.initial = percent("15");
    row.initial_min = percent("10");
    row.maintenance = percent("7.5");
  }
  Margin margin(i64 size) const {
    return short_option_margin(row, facts_of(instrument, risk, PriceUse::mark, lots(-size), {}, {}, {}));
  }
};

TEST(ShortOptions, CallAtTheMoneyAndOut) {
  const ShortOption at(OptionType::call, "50000", "0.05");
  EXPECT_EQ(text(at.margin(1).initial), "0.2");        // 0.15 + 0.05
  EXPECT_EQ(text(at.margin(1).maintenance), "0.125");  // 0.075 + 0.05
  EXPECT_EQ(text(at.margin(8).initial), "1.6");
  const ShortOption near(OptionType::call, "51000", "0.04");
  EXPECT_EQ(text(near.margin(1).initial), "0.17");  // 0.15 - 0.02 + 0.04
  const ShortOption far(OptionType::call, "90000", "0.001");
  EXPECT_EQ(text(far.margin(1).initial), "0.101");  // 0.10 + 0.001
}

TEST(ShortOptions, PutDeepInTheMoney) {
  // Mark 1.2 coin: maintenance max(0.075, 0.075 x 1.2) + 1.2 = 1.29; initial max(0.15 + 1.2, 1.29) = 1.35.
  const ShortOption deep(OptionType::put, "110000", "1.2");
  EXPECT_EQ(text(deep.margin(1).maintenance), "1.29");
  EXPECT_EQ(text(deep.margin(1).initial), "1.35");
  // Mark 4: maintenance 0.3 + 4 = 4.3 is above 0.15 + 4.
  const ShortOption deeper(OptionType::put, "250000", "4");
  EXPECT_EQ(text(deeper.margin(1).maintenance), "4.3");
  EXPECT_EQ(text(deeper.margin(1).initial), "4.3");
}

TEST(ShortOptions, LinearOnesTakeFractionsOfTheIndex) {
  ShortOption call(OptionType::call, "50000", "1000");
  call.instrument.inverse = false;
  call.risk.index = price("49000");
  EXPECT_EQ(text(call.margin(1).initial), "8350");      // 0.15 x 49000 + 1000
  EXPECT_EQ(text(call.margin(1).maintenance), "4675");  // 0.075 x 49000 + 1000
}

TEST(Roll, MinimumUntilTheTermOutgrowsIt) {
  RollRow row;
  row.annualised = percent("7.5");
  row.minimum = percent("1");
  EXPECT_EQ(text(roll_margin(row, value("-2"), rate("0"), Price{})), "0.02");
  EXPECT_EQ(text(roll_margin(row, value("2"), rate("0.5"), Price{})), "0.075");
  EXPECT_EQ(text(roll_margin(row, value("2"), rate("0.5"), price("30000"))), "2250");
}

TEST(Coins, OfInverseContractsAtTheMark) {
  Instrument instrument;
  instrument.kind = InstrumentKind::perpetual;
  instrument.inverse = true;
  instrument.lot = 10 * 100'000'000;
  RiskRow row;
  row.mark_price = price("80000");
  EXPECT_EQ(text(coins(instrument, row, lots(8000))), "1");
  EXPECT_EQ(text(coins(instrument, row, lots(-1))), "-0.000125");
}

TEST(RoundedValues, GoWhereTheRulebookSays) {
  const auto at = [](Round direction, const char* v) {
    Rounding rounding;
    rounding.direction = direction;
    rounding.decimals = 2;
    return text(rounded(value(v), rounding));
  };
  EXPECT_EQ(at(Round::nearest, "1.005"), "1.01");
  EXPECT_EQ(at(Round::nearest, "1.0049"), "1");
  EXPECT_EQ(at(Round::up, "1.0001"), "1.01");
  EXPECT_EQ(at(Round::down, "-1.0001"), "-1.01");
  EXPECT_EQ(text(rounded(value("1.0001"), Rounding{})), "1.0001");
}

TEST(Grid, DampenerForgivesASmallExtremeLossAndNoMore) {
  const Rulebook rules = grid_rules();
  GridRow grid = rules.components[0].grids[0];
  grid.dampener = value("10000");
  UnitSum unit;  // linear, 100,000 long: 16,000 lost at the end of the range
  unit.exposure = value("100000");
  EXPECT_EQ(text(scenario_profit(grid, unit, 27)), "-6000");
  EXPECT_EQ(text(scenario_profit(grid, unit, 29)), "16000");
  unit.exposure = value("50000");
  EXPECT_EQ(text(scenario_profit(grid, unit, 27)), "0");
  EXPECT_EQ(text(worst_loss(grid, unit).loss), "8000");
}

TEST(Grid, NamesOfScenarios) {
  const GridRow grid = grid_rules().components[0].grids[0];
  EXPECT_EQ(scenario_name(grid, 0), "-16 %, volatility down");
  EXPECT_EQ(scenario_name(grid, 13), "0 %, volatility same");
  EXPECT_EQ(scenario_name(grid, 26), "+16 %, volatility up");
  EXPECT_EQ(scenario_name(grid, 34), "+500 % extreme, volatility up");
}

}  // namespace
}  // namespace lockstep
