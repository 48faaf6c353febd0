// Fees, insurance, deleveraging and losses that are shared: figures from the tests and documents of the
// venues.
#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/liquidation/deleverage.h"
#include "core/liquidation/fee.h"
#include "core/liquidation/socialise.h"
#include "core/risk/testing_market.h"

namespace lockstep::liquidation {
namespace {

using lockstep::testing::price;
using lockstep::testing::rate;
using lockstep::testing::value;

TEST(GrownFee, WaitsThenGrowsThenStops) {
  const FeeGrowth growth{1500, rate("0.000001")};
  EXPECT_EQ(grown_fee(rate("0.02"), rate("0.05"), 10, growth), rate("0.02"));
  EXPECT_EQ(grown_fee(rate("0.02"), rate("0.05"), 1499, growth), rate("0.02"));
  EXPECT_EQ(grown_fee(rate("0.02"), rate("0.05"), 1500, growth), rate("0.0215"));
  EXPECT_EQ(grown_fee(rate("0.02"), rate("0.05"), 10'000, growth), rate("0.03"));
  EXPECT_EQ(grown_fee(rate("0.02"), rate("0.05"), 100'000, growth), rate("0.05"));
}

Rate perp_fee(std::string_view shortage, std::string_view coins, std::string_view quote,
              std::string_view fee) {
  return insurance_fee({value(shortage), value(coins), price("100"), price(quote), rate("0.05"), rate(fee)},
                       rate("0.05"), rate("0.95"), 6);
}

TEST(InsuranceFee, IsWhatThePositionHasLeft) {
  EXPECT_EQ(perp_fee("20", "10", "1", "0.01"), rate("0.019"));  // (5 % - 1 % - 2 %) x 0.95
  EXPECT_EQ(perp_fee("1000", "10", "1", "0.01"), Rate{});
  EXPECT_EQ(perp_fee("20", "10", "1", "0.1"), Rate{});
  EXPECT_EQ(perp_fee("20", "10", "0", "0.01"), Rate{});
  EXPECT_EQ(perp_fee("20", "0", "1", "0.01"), Rate{});
}

Rate spot_fee(std::string_view shortage, std::string_view tokens, std::string_view asset,
              std::string_view debt) {
  return insurance_fee(
      {value(shortage), value(tokens), price("100"), rate(debt), rate(asset), rate("1"), rate("1.01")},
      rate("0.05"), 6);
}

TEST(InsuranceFee, IsWhatTheWeightsLeave) {
  EXPECT_EQ(spot_fee("5", "1", "1", "1.1"), rate("0.036363"));
  EXPECT_EQ(spot_fee("100", "1", "1", "1.1"), Rate{});
  EXPECT_EQ(spot_fee("1", "1", "2", "1.1"), Rate{});
  EXPECT_EQ(spot_fee("5", "1", "1", "0"), Rate{});
  EXPECT_EQ(spot_fee("5", "0", "1", "1.1"), Rate{});
  EXPECT_EQ(spot_fee("1", "1", "1", "1.1"), rate("0.05"));
}

TEST(InsuranceTransfer, TakesTheSurplusUpToAFeeAndPaysAllOfAShortfall) {
  const Rate most = rate("0.005");
  EXPECT_EQ(insurance_transfer(value("5610"), value("5100"), most), value("28.05"));
  EXPECT_EQ(insurance_transfer(value("5105.1"), value("5100"), most), value("5.1"));
  EXPECT_EQ(insurance_transfer(value("-4410"), value("-4900"), rate("0.025")), value("110.25"));
  EXPECT_EQ(insurance_transfer(value("5100"), value("5100"), most), Value{});
  EXPECT_EQ(insurance_transfer(value("5049"), value("5100"), most), value("-51"));
  EXPECT_EQ(insurance_transfer(value("-4949"), value("-4900"), most), value("-49"));
  EXPECT_EQ(insurance_transfer(Value{}, value("-4900"), most), Value{});
}

TEST(FundCovers, WhatItHas) {
  EXPECT_TRUE(fund_covers(value("10"), value("-10")));
  EXPECT_FALSE(fund_covers(value("10"), value("-10.000001")));
  EXPECT_FALSE(fund_covers(Value{}, value("-1")));
  EXPECT_TRUE(fund_covers(Value{}, value("1")));
}

TEST(Deleverage, AgainstTheOtherSideOnly) {
  EXPECT_EQ(deleverage_size(-50, 30), 0);
  EXPECT_EQ(deleverage_size(-50, -30), -30);
  EXPECT_EQ(deleverage_size(50, 80), 50);
  EXPECT_TRUE(may_deleverage(-100, 100, 100));
  EXPECT_FALSE(may_deleverage(-100, 100, -100));
  EXPECT_FALSE(may_deleverage(-100, 100, 101));
  EXPECT_FALSE(may_deleverage(-100, -100, 100));
  EXPECT_FALSE(may_deleverage(-100, 50, 60));
}

TEST(Deleverage, AtBankruptcyOrAtTheMark) {
  EXPECT_EQ(deleverage_price(value("-1"), false), DeleveragePrice::bankruptcy);
  EXPECT_EQ(deleverage_price(value("-1"), true), DeleveragePrice::bankruptcy);
  EXPECT_EQ(deleverage_price(Value{}, true), DeleveragePrice::mark);
  EXPECT_EQ(deleverage_price(Value{}, false), DeleveragePrice::none);
}

std::vector<Amount> amounts(std::initializer_list<i64> raw) {
  std::vector<Amount> result;
  for (const i64 each : raw) result.push_back(Amount::from_raw(each));
  return result;
}

TEST(ProRata, TheRestGoesToOne) {
  EXPECT_EQ(pro_rata(amounts({80, 8000}), Amount::from_raw(5080), 1), amounts({50, 5030}));
  EXPECT_EQ(pro_rata(amounts({800, 7200, 800}), Amount::from_raw(5800), 2), amounts({527, 4745, 528}));
  EXPECT_EQ(pro_rata(amounts({80, 7200, 800}), Amount::from_raw(7980), 2), amounts({79, 7110, 791}));
  EXPECT_EQ(pro_rata(amounts({80, 7200, 800}), Amount::from_raw(8080), 2), amounts({80, 7200, 800}));
  EXPECT_EQ(pro_rata(amounts({80, 8000}), Amount{}, 0), amounts({0, 0}));
  EXPECT_TRUE(pro_rata({}, Amount{}, 0).empty());
}

TEST(ProRata, PaysOutWhatCameIn) {
  Prng prng(3);
  for (int i = 0; i < 500; ++i) {
    std::vector<Amount> wins;
    Amount sum, paid;
    for (u64 n = prng.below(20) + 1; n > 0; --n) {
      wins.push_back(Amount::from_raw(static_cast<i64>(prng.below(1'000'000))));
      sum += wins.back();
    }
    const Amount collected = Amount::from_raw(static_cast<i64>(prng.below(static_cast<u64>(sum.raw()) + 1)));
    for (const Amount each : pro_rata(wins, collected, prng.below(wins.size()))) {
      EXPECT_GE(each, Amount{});
      paid += each;
    }
    EXPECT_EQ(paid, collected);
  }
}

TEST(Socialise, OverPositionsAndDeposits) {
  EXPECT_EQ(loss_per_coin(value("-100"), value("7"), value("-4"), 6), value("9.090910"));
  EXPECT_FALSE(loss_per_coin(value("-100"), Value{}, Value{}, 6));
  EXPECT_EQ(deposit_index_cut(rate("1"), value("11"), value("120"), 10), rate("0.0916666667"));
  EXPECT_EQ(deposit_index_cut(rate("1.111"), value("100000000"), Value{}, 10), Rate{});
}

TEST(Socialise, AWithdrawalLeavesItsShareBehind) {
  EXPECT_EQ(withdrawal_fee(value("100000"), value("1000000"), 4), rate("0.0910"));  // 9.09 %, up
  EXPECT_EQ(withdrawal_fee(Value{}, value("1000000"), 4), Rate{});
  EXPECT_EQ(withdrawal_fee(value("1"), Value{}, 4), rate("1"));
}

TEST(ClaimableProfit, LossesAtOnceProfitsAsTheyAreRealised) {
  EXPECT_EQ(claimable_profit(value("-50"), {}, {}), value("-50"));
  EXPECT_EQ(claimable_profit(value("100"), value("50"), value("49")), value("99"));
  EXPECT_EQ(claimable_profit(value("25"), value("50"), {}), value("25"));
  EXPECT_EQ(claimable_profit(value("25"), value("-50"), value("-1")), Value{});
}

}  // namespace
}  // namespace lockstep::liquidation
