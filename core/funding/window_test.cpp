// Which spans a tick falls into, and what weights make of the premiums taken in them.
#include "core/funding/window.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Time at(i64 seconds) { return Time::from_raw(seconds * second.raw()); }
Rate bp(i64 whole) { return Rate::from_raw(whole * (rate_one / 10'000)); }

Rate averaged(FundingAverage average, std::initializer_list<i64> premiums, i64 room = 0) {
  FundingRow row;
  row.average = average;
  row.sample = second;
  row.interval = Duration::from_raw(room * second.raw());
  FundingWindow window;
  i64 seconds = 0;
  for (const i64 premium : premiums) add_sample(window, average, bp(premium), at(seconds++));
  return average_premium(window, row);
}

TEST(FundingWindow, SpansBeginAtTheHoursOfTheDay) {
  const Duration eight = Duration::from_raw(8 * hour.raw());
  EXPECT_EQ(span_begin(at(0), eight), at(0));
  EXPECT_EQ(span_begin(at(28'799), eight), at(0));
  EXPECT_EQ(span_begin(at(28'800), eight), at(28'800));
  EXPECT_EQ(span_begin(at(1'672'128'000), eight), at(1'672'128'000));  // of a settlement that a venue shows
  EXPECT_EQ(span_begin(at(1'767'225'600 + 60'000), eight), at(1'767'225'600 + 57'600));
}

TEST(FundingWindow, OnePremiumASpan) {
  const Duration five = Duration::from_raw(5 * second.raw());
  FundingWindow window;
  EXPECT_TRUE(sample_due(window, five, at(3)));
  add_sample(window, FundingAverage::mean, bp(1), at(3));
  EXPECT_FALSE(sample_due(window, five, at(4)));
  EXPECT_TRUE(sample_due(window, five, at(5)));
}

// 1, 2, 6: mean 3; linear (1 + 4 + 18) / 6 = 3.8333; of five expected 9 / 5 = 1.8.
TEST(FundingWindow, Averages) {
  EXPECT_EQ(averaged(FundingAverage::mean, {1, 2, 6}), bp(3));
  EXPECT_EQ(averaged(FundingAverage::linear, {1, 2, 6}).raw(), 383'333'333);
  EXPECT_EQ(averaged(FundingAverage::padded, {1, 2, 6}, 5).raw(), 180'000'000);
  EXPECT_EQ(averaged(FundingAverage::padded, {1, 2, 6}, 2), bp(3));
}

}  // namespace
}  // namespace lockstep
