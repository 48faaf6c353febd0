// Auctions: figures from Derive's documentation and published tests.
#include "core/liquidation/auction.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep::liquidation {
namespace {

using lockstep::testing::rate;
using lockstep::testing::value;

Duration seconds(i64 n) { return Duration::from_raw(n * second.raw()); }

AuctionPolicy policy() {
  AuctionPolicy p;
  p.start = rate("1");
  p.cutoff = rate("0.8");
  p.fast = seconds(600);
  p.slow = seconds(7200);
  p.insolvent = seconds(600);
  p.buffer = rate("0.1");
  return p;
}

AuctionedAccount account(std::string_view worth, std::string_view margin, std::string_view reserved = "0") {
  return {value(worth), value(margin), value(reserved)};
}

TEST(Auction, TheDiscountFallsFastThenSlowly) {
  AuctionPolicy p = policy();
  EXPECT_EQ(auction_discount(p, {}), rate("1"));
  EXPECT_EQ(auction_discount(p, seconds(300)), rate("0.9"));
  EXPECT_EQ(auction_discount(p, seconds(960)), rate("0.76"));
  EXPECT_EQ(auction_discount(p, seconds(7800)), Rate{});
  EXPECT_EQ(auction_discount(p, seconds(1'000'000)), Rate{});
  p.start = rate("0.96");
  p.fast = seconds(300);
  EXPECT_EQ(auction_discount(p, seconds(150)), rate("0.88"));
  EXPECT_EQ(auction_discount(p, seconds(6780)), rate("0.08"));
}

TEST(Auction, ABidIsCutToWhatRestoresTheBuffer) {
  const AuctionBid all = auction_bid(policy(), account("300", "-100"), seconds(300), rate("1"));
  EXPECT_TRUE(all.ends);
  EXPECT_EQ(all.share.raw() / (rate_one / 1000), 341);
  EXPECT_EQ(all.payment.raw() / value_one, 92);
  const AuctionBid some = auction_bid(policy(), account("300", "-100"), seconds(300), rate("0.1"));
  EXPECT_FALSE(some.ends);
  EXPECT_EQ(some.share, rate("0.1"));
  EXPECT_EQ(some.payment, value("27"));
}

// The example of the documentation states buffer margins: 98,000 marked to market, 62,000 below, 12 % off,
// 20 % bid for.
TEST(Auction, TheDocumentedExample) {
  AuctionPolicy p = policy();
  p.buffer = {};
  p.start = p.cutoff = rate("0.88");
  p.fee = rate("0.1");
  EXPECT_EQ(auction_share(p, account("100000", "-60000"), rate("1")), rate("0.375"));
  EXPECT_EQ(auction_fee(p, account("100000", "-60000")), value("3750"));
  const AuctionBid bid = auction_bid(p, account("98000", "-62000"), {}, rate("0.2"));
  EXPECT_EQ(auction_share(p, account("98000", "-62000"), rate("0.88")).raw() / (rate_one / 1000), 418);
  EXPECT_EQ(bid.payment, value("17248"));
  EXPECT_EQ(bid.cash_required, value("29648"));
}

TEST(Auction, WhatWasPaidInIsNotSoldAgain) {
  AuctionPolicy p = policy();
  p.cutoff = rate("0.7");
  EXPECT_EQ(auction_price(account("9600", "-10000", "1600"), auction_discount(p, seconds(600))),
            value("5600"));
}

// Whoever takes the largest share at the price leaves the account at its buffer: for any discount and
// reserve.
TEST(Auction, TheLargestShareRestoresTheBuffer) {
  for (const char* reserved : {"0", "55.5"}) {
    for (const char* discount : {"1", "0.7", "0.0123"}) {
      const AuctionedAccount a = account("300", "-100", reserved);
      const Rate share = auction_share(policy(), a, rate(discount));
      const Value paid = scale(auction_price(a, rate(discount)), share, Round::zero);
      // The rest of worth and margin, the reserve whole, and the payment.
      const auto rest = [&](Value whole) {
        return whole - a.reserved - scale(whole - a.reserved, share, Round::zero) + a.reserved + paid;
      };
      const Value buffer = buffer_margin(policy(), {rest(a.worth), rest(a.margin), {}});
      EXPECT_LT(abs(buffer), value("0.00001"))
          << reserved << " " << discount << " " << to_decimal(buffer.raw(), 16);
    }
  }
}

TEST(Auction, AHealthyAccountHasNothingForSaleAndAPoorOneGoesAsAWhole) {
  EXPECT_EQ(auction_share(policy(), account("300", "100"), rate("1")), Rate{});
  EXPECT_EQ(auction_share(policy(), account("300", "-100"), Rate{}), rate("1"));
  AuctionPolicy p = policy();
  p.worth_min = value("500");
  EXPECT_EQ(auction_share(p, account("300", "-100"), rate("1")), rate("1"));
}

TEST(Auction, InsolventPayoutsGrowToWhatMaintenanceLacks) {
  const AuctionedAccount poor = account("-100", "-300");
  EXPECT_EQ(insolvent_payout(policy(), poor, {}), value("100"));
  EXPECT_EQ(insolvent_payout(policy(), poor, seconds(12)), value("104"));
  EXPECT_EQ(insolvent_payout(policy(), poor, seconds(300)), value("200"));
  EXPECT_EQ(insolvent_payout(policy(), poor, seconds(601)), value("300"));
  EXPECT_EQ(insolvent_payout(policy(), account("100", "-300"), {}), Value{});
  EXPECT_EQ(insolvent_payout(policy(), account("-100", "0"), seconds(300)), Value{});
  // The documentation: 10 of 60 minutes between -4,000 and -15,000, and 40 % taken.
  AuctionPolicy p = policy();
  p.insolvent = hour;
  const Value payout = insolvent_payout(p, account("-4000", "-15000"), Duration::from_raw(10 * minute.raw()));
  EXPECT_EQ(payout.raw() / (value_one / 100), 583'333);
  const Value cash = insolvent_cash_required(account("-4000", "-15000"), payout, rate("0.4"));
  EXPECT_EQ(cash.raw() / (value_one / 100), 366'666);
}

TEST(Auction, KnowsWhenItIsOver) {
  const auto state = [](const AuctionedAccount& a, bool insolvent, i64 elapsed) {
    return auction_state(policy(), a, insolvent, seconds(elapsed));
  };
  EXPECT_EQ(state(account("300", "-100"), false, 0), AuctionState::solvent);
  EXPECT_EQ(state(account("300", "28"), false, 0), AuctionState::over);     // 28 - 27.2 of buffer
  EXPECT_EQ(state(account("300", "27"), false, 0), AuctionState::solvent);  // above maintenance is not enough
  EXPECT_EQ(state(account("-1", "-100"), false, 0), AuctionState::insolvent);
  EXPECT_EQ(state(account("300", "-100", "300"), false, 0), AuctionState::insolvent);
  EXPECT_EQ(state(account("300", "-100"), false, 7800), AuctionState::insolvent);
  EXPECT_EQ(state(account("-1", "0"), true, 0), AuctionState::over);
  EXPECT_EQ(state(account("-1", "-1"), true, 0), AuctionState::insolvent);
}

}  // namespace
}  // namespace lockstep::liquidation
