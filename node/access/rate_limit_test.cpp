// Every number here was worked out by hand.
#include "node/access/rate_limit.h"

#include <gtest/gtest.h>

namespace lockstep::access {
namespace {

constexpr i64 t0 = 1'764'000'000'000'000;

TEST(RateLimit, TakesTheBurstAndThenTheAverage) {
  const RateLimit limit{100, 1'000'000, 5};  // one every 10 ms
  Bucket bucket;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(bucket.take(limit, 1, t0), 0) << i;
  EXPECT_EQ(bucket.take(limit, 1, t0), 10'000);
  EXPECT_EQ(bucket.take(limit, 1, t0 + 4'000), 6'000);
  EXPECT_EQ(bucket.take(limit, 1, t0 + 9'999), 1);
  EXPECT_EQ(bucket.take(limit, 1, t0 + 10'000), 0);
  EXPECT_EQ(bucket.take(limit, 3, t0 + 10'000), 30'000);
  EXPECT_EQ(bucket.take(limit, 3, t0 + 40'000), 0);
  EXPECT_FALSE(bucket.full(limit, t0 + 89'999));
  EXPECT_TRUE(bucket.full(limit, t0 + 90'000));
}

TEST(RateLimit, IsExactWhereAThirdIsNot) {
  const RateLimit limit{3, 1'000'000, 1};
  Bucket bucket;
  // 1 s is three calls exactly, however it is cut into pieces.
  i64 now = t0;
  EXPECT_EQ(bucket.take(limit, 1, now), 0);
  EXPECT_EQ(bucket.take(limit, 1, now), 333'334);
  for (int i = 0; i < 333'333; ++i) bucket.take(limit, 1, ++now);
  EXPECT_EQ(bucket.take(limit, 1, now), 1);
  EXPECT_EQ(bucket.take(limit, 1, ++now), 0);
}

TEST(RateLimit, ACostAboveTheBurstTakesAllOfIt) {
  const RateLimit limit{10, 1'000'000, 4};
  Bucket bucket;
  EXPECT_EQ(bucket.take(limit, 1'000'000, t0), 0);
  EXPECT_EQ(bucket.take(limit, 1, t0), 100'000);
  EXPECT_EQ(bucket.take(limit, 1'000'000, t0), 400'000);
}

TEST(RateLimit, AClockThatStepsBackRefillsNothing) {
  const RateLimit limit{1, 1'000'000, 1};
  Bucket bucket;
  EXPECT_EQ(bucket.take(limit, 1, t0), 0);
  EXPECT_EQ(bucket.take(limit, 1, t0 - 3'600'000'000), 1'000'000);
  EXPECT_EQ(bucket.take(limit, 1, t0 - 3'599'000'000), 0);
}

TEST(RateLimit, ALongPauseFillsAndDoesNotOverflow) {
  const RateLimit limit{1'000'000, 60'000'000, 1'000'000};
  Bucket bucket;
  EXPECT_EQ(bucket.take(limit, 1'000'000, 1), 0);
  EXPECT_EQ(bucket.take(limit, 1'000'000, 1), 60'000'000);
  EXPECT_EQ(bucket.take(limit, 1'000'000, i64{9'000'000'000'000'000'000}), 0);
}

}  // namespace
}  // namespace lockstep::access
