// Books and premiums of a chain's own test table: index and prices in its subticks, 5,000 dollars of impact.
#include "core/funding/depth.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr i128 unit = 100'000'000;  // quanta of money are size x price / 10^8
const Ratio money{i128{5'000'000'000} * unit, 1};

i64 premium(const std::vector<DepthLevel>& bids, const std::vector<DepthLevel>& asks, i128 index,
            i128 most = 1'000'000) {
  return static_cast<i64>(depth_premium_ppm(bids, asks, {index, 1}, money, most));
}

const std::vector<DepthLevel> ask{{10'000'000'000, 100'010'000}};

TEST(FundingDepth, NothingBetweenBidAndAsk) {
  EXPECT_EQ(premium({{10'000'000'000, 99'990'000}}, ask, 100'000'000), 0);
}

TEST(FundingDepth, TheLastLevelIsTakenInPart) {
  EXPECT_EQ(premium({{1'000'000'000, 99'990'000}, {10'000'000'000, 99'980'000}}, ask, 90'000'000), 110'911);
}

TEST(FundingDepth, BelowTheIndex) {
  EXPECT_EQ(premium({{1'000'000'000, 99'998'000}}, {{10'000'000'000, 100'001'000}}, 100'010'000, 100'000),
            -89);
  EXPECT_EQ(premium({{10'000'000'000, 99'999'000}}, ask, 150'000'000, 100'000), -100'000);
}

TEST(FundingDepth, TooLittleDepthSaysNothing) {
  EXPECT_EQ(premium({{1'000'000'000, 99'998'000}}, {{10'000'000'000, 100'001'000}}, 99'995'000), 0);
  EXPECT_EQ(premium({}, {}, 100'000'000), 0);
}

}  // namespace
}  // namespace lockstep
