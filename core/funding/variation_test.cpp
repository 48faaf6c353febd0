// Figures of a venue's published acceptance criteria and tests.
#include "core/funding/variation.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Variation, TradesAreMarkedFromTheirOwnPrice) {
  const Trade trades[] = {{1, 1'000}, {1, 1'010}};
  EXPECT_TRUE(variation(0, 0, trades, 1'010) == 10);
  EXPECT_TRUE(variation(2, 100, {}, 120) == 40);
}

TEST(Variation, WholeUnitsArePaid) {
  EXPECT_TRUE(whole_part(variation(1'101, 1'000, {}, 1'005), 10) == 550);
  EXPECT_TRUE(whole_part(variation(-550, 1'000, {}, 1'005), 10) == -275);
}

TEST(Variation, EntryPrices) {
  EXPECT_TRUE(average_entry(0, 0, {-10, 100}) == 100);
  EXPECT_TRUE(average_entry(100, 10, {5, 25}) == 75);
  EXPECT_TRUE(average_entry(100, -10, {5, 25}) == 100);
  EXPECT_TRUE(average_entry(100, -10, {10, 25}) == 0);
  EXPECT_TRUE(average_entry(100, -10, {25, 15}) == 49);
}

}  // namespace
}  // namespace lockstep
