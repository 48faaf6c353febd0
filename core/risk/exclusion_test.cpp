#include "core/risk/exclusion.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep {
namespace {

constexpr bool alone = true, shared = false;

bool may(std::vector<Stake> stakes) { return may_stand_together(stakes); }

TEST(Exclusion, AnExclusiveInstrumentStandsAlone) {
  EXPECT_TRUE(may({}));
  EXPECT_TRUE(may({{7, alone, true}}));
  EXPECT_TRUE(may({{7, alone, false}, {7, alone, true}}));  // held, and now more or less of it
  EXPECT_TRUE(may({{1, shared, false}, {2, shared, true}}));
  EXPECT_FALSE(may({{1, shared, false}, {7, alone, true}}));
  EXPECT_FALSE(may({{7, alone, false}, {1, shared, true}}));
  EXPECT_FALSE(may({{7, alone, false}, {8, alone, true}}));
  EXPECT_FALSE(may({{7, alone, true}, {1, shared, true}}));
}

TEST(Exclusion, WhoTouchesNothingIsNotAsked) { EXPECT_TRUE(may({{1, shared, false}, {7, alone, false}})); }

}  // namespace
}  // namespace lockstep
