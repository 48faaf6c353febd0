// What an assessment says of small accounts, worked out by hand: pools, orders, collateral, obstacles,
// statement.
#include "core/risk/assess.h"

#include <gtest/gtest.h>

#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

using namespace testing;

// BTC and ETH perpetuals of 0.001 and 0.01 coin a lot, in USDT with 6 decimals.
struct Desk {
  World world{bracket_rules()};
  AssetId usdt = world.asset("USDT", 6);
  AssetId btc = world.asset("BTC", 8);
  AssetId eth = world.asset("ETH", 8);
  IndexId btc_index = world.index(btc, usdt, "50000");
  IndexId eth_index = world.index(eth, usdt, "2000");
  InstrumentId btc_perpetual =
      world.add("BTC-PERP", InstrumentKind::perpetual, false, btc_index, "0.001", "50000");
  InstrumentId eth_perpetual =
      world.add("ETH-PERP", InstrumentKind::perpetual, false, eth_index, "0.01", "2000");
  Account account = World::account(MarginMode::cross);
  Assessment assess() { return world.assess(account); }
  Value initial() { return assess().pools[0].initial; }
};

TEST(Assess, NothingHeldNothingNeeded) {
  Desk desk;
  EXPECT_TRUE(desk.assess().pools.empty());
  desk.world.deposit(desk.account, desk.usdt, "100");
  const Assessment a = desk.assess();
  ASSERT_EQ(a.pools.size(), 1u);
  EXPECT_EQ(text(a.pools[0].available), "100");
  EXPECT_EQ(a.state, MarginState::normal);
}

TEST(Assess, CrossAddsUpHoldings) {
  Desk desk;
  desk.world.deposit(desk.account, desk.usdt, "10000");
  World::hold(desk.account, desk.btc_perpetual, 1000, value("49"));    // 1 BTC bought at 49,000: +1,000
  World::hold(desk.account, desk.eth_perpetual, -500, value("19.5"));  // 5 ETH sold at 1,950: -250
  const PoolTotals pool = desk.assess().pools[0];
  EXPECT_EQ(text(pool.equity), "10750");
  EXPECT_EQ(text(pool.margin_balance), "10750");
  EXPECT_EQ(text(pool.initial), "3000");     // 50,000/20 + 10,000/20
  EXPECT_EQ(text(pool.maintenance), "240");  // 50,000 x 0.4 % + 10,000 x 0.4 %
  EXPECT_EQ(text(pool.available), "7750");
}

TEST(Assess, FundingOwedLowersEquityBeforeItIsCharged) {
  Desk desk;
  desk.world.deposit(desk.account, desk.usdt, "100");
  World::hold(desk.account, desk.btc_perpetual, 1000, value("50"));
  desk.world.state.markets[desk.btc_perpetual.index].funding = value("0.005");
  EXPECT_EQ(text(desk.assess().pools[0].equity), "95");
}

TEST(Assess, StatesOneStepApart) {
  Desk desk;  // 1 BTC at 50,000: maintenance 200, initial 2,500
  World::hold(desk.account, desk.btc_perpetual, 1000, value("50"));
  const auto state_with = [&desk](const char* cash) {
    Account account = desk.account;
    desk.world.deposit(account, desk.usdt, cash);
    return desk.world.assess(account).state;
  };
  EXPECT_EQ(state_with("2500"), MarginState::normal);
  EXPECT_EQ(state_with("2499.999999"), MarginState::call);
  EXPECT_EQ(state_with("200"), MarginState::call);
  desk.world.rules().schemes[0].liquidate_at_equality = true;
  EXPECT_EQ(state_with("200"), MarginState::liquidation);
  EXPECT_EQ(state_with("200.000001"), MarginState::call);
  EXPECT_EQ(state_with("199.999999"), MarginState::liquidation);
  EXPECT_EQ(state_with("-0.000001"), MarginState::bankrupt);
}

