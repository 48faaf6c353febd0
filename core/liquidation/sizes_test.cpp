// Sizes of a round, what covers a shortage, and swaps: figures from the tests and documents of dYdX, Drift,
// Vega, OKX.
#include <gtest/gtest.h>

#include "core/liquidation/close_size.h"
#include "core/liquidation/cover_size.h"
#include "core/liquidation/swap.h"
#include "core/risk/testing_market.h"

namespace lockstep::liquidation {
namespace {

using lockstep::testing::lots;
using lockstep::testing::price;
using lockstep::testing::rate;
using lockstep::testing::value;

constexpr Rounding money{Round::zero, 6}, base{Round::zero, 9};

TEST(CloseSize, APortionButNotLessThanTheLeast) {
  const CloseBounds half = close_bounds(value("-50000"), {value("0.0001"), rate("0.5")});
  EXPECT_EQ(half.least, value("0.0001"));
  EXPECT_EQ(half.most, value("25000"));
  const CloseBounds small = close_bounds(value("5"), {value("10"), rate("1")});
  EXPECT_EQ(small.least, value("5"));
  EXPECT_EQ(small.most, value("5"));
  EXPECT_EQ(close_bounds(value("100"), {value("10"), rate("0.01")}).most, value("10"));
}

TEST(CloseSize, AllOrWholeSteps) {
  EXPECT_EQ(close_size(95, value("95"), value("95"), 95, 10), -95);   // within the cap: no rounding
  EXPECT_EQ(close_size(-95, value("-95"), value("50"), 57, 10), 50);  // down to a step
  EXPECT_EQ(close_size(95, value("95"), value("5"), 5, 10), -10);     // at least a step
  EXPECT_EQ(close_size(8, value("95"), value("5"), 1, 10), -8);       // smaller than a step
}

TEST(DisposalSize, TheLadderOfTheSpecification) {
  const DisposalPolicy policy{rate("0.5"), lots(50), rate("0.01")};
  Lots left = lots(280);
  for (const i64 expected : {100, 90, 45, 45}) {
    const Lots size = disposal_size(left, lots(10'000), policy);
    EXPECT_EQ(size, lots(expected));
    left -= size;
  }
  EXPECT_EQ(left, Lots{});
}

TEST(DisposalSize, WaitsWithoutVolumeAndRoundsUp) {
  const DisposalPolicy policy{rate("0.1"), lots(10), rate("0.2")};
  EXPECT_EQ(disposal_size(lots(-50), lots(1000), policy), lots(5));
  EXPECT_EQ(disposal_size(lots(10), lots(1000), policy), lots(10));
  EXPECT_EQ(disposal_size(lots(51), lots(1000), policy), lots(6));
  EXPECT_EQ(disposal_size(lots(50), lots(11), policy), lots(3));
  EXPECT_EQ(disposal_size(lots(50), Lots{}, policy), Lots{});
}

TEST(SizeAbove, DownToTheLowestTier) {
  EXPECT_EQ(size_above(value("15000"), value("2000")), value("13000"));
  EXPECT_EQ(size_above(value("1500"), value("2000")), Value{});
}

std::optional<Value> covers(std::string_view quote, std::string_view fee, std::string_view insurance) {
  return size_to_cover(value("10"), {price("100"), price(quote), rate("0.1"), rate(fee), rate(insurance)},
                       money, base);
}

TEST(SizeToCover, WhatACoinFreesDivided) {
  EXPECT_EQ(covers("1", "0", "0"), value("1"));
  EXPECT_EQ(covers("0.99", "0", "0"), value("1.01010101"));
  EXPECT_EQ(covers("1.01", "0", "0"), value("0.990099009"));
  EXPECT_EQ(covers("1", "0.01", "0"), value("1.111111111"));
  EXPECT_EQ(covers("1", "0.01", "0.01"), value("1.25"));
  EXPECT_FALSE(covers("1", "0.1", "0"));      // the fee takes all that is freed
  EXPECT_FALSE(covers("1", "0.05", "0.05"));  // both together
  EXPECT_FALSE(covers("0", "0", "0"));
}

TEST(DebtToCover, WeightsLessFees) {
  FreedByRepaying freed{price("100"), rate("1.2"), rate("0.8"), rate("1"), rate("1"), rate("0.01"), 5};
  EXPECT_EQ(debt_to_cover(value("10"), freed, money, base), value("0.257731958"));
  freed.asset_multiplier = rate("1.1");
  freed.debt_multiplier = rate("0.9");
  EXPECT_EQ(debt_to_cover(value("10"), freed, money, base), value("0.475669504"));
  EXPECT_EQ(debt_to_cover(Value{}, freed, money, base), value("0.000000001"));  // never nothing
  freed.asset_weight = rate("1.2");
  EXPECT_FALSE(debt_to_cover(value("10"), freed, money, base));
  freed.asset_weight = rate("1.1");  // 1.1 x 1.1 / 0.9 > 1.2
  EXPECT_FALSE(debt_to_cover(value("10"), freed, money, base));
}

TEST(ShareOfRound, GrowsWithTimeAndCountsWhatIsDone) {
  const auto share = [](std::string_view shortage, std::string_view freed, i64 elapsed,
                        std::string_view initial) {
    return share_of_round(value(shortage), value(freed), elapsed, {value("50"), rate(initial), 150, 4}, 6);
  };
  EXPECT_EQ(share("49", "0", 1, "0.1"), rate("1"));
  EXPECT_EQ(share("1643.463842", "345.535211", 93, "0.1269"), rate("0.6936"));
  EXPECT_EQ(share("4579.123513", "458.605577", 118, "0.1833"), rate("0.9668"));
  EXPECT_EQ(share("5403.586422", "941.334131", 168, "0.279"), rate("1"));
  EXPECT_EQ(share("100", "100", 0, "0.1"), Rate{});  // more is freed than is due by now
  EXPECT_EQ(share_of_round(value("100"), {}, 0, {value("50"), rate("0.1"), 0, 4}, 6), rate("1"));
}

SwapTerms terms(std::string_view asset, std::string_view debt, std::string_view up, std::string_view down) {
  return {price(asset), price(debt), rate(up), rate(down), 6, 9};
}

TEST(Swap, BothWaysForTheVenue) {
  EXPECT_EQ(debt_for_asset(terms("1", "100", "1", "1"), value("10")), value("0.1"));
  EXPECT_EQ(debt_for_asset(terms("1", "100", "1.01", "0.99"), value("10")), value("0.098019802"));
  const Value dollar = value("1");
  EXPECT_EQ(asset_for_debt(terms("1", "100", "1", "1"), value("0.1"), value("200"), dollar), value("10"));
  // All of it rather than leave less than a dollar, and one unit rather than nothing.
  EXPECT_EQ(asset_for_debt(terms("1", "100", "1", "1"), value("0.1"), value("10.9"), dollar), value("10.9"));
  EXPECT_EQ(asset_for_debt(terms("1", "100", "1", "1"), value("0.000000001"), value("200"), dollar),
            value("0.000001"));
}

TEST(Swap, PricesAreCutTheSameWay) {
  EXPECT_EQ(swap_price(value("200"), value("1"), 6), value("200"));
  const SwapTerms sol = terms("200", "1", "1.01", "1");
  EXPECT_GE(swap_price(value("200"), value("1"), 6), worst_swap_price(sol, 6));
  EXPECT_LT(swap_price(value("198"), value("1"), 6), worst_swap_price(sol, 6));
}

}  // namespace
}  // namespace lockstep::liquidation
