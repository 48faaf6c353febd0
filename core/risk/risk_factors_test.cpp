#include "core/risk/risk_factors.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"

namespace lockstep {
namespace {

Value whole(i64 units) { return Value::from_raw(units * value_one); }
Rate percent(i64 n) { return Rate::from_raw(n * (rate_one / 100)); }

SideRow row_10_11() {
  SideRow row;
  row.long_factor = Value::from_raw(value_one / 10);
  row.short_factor = Value::from_raw(value_one * 11 / 100);
  row.slippage = percent(25);
  row.funding_factor = Rate::from_raw(rate_one);
  return row;
}

HoldingFacts holding(i64 coins, i64 price, i64 buys, i64 sells) {
  HoldingFacts facts;
  facts.coins = whole(coins);
  facts.notional = whole((coins < 0 ? -coins : coins) * price);
  facts.buys = whole(buys);
  facts.sells = whole(sells);
  facts.buy_notional = whole(buys * price);
  facts.sell_notional = whole(sells * price);
  return facts;
}

// 10 long at 144, 4 bought, 8 sold: 1440 x (25 % + 10 %) + 576 x 10 % = 504 + 57.6.
TEST(RiskFactors, ChargeTheHoldingAndTheOrdersOfItsSide) {
  EXPECT_EQ(side_margin(row_10_11(), holding(10, 144, 4, 8)).maintenance,
            Value::from_raw(5616 * value_one / 10));
}

// 1 long, 30 sold at 100: the short side has 30 x 100 x 11 % = 330, the long one 100 x 35 % = 35.
TEST(RiskFactors, TakeTheLargerSide) {
  EXPECT_EQ(side_margin(row_10_11(), holding(1, 100, 0, 30)).maintenance, whole(330));
}

TEST(RiskFactors, LeaveOutASideThatOrdersOnlyClose) {
  EXPECT_EQ(side_margin(row_10_11(), holding(-5, 100, 5, 0)).maintenance, whole(180));  // 500 x 36 %
  EXPECT_EQ(side_margin(row_10_11(), holding(0, 100, 0, 0)).maintenance, Value{});
}

TEST(RiskFactors, AddFundingThatTheHolderOwes) {
  HoldingFacts facts = holding(1, 100, 0, 0);
  facts.funding_owed = whole(7);
  EXPECT_EQ(side_margin(row_10_11(), facts).maintenance, whole(42));
  facts.funding_owed = whole(-7);
  EXPECT_EQ(side_margin(row_10_11(), facts).maintenance, whole(35));
}

// 3 coins at 100: 300 x (0.01 + 0.0001 x 3) slippage, 30 for the factor.
TEST(RiskFactors, LetSlippageGrowWithSize) {
  SideRow row = row_10_11();
  row.slippage = percent(1);
  row.slippage_squared = Rate::from_raw(rate_one / 10'000);
  EXPECT_EQ(side_margin(row, holding(3, 100, 0, 0)).maintenance, Value::from_raw(3309 * value_one / 100));
}

// Capped at 1: a long of 10 at 0.30 can lose 3; a short of 10 can lose 7, and two more offered 1.40.
TEST(RiskFactors, LeaveAShortSideWhatIsLeftToTheCap) {
  SideRow row;
  row.long_factor = row.short_factor = Value::from_raw(value_one);
  row.cap = Value::from_raw(value_one);
  HoldingFacts facts = holding(10, 1, 0, 0);
  facts.notional = Value::from_raw(3 * value_one);
  EXPECT_EQ(side_margin(row, facts).maintenance, Value::from_raw(3 * value_one));
  facts.coins = -facts.coins;
  EXPECT_EQ(side_margin(row, facts).maintenance, Value::from_raw(7 * value_one));
  facts.sells = Value::from_raw(2 * value_one);
  facts.sell_notional = Value::from_raw(6 * value_one / 10);
  EXPECT_EQ(side_margin(row, facts).maintenance, Value::from_raw(84 * value_one / 10));
}

// Against doubles, in another order: per coin first, then times the size.
TEST(RiskFactors, AgreeWithANaiveTwin) {
  Prng prng(11);
  const SideRow row = row_10_11();
  for (int i = 0; i < 2000; ++i) {
    const auto coins = static_cast<i64>(prng.below(200)) - 100;
    const auto buys = static_cast<i64>(prng.below(50)), sells = static_cast<i64>(prng.below(50));
    const auto price = static_cast<i64>(prng.below(1000)) + 1;
    const double p = static_cast<double>(price);
    const double longs = coins + buys > 0 ? static_cast<double>(coins > 0 ? coins : 0) * 0.35 * p +
                                                static_cast<double>(buys) * 0.1 * p
                                          : 0;
    const double shorts = coins - sells < 0 ? static_cast<double>(coins < 0 ? -coins : 0) * 0.36 * p +
                                                  static_cast<double>(sells) * 0.11 * p
                                            : 0;
    const double got =
        static_cast<double>(side_margin(row, holding(coins, price, buys, sells)).maintenance.raw()) / 1e16;
    EXPECT_NEAR(got, longs > shorts ? longs : shorts, 1e-6);
  }
}

}  // namespace
}  // namespace lockstep
