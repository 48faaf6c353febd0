#include "core/liquidation/allocate.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/base/prng.h"

namespace lockstep {
namespace {

using Parts = std::vector<i128>;

TEST(Allocate, DeficitOverThreeWinners) {  // quant.md 7.5
  EXPECT_EQ(allocate(10'001, Parts{50'000, 30'000, 20'007}), (Parts{5'000, 3'000, 2'001}));
}

TEST(Allocate, TiesGoToTheFirst) {
  EXPECT_EQ(allocate(1, Parts{7, 7, 7}), (Parts{1, 0, 0}));
  EXPECT_EQ(allocate(5, Parts{7, 7, 7}), (Parts{2, 2, 1}));
  EXPECT_EQ(allocate(0, Parts{7, 0}), (Parts{0, 0}));
}

TEST(Allocate, NobodyGivesMoreThanItsWeight) {
  Prng prng(11);
  for (int round = 0; round < 2'000; ++round) {
    Parts weights;
    const u64 count = 1 + prng.below(6);
    for (u64 i = 0; i < count; ++i) weights.push_back(static_cast<i128>(prng.below(50)));
    const i128 sum = std::accumulate(weights.begin(), weights.end(), i128{0});
    if (sum == 0) continue;
    const i128 total = static_cast<i128>(prng.below(static_cast<u64>(sum) + 1));
    const Parts parts = allocate(total, weights);
    EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), i128{0}), total);
    for (std::size_t i = 0; i < parts.size(); ++i) EXPECT_LE(parts[i], weights[i]);
  }
}

TEST(Allocate, BeyondSixtyFourBits) {
  const i128 large = i128{1} << 110;
  const Parts parts = allocate(large, Parts{large, large, large});
  EXPECT_EQ(parts[0] + parts[1] + parts[2], large);
  EXPECT_LE(parts[0] - parts[2], 1);
}

TEST(AllocateCapped, WhatIsCutGoesToTheOthers) {
  // 60 by 3 : 2 : 1 would be 30, 20, 10; the first may give 12, so 48 by 2 : 1.
  EXPECT_EQ(allocate_capped(60, Parts{3, 2, 1}, Parts{12, 100, 100}), (Parts{12, 32, 16}));
  EXPECT_EQ(allocate_capped(60, Parts{3, 2, 1}, Parts{12, 20, 5}), (Parts{12, 20, 5}));  // all they have
  EXPECT_EQ(allocate_capped(60, Parts{0, 2, 0}, Parts{12, 20, 5}), (Parts{0, 20, 0}));
}

}  // namespace
}  // namespace lockstep
