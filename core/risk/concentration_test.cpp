#include "core/risk/concentration.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

BracketRow two_brackets() {
  BracketRow row;
  row.brackets.resize(2);
  row.brackets[0] = {Value{}, percent("0.5"), percent("10000"), Value{}};
  row.brackets[1] = {value("1000000"), percent("2"), percent("2500"), value("15000")};
  return row;
}

TEST(Concentration, LooksAtTheNetDeltaOfTheUnit) {
  UnitSum unit;
  unit.index_price = price("50000");
  unit.delta_gross = value("900");
  unit.delta = value("-20");  // 1,000,000: at the floor the bracket under it still holds
  EXPECT_EQ(concentration_margin(two_brackets(), unit).maintenance, value("5000"));
  EXPECT_EQ(concentration_margin(two_brackets(), unit).initial, value("10000"));
  unit.delta = value("40");  // 2,000,000 x 2 % - 15,000, and 2,000,000 / 25
  EXPECT_EQ(concentration_margin(two_brackets(), unit).maintenance, value("25000"));
  EXPECT_EQ(concentration_margin(two_brackets(), unit).initial, value("80000"));
}

TEST(Concentration, InverseUnitsAreMeasuredInCoins) {
  UnitSum unit;
  unit.index_price = price("50000");
  unit.inverse = true;
  unit.delta = value("20");
  EXPECT_EQ(concentration_margin(two_brackets(), unit).maintenance, value("0.1"));
}

}  // namespace
}  // namespace lockstep
