// Judgement of walks made by hand, with breaches where they were put.
#include "node/backtest/judge.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lockstep::backtest {
namespace {

using calibrate::ScanModel;

constexpr Time midnight(i64 number) { return Time::from_raw(number * day.raw()); }

// A range of 10 % every day; moves of 1 % up but where told otherwise.
Walk flat_walk(int days, const std::vector<std::pair<int, double>>& moves) {
  Walk walk{{{ScanModel::filtered, false}}, 0.99, {}};
  for (int i = 0; i < days; ++i) {
    DayAhead ahead;
    ahead.at = midnight(1'000 + i);
    ahead.move = 0.01;
    ahead.ranges = {0.10};
    ahead.shortfalls = {1.25};
    for (const auto& [at, move] : moves) {
      if (at == i) ahead.move = move;
    }
    walk.days.push_back(ahead);
  }
  return walk;
}

TEST(Judge, CountsBreachesOfBothSidesAndOfEach) {
  // ln 1.1 = 0.09531: a fall of ln -0.0954 is a two-sided breach and no loss of a tenth (it is 9.1 %).
  const Walk walk = flat_walk(100, {{10, 0.12}, {11, -0.0954}, {40, -0.2}, {70, 0.0952}});
  const Judged judged = judge(walk, 0);
  EXPECT_EQ(judged.both.observations, 100u);
  EXPECT_EQ(judged.both.breaches, 3u);
  EXPECT_EQ(judged.longs.breaches, 1u);   // 1 - e^-0.2 = 18.13 %
  EXPECT_EQ(judged.shorts.breaches, 1u);  // e^0.12 - 1 = 12.75 %
  EXPECT_NEAR(judged.longs.excess_max, 0.8126924692, 1e-9);
  EXPECT_NEAR(judged.shorts.excess_max, 0.2749685158, 1e-9);
  EXPECT_NEAR(judged.both.excess_max, 0.2 / 0.0953101798043 - 1, 1e-9);
  EXPECT_EQ(judged.worst_at, midnight(1'040));
  EXPECT_NEAR(judged.expected(), 1.0, 1e-12);
  // Sum of |move| over the range, over the stated 1.25, over what is expected in 100 days, less one.
  EXPECT_NEAR(judged.shortfall.z2(0.99), (0.12 + 0.0954 + 0.2) / 0.0953101798043 / 1.25 - 1, 1e-9);
}

TEST(Judge, TestsOfFrequencyAndClustersHaveThePublishedValues) {
  // The reference of the quantitative specification, section 10: hits at 10, 11, 12, 40, 70, 71 of 100.
  const Walk walk = flat_walk(100, {{10, 0.12}, {11, 0.12}, {12, -0.12}, {40, 0.12}, {70, 0.12}, {71, 0.12}});
  EXPECT_NEAR(judge(walk, 0).independence().statistic, 10.445253467637961, 1e-9);
  // 4 of 250 at 1 %: 0.769138, p 0.380484.
  const Walk four = flat_walk(250, {{1, 0.2}, {50, 0.2}, {100, 0.2}, {200, 0.2}});
  EXPECT_NEAR(judge(four, 0).kupiec().statistic, 0.7691383643858529, 1e-9);
  EXPECT_NEAR(judge(four, 0).kupiec().p_value, 0.380483738238952, 1e-9);
  // P(X >= 4) = 1 - 0.7581166977648832.
  EXPECT_NEAR(judge(four, 0).acceptance(), 1 - 0.7581166977648832, 1e-9);
}

TEST(Judge, TrafficLightsLookAt250DaysInARow) {
  std::vector<std::pair<int, double>> moves;
  for (int i = 0; i < 10; ++i) moves.emplace_back(100 + 20 * i, 0.2);  // the last at 280
  const Judged judged = judge(flat_walk(600, moves), 0);
  EXPECT_EQ(judged.breaches_worst_250, 10u);
  EXPECT_EQ(judged.worst_250_end, midnight(1'280));
  EXPECT_EQ(judged.zone_worst(), stats::Zone::red);
  EXPECT_EQ(judged.breaches_last_250, 0u);
  EXPECT_EQ(judged.zone_last(), stats::Zone::green);
  EXPECT_EQ(judge(flat_walk(529, moves), 0).breaches_last_250, 1u);  // days 279 to 528
}

TEST(Judge, ACycleHasItsPeakItsTroughAndItsRises) {
  Walk walk = flat_walk(40, {});
  walk.days[5].ranges = {0.20};
  walk.days[35].ranges = {0.25};
  const Judged judged = judge(walk, 0);
  EXPECT_NEAR(judged.cycle.mean, (38 * 0.10 + 0.20 + 0.25) / 40, 1e-12);
  EXPECT_EQ(judged.least, 0.10);
  EXPECT_EQ(judged.most, 0.25);
  EXPECT_NEAR(judged.cycle.peak_to_trough, 2.5, 1e-12);
  EXPECT_NEAR(judged.cycle.rise_1_day, 1.5, 1e-12);
  EXPECT_NEAR(judged.cycle.rise_5_days, 1.5, 1e-12);
  EXPECT_NEAR(judged.cycle.rise_30_days, 0.25, 1e-12);  // day 35 over day 5
}

TEST(Judge, FixedRangesAreCountedByClosesAndInsideTheDay) {
  std::vector<Close> days = {{midnight(1), 100, 0, 0, 0},
                             {midnight(2), 91, 0, 0, 0},
                             {midnight(3), 101, 102, 80, 0},  // +10.99 % at the close, low -12.1 %
                             {midnight(5), 50, 0, 0, 0},      // two days: not counted
                             {midnight(6), 50, 56, 49, 0}};
  const Exceedances e = exceedances(days, {0.08, 0.10, 0.12});
  EXPECT_EQ(e.days, 3u);
  EXPECT_EQ(e.days_inside, 2u);
  EXPECT_EQ(e.rows[0].down, 1u);
  EXPECT_EQ(e.rows[1].down, 0u);
  EXPECT_EQ(e.rows[1].up, 1u);
  EXPECT_EQ(e.rows[2].up, 0u);
  EXPECT_EQ(e.rows[2].low, 1u);
  EXPECT_EQ(e.rows[1].high, 2u);  // 102 over 91, 56 over 50
  EXPECT_NEAR(e.quantile_99, std::log(101.0 / 91.0), 1e-12);
}

}  // namespace
}  // namespace lockstep::backtest
