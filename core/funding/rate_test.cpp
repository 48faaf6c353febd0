// The published table of premiums and rates, figures of venues' pages, and what the caps cut off.
#include "core/funding/rate.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

// Hundredths of a basis point.
Rate bp(i64 hundredths) { return Rate::from_raw(hundredths * (rate_one / 1'000'000)); }
Price price(i64 cents) { return Price::from_raw(cents * (price_one / 100)); }
constexpr MarginRates unknown_margin{};

FundingRow damped() {
  FundingRow row;
  row.interest = bp(1'00);
  row.band = bp(5'00);
  return row;
}

FundingRow dead_band() {
  FundingRow row;
  row.formula = FundingFormula::dead_band;
  row.band = bp(2'50);
  return row;
}

// Premium, rate under the damped formula of eight hours, rate under the dead band; in 0.01 bp.
TEST(FundingRate, ThePublishedTable) {
  const i64 rows[][3] = {{-20'00, -15'00, -17'50}, {-4'00, 1'00, -1'50}, {0, 1'00, 0},
                         {3'00, 1'00, 50},         {8'00, 3'00, 5'50},   {30'00, 25'00, 27'50}};
  for (const auto& [premium, by_damping, by_dead_band] : rows) {
    EXPECT_EQ(funding_rate(damped(), bp(premium), unknown_margin), bp(by_damping)) << premium;
    EXPECT_EQ(funding_rate(dead_band(), bp(premium), unknown_margin), bp(by_dead_band)) << premium;
  }
}

// Impact bid 10,100 over an oracle of 10,000: premium 1 %, rate 0.95 % of eight hours.
TEST(FundingRate, TheExampleOfAPage) {
  const Rate premium = premium_to_impact(price(10'100'00), Price{}, price(10'000'00));
  EXPECT_EQ(premium, bp(100'00));
  EXPECT_EQ(funding_rate(damped(), premium, unknown_margin), bp(95'00));
}

// Recorded tickers of a venue that charges continuously, all with a current rate of 0: its band is wider than
// 0.025 %.
TEST(FundingRate, RecordedTickersInsideTheBand) {
  FundingRow row = dead_band();
  row.band = bp(5'00);
  const i64 tickers[][2] = {{10'094'10, 10'091'15}, {8'304'39, 8'305'94}, {92'281'78, 92'263'55}};
  for (const auto& [mark, index] : tickers) {
    EXPECT_EQ(funding_rate(row, premium_to_mark(price(mark), price(index)), unknown_margin), Rate{});
  }
  const Rate widest = premium_to_mark(price(10'094'10), price(10'091'15));
  EXPECT_GT(funding_rate(dead_band(), widest, unknown_margin), Rate{});
}

TEST(FundingRate, APlainRateIsPremiumAndInterest) {
  FundingRow row;
  row.formula = FundingFormula::plain;
  row.interest = bp(10'00);
  EXPECT_EQ(funding_rate(row, bp(-3'00), unknown_margin), bp(7'00));
}

TEST(FundingRate, PremiumsOfMarkAndImpact) {
  const Price index = price(10'000'00);
  EXPECT_EQ(premium_to_mark(price(10'020'00), index), bp(20'00));
  EXPECT_EQ(premium_to_mark(price(9'980'00), index), bp(-20'00));
  EXPECT_EQ(premium_to_impact(price(9'990'00), price(10'010'00), index), Rate{});
  EXPECT_EQ(premium_to_impact(price(9'970'00), price(9'980'00), index), bp(-20'00));
  EXPECT_EQ(premium_to_impact(Price{}, Price{}, index), Rate{});
  EXPECT_EQ(premium_to_mark(price(1'000'000'00), price(1)).raw(), rate_one);
  FundingRow row;
  row.premium_cap = bp(15'00);
  EXPECT_EQ(limited_premium(row, bp(-20'00)), bp(-15'00));
}

// A third in 10^-12, and its mirror image.
TEST(FundingRate, APremiumIsRoundedToNearestOnBothSides) {
  EXPECT_EQ(premium_to_mark(price(5'00), price(3'00)).raw(), 666'666'666'667);
  EXPECT_EQ(premium_to_mark(price(1'00), price(3'00)).raw(), -666'666'666'667);
}

// 600 % of (5 % - 3 %) is 12 %; and 0.75 of 0.4 % is 0.3 %.
TEST(FundingRate, Caps) {
  FundingRow row = damped();
  row.rate_cap = bp(10'00);
  EXPECT_EQ(funding_rate(row, bp(30'00), unknown_margin), bp(10'00));
  EXPECT_EQ(funding_rate(row, bp(-30'00), unknown_margin), bp(-10'00));
  row.rate_cap = Rate{};
  row.cap_of_margin = Rate::from_raw(6 * rate_one);
  EXPECT_EQ(funding_rate(row, bp(2'000'00), {bp(500'00), bp(300'00)}), bp(1'200'00));
  EXPECT_EQ(funding_rate(row, bp(2'000'00), {bp(500'00), bp(500'00)}), Rate{});
  EXPECT_EQ(funding_rate(row, bp(2'000'00), unknown_margin), bp(1'995'00));
  row.cap_of_margin = Rate{};
  row.cap_of_maintenance = Rate::from_raw(rate_one * 3 / 4);
  EXPECT_EQ(funding_rate(row, bp(-50'00), {bp(80'00), bp(40'00)}), bp(-30'00));
}

// One hour of 0.8 % of eight hours on 20,000 is 20; a second of 0.01 % is a 288-millionth part.
TEST(FundingRate, WhatALotPays) {
  const Value notional = Value::from_raw(20'000 * value_one);
  const Duration eight = Duration::from_raw(8 * hour.raw());
  EXPECT_TRUE(funding_charge(notional, bp(80'00), hour, eight) == Value::from_raw(20 * value_one));
  EXPECT_TRUE(funding_charge(notional, bp(-80'00), hour, eight) == Value::from_raw(-20 * value_one));
  EXPECT_TRUE(funding_charge(Value::from_raw(value_one), bp(1'00), second, eight).raw() == 34'722'222);
}

// A settlement that a venue shows: 100 coins long at 0.3676, a rate of 0.01 %, 0.003676 paid.
TEST(FundingRate, ALongPaysAPositiveRate) {
  const Duration eight = Duration::from_raw(8 * hour.raw());
  const Value notional = Value::from_raw(value_one * 3'676 / 100);
  EXPECT_TRUE(funding_charge(notional, bp(1'00), eight, eight).raw() == value_one * 3'676 / 1'000'000);
}

}  // namespace
}  // namespace lockstep
