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
  terms.years = {1, 500};
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
  EXPECT_TRUE(period_payment(terms, whole(1'210), whole(110)).share == whole(15));
  terms.most = Rate::from_raw(rate_one / 2);
  EXPECT_TRUE(period_payment(terms, whole(1'210), whole(110)).payment == whole(55));
  terms.least = Rate::from_raw(-rate_one / 200);
  terms.factor = Rate::from_raw(rate_one);
  EXPECT_TRUE(period_payment(terms, whole(99), whole(100)).share.raw() * 200 == -one);
}

// A quarter of a year at 1 % on averages of 10.67 and 11.67 billion units: whole units are paid.
TEST(FundingTwap, WholeUnits) {
  PeriodTerms terms;
  terms.interest = Rate::from_raw(rate_one / 100);
  terms.years = {1, 4};
  terms.lower = Rate::from_raw(-rate_one);
  terms.upper = Rate::from_raw(rate_one);
  terms.unit = whole(1);
  const Value inside = whole(10'666'666'666'666), outside = whole(11'666'666'666'666);
  EXPECT_TRUE(period_payment(terms, inside, outside).payment == whole(29'166'666'666));
}

}  // namespace
}  // namespace lockstep
