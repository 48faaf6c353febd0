#include "core/risk/minimum_charge.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

UnitSum unit_of(std::string_view index, std::string_view delta, std::string_view gross) {
  UnitSum unit;
  unit.index_price = price(index);
  unit.delta = value(delta);
  unit.delta_gross = value(gross);
  return unit;
}

FactorStep step(std::string_view floor, std::string_view factor) {
  return {.floor = value(floor), .factor = percent(factor)};
}

TEST(MinimumCharge, NetAndHedgedDeltaHaveTheirOwnRates) {
  MinimumRow row;
  row.net = percent("2");
  row.hedged = percent("1");
  // Long 5, short 3: net 2, hedged 6; 0.04 + 0.06 coins at 50,000.
  EXPECT_EQ(minimum_charge_margin(row, unit_of("50000", "2", "8")).maintenance, value("5000"));
  EXPECT_EQ(minimum_charge_margin(row, unit_of("50000", "-2", "8")).initial, value("5000"));
}

TEST(MinimumCharge, TheStepOfTheAmountMultipliesTheWhole) {
  MinimumRow row;
  row.net = percent("1");
  row.hedged = percent("1");
  row.steps = {step("0", "100"), step("10000", "200"), step("70000", "400")};
  EXPECT_EQ(minimum_charge_margin(row, unit_of("10000", "100", "100")).initial, value("10000"));
  EXPECT_EQ(minimum_charge_margin(row, unit_of("10000", "101", "101")).initial, value("20200"));
  EXPECT_EQ(minimum_charge_margin(row, unit_of("10000", "800", "800")).initial, value("320000"));
}

TEST(MinimumCharge, MarginalSlicesEachAtTheirOwnRate) {
  MinimumRow row;
  row.net = percent("100");
  row.hedged = percent("100");
  row.marginal = true;
  row.steps = {step("0", "0.5"), step("1000000", "1"), step("5000000", "2")};
  // 1 M at 0.5 %, 4 M at 1 %, 1 M at 2 %.
  EXPECT_EQ(minimum_charge_margin(row, unit_of("1", "6000000", "6000000")).initial, value("65000"));
}

TEST(MinimumCharge, InverseUnitsAreChargedInCoins) {
  MinimumRow row;
  row.net = percent("1");
  row.hedged = percent("1");
  UnitSum unit = unit_of("50000", "3", "3");
  unit.inverse = true;
  EXPECT_EQ(minimum_charge_margin(row, unit).maintenance, value("0.03"));
}

}  // namespace
}  // namespace lockstep
