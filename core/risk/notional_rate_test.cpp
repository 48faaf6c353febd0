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

}  // namespace
}  // namespace lockstep
