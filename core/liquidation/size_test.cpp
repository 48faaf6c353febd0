// The closed form and the root, against figures that were worked elsewhere (quant.md 7.1): one million of
// notional at 2.5 %, and fifty million against books of two sizes.
#include "core/liquidation/size.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr Value units(i64 n) { return Value::from_raw(value_one * n); }
constexpr Rate rate(i64 parts_of_a_million) { return Rate::from_raw(parts_of_a_million * 1'000'000); }

TEST(CloseShare, LinearCost) {
  // E = 20,000, M = 25,000, target 1.5, cost 0.3 %: (37,500 - 20,000) / (37,500 - 3,000) = 0.5072463768...
  EXPECT_EQ(close_share(units(20'000), units(25'000), units(1'000'000), rate(1'500'000), rate(3'000)).raw(),
            507'246'376'812);
}

TEST(CloseShare, NothingOrEverything) {
  EXPECT_EQ(close_share(units(37'500), units(25'000), units(1'000'000), rate(1'500'000), rate(3'000)).raw(),
            0);
  EXPECT_EQ(close_share(units(2'000), units(25'000), units(1'000'000), rate(1'500'000), rate(3'000)).raw(),
            rate_one);
  // Closing costs more than it frees.
  EXPECT_EQ(close_share(units(20'000), units(25'000), units(1'000'000), rate(1'500'000), rate(40'000)).raw(),
            rate_one);
}

// N = 50 M, 2.5 %, E = 1 M, target 1.5, Y 0.9 times 4.5 % a day, fee 5 bp.
std::optional<Rate> fifty_million(i64 volume) {
  return close_share_convex(units(1'000'000), units(1'250'000), units(50'000'000), rate(1'500'000), rate(500),
                            rate(40'500), units(volume));
}

TEST(CloseShare, ConvexCost) {
  ASSERT_TRUE(fifty_million(1'000'000'000).has_value());
  EXPECT_NEAR(static_cast<double>(fifty_million(1'000'000'000)->raw()), 0.53722401395354e12, 2);
  ASSERT_TRUE(fifty_million(200'000'000).has_value());
  EXPECT_NEAR(static_cast<double>(fifty_million(200'000'000)->raw()), 0.67557382400755e12, 2);
}

TEST(CloseShare, PastSelfRescue) { EXPECT_FALSE(fifty_million(10'000'000).has_value()); }

TEST(LeastLots, IsTheFirstHealthyFromAnyGuess) {
  for (const i64 guess : {0, 1, 36, 37, 38, 99, 100}) {
    EXPECT_EQ(least_lots(100, guess, [](i64 n) { return n >= 37; }), 37) << guess;
  }
  EXPECT_EQ(least_lots(100, 5, [](i64) { return false; }), 100);
  EXPECT_EQ(least_lots(1, 0, [](i64) { return true; }), 1);
}

}  // namespace
}  // namespace lockstep
