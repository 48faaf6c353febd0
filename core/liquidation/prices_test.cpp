// Bankruptcy and limit prices: figures from dYdX's published tests, and what must hold for any.
#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/liquidation/bankruptcy_price.h"
#include "core/liquidation/limit_price.h"
#include "core/risk/testing_market.h"

namespace lockstep::liquidation {
namespace {

using lockstep::testing::price;
using lockstep::testing::rate;
using lockstep::testing::value;

// 0.1 BTC at 50,000, maintenance 10 %.
constexpr i64 tenth = 10'000'000;  // of a coin, 10^-8
const Value worth = value("5000"), maintenance = value("500");

Health account(std::string_view balance) { return {value(balance), {}, maintenance}; }

TEST(BankruptcyPrice, AWholeAccountClosedAtItEndsAtZero) {
  // Owes 4,501 against 5,000: whoever pays 4,501 for the position leaves it with nothing.
  EXPECT_EQ(bankruptcy_proceeds({worth, {}, maintenance, {}}, account("499")), value("4501"));
  EXPECT_EQ(bankruptcy_proceeds({-worth, {}, maintenance, {}}, account("499")), value("-5499"));
  // Under water: more than the market would pay.
  EXPECT_EQ(bankruptcy_proceeds({worth, {}, maintenance, {}}, account("-100")), value("5100"));
  EXPECT_EQ(bankruptcy_proceeds({worth, value("2500"), maintenance, value("250")}, account("0")),
            value("2500"));
}

// 21,347 of 10^8 units of a coin at 50,000, in quanta of 10^-6: the share of the balance is cut down, the
// price goes up.
TEST(BankruptcyPrice, LeansAgainstTheInsuranceFund) {
  const auto quanta = [](i64 raw) { return Value::from_raw(raw); };
  const Closing sold{quanta(50'000'000'000), quanta(49'989'326'500), quanta(5'000'000'000),
                     quanta(4'998'932'650)};
  EXPECT_EQ(bankruptcy_proceeds(sold, {quanta(49'987'000'000), {}, quanta(5'000'000'000)}), quanta(2776));
  const Closing bought{quanta(-50'000'000'000), quanta(-49'989'326'500), quanta(5'000'000'000),
                       quanta(4'998'932'650)};
  EXPECT_EQ(bankruptcy_proceeds(bought, {quanta(-49'987'000'000), {}, quanta(5'000'000'000)}), quanta(-2775));
}

TEST(BankruptcyPrice, NeedsAMaintenanceAndARealClosing) {
  EXPECT_FALSE(bankruptcy_proceeds({worth, {}, {}, {}}, {value("1"), {}, {}}));
  EXPECT_TRUE(closes(5, -5));
  EXPECT_TRUE(closes(-5, 1));
  EXPECT_FALSE(closes(5, -6));
  EXPECT_FALSE(closes(5, 1));
  EXPECT_FALSE(closes(0, 1));
  EXPECT_FALSE(closes(5, 0));
}

// Closing any part at the bankruptcy price makes no account riskier.
TEST(BankruptcyPrice, KeepsTheShareOfMaintenanceThatIsCovered) {
  Prng prng(7);
  for (int i = 0; i < 1000; ++i) {
    const auto random = [&prng](u64 most) { return Value::from_raw(static_cast<i64>(prng.below(most)) + 1); };
    const Value before = random(1'000'000'000), kept = Value::from_raw(before.raw() / 2);
    const Value asked = random(100'000'000), others = random(100'000'000);
    const Value left = Value::from_raw(asked.raw() / 3);
    const Health start{random(2'000'000'000) - Value::from_raw(1'000'000'000), {}, asked + others};
    const Value proceeds = *bankruptcy_proceeds({before, kept, asked, left}, start);
    const Health end{start.balance - before + kept + proceeds, {}, left + others};
    EXPECT_LE(compare_products(start.balance.raw(), end.maintenance.raw(), end.balance.raw(),
                               start.maintenance.raw()),
              0);
  }
}

std::string per_coin(std::string_view balance, bool is_long, LimitPricePolicy policy) {
  const std::optional<Ratio> ratio =
      limit_price(is_long ? tenth : -tenth, is_long ? worth : -worth, maintenance, account(balance), policy);
  if (!ratio) return "none";
  // Value per 10^-8 of a coin.
  return to_decimal(to_integer(*ratio, Round::nearest), value_decimals - 8);
}

TEST(LimitPrice, MovesFromTheMarkToTheSpread) {
  const LimitPricePolicy usual{rate("1"), rate("0.1")};
  EXPECT_EQ(per_coin("499", true, usual), "49999");
  EXPECT_EQ(per_coin("499", true, {rate("2"), rate("0.1")}), "49998");
  EXPECT_EQ(per_coin("499", true, {rate("1"), rate("0.2")}), "49998");
  EXPECT_EQ(per_coin("499", true, {rate("1"), rate("0.000001")}), "49999.99999");
  EXPECT_EQ(per_coin("499", false, usual), "50001");
  EXPECT_EQ(per_coin("0", true, usual), "49500");
  EXPECT_EQ(per_coin("0", false, usual), "50500");
  EXPECT_EQ(per_coin("-500", true, usual), "49500");  // below bankruptcy, no further
  EXPECT_EQ(per_coin("600", true, usual), "50000");   // not below maintenance
  EXPECT_FALSE(limit_price(0, worth, maintenance, account("0"), usual));
  EXPECT_FALSE(limit_price(tenth, worth, maintenance, {value("0"), {}, {}}, usual));
}

TEST(LimitPrice, RoundedIsWithinAUnitOfTheExactOne) {
  const LimitPricePolicy policy{rate("1.3"), rate("0.07")};
  for (const bool is_long : {true, false}) {
    for (const char* balance : {"499", "333.333", "0", "-1"}) {
      const Value all = is_long ? worth : -worth;
      const Ratio exact = *limit_price(1, all, maintenance, account(balance), policy);
      const Value up = limit_proceeds(all, maintenance, account(balance), policy, Round::up);
      const Value down = limit_proceeds(all, maintenance, account(balance), policy, Round::down);
      EXPECT_GE(up.raw() + 2, to_integer(exact, Round::up));
      EXPECT_LE(up.raw() - 2, to_integer(exact, Round::up));
      EXPECT_LE(down, up);
    }
  }
}

TEST(LimitPrice, TicksRoundForWhoeverIsLiquidatedAndStayInRange) {
  constexpr i128 most = ~u64{0};
  const auto ticks = [&](Ratio ratio, int power, i128 tick, Round round) {
    return static_cast<i64>(in_ticks(ratio, power, tick, most, round));
  };
  EXPECT_EQ(ticks({5'000'000'000, 1}, 8, 5, Round::down), 500'000'000'000'000'000);
  EXPECT_EQ(ticks({7, 1}, -1, 100, Round::up), 100);
  EXPECT_EQ(ticks({197, 1}, -1, 100, Round::up), 100);
  EXPECT_EQ(ticks({0, 1}, -1, 100, Round::down), 100);
  EXPECT_EQ(ticks({2'001, 2}, 0, 1, Round::up), 1001);
  EXPECT_EQ(ticks({2'001, 2}, 0, 1, Round::down), 1000);
  EXPECT_EQ(in_ticks({most, 1}, 30, 100, most, Round::up), most / 100 * 100);
  EXPECT_EQ(in_ticks({i128_max, 1}, 38, 100, most, Round::up), most / 100 * 100);
}

TEST(LimitPrice, TheLiquidatorsFeeIsPartOfHisPrice) {
  const Rounding cut{Round::zero, 6};
  EXPECT_TRUE(within_limit(price("100"), rate("0.01"), true, price("99"), cut));
  EXPECT_FALSE(within_limit(price("100"), rate("0.01"), true, price("98.99"), cut));
  EXPECT_TRUE(within_limit(price("100"), rate("0.01"), false, price("101"), cut));
  EXPECT_FALSE(within_limit(price("100"), rate("0.01"), false, price("150"), cut));
}

TEST(Ratio, IsInLowestTermsAndKnowsItsLimits) {
  const Ratio third = *ratio(-5, -15);
  EXPECT_EQ(third.numerator, 1);
  EXPECT_EQ(third.denominator, 3);
  EXPECT_EQ(product(third, {3, 4})->denominator, 4);
  EXPECT_EQ(difference(third, {1, 3})->numerator, 0);
  EXPECT_EQ(difference({1, 2}, third)->denominator, 6);
  EXPECT_FALSE(ratio(1, 0));
  EXPECT_FALSE(product({i128_max, 1}, {2, 1}));
  EXPECT_TRUE(product({i128_max, 2}, {2, 1}));
  EXPECT_FALSE(difference({i128_max, 1}, {-1, 1}));
}

}  // namespace
}  // namespace lockstep::liquidation
