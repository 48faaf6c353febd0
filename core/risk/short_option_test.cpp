#include "core/risk/short_option.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

HoldingFacts facts(OptionType type, std::string_view strike, std::string_view coins, std::string_view mark) {
  HoldingFacts fresh;
  fresh.kind = InstrumentKind::option;
  fresh.option = type;
  fresh.strike = price(strike);
  fresh.coins = value(coins);
  fresh.mark_value = value(mark);
  fresh.reference = price("1500");
  fresh.forward = price("1500");
  return fresh;
}

ShortOptionRow row() {
  ShortOptionRow fresh;
  fresh.initial = percent("15");
  fresh.initial_min = percent("10");
  fresh.maintenance = percent("7.5");
  fresh.of_mark = percent("7.5");
  fresh.cover = percent("105");
  fresh.distance = PriceUse::reference;
  return fresh;
}

// The published figures of a venue's own tests: intrinsic marks, index and forward 1500.
TEST(ShortOption, PublishedExamples) {
  EXPECT_EQ(short_option_margin(row(), facts(OptionType::call, "1400", "-1", "-100")).initial, value("325"));
  EXPECT_EQ(short_option_margin(row(), facts(OptionType::call, "1400", "-1", "-100")).maintenance,
            value("212.5"));
  EXPECT_EQ(short_option_margin(row(), facts(OptionType::call, "1600", "-1", "0")).maintenance,
            value("112.5"));
  EXPECT_EQ(short_option_margin(row(), facts(OptionType::put, "3000", "-1", "-1500")).initial, value("1725"));
  EXPECT_EQ(short_option_margin(row(), facts(OptionType::put, "3000", "-1", "-1500")).maintenance,
            value("1612.5"));
}

TEST(ShortOption, ALongOptionNeedsNothing) {
  EXPECT_EQ(short_option_margin(row(), facts(OptionType::call, "1400", "1", "100")).initial, value("0"));
}

TEST(ShortOption, FarOutOfTheMoneyTheMinimumHolds) {
  EXPECT_EQ(short_option_margin(row(), facts(OptionType::call, "9000", "-2", "-6")).initial, value("306"));
}

TEST(ShortOption, AnExpensivePutIsHeldByItsMark) {
  const Margin margin = short_option_margin(row(), facts(OptionType::put, "6000", "-1", "-4500"));
  EXPECT_EQ(margin.maintenance, value("4837.5"));
  EXPECT_EQ(margin.initial, value("5079.375"));  // 105 % of it
}

TEST(ShortOption, AFeeIsAddedToEveryMaintenanceMargin) {
  ShortOptionRow with_fee = row();
  with_fee.fee = percent("0.2");
  EXPECT_EQ(short_option_margin(with_fee, facts(OptionType::call, "1400", "-1", "-100")).maintenance,
            value("215.5"));
}

TEST(ShortOption, AnInverseOptionNeedsCoins) {
  HoldingFacts coin = facts(OptionType::call, "1500", "-2", "-0.1");
  coin.inverse = true;
  EXPECT_EQ(short_option_margin(row(), coin).initial, value("0.4"));
  EXPECT_EQ(short_option_margin(row(), coin).maintenance, value("0.25"));
}

}  // namespace
}  // namespace lockstep
