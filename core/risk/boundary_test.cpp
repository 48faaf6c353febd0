// Liquidation prices against figures that venues published or that were worked out by hand.
#include "core/risk/boundary.h"

#include <gtest/gtest.h>

#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

using namespace testing;

BracketRow one_rate(const char* percent, const char* deduction = "0") {
  BracketRow row;
  row.brackets = {bracket("0", percent, "1", deduction)};
  return row;
}

LinearPool pool(const char* balance, const char* others, const char* size, const char* price_now) {
  return {value(balance), value(others), value(size), price(price_now)};
}

std::string shown(const std::optional<Value>& price, int decimals) {
  if (!price) return "none";
  return text(Value::from_raw(div(price->raw(), pow10(value_decimals - decimals), Round::nearest) *
                              pow10(value_decimals - decimals)));
}

TEST(LiquidationPrice, PublishedExamplesOfOneHolding) {
  const struct {
    LinearPool pool;
    BracketRow row;
    const char* below;
    const char* above;
  } cases[] = {
      // Entry stands for the price: the balance there is the wallet's.
      {pool("1535443.01", "0", "3683.979", "1456.84"), one_rate("10", "135365"), "1114.78", "none"},
      {pool("1535443.01", "0", "109.488", "32481.98"), one_rate("2.5", "16300"), "18778.73", "none"},
      {pool("100", "0", "10", "100"), one_rate("2.5"), "92.31", "none"},
      {pool("1000", "0", "-3", "3000"), one_rate("5"), "none", "3174.6"},
      {pool("1000", "175", "-1.5", "3000"), one_rate("5"), "none", "3380.95"},
  };
  for (const auto& c : cases) {
    const LinearBoundaries found = liquidation_price(c.pool, c.row);
    EXPECT_EQ(shown(found.below, 2), c.below);
    EXPECT_EQ(shown(found.above, 2), c.above);
  }
}

TEST(LiquidationPrice, PublishedExamplesWithAnotherHolding) {
  // Wallet plus the other holding's profit, less its maintenance.
  EXPECT_EQ(shown(liquidation_price(pool("1479088.44", "71200.81144", "3683.979", "1456.84"),
                                    one_rate("10", "135365"))
                      .below,
                  1),
            "1153.3");
  EXPECT_EQ(shown(liquidation_price(pool("1087250.12", "356512.508", "109.488", "32481.98"),
                                    one_rate("2.5", "16300"))
                      .below,
                  2),
            "26316.89");
}

TEST(LiquidationPrice, TheRateIsThatOfTheBracketAtThePriceFound) {
  // 10 coins at 100; 1 % up to 500, 2 % of what is above: 500 of cash is gone at price 50 but for 1 % of 500.
  BracketRow row;
  row.brackets = {bracket("0", "1", "50", "0"), bracket("500", "2", "25", "5")};
  EXPECT_EQ(shown(liquidation_price(pool("505", "0", "10", "100"), row).below, 6), "50");
  // In the lower bracket 10 P - 100 = 0.1 P: P = 10.10101...
  EXPECT_EQ(shown(liquidation_price(pool("900", "0", "10", "100"), row).below, 6), "10.10101");
  // In the upper one 10 P - 700 = 0.2 P - 5: P = 70.918367...
  EXPECT_EQ(shown(liquidation_price(pool("300", "0", "10", "100"), row).below, 6), "70.918367");
  // A short: 1500 - 10 P = 0.2 P - 5: P = 147.54902
  EXPECT_EQ(shown(liquidation_price(pool("500", "0", "-10", "100"), row).above, 6), "147.54902");
}

TEST(LiquidationPrice, AMarginThatJumpsAtAFloorIsMetAtTheFloor) {
  // A whole-holding rate: a long may lose and gain.  10 coins, 1 % up to 1500 and 50 % above it.
  BracketRow row;
  row.whole = true;
  row.brackets = {bracket("0", "1", "50", "0"), bracket("1500", "50", "2", "0")};
  const LinearBoundaries found = liquidation_price(pool("100", "0", "10", "100"), row);
  EXPECT_EQ(shown(found.below, 6), "90.909091");  // 10 P - 900 = 0.1 P
  EXPECT_EQ(shown(found.above, 6), "150");        // 600 against 15, and against 750 from here on
}

TEST(LiquidationPrice, ShortOfMaintenanceItIsWhereTheAccountIsOutOfIt) {
  // 10 P - 1000 + 20 against 0.25 P: short at 100, out of it at 1000 - 20 = 9.75 P.
  const LinearBoundaries found = liquidation_price(pool("20", "0", "10", "100"), one_rate("2.5"));
  EXPECT_EQ(shown(found.below, 6), "none");
  EXPECT_EQ(shown(found.above, 6), "100.512821");
}

TEST(LiquidationPrice, FloorsInCoinsHoldAtEveryPrice) {
  // 10 coins lie above the floor of 5: 10 P - 900 = 0.2 x 10 P wherever the price goes.
  BracketRow row;
  row.whole = row.by_coins = true;
  row.brackets = {bracket("0", "1", "1", "0"), bracket("5", "20", "1", "0")};
  EXPECT_EQ(shown(liquidation_price(pool("100", "0", "10", "100"), row).above, 6), "112.5");
}

TEST(LiquidationPrice, NoneWithoutAHoldingOrWithMoreThanItCanLose) {
  EXPECT_FALSE(liquidation_price(pool("20", "0", "0", "100"), one_rate("1")).below);
  const LinearBoundaries found = liquidation_price(pool("1001", "0", "10", "100"), one_rate("1"));
  EXPECT_FALSE(found.below);
  EXPECT_FALSE(found.above);
}

}  // namespace
}  // namespace lockstep
