// Against series whose measures can be read off.
#include "node/stats/procyclicality.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace lockstep::stats {
namespace {

constexpr i64 day = 86'400'000'000;

std::vector<MarginPoint> daily(const std::vector<double>& margins) {
  std::vector<MarginPoint> series;
  for (std::size_t i = 0; i < margins.size(); ++i) {
    series.push_back({Time::from_raw(static_cast<i64>(i) * day), margins[i]});
  }
  return series;
}

TEST(Procyclicality, OfADailySeries) {
  const Procyclicality measures = procyclicality(daily({100, 110, 90, 120, 120, 150, 189, 80}));
  EXPECT_DOUBLE_EQ(measures.peak_to_trough, 189.0 / 80);
  EXPECT_DOUBLE_EQ(measures.rise_1_day, 120.0 / 90 - 1);
  EXPECT_DOUBLE_EQ(measures.rise_5_days, 189.0 / 110 - 1);
  EXPECT_EQ(measures.rise_30_days, 0);  // shorter than that
  EXPECT_DOUBLE_EQ(measures.mean, 959.0 / 8);
  EXPECT_EQ(measures.points, 8);
}

TEST(Procyclicality, AFallingMarginHasNegativeRises) {
  std::vector<double> margins;
  for (int i = 0; i < 40; ++i) margins.push_back(100 * std::pow(0.9, i));
  const Procyclicality measures = procyclicality(daily(margins));
  EXPECT_NEAR(measures.rise_1_day, -0.1, 1e-12);
  EXPECT_NEAR(measures.rise_30_days, std::pow(0.9, 30) - 1, 1e-12);
}

TEST(Procyclicality, BetweenPointsTheLastMarginStands) {
  // Points at 0 h, 20 h, 40 h and 50 h: a day before 40 h stands that of 0 h, a day before 50 h that of 20 h.
  const i64 hour = day / 24;
  const std::vector<MarginPoint> series = {{Time::from_raw(0), 10},
                                           {Time::from_raw(20 * hour), 12},
                                           {Time::from_raw(40 * hour), 15},
                                           {Time::from_raw(50 * hour), 19}};
  EXPECT_DOUBLE_EQ(procyclicality(series).rise_1_day, 19.0 / 12 - 1);
}

TEST(Procyclicality, WhatIsNoPointIsSkippedAndCounted) {
  std::vector<MarginPoint> series = daily({100, std::nan(""), 0, -5, HUGE_VAL, 200});
  series.push_back({Time::from_raw(0), 1000});
  const Procyclicality measures = procyclicality(series);
  EXPECT_EQ(measures.points, 2);
  EXPECT_EQ(measures.rejected, 5);
  EXPECT_EQ(measures.peak_to_trough, 2);
  EXPECT_EQ(measures.rise_5_days, 1);
  EXPECT_EQ(procyclicality({}).peak_to_trough, 1);
}

}  // namespace
}  // namespace lockstep::stats
