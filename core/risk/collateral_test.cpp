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

}  // namespace
}  // namespace lockstep
