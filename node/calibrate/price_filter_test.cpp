// What a venue that lies can do to the price that parameters are estimated from.
#include "node/calibrate/price_filter.h"

#include <gtest/gtest.h>

#include <limits>

namespace lockstep::calibrate {
namespace {

const Time start = Time::from_raw(1'700'000'000 * i64{1'000'000});
Time at(int bar) { return start + Duration::from_raw(5 * bar * minute.raw()); }

u64 dropped(const PriceFilter& filter, BadPrice why) { return filter.dropped[static_cast<std::size_t>(why)]; }

// Prices of the venues at one bar; 0: no bar.
std::optional<double> bar(PriceFilter& filter, int n, std::vector<double> prices) {
  std::vector<VenuePrice> bars;
  for (u32 venue = 0; venue < prices.size(); ++venue) {
    if (prices[venue] != 0) bars.push_back({venue, at(n), prices[venue]});
  }
  return one_price(filter, bars, at(n));
}

TEST(PriceFilter, OneOfThreeCannotMoveThePrice) {
  PriceFilter filter;
  EXPECT_EQ(bar(filter, 1, {100, 101, 102}), 101);
  EXPECT_EQ(bar(filter, 2, {100, 101, 10'000}), 101);
  EXPECT_EQ(bar(filter, 3, {100, 101, 1}), 100);
  EXPECT_EQ(dropped(filter, BadPrice::outvoted), 2u);
}

TEST(PriceFilter, OfTwoThatDisagreeTheOneNearTheLastPriceCounts) {
  PriceFilter filter;
  EXPECT_EQ(bar(filter, 1, {100, 200}), std::nullopt);  // nobody knows which
  EXPECT_EQ(bar(filter, 2, {100, 102}), 101);
  EXPECT_EQ(bar(filter, 3, {103, 10'000}), 103);
  EXPECT_EQ(bar(filter, 4, {1, 104}), 104);
}

TEST(PriceFilter, AJumpOfALoneVenueNeedsASecondBar) {
  PriceFilter filter;
  EXPECT_EQ(bar(filter, 1, {100}), 100);
  EXPECT_EQ(bar(filter, 2, {10'000}), std::nullopt);
  EXPECT_EQ(bar(filter, 3, {101}), 101);  // it was nothing
  EXPECT_EQ(dropped(filter, BadPrice::unconfirmed), 1u);
  EXPECT_EQ(bar(filter, 4, {60}), std::nullopt);
  EXPECT_EQ(bar(filter, 5, {62}), 62);  // a crash
  EXPECT_EQ(bar(filter, 6, {40}), std::nullopt);
  EXPECT_EQ(bar(filter, 7, {90}), std::nullopt);  // up instead: the first jump was nothing, this one waits
  EXPECT_EQ(bar(filter, 8, {88}), 88);
  EXPECT_EQ(dropped(filter, BadPrice::unconfirmed), 2u);
}

TEST(PriceFilter, WhatIsNoPriceIsCountedAndChangesNothing) {
  PriceFilter filter;
  EXPECT_EQ(bar(filter, 1, {100, 100, 100}), 100);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(bar(filter, 2, {nan, 100, 100}), 100);
  EXPECT_EQ(bar(filter, 3, {-5, infinity, 101}), 100);  // the last prices of the two still stand
  EXPECT_EQ(dropped(filter, BadPrice::not_a_price), 3u);
  const VenuePrice late{0, at(1), 500};
  EXPECT_EQ(one_price(filter, std::span(&late, 1), at(4)), 100);
  EXPECT_EQ(dropped(filter, BadPrice::out_of_order), 1u);
}

TEST(PriceFilter, AVenueThatFellSilentLeaves) {
  PriceFilter filter;
  EXPECT_EQ(bar(filter, 1, {100, 100, 100}), 100);
  for (int n = 2; n < 19; ++n) bar(filter, n, {0, 110, 112});
  EXPECT_EQ(bar(filter, 19, {0, 110, 112}), 110);  // 90 minutes: still one of three
  EXPECT_EQ(bar(filter, 20, {0, 110, 112}), 111);
  EXPECT_EQ(dropped(filter, BadPrice::stale), 1u);
  EXPECT_EQ(bar(filter, 60, {0, 0, 0}), std::nullopt);
}

}  // namespace
}  // namespace lockstep::calibrate
