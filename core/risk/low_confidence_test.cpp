#include "core/risk/low_confidence.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

HoldingFacts facts(InstrumentKind kind, std::string_view coins, std::string_view confidence) {
  HoldingFacts fresh;
  fresh.kind = kind;
  fresh.coins = value(coins);
  fresh.reference = price("2000");
  fresh.confidence = percent(confidence);
  fresh.money_price = percent("100");
  return fresh;
}

ConfidenceRow row() {
  ConfidenceRow fresh;
  fresh.threshold = percent("55");
  fresh.rate = percent("40");
  return fresh;
}

TEST(LowConfidence, BelowTheThresholdTheWholeDistrustCounts) {
  const Margin margin = low_confidence_margin(row(), facts(InstrumentKind::perpetual, "-3", "50"));
  EXPECT_EQ(margin.initial, value("1200"));
  EXPECT_EQ(margin.maintenance, value("0"));
}

TEST(LowConfidence, AtTheThresholdNothingCounts) {
  EXPECT_EQ(low_confidence_margin(row(), facts(InstrumentKind::perpetual, "-3", "55")).initial, value("0"));
}

TEST(LowConfidence, ShortsOnlyLeavesLongOptionsAlone) {
  ConfidenceRow shorts = row();
  shorts.shorts_only = true;
  EXPECT_EQ(low_confidence_margin(shorts, facts(InstrumentKind::option, "3", "50")).initial, value("0"));
  EXPECT_EQ(low_confidence_margin(shorts, facts(InstrumentKind::option, "-3", "50")).initial, value("1200"));
  EXPECT_EQ(low_confidence_margin(shorts, facts(InstrumentKind::perpetual, "3", "50")).initial,
            value("1200"));
}

TEST(LowConfidence, MoneyOffItsPegCountsByHowFarItIs) {
  ConfidenceRow depeg = row();
  depeg.threshold = percent("98");
  depeg.rate = percent("120");
  depeg.depeg = true;
  HoldingFacts off = facts(InstrumentKind::perpetual, "1", "10");
  EXPECT_EQ(low_confidence_margin(depeg, off).initial, value("0"));
  off.money_price = percent("93");
  EXPECT_EQ(low_confidence_margin(depeg, off).initial, value("120"));
}

}  // namespace
}  // namespace lockstep
