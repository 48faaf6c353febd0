// Leverage and the margin rate over time, worked by hand.
#include "node/stress/leverage.h"

#include <gtest/gtest.h>

#include "node/stress/exposure.h"
#include "node/stress/procyclicality.h"
#include "node/stress/testing_stress.h"

namespace lockstep::stress {
namespace {

// long 20,000 / 2,000, short 20,000 / 3,000, wide 20,000 / 20,000.
TEST(Leverage, ByBucketAndRank) {
  const auto engine = testing_engine();
  const LeverageReport report = leverage_report(*engine);
  EXPECT_EQ(report.holding, 3u);
  EXPECT_EQ(report.idle, 1u);
  EXPECT_EQ(report.notional, dollars(60'000));
  EXPECT_EQ(report.equity, dollars(25'000));
  ASSERT_EQ(report.buckets.size(), 9u);
  EXPECT_EQ(report.buckets[0].accounts, 1u);  // exactly 1
  EXPECT_EQ(report.buckets[4].most, 10u);
  EXPECT_EQ(report.buckets[4].accounts, 2u);
  EXPECT_EQ(report.buckets[4].notional, dollars(40'000));
  EXPECT_EQ(report.median, ratio(dollars(20), dollars(3)));
  EXPECT_EQ(report.ninety, permille(10'000));
}

TEST(Leverage, WithoutEquityIsLast) {
  const auto engine =
      testing_engine("",
                     "[[account]]\nname = \"gone\"\nmode = \"cross\"\nbalances = { USDT = \"1000\" "
                     "}\n[[account.holding]]\ninstrument = \"BTC-PERP\"\nsize = \"1\"\nentry = "
                     "\"30000\"\n");
  const LeverageReport report = leverage_report(*engine);
  EXPECT_EQ(report.buckets.back().accounts, 1u);
  EXPECT_EQ(report.buckets.back().notional, dollars(20'000));
  EXPECT_FALSE(report.ninety_nine.has_value());
  EXPECT_EQ(report.median, ratio(dollars(20), dollars(3)));
}

// 5 % of 50,000 in BTC and 10 % of 10,000 in ETH.
TEST(MarginHistory, SamplesWhatIsRequiredOfWhatIsHeld) {
  const auto engine = testing_engine();
  MarginHistory history(hour);
  history.look(*engine);
  EXPECT_TRUE(history.samples().empty());
  ASSERT_TRUE(apply(*engine, engine->state.time + hour, Tick{}).accepted());
  history.look(*engine);
  history.look(*engine);
  ASSERT_EQ(history.samples().size(), 1u);
  EXPECT_EQ(history.samples()[0].maintenance, dollars(3'500));
  EXPECT_EQ(history.samples()[0].notional, dollars(60'000));
  EXPECT_EQ(history.samples()[0].rate, ratio(dollars(35), dollars(600)));
}

Sample on_day(i64 days, i64 rate_permille) {
  Sample sample;
  sample.at = Time{} + Duration::from_raw(days * day.raw());
  sample.rate = permille(rate_permille);
  return sample;
}

// 4, 5, 8, 6, 3, 6 and 9 %: from day to day it doubles once, in five days it rises from 5 to 9.
TEST(Procyclicality, PeakTroughAndLargestRise) {
  const auto found = procyclicality({on_day(0, 40), on_day(1, 50), on_day(2, 80), on_day(3, 60),
                                     on_day(4, 30), on_day(5, 60), on_day(6, 90)});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->peak.rate, permille(90));
  EXPECT_EQ(found->trough.rate, permille(30));
  EXPECT_EQ(found->peak_to_trough, permille(3'000));
  ASSERT_TRUE(found->one_day.has_value());
  EXPECT_EQ(found->one_day->rise, permille(1'000));
  EXPECT_EQ(found->one_day->from, on_day(4, 0).at);
  ASSERT_TRUE(found->five_days.has_value());
  EXPECT_EQ(found->five_days->rise, permille(800));
  EXPECT_EQ(found->five_days->from, on_day(1, 0).at);
}

TEST(Procyclicality, OfAShortLogSaysSo) {
  const auto found = procyclicality({on_day(0, 40), on_day(1, 30)});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->one_day->rise, permille(-250));
  EXPECT_FALSE(found->five_days.has_value());
  EXPECT_FALSE(procyclicality({}).has_value());
}

}  // namespace
}  // namespace lockstep::stress
