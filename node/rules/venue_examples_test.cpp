// The shipped rulebooks against what the venues published or answered: the figures, with their source, stand
// here; nothing in this file computes a margin.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/ledger/valuation.h"
#include "core/risk/components.h"
#include "core/risk/grid.h"
#include "core/risk/testing_market.h"
#include "core/risk/testing_rules.h"
#include "node/rules/compile.h"

namespace lockstep {
namespace {

using namespace testing;

Rulebook shipped(const std::string& name) {
  std::ifstream file(std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/" + name);
  std::stringstream content;
  content << file.rdbuf();
  Result<Rulebook, Fault> rules = compile_rulebook_text(content.str(), name);
  EXPECT_TRUE(rules) << rules.error().what;
  return std::move(rules).value();
}

const PoolTotals& only_pool(const Assessment& assessment) {
  EXPECT_EQ(assessment.obstacle, Obstacle::none) << static_cast<int>(assessment.obstacle);
  EXPECT_EQ(assessment.pools.size(), 1u);
  return assessment.pools[0];
}

// The amount of the first line of this label.
std::string line(const Statement& statement, const std::string& label) {
  for (const StatementLine& l : statement.lines) {
    if (l.label == label) return text(l.amount);
  }
  return "no line " + label;
}

// Within `units` of the last decimal that the source prints.
void expect_close(Value actual, std::string_view expected, std::string_view tolerance) {
  const Value distance = abs(actual - value(expected));
  EXPECT_TRUE(distance <= value(tolerance)) << text(actual) << " against " << expected;
}

// docs.deribit.com private/simulate_portfolio, response example of 2024-06-17T10:22:20.501Z: 0.314538364 BTC
// of BTC-PERPETUAL at 65910.57 and -0.001187534 BTC of BTC-28JUN24 at 67371.75.  The venue gives sizes in
// coin; here they are contracts of 10^-8 USD: 0.314538364 x 65910.57 = 20731.402839... USD.
TEST(DeribitPortfolio, SimulationOfJune2024) {
  World world(shipped("deribit.toml"));
  world.state.time = Time::from_raw(1'718'619'740'501'000);
  const AssetId usd = world.asset("USD", 6);
  const AssetId btc = world.asset("BTC", 12);
  const IndexId index = world.index(btc, usd, "65666.19");
  const InstrumentId perpetual =
      world.add("BTC-PERPETUAL", InstrumentKind::perpetual, true, index, "0.00000001", "65910.57");
  const InstrumentId future =
      world.add("BTC-28JUN24", InstrumentKind::future, true, index, "0.00000001", "67371.75");
  world.state.instruments[future.index].expiry = Time::from_raw(1'719'561'600'000'000);
  Account account = World::account(MarginMode::portfolio);
  world.deposit(account, btc, "1");
  World::hold(account, perpetual, 2'073'140'285'709, Value{});
  World::hold(account, future, -8'000'624'375, Value{});

  Statement statement;
  const PoolTotals pool = only_pool(world.assess(account, &statement));
  EXPECT_EQ(line(statement, "scenarios"), "0.059685872");  // worst_case 0.05968587238095239, to 9 decimals
  expect_close(value(line(statement, "roll")), "0.00315725898", "0.000000000001");
  expect_close(pool.maintenance, "0.050274504784", "0.000000000001");
  // 0.122861343 contains mmp_margin 0.06 and open_orders_margin 0.000018212, whose formulas are not
  // published.
  expect_close(pool.initial, "0.062843131", "0");
}

// A recorded response of 2026-02-15: -0.999487053 ETH of ETH-PERPETUAL at 1949.49, index 1949.34.
TEST(DeribitPortfolio, SimulationOfFebruary2026) {
  World world(shipped("deribit.toml"));
  const AssetId usd = world.asset("USD", 6);
  const AssetId eth = world.asset("ETH", 12);
  const IndexId index = world.index(eth, usd, "1949.34");
  const InstrumentId perpetual =
      world.add("ETH-PERPETUAL", InstrumentKind::perpetual, true, index, "0.00000001", "1949.49");
  Account account = World::account(MarginMode::portfolio);
  world.deposit(account, eth, "5");
  World::hold(account, perpetual, -194'849'001'495, Value{});  // 0.999487053 x 1949.49 = 1948.4900149...

  Statement statement;
  const PoolTotals pool = only_pool(world.assess(account, &statement));
  EXPECT_EQ(line(statement, "scenarios"), "0.152464127");  // worst_case 0.15246412672881357
  expect_close(value(line(statement, "roll")), "0.004997435265", "0.000000000001");
  expect_close(pool.initial, "0.157461562", "0");
  expect_close(pool.maintenance, "0.125969249812", "0.000000000001");
}

// The same response gives the vector of a perpetual, and that the extreme rows repeat the ends of the range.
TEST(DeribitPortfolio, VectorOfAPerpetual) {
  const Rulebook rules = shipped("deribit.toml");
  const GridRow& grid = rules.components[2].grids[0];
  UnitSum unit;
  unit.inverse = true;
  unit.exposure = value("0.314538364");
  unit.index_price = price("65666.19");
  const char* every_third[] = {
      "-0.05991206933333334", "-0.04289159509090909", "-0.027351162086956524", "-0.013105765166666668", "0",
      "0.012097629384615385", "0.023299138074074074", "0.033700538999999995",  "0.043384601931034494"};
  for (std::size_t i = 0; i < 9; ++i) {
    expect_close(scenario_profit(grid, unit, i * 3 + 1), std::string(every_third[i]).substr(0, 18),
                 "0.000000000001");
  }
  GridRow undamped = grid;
  undamped.dampener = Value{};
  for (std::size_t s = 27; s < 35; ++s) {
    expect_close(scenario_profit(undamped, unit, s), s < 29 ? "-0.059912069333" : "0.043384601931",
                 "0.000000000001");
  }
  for (std::size_t s = 27; s < 29; ++s)
    EXPECT_TRUE(scenario_profit(grid, unit, s) == Value{});  // both captures: 0
}

// support.deribit.com 25944738177565, linear perpetual: the printed IM and MM.
TEST(DeribitStandard, LinearPerpetuals) {
  World world(shipped("deribit.toml"));
  const AssetId usdc = world.asset("USDC", 6);
  const IndexId btc = world.index(world.asset("BTC", 8), usdc, "100000");
  const IndexId sol = world.index(world.asset("SOL", 8), usdc, "200");
  const InstrumentId btc_perpetual =
      world.add("BTC_USDC-PERPETUAL", InstrumentKind::perpetual, false, btc, "1", "100000");
  const InstrumentId sol_perpetual =
      world.add("SOL_USDC-PERPETUAL", InstrumentKind::perpetual, false, sol, "1", "200");
  const auto margin = [&](InstrumentId id, i64 size) {
    Account account = World::account(MarginMode::cross);
    World::hold(account, id, size, value_per_lot(world.state.instrument(id), world.state.market(id).mark));
    return only_pool(world.assess(account));
  };
  EXPECT_EQ(text(margin(btc_perpetual, 25).initial), "53125");
  EXPECT_EQ(text(margin(btc_perpetual, 25).maintenance), "28125");
  EXPECT_EQ(text(margin(btc_perpetual, -25).initial), "53125");
  EXPECT_EQ(text(margin(btc_perpetual, 350).initial), "1312500");
  EXPECT_EQ(text(margin(sol_perpetual, 25).initial), "200.625");
  EXPECT_EQ(text(margin(sol_perpetual, 25).maintenance), "100.625");
  EXPECT_EQ(text(margin(sol_perpetual, 6000).initial), "84000");
}

// docs.deribit.com private/get_account_summary, response example, model segregated_sm: margin balance leaves
// the options out, equity counts them.  Balance 302.60065765 and session profits of 0.05921555 - 0.03258105;
// options -0.0086.
TEST(DeribitStandard, MarginBalanceLeavesOptionsOut) {
  World world(shipped("deribit.toml"));
  const AssetId usd = world.asset("USD", 6);
  const AssetId btc = world.asset("BTC", 8);
  const IndexId index = world.index(btc, usd, "65000");
  const InstrumentId future = world.add("FUTURE", InstrumentKind::perpetual, true, index, "1", "65000");
  const InstrumentId option = world.option(true, OptionType::call, index, "90000",
                                           Duration::from_raw(day.raw() * 30), "65000", "0.6", "0.0086");
  Account account = World::account(MarginMode::cross);
  world.deposit(account, btc, "302.60065765");
  World::hold(account, future, 1, value_per_lot(world.state.instrument(future), price("65000"))).residue =
      value("0.02663450");
  World::hold(account, option, -1, Value{});
  const PoolTotals pool = only_pool(world.assess(account));
  expect_close(pool.margin_balance, "302.62729214", "0.00000002");
  expect_close(pool.equity, "302.61869214", "0.00000002");
}

// Binance FAQ b3c689c1f50a44cabb3a84e663b81d93 prints the price at which a position is liquidated.  At that
// price, to the cent of the print, margin balance and maintenance margin meet.  Brackets of that page: rate
// and amount as printed.
Rulebook binance_of_the_faq() {
  Rulebook rules = shipped("binance-usdm.toml");
  Component& tiers = rules.components[0];
  tiers.brackets.clear();
  BracketRow row;
  row.key = {.base = "ETH", .settle = "USDT"};
  row.brackets = {bracket("0", "10", "5", "0")};
  row.brackets[0].deduction = value("135365");
  tiers.brackets.push_back(row);
  row.key.base = "BTC";
  row.brackets = {bracket("0", "2.5", "20", "0")};
  row.brackets[0].deduction = value("16300");
  tiers.brackets.push_back(row);
  return rules;
}

struct FaqMarket {
  World world{binance_of_the_faq()};
  AssetId usdt = world.asset("USDT", 6);
  IndexId eth_index = world.index(world.asset("ETH", 8), usdt, "1335.18");
  IndexId btc_index = world.index(world.asset("BTC", 8), usdt, "31967.27");
  InstrumentId eth = world.add("ETHUSDT", InstrumentKind::perpetual, false, eth_index, "0.001", "1335.18");
  InstrumentId btc = world.add("BTCUSDT", InstrumentKind::perpetual, false, btc_index, "0.001", "31967.27");
  Account account = World::account(MarginMode::cross);

  FaqMarket() { world.rules().prices.divergence_perpetual = Rate{}; }
  void hold_eth() { World::hold(account, eth, 3'683'979, value("1.45684")); }
  void hold_btc() { World::hold(account, btc, 109'488, value("32.48198")); }
  MarginState state_at(InstrumentId id, std::string_view at) {
    world.mark(id, at);
    return world.assess(account).state;
  }
};

TEST(BinanceLiquidation, IsolatedEth) {
  FaqMarket m;
  m.account.mode = MarginMode::isolated;
  m.hold_eth();
  m.account.holdings[0].isolated = Amount::from_raw(raw("1535443.01", 6));
  EXPECT_EQ(m.state_at(m.eth, "1114.77"), MarginState::liquidation);
  EXPECT_NE(m.state_at(m.eth, "1114.79"), MarginState::liquidation);
}

TEST(BinanceLiquidation, IsolatedBtc) {
  FaqMarket m;
  m.account.mode = MarginMode::isolated;
  m.hold_btc();
  m.account.holdings[0].isolated = Amount::from_raw(raw("1535443.01", 6));
  EXPECT_EQ(m.state_at(m.btc, "18778.72"), MarginState::liquidation);
  EXPECT_NE(m.state_at(m.btc, "18778.74"), MarginState::liquidation);
}

TEST(BinanceLiquidation, CrossEitherSide) {
  FaqMarket m;
  m.world.deposit(m.account, m.usdt, "1535443.01");
  m.hold_eth();
  m.hold_btc();
  EXPECT_EQ(m.state_at(m.eth, "1153.25"), MarginState::liquidation);
  EXPECT_NE(m.state_at(m.eth, "1153.27"), MarginState::liquidation);
  m.world.mark(m.eth, "1335.18");
  EXPECT_EQ(m.state_at(m.btc, "26316.88"), MarginState::liquidation);
  EXPECT_NE(m.state_at(m.btc, "26316.90"), MarginState::liquidation);
}

TEST(BinanceLiquidation, StatementShowsTheOtherPositionAsPrinted) {
  FaqMarket m;
  m.hold_btc();
  Statement statement;
  m.world.assess(m.account, &statement);
  EXPECT_EQ(line(statement, "unrealised profit of 109488 lots of BTCUSDT"),
            "-56354.56848");                               // printed -56354.57
  EXPECT_EQ(line(statement, "brackets"), "71200.811444");  // printed 71200.81144
}

// Binance FAQ 87fa7ee33b574f7084d42bd2ce2e463b: one order of 1 BTC at 9253.30, mark 9259.84, leverage 20.
TEST(BinanceOrders, CostOfALimitOrder) {
  World world(shipped("binance-usdm.toml"));
  const AssetId usdt = world.asset("USDT", 6);
  const IndexId index = world.index(world.asset("BTC", 8), usdt, "9259.84");
  const InstrumentId btc = world.add("BTCUSDT", InstrumentKind::perpetual, false, index, "0.001", "9259.84");
  const auto cost = [&](Side side) {
    Account account = World::account(MarginMode::cross);
    World::order(account, btc, side, 1000, "9253.3");
    return only_pool(world.assess(account)).initial;
  };
  expect_close(cost(Side::buy), "462.66", "0.005");    // margin 462.66, no loss
  expect_close(cost(Side::sell), "469.20", "0.0051");  // margin 462.66 and an open loss of 6.54
}

// 2025-10-11, a holding of 25 BTC at 101516.50: 2,537,912.50 USDT lie in the bracket from 800 k at 0.65 %,
// which allows leverage 75: maintenance 2,537,912.50 x 0.0065 - 1,500 = 14,996.43125.
TEST(BinanceBrackets, HoldingInTheThirdBracket) {
  World world(shipped("binance-usdm.toml"));
  const AssetId usdt = world.asset("USDT", 8);
  const IndexId index = world.index(world.asset("BTC", 8), usdt, "101516.5");
  const InstrumentId btc = world.add("BTCUSDT", InstrumentKind::perpetual, false, index, "0.001", "101516.5");
  Account account = World::account(MarginMode::cross);
  World::hold(account, btc, 25'000, value("101.5165"));
  Leverage leverage;
  leverage.instrument = btc;
  leverage.leverage = rate("100");
  account.leverages.push_back(leverage);
  const PoolTotals pool = only_pool(world.assess(account));
  EXPECT_EQ(text(pool.maintenance), "14996.43125");
  EXPECT_EQ(text(pool.initial), "33838.83333334");  // 2,537,912.50 / 75, up
}

// dydxprotocol/v4-chain, lib_test.go TestGetMarginRequirementsInQuoteQuantums, with the tiers of its cases in
// the place of the shipped ones.
struct DydxCase {
  const char *initial, *fraction, *price, *lots, *initial_margin, *maintenance_margin;
};

TEST(Dydx, MarginRequirementsOfTheVenuesOwnTests) {
  const DydxCase cases[] = {{"25", "60", "123456", "74523", "2300.077872", "1380.046724"},
                            {"20", "50", "36750", "12000", "88.2", "44.1"},
                            {"1", "50", "420000", "-5000", "21", "10.5"}};
  for (const DydxCase& c : cases) {
    Rulebook rules = shipped("dydx.toml");
    NotionalRow& row = rules.components[0].notionals[0];
    rules.leverage_default = rate("100");  // 1 %, not above any of these
    row.initial = percent(c.initial);
    row.maintenance = percent(c.fraction);
    World world(rules);
    const AssetId usdc = world.asset("USDC", 6);
    const AssetId btc = world.asset("BTC", 8);
    const IndexId index = world.index(btc, usdc, c.price);
    const InstrumentId perpetual =
        world.add("BTC-USD", InstrumentKind::perpetual, false, index, "0.000001", c.price);
    Account account = World::account(MarginMode::cross);
    world.deposit(account, usdc, "100000");
    World::hold(account, perpetual, std::stoll(c.lots), Value{});
    const Assessment assessment = world.assess(account, nullptr);
    const PoolTotals pool = only_pool(assessment);
    EXPECT_EQ(pool.initial, value(c.initial_margin));
    EXPECT_EQ(pool.maintenance, value(c.maintenance_margin));
  }
}

// liquidations_test.go TestIsLiquidatable: a tenth of a coin at 50,000 under a tier of 20 % and half of it.
TEST(Dydx, LiquidatableOnlyBelowMaintenance) {
  Rulebook rules = shipped("dydx.toml");
  rules.components[0].notionals[0].initial = percent("20");
  rules.components[0].notionals[0].maintenance = percent("50");
  World world(rules);
  const AssetId usdc = world.asset("USDC", 6);
  const AssetId btc = world.asset("BTC", 8);
  const IndexId index = world.index(btc, usdc, "50000");
  const InstrumentId perpetual =
      world.add("BTC-USD", InstrumentKind::perpetual, false, index, "0.00000001", "50000");
  const auto state_with = [&](const char* balance) {
    Account account = World::account(MarginMode::cross);
    world.deposit(account, usdc, balance);
    World::hold(account, perpetual, 10'000'000, value("0.0005"));  // bought at 50,000
    return world.assess(account, nullptr).state;
  };
  EXPECT_EQ(state_with("1000"), MarginState::normal);
  EXPECT_EQ(state_with("999.999999"), MarginState::call);
  EXPECT_EQ(state_with("500"), MarginState::call);
  EXPECT_EQ(state_with("499.999999"), MarginState::liquidation);
}

// The margin tiers of the venue's documents: 200 M of BTC are 2.5 % less 1.875 M, 150 M of ETH a thirtieth
// less 1.333 M.
TEST(Hyperliquid, MaintenanceAcrossTiers) {
  const Rulebook rules = shipped("hyperliquid.toml");
  const std::vector<BracketRow>& rows = rules.components[0].brackets;
  const Rate leverage = rate("5");
  EXPECT_EQ(bracket_margin(rows[0], value("100000000"), leverage).maintenance, value("1250000"));
  EXPECT_EQ(bracket_margin(rows[0], value("200000000"), leverage).maintenance, value("3125000"));
  EXPECT_EQ(bracket_margin(rows[0], value("200000000"), leverage).initial, value("40000000"));
  expect_close(bracket_margin(rows[1], value("150000000"), leverage).maintenance, "3666666.6667", "0.0001");
}

}  // namespace
}  // namespace lockstep
