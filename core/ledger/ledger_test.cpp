// Numbers in these tests are worked out by hand in the comments; none is recomputed by the code under test.
#include "core/ledger/ledger.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

constexpr AssetId btc{0};
constexpr AssetId usdt{1};
constexpr InstrumentId linear{0};
constexpr InstrumentId inverse{1};
constexpr InstrumentId option{2};
constexpr InstrumentId spot{3};

Price price(i64 whole) { return Price::from_raw(whole * price_one); }
Value value(const char* text) {
  i128 raw = 0;
  EXPECT_TRUE(parse_decimal(text, value_decimals, raw));
  return Value::from_raw(raw);
}
Amount units(i64 raw) { return Amount::from_raw(raw); }
Lots lots(i64 n) { return Lots::from_raw(n); }

Instrument make(InstrumentKind kind, bool inverse_contract, i64 lot, AssetId settle) {
  Instrument i;
  i.kind = kind;
  i.inverse = inverse_contract;
  i.index = IndexId{0};
  i.settle = settle;
  i.lot = lot;
  i.tick = Price::from_raw(10'000);
  return i;
}

// One account, no money yet; BTC has 8 decimals, USDT 6.
struct Desk {
  State state;
  Account account;
  Change total;

  Desk() {
    state.assets = {Asset{"BTC", 8}, Asset{"USDT", 6}};
    state.house.resize(2);
    Index index;
    index.base = btc;
    index.quote = usdt;
    state.indexes = {index};
    state.instruments = {make(InstrumentKind::perpetual, false, 100'000, usdt),       // 0.001 BTC
                         make(InstrumentKind::perpetual, true, 10 * price_one, btc),  // 10 USD
                         make(InstrumentKind::option, true, 10'000'000, btc),         // 0.1 coin
                         make(InstrumentKind::spot, false, 100'000, usdt)};
    state.instruments[2].option = OptionType::call;
    state.instruments[2].strike = price(80'000);
    state.markets.resize(4);
  }
  void trade(InstrumentId id, Side side, Price at, i64 n, Amount fee = Amount{}, Rate leverage = {}) {
    lockstep::trade(state, account, id, side, Leg::net, at, lots(n), fee, leverage, total);
  }
  const Holding& holding(InstrumentId id) const { return *find_holding(account, id, Leg::net); }
  // What the account and the house own together: must stay zero.
  Value sum(AssetId asset) {
    Value result = owned(state, account, asset);
    for (u32 i = 0; i < total.house_count; ++i) {
      if (total.house[i].asset == asset) result += owned(total.house[i].delta, state.asset(asset));
    }
    return result;
  }
};

TEST(Valuation, LinearIsPriceTimesLotExactly) {
  Desk d;
  EXPECT_EQ(value_per_lot(d.state.instruments[0], price(20'000)), value("20"));  // 0.001 BTC
}

TEST(Valuation, InverseGainsInCoinAsTheReferenceSays) {
  // quant.md 1.3: 100,000 USD from 100k to 90k: -0.111111111111111111 coin; to 110k: +0.0909090909090909091.
  Desk d;
  const Instrument& i = d.state.instruments[1];
  const Value entry = times(value_per_lot(i, price(100'000)), lots(10'000));
  const Value down = times(value_per_lot(i, price(90'000)), lots(10'000)) - entry;
  const Value up = times(value_per_lot(i, price(110'000)), lots(10'000)) - entry;
  EXPECT_LT(abs(down - value("-0.1111111111111111")), value("0.000000000001"));
  EXPECT_LT(abs(up - value("0.0909090909090909")), value("0.000000000001"));
}

TEST(Valuation, InverseCallPaysItsShareOfACoin) {
  // (100,000 - 80,000) / 100,000 = 0.2 coin per coin, 0.02 per lot of 0.1.
  Desk d;
  EXPECT_EQ(payoff_per_lot(d.state.instruments[2], price(100'000)), value("0.02"));
  EXPECT_EQ(payoff_per_lot(d.state.instruments[2], price(80'000)), Value{});
}

TEST(Ledger, AnOpenedHoldingMovesNoMoneyButTheFee) {
  Desk d;
  d.trade(linear, Side::buy, price(20'000), 400, units(4'000'000));  // 0.4 BTC, fee 4 USDT
  EXPECT_EQ(balance(d.account, usdt), units(-4'000'000));
  EXPECT_EQ(d.holding(linear).cost, value("8000"));
  EXPECT_EQ(unrealised(d.state.instruments[0], d.state.markets[0], d.holding(linear), value("19")),
            value("-400"));
  EXPECT_EQ(d.sum(usdt), Value{});
}

TEST(Ledger, ReducingRealisesProRata) {
  // 0.3 BTC at 20,000 and 0.1 at 24,000: cost 8,400 for 400 lots.  Selling 100 at 25,000: cost share 2,100,
  // profit 400.
  Desk d;
  d.trade(linear, Side::buy, price(20'000), 300);
  d.trade(linear, Side::buy, price(24'000), 100);
  d.trade(linear, Side::sell, price(25'000), 100);
  EXPECT_EQ(balance(d.account, usdt), units(400'000'000));
  EXPECT_EQ(d.holding(linear).cost, value("6300"));
  EXPECT_EQ(d.holding(linear).lots, lots(300));
  EXPECT_EQ(d.sum(usdt), Value{});
}

TEST(Ledger, AFlipClosesAndOpensAtTheTradePrice) {
  Desk d;
  d.trade(linear, Side::sell, price(20'000), 100);
  d.trade(linear, Side::buy, price(19'000), 250);  // closes 100 with 100 profit, opens 150
  EXPECT_EQ(balance(d.account, usdt), units(100'000'000));
  EXPECT_EQ(d.holding(linear).lots, lots(150));
  EXPECT_EQ(d.holding(linear).cost, value("2850"));
}

TEST(Ledger, ResiduesStayBelowOneUnitAndEndAsDust) {
  // 10 USD from 60,000 to 61,000 in coin: 10/60000 - 10/61000 = 0.00000273224...; ledger unit 1e-8.
  Desk d;
  d.trade(inverse, Side::buy, price(60'000), 2);
  d.trade(inverse, Side::sell, price(61'000), 1);
  EXPECT_EQ(balance(d.account, btc), units(273));
  EXPECT_GT(d.holding(inverse).residue, Value{});
  EXPECT_LT(d.holding(inverse).residue, value("0.00000001"));
  d.trade(inverse, Side::sell, price(61'000), 1);
  EXPECT_EQ(balance(d.account, btc), units(546));  // 2 x 273.224 = 546.448
  EXPECT_EQ(find_holding(d.account, inverse, Leg::net), nullptr);
  EXPECT_GT(d.total.of(btc).dust, Value{});
  EXPECT_EQ(d.sum(btc), Value{});
}

TEST(Ledger, PremiumIsPaidAtOnceAndThePayoffAtExpiry) {
  Desk d;
  d.trade(option, Side::buy, Price::from_raw(5'000'000), 10);  // 1 coin of calls at 0.05
  EXPECT_EQ(balance(d.account, btc), units(-5'000'000));
  expire(d.state, d.account, option, Leg::net, payoff_per_lot(d.state.instruments[2], price(100'000)),
         d.total);
  EXPECT_EQ(balance(d.account, btc), units(15'000'000));  // 0.2 - 0.05
  EXPECT_TRUE(d.account.holdings.empty());
  EXPECT_EQ(d.sum(btc), Value{});
}

TEST(Ledger, SpotSwapsBalances) {
  Desk d;
  d.trade(spot, Side::buy, price(20'000), 500, units(10'000'000));
  EXPECT_EQ(balance(d.account, btc), units(50'000'000));
  EXPECT_EQ(balance(d.account, usdt), units(-10'010'000'000));
  EXPECT_TRUE(d.account.holdings.empty());
  EXPECT_EQ(d.sum(btc), Value{});
  EXPECT_EQ(d.sum(usdt), Value{});
}

TEST(Ledger, FundingIsChargedWhenTheHoldingIsTouched) {
  // 0.4 BTC long at 20,000; 0.01 % of 8,000 = 0.80 USDT is owed, seen in the profit at once, paid at the next
  // touch.
  Desk d;
  d.trade(linear, Side::buy, price(20'000), 400);
  d.state.markets[0].funding +=
      funding_per_lot(d.state.instruments[0], Rate::from_raw(rate_one / 10'000), price(20'000));
  EXPECT_EQ(unrealised(d.state.instruments[0], d.state.markets[0], d.holding(linear), value("20")),
            value("-0.8"));
  EXPECT_EQ(balance(d.account, usdt), Amount{});
  settle(d.state, d.account, *find_holding(d.account, linear, Leg::net), value("20"), d.total);
  EXPECT_EQ(balance(d.account, usdt), units(-800'000));
  EXPECT_EQ(d.sum(usdt), Value{});
}

TEST(Ledger, SettlementMovesTheProfitAndResetsTheCost) {
  Desk d;
  d.trade(linear, Side::sell, price(20'000), 100);
  settle(d.state, d.account, *find_holding(d.account, linear, Leg::net), value("21"), d.total);
  EXPECT_EQ(balance(d.account, usdt), units(-100'000'000));
  EXPECT_EQ(d.holding(linear).cost, value("-2100"));
}

TEST(Ledger, IsolatedMarginIsSetAsideReleasedAndGuarded) {
  // 0.4 BTC at 20,000 with leverage 10: 800 set aside.  Half closed at 20,000: 400 returns.
  Desk d;
  d.account.mode = MarginMode::isolated;
  add_balance(d.account, usdt, units(1'000'000'000));
  d.total.of(usdt).outside -= units(1'000'000'000);
  const Rate ten = Rate::from_raw(10 * rate_one);
  d.trade(linear, Side::buy, price(20'000), 400, Amount{}, ten);
  EXPECT_EQ(balance(d.account, usdt), units(200'000'000));
  EXPECT_EQ(d.holding(linear).isolated, units(800'000'000));
  d.trade(linear, Side::sell, price(20'000), 200, Amount{}, ten);
  EXPECT_EQ(d.holding(linear).isolated, units(400'000'000));
  EXPECT_EQ(balance(d.account, usdt), units(600'000'000));
  // 0.2 BTC lose 3,000 each at 17,000: 600 against 400 of margin.  The balance is not touched; the fund pays
  // 200.
  d.trade(linear, Side::sell, price(17'000), 200, Amount{}, ten);
  EXPECT_EQ(balance(d.account, usdt), units(600'000'000));
  EXPECT_EQ(d.total.fund_paid, units(200'000'000));
  EXPECT_EQ(d.total.of(usdt).fund, units(-200'000'000));
  EXPECT_EQ(d.sum(usdt), Value{});
}

TEST(Ledger, IsolatedMarginCoversAnOpeningThatLosesAgainstTheMark) {
  // 0.4 BTC sold at 19,900 with the mark at 20,000 and leverage 10: 800 at the mark, and 40 already lost.
  Desk d;
  d.account.mode = MarginMode::isolated;
  d.state.markets[0].mark = price(20'000);
  d.trade(linear, Side::sell, price(19'900), 400, Amount{}, Rate::from_raw(10 * rate_one));
  EXPECT_EQ(d.holding(linear).isolated, units(840'000'000));
}

// Many small fills against one large one: the same holding, the same equity to the last digit.
TEST(Ledger, SplitFillsEqualWholeFills) {
  Prng prng(7);
  for (int round = 0; round < 2'000; ++round) {
    Desk whole, split;
    const InstrumentId id = prng.chance(1, 2) ? linear : inverse;
    i64 left = 0;
    for (int i = 0; i < 6; ++i) {
      const Side side = prng.chance(1, 2) ? Side::buy : Side::sell;
      const Price at = Price::from_raw(prng.between(1, 9'000'000) * 1'000'000);
      const i64 n = prng.between(2, 5'000);
      whole.trade(id, side, at, n);
      for (left = n; left > 0;) {
        const i64 part = prng.between(1, left);
        split.trade(id, side, at, part);
        left -= part;
      }
    }
    const AssetId asset = whole.state.instrument(id).settle;
    const Value mark = value_per_lot(whole.state.instrument(id), price(50'000));
    Value equity[2];
    for (Desk* d : {&whole, &split}) {
      const Holding* h = find_holding(d->account, id, Leg::net);
      Value& e = equity[d == &split];
      e = owned(d->state, d->account, asset) + d->total.of(asset).dust;
      if (h != nullptr) e += times(mark, h->lots) - h->cost;
      ASSERT_EQ(d->sum(asset), Value{});
    }
    ASSERT_EQ(equity[0], equity[1]) << "round " << round;
  }
}

}  // namespace
}  // namespace lockstep
