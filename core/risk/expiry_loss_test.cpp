#include "core/risk/expiry_loss.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

HeldOption held(OptionType type, std::string_view strike, std::string_view coins) {
  return {.type = type,
          .strike = price(strike),
          .coins = value(coins),
          .alone = {.initial = value("400"), .maintenance = value("300")}};
}

ExpiryLossRow row() {
  ExpiryLossRow fresh;
  fresh.unpaired_initial = percent("120");
  fresh.unpaired_maintenance = percent("110");
  return fresh;
}

TEST(ExpiryLoss, ACoveredSpreadNeverNeedsMoreThanItsWidth) {
  const std::vector<HeldOption> spread = {held(OptionType::call, "2000", "-1"),
                                          held(OptionType::call, "2100", "1")};
  EXPECT_EQ(worst_payoff(spread), value("100"));
  ExpirySum expiry;
  expiry.forward = price("2050");
  expiry.options = spread;
  EXPECT_EQ(expiry_loss(row(), expiry).initial, value("100"));
}

TEST(ExpiryLoss, AWrittenCallAloneNeedsTheLesserOfRuleAndForward) {
  ExpirySum expiry;
  expiry.forward = price("2000");
  expiry.options = {held(OptionType::call, "2000", "-1")};
  EXPECT_EQ(expiry_loss(row(), expiry).initial, value("400"));
  expiry.options[0].alone = {.initial = value("5000"), .maintenance = value("5000")};
  EXPECT_EQ(expiry_loss(row(), expiry).initial, value("2400"));
  EXPECT_EQ(expiry_loss(row(), expiry).maintenance, value("2200"));
}

TEST(ExpiryLoss, PutsLoseMostAtAPriceOfNothing) {
  EXPECT_EQ(worst_payoff({held(OptionType::put, "1500", "-2")}), value("3000"));
  EXPECT_EQ(worst_payoff({held(OptionType::put, "1500", "2")}), value("0"));
  EXPECT_EQ(worst_payoff({}), value("0"));
}

TEST(ExpiryLoss, ExpiriesDoNotNet) {
  UnitSum unit;
  unit.expiries.resize(2);
  for (ExpirySum& expiry : unit.expiries) expiry.forward = price("2000");
  unit.expiries[0].options = {held(OptionType::put, "300", "-1")};
  unit.expiries[1].options = {held(OptionType::put, "300", "1")};
  unit.expiries[1].options[0].alone = {};
  EXPECT_EQ(expiry_loss_margin(row(), unit).initial, value("300"));
}

// The twin looks at every whole price instead of at the strikes, in doubles.
TEST(ExpiryLoss, WorstPayoffMeetsASearchOverPrices) {
  Prng prng(31);
  for (int round = 0; round < 200; ++round) {
    std::vector<HeldOption> options;
    double net_calls = 0;
    for (i64 n = prng.between(1, 5); n > 0; --n) {
      HeldOption option{.type = prng.chance(1, 2) ? OptionType::call : OptionType::put,
                        .strike = Price::from_raw(prng.between(1, 60) * price_one),
                        .coins = Value::from_raw(prng.between(-3, 3) * value_one),
                        .alone = {}};
      if (option.type == OptionType::call) net_calls += static_cast<double>(option.coins.raw() / value_one);
      options.push_back(option);
    }
    double worst = 0;
    for (int settlement = 0; settlement <= 60; ++settlement) {
      double sum = 0;
      for (const HeldOption& option : options) {
        const double strike = static_cast<double>(option.strike.raw()) / 1e8;
        const double gain = option.type == OptionType::call ? settlement - strike : strike - settlement;
        if (gain > 0) sum += gain * static_cast<double>(option.coins.raw()) / 1e16;
      }
      worst = std::min(worst, sum);
    }
    const double found = static_cast<double>(worst_payoff(options).raw()) / 1e16;
    if (net_calls >= 0) {
      EXPECT_EQ(found, -worst);
    } else {
      EXPECT_LE(found, -worst);  // beyond the last strike `unpaired` takes over
    }
  }
}

}  // namespace
}  // namespace lockstep
