#include "core/risk/collateral.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

Collateral row() {
  Collateral fresh;
  fresh.initial = {.asset = percent("75"), .liability = percent("110")};
  fresh.maintenance = {.asset = percent("80"), .liability = percent("105")};
  return fresh;
}

TEST(Collateral, AssetsCountLessAndDebtsMore) {
  const BalanceFacts asset{.balance = value("2"), .price = price("1500")};
  EXPECT_EQ(balance_worth(row(), asset).initial, value("2250"));
  EXPECT_EQ(balance_worth(row(), asset).maintenance, value("2400"));
  const BalanceFacts debt{.balance = value("-2"), .price = price("1500")};
  EXPECT_EQ(balance_worth(row(), debt).initial, value("-3300"));
  EXPECT_EQ(balance_worth(row(), debt).maintenance, value("-3150"));
}

TEST(Collateral, DistrustLowersTheInitialLevelAlone) {
  Collateral doubted = row();
  doubted.confidence_threshold = percent("55");
  doubted.confidence_rate = percent("40");
  BalanceFacts asset{.balance = value("2"), .price = price("1500"), .confidence = percent("55")};
  EXPECT_EQ(balance_worth(doubted, asset).initial, value("2250"));
  asset.confidence = percent("50");
  EXPECT_EQ(balance_worth(doubted, asset).initial, value("1650"));
  EXPECT_EQ(balance_worth(doubted, asset).maintenance, value("2400"));
}

// Published by Drift with its tests: 0.8357, 1.1962 and 0.2642.
TEST(Collateral, WeighsLargeBalancesLess) {
  Collateral sized = row();
  sized.initial = {.asset = percent("90"), .liability = percent("110")};
  sized.discount = percent("110");
  sized.premium_share = percent("80");
  sized.weights = {.direction = Round::zero, .decimals = 4};
  sized.size_factor = percent("1");
  EXPECT_EQ(asset_weight(sized, WeightLevel::initial, value("1000"), {}), percent("83.57"));
  EXPECT_EQ(liability_weight(sized, WeightLevel::initial, value("1000"), {}), percent("119.62"));
  sized.size_factor = percent("10");
  EXPECT_EQ(asset_weight(sized, WeightLevel::initial, value("1000"), {}), percent("26.42"));
}

// 40 000 coins at 25 are twice the 500 000 at which the weight begins to fall.
TEST(Collateral, WeighsLessWhenTheVenueHoldsMuch) {
  Collateral scaled = row();
  scaled.deposits_start = value("500000");
  scaled.debts_start = value("100000");
  EXPECT_EQ(asset_weight(scaled, WeightLevel::initial, {}, value("1000000")), percent("37.5"));
  EXPECT_EQ(asset_weight(scaled, WeightLevel::maintenance, {}, value("1000000")), percent("80"));
  EXPECT_EQ(asset_weight(scaled, WeightLevel::between, {}, value("1000000")), percent("58.75"));
  EXPECT_EQ(liability_weight(scaled, WeightLevel::initial, {}, value("150000")), percent("165"));
}

// 10 000 at 100 %, the next 20 000 at 95 %, the rest at 50 %: 10 000 + 19 000 + 5 000, times 75 %.
TEST(Collateral, CountsSliceBySlice) {
  Collateral sliced = row();
  sliced.steps = {
      {value("0"), percent("100")}, {value("10000"), percent("95")}, {value("30000"), percent("50")}};
  const BalanceFacts facts{.balance = value("400"), .price = price("100")};
  EXPECT_EQ(balance_worth(sliced, facts).initial, value("25500"));
  const BalanceFacts debt{.balance = value("-400"), .price = price("100")};
  EXPECT_EQ(balance_worth(sliced, debt).initial, value("-44000"));
}

TEST(Collateral, TakesTheWorseOfIndexAndSlowPriceInitially) {
  const BalanceFacts asset{.balance = value("1"), .price = price("100"), .slow = price("90")};
  EXPECT_EQ(balance_worth(row(), asset).initial, value("67.5"));
  EXPECT_EQ(balance_worth(row(), asset).maintenance, value("80"));
  const BalanceFacts debt{.balance = value("-1"), .price = price("90"), .slow = price("100")};
  EXPECT_EQ(balance_worth(row(), debt).initial, value("-110"));
}

TEST(Profit, CountsLessThanLosses) {
  ProfitRow profits;
  profits.initial = percent("50");
  profits.initial_max = value("100");
  const Price one = price("1");
  EXPECT_EQ(profit_worth(profits, WeightLevel::initial, value("120"), {}, one), value("60"));
  EXPECT_EQ(profit_worth(profits, WeightLevel::initial, value("1000"), {}, one), value("100"));
  EXPECT_EQ(profit_worth(profits, WeightLevel::maintenance, value("1000"), {}, one), value("1000"));
  EXPECT_EQ(profit_worth(profits, WeightLevel::initial, value("-120"), {}, one), value("-120"));
  profits.imbalance_max = value("1000");
  EXPECT_EQ(profit_worth(profits, WeightLevel::initial, value("120"), value("4000"), one), value("15"));
}

TEST(Releasable, LeavesWhatIsNeeded) {
  EXPECT_EQ(releasable(value("6000"), percent("80"), price("100"), 6), value("75"));
  EXPECT_EQ(releasable(value("-1"), percent("80"), price("100"), 6), value("0"));
}

}  // namespace
}  // namespace lockstep
