// Averages and payments of a venue's published acceptance criteria.
#include "core/funding/twap.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr i128 one = value_one;
Value whole(i64 units) { return Value::from_raw(units * one); }

// 9.3 and, with an auction from 300 to 420 seconds, 9.875.
TEST(FundingTwap, EachPriceForAsLongAsItWasInForce) {
  const PricePoint calm[] = {{-1, 10}, {60, 11}, {180, 10}, {300, 9}, {420, 8}, {540, 7}};
  const PriceTime first = price_time(calm, 0, 600, {});
  EXPECT_TRUE(first.sum * 10 == 93 * first.seconds);
  const PricePoint broken[] = {{-1, 10}, {60, 11}, {180, 11}, {420, 9}, {480, 8}, {600, 30}};
  const TimeSpan auction[] = {{300, 420}};
  const PriceTime second = price_time(broken, 0, 600, auction);
  EXPECT_EQ(second.seconds, 480);
  EXPECT_TRUE(second.sum * 1'000 == 9'875 * second.seconds);
}

TEST(FundingTwap, WithoutAnEarlierPriceItBeginsAtTheFirst) {
  const PricePoint points[] = {{100, 10}, {200, 20}};
  const PriceTime average = price_time(points, 0, 300, {});
  EXPECT_EQ(average.seconds, 200);
  EXPECT_TRUE(average.sum == 3'000);
}

// Contract 1,590 and spot 1,600, 5 % over 0.002 years: 0.16; with clamps of 5 % the other cases are 80 off.
TEST(FundingTwap, PaymentsOfAPeriod) {
  PeriodTerms terms;
  terms.interest = Rate::from_raw(rate_one / 20);
  terms.years = Rate::from_raw(rate_one / 500);
  terms.lower = Rate::from_raw(-rate_one);
  terms.upper = Rate::from_raw(rate_one);
  EXPECT_TRUE(period_payment(terms, whole(1'590), whole(1'600)).payment.raw() * 100 == 16 * one);
  terms.lower = Rate::from_raw(-rate_one / 20);
  terms.upper = Rate::from_raw(rate_one / 20);
  EXPECT_TRUE(period_payment(terms, whole(1'500), whole(1'600)).payment == whole(-20));
  EXPECT_TRUE(period_payment(terms, whole(1'700), whole(1'600)).payment == whole(20));
}

TEST(FundingTwap, RatesAreBounded) {
  PeriodTerms terms;
  terms.factor = Rate::from_raw(rate_one * 3 / 2);
  EXPECT_TRUE(period_payment(terms, whole(1'210), whole(110)).payment == whole(1'650));
  EXPECT_EQ(period_payment(terms, whole(1'210), whole(110)).rate.raw(), 15 * rate_one);
  terms.most = Rate::from_raw(rate_one / 2);
  EXPECT_TRUE(period_payment(terms, whole(1'210), whole(110)).payment == whole(55));
  terms.least = Rate::from_raw(-rate_one / 200);
  terms.factor = Rate::from_raw(rate_one);
  EXPECT_EQ(period_payment(terms, whole(99), whole(100)).rate.raw(), -rate_one / 200);
}

}  // namespace
}  // namespace lockstep