TEST(Assess, RequirementsRoundUpAndCreditsDownToLedgerUnits) {
  Desk desk;
  desk.world.rules().leverage_default = rate("3");
  desk.world.mark(desk.btc_perpetual, "0.00007");  // a lot is worth 0.00000007 USDT, a tenth of a ledger unit
  World::hold(desk.account, desk.btc_perpetual, 1, value("0"));
  const PoolTotals pool = desk.assess().pools[0];
  EXPECT_EQ(text(pool.equity), "0");
  EXPECT_EQ(text(pool.initial), "0.000001");
  EXPECT_EQ(text(pool.maintenance), "0.000001");
}

TEST(Isolated, EveryHoldingStandsAlone) {
  Desk desk;
  desk.account.mode = MarginMode::isolated;
  desk.world.deposit(desk.account, desk.usdt, "70");
  World::hold(desk.account, desk.btc_perpetual, 1000, value("51")).isolated = Amount::from_raw(1'100'000'000);
  World::hold(desk.account, desk.eth_perpetual, 100, value("20")).isolated = Amount::from_raw(150'000'000);
  const Assessment a = desk.assess();
  ASSERT_EQ(a.pools.size(), 3u);
  EXPECT_EQ(text(a.pools[0].available), "70");
  EXPECT_EQ(a.pools[1].isolated, desk.btc_perpetual);
  EXPECT_EQ(text(a.pools[1].equity), "100");  // 1,100 - 1,000
  EXPECT_EQ(text(a.pools[1].maintenance), "200");
  EXPECT_EQ(text(a.pools[2].equity), "150");
  EXPECT_EQ(text(a.pools[2].initial), "100");
  EXPECT_EQ(a.state, MarginState::liquidation);  // BTC's, though ETH's and the free money are fine
}

TEST(Pooled, CollateralIsCutAndDebtIsNot) {
  Desk desk;
  desk.account.pooled = true;
  desk.world.deposit(desk.account, desk.usdt, "-1000");
  desk.world.deposit(desk.account, desk.btc, "0.1");
  desk.world.deposit(desk.account, desk.eth, "10");  // not listed: no collateral
  const Assessment a = desk.assess();
  ASSERT_EQ(a.pools.size(), 1u);
  EXPECT_EQ(a.pools[0].asset, desk.usdt);
  EXPECT_EQ(text(a.pools[0].equity), "4000");          // -1,000 + 0.1 x 50,000
  EXPECT_EQ(text(a.pools[0].margin_balance), "3750");  // -1,000 + 5,000 x 0.95
  EXPECT_EQ(a.obstacle, Obstacle::none);
}

TEST(Pooled, WithdrawalLeavesThePoolItsMargin) {
  Desk desk;
  desk.account.pooled = true;
  desk.world.deposit(desk.account, desk.btc, "0.1");
  desk.world.deposit(desk.account, desk.eth, "10");
  World::hold(desk.account, desk.btc_perpetual, 1000, value("50"));  // needs 2,500 of 4,750
  const auto may_leave = [&desk](AssetId asset) {
    return available_for_withdrawal(desk.world.state, desk.world.book, desk.account, asset).raw();
  };
  EXPECT_TRUE(may_leave(desk.btc) == 4'736'842);  // 2,250 / 47,500 = 0.0473684...
  EXPECT_TRUE(may_leave(desk.eth) == 1'000'000'000);
  EXPECT_TRUE(may_leave(desk.usdt) == 0);
}

TEST(Withdrawal, ProfitThatIsNotCashStays) {
  Desk desk;
  desk.world.deposit(desk.account, desk.usdt, "3000");
  World::hold(desk.account, desk.btc_perpetual, 1000, value("40"));  // +10,000 not settled, needs 2,500
  EXPECT_TRUE(available_for_withdrawal(desk.world.state, desk.world.book, desk.account, desk.usdt).raw() ==
              500'000'000);
}

// ---- orders: leverage 20, mark 50,000

TEST(Orders, ABuyBelowTheMarkNeedsMarginAtItsPrice) {
  Desk desk;
  World::order(desk.account, desk.btc_perpetual, Side::buy, 1000, "48000");
  EXPECT_EQ(text(desk.initial()), "2400");
}

TEST(Orders, ASellBelowTheMarkCarriesItsLoss) {
  Desk desk;
  World::order(desk.account, desk.btc_perpetual, Side::sell, 1000, "48000");
  EXPECT_EQ(text(desk.initial()), "4400");  // 2,400 and 2,000 of loss
}

TEST(Orders, OnlyTheWorseSideCounts) {
  Desk desk;
  World::order(desk.account, desk.btc_perpetual, Side::buy, 1000, "50000");
  World::order(desk.account, desk.btc_perpetual, Side::sell, 2000, "50000");
  EXPECT_EQ(text(desk.initial()), "5000");
}

TEST(Orders, ClosingAndTurningAreCoveredByTheHolding) {
  Desk desk;
  World::hold(desk.account, desk.btc_perpetual, 1000, value("50"));  // needs 2,500 itself
  Order& sell = World::order(desk.account, desk.btc_perpetual, Side::sell, 1000, "49000");
  EXPECT_EQ(text(desk.initial()), "2500");  // closes: nothing, not even the loss
  sell.lots = lots(2000);
  EXPECT_EQ(text(desk.initial()), "3500");  // turns: covered, but 1 BTC opens 1,000 under the mark
  sell.lots = lots(3000);
  EXPECT_EQ(text(desk.initial()), "6950");  // one BTC more: 49,000/20 = 2,450 and 1,000
}

TEST(Orders, BestPriceFillsFirst) {
  Desk desk;
  World::hold(desk.account, desk.btc_perpetual, 1000, value("50"));
  World::order(desk.account, desk.btc_perpetual, Side::sell, 1000, "60000");
  World::order(desk.account, desk.btc_perpetual, Side::sell, 1000, "45000");  // fills first, and closes
  EXPECT_EQ(text(desk.initial()), "2500");
}

TEST(Orders, ReduceOnlyAndWaitingStopsNeedNothing) {
  Desk desk;
  desk.world.deposit(desk.account, desk.usdt, "1");
  World::order(desk.account, desk.btc_perpetual, Side::sell, 1000, "48000").reduce_only = true;
  World::order(desk.account, desk.btc_perpetual, Side::buy, 1000, "52000").triggered = false;
  EXPECT_EQ(text(desk.initial()), "0");
}

TEST(Orders, TheFilledPartIsNoLongerAnOrder) {
  Desk desk;
  World::order(desk.account, desk.btc_perpetual, Side::buy, 1000, "50000").filled = lots(750);
  EXPECT_EQ(text(desk.initial()), "625");
}

TEST(Orders, AMarketBuyIsCountedAboveTheMark) {
  Desk desk;
  desk.world.rules().schemes[0].orders.market_buffer = percent("1");
  World::order(desk.account, desk.btc_perpetual, Side::buy, 1000, "0");
  EXPECT_EQ(text(desk.initial()), "3025");  // 50,500/20 and 500 of loss
}

TEST(Orders, HedgeLegsDoNotNet) {
  Desk desk;
  desk.account.hedge = true;
  World::order(desk.account, desk.btc_perpetual, Side::buy, 1000, "50000").leg = Leg::long_leg;
  World::order(desk.account, desk.btc_perpetual, Side::sell, 1000, "50000").leg = Leg::short_leg;
  EXPECT_EQ(text(desk.initial()), "5000");
}

TEST(Orders, SpotReservesWhatItWouldPay) {
  Desk desk;
  const InstrumentId spot =
      desk.world.add("BTC-USDT", InstrumentKind::spot, false, desk.btc_index, "0.001", "50000");
  desk.world.deposit(desk.account, desk.usdt, "100");
  desk.world.deposit(desk.account, desk.btc, "2");
  World::order(desk.account, spot, Side::buy, 10, "40000");
  World::order(desk.account, spot, Side::sell, 500, "60000");
  const Assessment a = desk.assess();
  EXPECT_EQ(text(a.find(desk.usdt)->initial), "400");
  EXPECT_EQ(text(a.find(desk.usdt)->available), "-300");
  EXPECT_EQ(text(a.find(desk.btc)->initial), "0.5");
}

// ---- obstacles

TEST(Obstacles, StaleDivergedMissing) {
  Desk desk;
  desk.world.rules().prices.mark_stale_after = second;
  desk.world.rules().prices.divergence_perpetual = percent("10");
  World::hold(desk.account, desk.btc_perpetual, 1, value("50"));
  World::hold(desk.account, desk.eth_perpetual, 1, value("20"));
  EXPECT_EQ(desk.assess().obstacle, Obstacle::none);
  desk.world.state.time = start + second;
  EXPECT_EQ(desk.assess().obstacle, Obstacle::none);
  desk.world.state.time = start + second + microsecond;
  EXPECT_EQ(desk.assess().obstacle, Obstacle::price_stale);
  desk.world.mark(desk.btc_perpetual, "55000");
  desk.world.mark(desk.eth_perpetual, "2200");
  EXPECT_EQ(desk.assess().obstacle, Obstacle::none);
  desk.world.mark(desk.eth_perpetual, "2200.01");
  EXPECT_EQ(desk.assess().obstacle, Obstacle::price_diverged);
  EXPECT_EQ(desk.assess().instrument, desk.eth_perpetual);
  desk.world.mark(desk.btc_perpetual, "0");
  EXPECT_EQ(desk.assess().obstacle, Obstacle::price_missing);
  EXPECT_EQ(desk.assess().instrument, desk.btc_perpetual);
}

TEST(Obstacles, WhatIsAllowedSaysTheRulebook) {
  Rulebook rules = bracket_rules();
  rules.prices.allowed_stale = action_bit(Action::reduce) | action_bit(Action::liquidate);
  EXPECT_TRUE(allowed(rules, Obstacle::none, Action::open));
  EXPECT_TRUE(allowed(rules, Obstacle::price_stale, Action::liquidate));
  EXPECT_FALSE(allowed(rules, Obstacle::price_stale, Action::open));
  EXPECT_FALSE(allowed(rules, Obstacle::price_diverged, Action::reduce));
  EXPECT_FALSE(allowed(rules, Obstacle::gap, Action::reduce));
}

TEST(Obstacles, ModesAndInstrumentsWithoutRules) {
  Desk desk;
  desk.account.mode = MarginMode::portfolio;
  EXPECT_EQ(desk.assess().obstacle, Obstacle::no_parameters);
  desk.account.mode = MarginMode::cross;
  const IndexId doge = desk.world.index(desk.world.asset("DOGE", 8), desk.usdt, "0.2");
  const InstrumentId unknown =
      desk.world.add("DOGE-PERP", InstrumentKind::perpetual, false, doge, "1", "0.2");
  const InstrumentId future =
      desk.world.add("BTC-1", InstrumentKind::future, false, desk.btc_index, "1", "50000");
  World::hold(desk.account, unknown, 1, value("0.2"));
  EXPECT_EQ(desk.assess().obstacle, Obstacle::no_parameters);  // the component applies, but has no such row
  EXPECT_EQ(desk.assess().instrument, unknown);
  EXPECT_TRUE(desk.assess().pools.empty());
  desk.account.holdings.clear();
  World::hold(desk.account, future, 1, value("50000"));  // no component applies to futures
  EXPECT_EQ(desk.assess().obstacle, Obstacle::no_parameters);
}

TEST(Obstacles, GapsByName) {
  World world(grid_rules());
  Gap gap;
  gap.name = "orders";
  world.rules().gaps.push_back(gap);
  world.rules().schemes[0].orders.kind = OrderRuleKind::gap;
  world.rules().schemes[0].orders.gap = 1;
  const AssetId usd = world.asset("USD", 6);
  const IndexId index = world.index(world.asset("BTC", 8), usd, "50000");
  const InstrumentId perpetual = world.add("BTC-PERP", InstrumentKind::perpetual, false, index, "1", "50000");
  Account account = World::account(MarginMode::portfolio);
  World::hold(account, perpetual, 399, value("50000"));
  EXPECT_EQ(world.assess(account).obstacle, Obstacle::none);  // 19.95 M of delta
  account.holdings[0].lots = lots(400);
  EXPECT_EQ(world.assess(account).obstacle, Obstacle::gap);  // 20 M
  EXPECT_EQ(world.assess(account).obstacle_detail, 0u);
  account.holdings[0].lots = lots(1);
  World::order(account, perpetual, Side::buy, 1, "50000").reduce_only = true;
  EXPECT_EQ(world.assess(account).obstacle, Obstacle::none);
  World::order(account, perpetual, Side::buy, 1, "50000");
  EXPECT_EQ(world.assess(account).obstacle, Obstacle::gap);
  EXPECT_EQ(world.assess(account).obstacle_detail, 1u);
}

// ---- statement

TEST(Statement, ReadsTopDownAndEndsWithTheTotal) {
  Desk desk;
  desk.world.deposit(desk.account, desk.usdt, "10000");
  World::hold(desk.account, desk.btc_perpetual, 1000, value("49"));
  World::order(desk.account, desk.btc_perpetual, Side::buy, 1000, "48000");
  World::order(desk.account, desk.btc_perpetual, Side::sell, 500, "52000");
  desk.world.rules().schemes[0].unit_initial.text = "tiers";
  desk.world.rules().schemes[0].pool_initial.text = "sum(unit) + orders";
  desk.world.state.markets[desk.btc_perpetual.index].stamp.position = 42;
  Statement statement;
  desk.world.assess(desk.account, &statement);
  std::string lines;
  for (const StatementLine& line : statement.lines) {
    lines += line.rule + std::string(2u * line.depth + 1, ' ') + line.label + ": " + text(line.amount) +
             (line.binds ? "\n" : " (does not bind)\n");
  }
  EXPECT_EQ(lines,
            "4.4     balance of USDT: 10000\n"
            "4.3     unrealised profit of 1000 lots of BTC-PERP: 1000\n"
            "4.4 equity: 11000\n"
            "4.5 margin balance: 11000\n"
            "5.1       1000 lots of BTC-PERP: 200\n"
            "5.1     tiers: 200\n"
            "4.7   BTC/USDT: : 200\n"
            "4.8 maintenance margin: : 200\n"
            "5.1       1000 lots of BTC-PERP: 2500\n"
            "5.1     tiers: 2500\n"
            "4.7   BTC/USDT: tiers: 2500\n"
            "5.7     all buys of BTC-PERP fill: 2400\n"
            "5.7     all sells of BTC-PERP fill: 0 (does not bind)\n"
            "5.7   orders: 2400\n"
            "4.8 initial margin: sum(unit) + orders: 4900\n"
            "4.9 available: margin balance - initial margin: 6100\n");
  ASSERT_EQ(statement.lines[1].inputs.size(), 2u);
  EXPECT_EQ(statement.lines[1].inputs[0].name, "mark");
  EXPECT_EQ(statement.lines[1].inputs[0].value, "50000");
  EXPECT_EQ(statement.lines[1].inputs[0].position, 42u);
}

TEST(Statement, TheLosingBranchOfAMaxIsShown) {
  World world(grid_rules());
  world.rules().schemes[1].unit_initial.code = {op(OpCode::component, 0), op(OpCode::component, 1),
                                                op(OpCode::max)};
  const AssetId usd = world.asset("USD", 6);
  const IndexId index = world.index(world.asset("BTC", 8), usd, "50000");
  const InstrumentId perpetual = world.add("BTC-PERP", InstrumentKind::perpetual, false, index, "1", "50000");
  Account account = World::account(MarginMode::cross);
  World::hold(account, perpetual, 1, value("50000"));
  Statement statement;
  const Assessment a = world.assess(account, &statement);
  EXPECT_EQ(text(a.pools[0].initial), "8000");
  bool shown = false;
  for (const StatementLine& line : statement.lines) {
    if (line.label != "roll" || line.amount == Value{}) continue;
    EXPECT_EQ(text(line.amount), "500");
    shown = shown || !line.binds;
  }
  EXPECT_TRUE(shown);
}

}  // namespace
}  // namespace lockstep
