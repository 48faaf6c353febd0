#include "core/risk/worst_position.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

const Rounding exact;

TEST(WorstPosition, IsTheSideThatCanLoseMore) {
  EXPECT_EQ(worst_position(value("5"), value("2"), value("3"), price("10"), false, exact).coins, value("7"));
  EXPECT_EQ(worst_position(value("1"), value("2"), value("9"), price("10"), false, exact).coins, value("-8"));
  EXPECT_EQ(worst_position(value("1"), value("2"), value("9"), price("10"), false, exact).worth, value("80"));
}

TEST(WorstPosition, GivesTiesToTheSells) {
  EXPECT_EQ(worst_position({}, value("4"), value("4"), price("10"), false, exact).coins, value("-4"));
}

// At 0.25 a short can lose three quarters, a long one.
TEST(WorstPosition, KnowsAPriceBetweenZeroAndOne) {
  const WorstPosition worst = worst_position({}, value("1"), value("1"), price("0.25"), true, exact);
  EXPECT_EQ(worst.coins, value("-1"));
  EXPECT_EQ(worst.worth, value("0.75"));
}

Collateral coin() {
  Collateral row;
  row.initial = {.asset = percent("80"), .liability = percent("120")};
  row.maintenance = {.asset = percent("90"), .liability = percent("110")};
  return row;
}

// A bid for one coin at 100: pays 100 and brings what counts for 80.
TEST(WorseFill, ChargesABidForWhatTheCoinDoesNotCountFor) {
  const BalanceFacts facts{.balance = {}, .price = price("100")};
  const SpotFill bid = worse_fill(coin(), facts, value("1"), {}, WeightLevel::initial, false);
  EXPECT_EQ(bid.orders, value("-100"));
  EXPECT_EQ(bid.contribution, value("-20"));
  const SpotFill ask = worse_fill(coin(), facts, {}, value("1"), WeightLevel::initial, false);
  EXPECT_EQ(ask.contribution, value("-20"));
}

// Five coins are there or would be; eight are reserved: five count as an asset, three repay debt.
TEST(ReservedWorth, SplitsAtTheBalanceThatWouldBeThere) {
  const BalanceFacts facts{.balance = value("-10"), .price = price("2")};
  EXPECT_EQ(reserved_worth(coin(), facts, value("15"), value("8"), WeightLevel::initial), value("15.2"));
  EXPECT_EQ(reserved_worth(coin(), facts, value("30"), value("8"), WeightLevel::initial), value("12.8"));
  EXPECT_EQ(reserved_worth(coin(), facts, value("5"), value("4"), WeightLevel::initial), value("9.6"));
}

}  // namespace
}  // namespace lockstep
