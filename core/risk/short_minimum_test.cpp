#include "core/risk/short_minimum.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

HeldOption held(OptionType type, std::string_view strike, std::string_view coins) {
  return {.type = type, .strike = price(strike), .coins = value(coins), .alone = {}};
}

Value paired(const std::vector<HeldOption>& options) { return uncovered_coins(options, true); }

TEST(ShortMinimum, OneTypeAtAStrikeCountsItsShortSide) {
  EXPECT_EQ(paired({held(OptionType::call, "2000", "-3")}), value("3"));
  EXPECT_EQ(paired({held(OptionType::put, "2000", "-3")}), value("3"));
  EXPECT_EQ(paired({held(OptionType::put, "2000", "3")}), value("0"));
}

TEST(ShortMinimum, OppositeTypesAtAStrikeCover) {
  EXPECT_EQ(paired({held(OptionType::call, "2000", "-3"), held(OptionType::put, "2000", "1")}), value("2"));
  EXPECT_EQ(paired({held(OptionType::call, "2000", "2"), held(OptionType::put, "2000", "-1")}), value("0"));
}

TEST(ShortMinimum, TwoWrittenTypesBothCount) {
  EXPECT_EQ(paired({held(OptionType::call, "2000", "-3"), held(OptionType::put, "2000", "-1")}), value("4"));
}

TEST(ShortMinimum, AnotherStrikeCoversNothing) {
  EXPECT_EQ(paired({held(OptionType::call, "2000", "-3"), held(OptionType::put, "2100", "5")}), value("3"));
  EXPECT_EQ(paired({held(OptionType::call, "2000", "-3"), held(OptionType::call, "2100", "5")}), value("3"));
}

TEST(ShortMinimum, UnpairedCountsEveryWrittenCoin) {
  const std::vector<HeldOption> options = {held(OptionType::call, "2000", "-3"),
                                           held(OptionType::put, "2000", "1")};
  EXPECT_EQ(uncovered_coins(options, false), value("3"));
}

TEST(ShortMinimum, PriceAndAmountPerCoinAdd) {
  UnitSum unit;
  unit.index_price = price("2000");
  unit.expiries.resize(2);
  unit.expiries[0].options = {held(OptionType::call, "2000", "-1")};
  unit.expiries[1].options = {held(OptionType::call, "2000", "-2"), held(OptionType::put, "2000", "1")};
  ShortMinimumRow row;
  row.paired = true;
  row.initial = percent("0.5");
  row.maintenance = percent("0.3");
  EXPECT_EQ(short_minimum_margin(row, unit).initial, value("20"));
  EXPECT_EQ(short_minimum_margin(row, unit).maintenance, value("12"));
  row.per_coin = value("37.5");
  EXPECT_EQ(short_minimum_margin(row, unit).maintenance, value("87"));
  unit.inverse = true;
  row.per_coin = Value{};
  EXPECT_EQ(short_minimum_margin(row, unit).maintenance, value("0.006"));
}

TEST(ShortMinimum, OrderOfHoldingsDoesNotMatter) {
  Prng prng(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<HeldOption> options;
    for (int i = 0; i < 8; ++i) {
      options.push_back({.type = prng.chance(1, 2) ? OptionType::call : OptionType::put,
                         .strike = Price::from_raw(prng.between(1, 3) * price_one),
                         .coins = Value::from_raw(prng.between(-9, 9)),
                         .alone = {}});
    }
    const Value before = paired(options);
    for (std::size_t i = options.size(); i-- > 1;) {
      std::swap(options[i], options[static_cast<std::size_t>(prng.between(0, static_cast<i64>(i)))]);
    }
    EXPECT_EQ(paired(options), before);
    EXPECT_LE(before, uncovered_coins(options, false));
  }
}

}  // namespace
}  // namespace lockstep
