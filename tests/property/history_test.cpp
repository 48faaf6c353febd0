// Whatever happens, what the history says moved an account's balance sums to that balance, what it says was
// traded sums to what is held, and every order that was accepted is open or has ended.
#include <gtest/gtest.h>

#include <map>

#include "node/history/history.h"
#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

constexpr u64 seeds = 12;
constexpr u64 steps = 6'000;

struct Sums {
  std::map<std::pair<AccountId, AssetId>, Amount> money;
  std::map<std::pair<AccountId, InstrumentId>, i64> lots;
};

Sums sums_of(const history::History& past) {
  Sums sums;
  history::Select all;
  all.rising = true;
  all.limit = ~u32{0};
  for (const history::Payment& row : past.payments(all)) {
    Amount& sum = sums.money[{row.account, row.asset}];
    sum += row.change;
    EXPECT_EQ(sum, row.balance) << "position " << row.position << " part " << row.part;
  }
  for (const history::Trade& row : past.trades(all)) {
    sums.lots[{row.account, row.instrument}] += row.side == Side::buy ? row.lots.raw() : -row.lots.raw();
  }
  return sums;
}

void expect_agrees(const Engine& engine, const history::History& past) {
  const Sums sums = sums_of(past);
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    const Account& account = engine.state.accounts[i];
    for (u32 asset = 0; asset < engine.state.assets.size(); ++asset) {
      Amount is;
      for (const Balance& row : account.balances) {
        if (row.asset == AssetId{asset}) is = row.amount;
      }
      const auto sum = sums.money.find({AccountId{i}, AssetId{asset}});
      EXPECT_EQ(sum == sums.money.end() ? Amount{} : sum->second, is) << account.name << " asset " << asset;
    }
    for (u32 k = 0; k < engine.state.instruments.size(); ++k) {
      const Instrument& instrument = engine.state.instruments[k];
      if (instrument.kind == InstrumentKind::spot || instrument.expired) continue;
      i64 is = 0;
      for (const Holding& h : account.holdings) is += h.instrument == InstrumentId{k} ? h.lots.raw() : 0;
      const auto sum = sums.lots.find({AccountId{i}, InstrumentId{k}});
      EXPECT_EQ(sum == sums.lots.end() ? 0 : sum->second, is) << account.name << " " << instrument.name;
    }
  }
}

TEST(History, PaymentsAndTradesSumToTheState) {
  u64 payments = 0, trades = 0, orders = 0, liquidations = 0;
  for (u64 seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Result<std::unique_ptr<history::History>, Fault> opened = history::History::open("");
    ASSERT_TRUE(opened);
    history::History& past = *opened.value();
    Engine engine;
    Stream stream(seed);
    i64 open = 0;
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      past.before(engine, step.command);
      const Outcome outcome = apply(engine, step.at, step.command);
      past.after(engine, step.command, outcome);
      for (const Event& event : outcome.events) open -= std::holds_alternative<OrderEnded>(event) ? 1 : 0;
      if (i % 500 != 0) continue;
      ASSERT_TRUE(past.commit());
    }
    ASSERT_TRUE(past.commit());
    expect_agrees(engine, past);
    history::Select all;
    all.limit = ~u32{0};
    EXPECT_EQ(static_cast<i64>(past.orders(all).size()), -open);
    EXPECT_EQ(past.log(all).size(), steps);
    payments += past.payments(all).size();
    orders += past.orders(all).size();
    for (const history::Trade& row : past.trades(all)) ++trades, liquidations += row.liquidation ? 1u : 0u;
  }
  EXPECT_GT(payments, 1'000u);
  EXPECT_GT(trades, 1'000u);
  EXPECT_GT(orders, 100u);
  EXPECT_GT(liquidations, 0u);
}

}  // namespace
}  // namespace lockstep::property
