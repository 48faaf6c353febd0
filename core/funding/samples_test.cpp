// Figures of a chain's own test tables.
#include "core/funding/samples.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using Values = std::vector<i64>;

TEST(FundingSamples, MediansRoundHalvesAwayFromZero) {
  EXPECT_EQ(median({2, 0, 1, 3, 4}), 2);
  EXPECT_EQ(median({5, 12, 1, 3, 12, 50}), 9);
  EXPECT_EQ(median({-6, -11, -1, -3, -12, -50}), -9);
  EXPECT_EQ(median({-12, 20, 100, -9, 0, -50}), -5);
}

TEST(FundingSamples, VotesThatAreMissingCountAsNothing) {
  EXPECT_EQ(median(padded({200, -100, 100, 30, 40}, 6)), 35);
  EXPECT_EQ(median(padded({-5, -10}, 4)), -3);
  EXPECT_EQ(padded({1, 2}, 1), Values({1, 2}));
}

TEST(FundingSamples, Tails) {
  EXPECT_EQ(without_tails({}, 250'000), Values{});
  EXPECT_EQ(without_tails({0, -1, -3, 5}, 250'000), Values({-1, 0}));
  EXPECT_EQ(without_tails({0, -1, -3, -5, 5, 7}, 250'000), Values({-3, -1, 0}));
  EXPECT_EQ(without_tails({0, -1, -3, -5, 5}, 800'000), Values({0, -1, -3, -5, 5}));
}

TEST(FundingSamples, ClampsAreSharesOfMargin) {
  EXPECT_EQ(clamp_ppm(6'000'000, 150'000 - 120'000), 180'000);
  EXPECT_EQ(clamp_ppm(423'978'721, 745'345 - 421'080), 137'481'459);
}

TEST(FundingSamples, MeansAreCutTowardZero) {
  EXPECT_EQ(mean_toward_zero({}), 0);
  EXPECT_EQ(mean_toward_zero({-1, -2}), -1);
}

}  // namespace
}  // namespace lockstep
