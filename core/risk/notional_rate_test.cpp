#include "core/risk/notional_rate.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::rate;
using testing::value;

HoldingFacts worth(std::string_view notional) {
  HoldingFacts facts;
  facts.notional = value(notional);
  return facts;
}

NotionalRow row() {
  NotionalRow fresh;
  fresh.initial = percent("10");
  fresh.maintenance = percent("6");
  return fresh;
}

TEST(NotionalRate, SharesOfWhatTheHoldingIsWorth) {
  EXPECT_EQ(notional_margin(row(), worth("2500")).initial, value("250"));
  EXPECT_EQ(notional_margin(row(), worth("2500")).maintenance, value("150"));
}

TEST(NotionalRate, MaintenanceMayBeAShareOfInitial) {
  NotionalRow half = row();
  half.of_initial = true;
  half.maintenance = percent("50");
  EXPECT_EQ(notional_margin(half, worth("2500")).maintenance, value("125"));
}

TEST(NotionalRate, LowerLeverageAsksMoreAndHigherNotLess) {
  NotionalRow own = row();
  own.by_leverage = true;
  HoldingFacts facts = worth("2500");
  facts.leverage = rate("5");
  EXPECT_EQ(notional_margin(own, facts).initial, value("500"));
  facts.leverage = rate("50");
  EXPECT_EQ(notional_margin(own, facts).initial, value("250"));
}

TEST(NotionalRate, TheNotionalIsRoundedFirst) {
  NotionalRow whole = row();
  whole.notional = {.direction = Round::zero, .decimals = 0};
  EXPECT_EQ(notional_margin(whole, worth("2500.9")).initial, value("250"));
}

TEST(NotionalRate, OpenInterestRaisesTheInitialRateAlone) {
  NotionalRow busy = row();
  busy.of_initial = true;
  busy.initial = percent("20");
  busy.maintenance = percent("50");
  busy.interest_lower = value("25000000");
  busy.interest_upper = value("50000000");
  busy.notional = {.direction = Round::zero, .decimals = 6};
  busy.rate = {.direction = Round::down, .decimals = 6};
  busy.amount = {.direction = Round::up, .decimals = 6};
  HoldingFacts facts = worth("441");
  facts.open_interest = value("41287037.07575");  // rate 0.2 + 0.8 x 0.65148148303 = 0.721185 after the cut
  EXPECT_EQ(initial_rate(busy, facts), rate("0.721185"));
  EXPECT_EQ(notional_margin(busy, facts).initial, value("318.042585"));
  EXPECT_EQ(notional_margin(busy, facts).maintenance, value("44.1"));
}

TEST(NotionalRate, EachAmountIsRoundedUpBeforeTheNextShare) {
  NotionalRow fine = row();
  fine.of_initial = true;
  fine.initial = percent("33.3333");
  fine.maintenance = percent("50");
  fine.amount = {.direction = Round::up, .decimals = 6};
  // 0.000001 x 0.333333 is up 0.000001, and half of that again
  EXPECT_EQ(notional_margin(fine, worth("0.000001")).maintenance, value("0.000001"));
  EXPECT_EQ(notional_margin(fine, worth("0.000004")).maintenance, value("0.000001"));  // 0.000002, half
}

TEST(NotionalRate, SizeRaisesBothRates) {
  NotionalRow large = row();
  large.premium_share = percent("80");
  large.size_factor = rate("0.003");
  large.rate = {.direction = Round::zero, .decimals = 4};
  HoldingFacts facts = worth("2500");
  facts.coins = value("-400");  // 0.08 + 0.06, 0.048 + 0.06
  EXPECT_EQ(notional_margin(large, facts).initial, value("350"));
  EXPECT_EQ(notional_margin(large, facts).maintenance, value("270"));
}

TEST(NotionalRate, MoreLeverageThanUsualPaysTheRelaxedRate) {
  NotionalRow high = row();
  high.premium_share = percent("80");
  high.size_factor = rate("0.001");
  high.relaxed = percent("2");
  HoldingFacts facts = worth("2500");
  facts.coins = value("100");
  facts.leverage = rate("10");
  EXPECT_EQ(initial_rate(high, facts), rate("0.1"));
  facts.leverage = rate("50");
  EXPECT_EQ(initial_rate(high, facts), rate("0.06"));
}

}  // namespace
}  // namespace lockstep
