// The figures of a small market, worked by hand (testing_desk.h says what is in it).
//
//   s = 0.5, d1 = 0.25, N(0.25) = 0.5987063257, phi(0.25) = 0.3866681168
//   call: 50000 (2 N(0.25) - 1) = 9870.63257 USD = 0.1974126514 BTC, the put the same
#include "node/deribit/testing_desk.h"

namespace lockstep::deribit {
namespace {

double number_at(const Tree& tree, const char* key) {
  EXPECT_TRUE(tree.contains(key) && tree[key].is_number()) << key << " in " << tree.dump();
  return tree.contains(key) && tree[key].is_number() ? tree[key].get<double>() : 1e99;
}

TEST(Figures, AnInversePerpetual) {
  TestingDesk desk;
  const Tree p = desk.ask("private/get_position", R"({"instrument_name":"BTC-PERPETUAL"})");
  EXPECT_EQ(p["kind"], "future");
  EXPECT_EQ(p["direction"], "buy");
  EXPECT_EQ(p["size"], 10'000);
  EXPECT_EQ(p["size_currency"], 0.2);
  EXPECT_EQ(p["average_price"], 40'000);
  EXPECT_EQ(p["mark_price"], 50'000);
  EXPECT_EQ(p["index_price"], 50'000);
  // 10000 (1/40000 - 1/50000)
  EXPECT_EQ(p["floating_profit_loss"], 0.05);
  EXPECT_EQ(p["total_profit_loss"], 0.05);
  EXPECT_EQ(p["realized_profit_loss"], 0);
  // 0.2 coins: 0.2 (2 % + 0.2 x 0.005 %), 0.2 (1 % + 0.2 x 0.005 %)
  EXPECT_EQ(p["initial_margin"], 0.004002);
  EXPECT_EQ(p["maintenance_margin"], 0.002002);
  EXPECT_EQ(p["delta"], 0.2);
  EXPECT_EQ(p["leverage"], 50);  // 0.2 / 0.004002 = 49.975
  EXPECT_TRUE(p["estimated_liquidation_price"].is_number()) << p.dump();
}

TEST(Figures, AShortIsNegative) {
  TestingDesk desk;
  Fill fill;
  fill.account = AccountId{0}, fill.instrument = InstrumentId{0}, fill.side = Side::sell;
  fill.price = Price::from_raw(50'000 * price_one), fill.lots = Lots::from_raw(1'500);  // of 10 USD
  ASSERT_TRUE(apply(*desk.engine, desk.engine->state.time, fill).accepted());
  const Tree p = desk.ask("private/get_position", R"({"instrument_name":"BTC-PERPETUAL"})");
  EXPECT_EQ(p["direction"], "sell");
  EXPECT_EQ(p["size"], -5'000);
  EXPECT_EQ(p["size_currency"], -0.1);
  EXPECT_EQ(p["average_price"], 50'000);
  EXPECT_EQ(p["floating_profit_loss"], 0);
}

TEST(Figures, AShortCall) {
  TestingDesk desk;
  const Tree p = desk.ask("private/get_position", R"({"instrument_name":"BTC-1JAN27-50000-C"})");
  EXPECT_EQ(p["kind"], "option");
  EXPECT_EQ(p["direction"], "sell");
  EXPECT_EQ(p["size"], -0.2);
  EXPECT_FALSE(p.contains("size_currency"));
  EXPECT_EQ(p["average_price"], 0.18);
  EXPECT_EQ(p["average_price_usd"], 9'000);
  EXPECT_NEAR(number_at(p, "mark_price"), 0.19741265, 1e-8);
  // -0.2 (0.1974126514 - 0.18)
  EXPECT_NEAR(number_at(p, "floating_profit_loss"), -0.00348253, 1e-8);
  EXPECT_NEAR(number_at(p, "floating_profit_loss_usd"), -174.126514, 1e-5);
  // 0.2 (15 % + mark), 0.2 (7.5 % + mark): at the money nothing is out of it
  EXPECT_NEAR(number_at(p, "initial_margin"), 0.06948253, 2e-8);
  EXPECT_NEAR(number_at(p, "maintenance_margin"), 0.05448253, 2e-8);
  EXPECT_NEAR(number_at(p, "delta"), -0.11974127, 1e-8);
  // phi / (50000 x 0.5) = 0.00001546672467
  EXPECT_NEAR(number_at(p, "gamma"), -0.00000309, 1e-8);
  EXPECT_NEAR(number_at(p, "vega"), -38.66681168, 1e-7);
  EXPECT_NEAR(number_at(p, "theta"), 2.64841177, 1e-7);
}

TEST(Figures, ATickerOfAnOption) {
  TestingDesk desk;
  const Tree t = desk.ask("public/ticker", R"({"instrument_name":"BTC-1JAN27-50000-P"})");
  EXPECT_EQ(t["timestamp"], 1'767'225'600'000);  // 2026-01-01
  EXPECT_EQ(t["state"], "open");
  EXPECT_EQ(t["mark_iv"], 50);
  EXPECT_NEAR(number_at(t, "mark_price"), 0.19741265, 1e-8);
  EXPECT_EQ(t["underlying_price"], 50'000);
  EXPECT_EQ(t["underlying_index"], "BTC-1JAN27");
  EXPECT_NEAR(number_at(t["greeks"], "delta"), -0.40129367, 1e-8);
  EXPECT_NEAR(number_at(t["greeks"], "vega"), 193.33405841, 1e-6);
  EXPECT_NEAR(number_at(t["greeks"], "theta"), -13.24205880, 1e-6);
  // -K T N(-d2) / 100 = -500 N(0.25)
  EXPECT_NEAR(number_at(t["greeks"], "rho"), -299.35316283, 1e-5);
  EXPECT_EQ(t["best_bid_price"], 0);
  EXPECT_EQ(t["open_interest"], 0);
  EXPECT_TRUE(t["last_price"].is_null());
}

TEST(Figures, ATickerOfAPerpetual) {
  TestingDesk desk;
  MarkPrices marks;
  marks.source = 1, marks.sequence = 1'000;
  MarkPrice mark;
  mark.instrument = InstrumentId{0}, mark.price = Price::from_raw(50'050 * price_one);
  marks.rows.push_back(mark);
  ASSERT_TRUE(apply(*desk.engine, desk.engine->state.time, marks).accepted());
  history::Trade trade;
  trade.position = 3, trade.time = desk.engine->state.time, trade.instrument = InstrumentId{0};
  trade.price = Price::from_raw(49'000 * price_one), trade.lots = Lots::from_raw(98);
  trade.account = AccountId{0};
  desk.past.told_trades.push_back(trade);
  trade.position = 4, trade.price = Price::from_raw(49'490 * price_one), trade.lots = Lots::from_raw(4'949);
  desk.past.told_trades.push_back(trade);
  const Tree t = desk.ask("public/ticker", R"({"instrument_name":"BTC-PERPETUAL"})");
  EXPECT_EQ(t["mark_price"], 50'050);
  EXPECT_EQ(t["open_interest"], 10'000);  // alice's
  // Premium 0.1 %, dead band 0.05 %: 0.05 % in 8 hours.
  EXPECT_EQ(t["current_funding"], 0.0005);
  EXPECT_EQ(t["funding_8h"], 0.0005);
  EXPECT_EQ(t["last_price"], 49'490);
  EXPECT_EQ(t["stats"]["low"], 49'000);
  EXPECT_EQ(t["stats"]["high"], 49'490);
  EXPECT_EQ(t["stats"]["price_change"], 1);     // percent
  EXPECT_EQ(t["stats"]["volume"], 1.02);        // 980 / 49000 + 49490 / 49490
  EXPECT_EQ(t["stats"]["volume_usd"], 50'470);  // 980 + 49490
}

TEST(Figures, AContract) {
  TestingDesk desk;
  const Tree p = desk.ask("public/get_instrument", R"({"instrument_name":"BTC-PERPETUAL"})");
  EXPECT_EQ(p["kind"], "future");
  EXPECT_EQ(p["instrument_type"], "reversed");
  EXPECT_EQ(p["settlement_period"], "perpetual");
  EXPECT_EQ(p["base_currency"], "BTC");
  EXPECT_EQ(p["quote_currency"], "USD");
  EXPECT_EQ(p["counter_currency"], "USD");
  EXPECT_EQ(p["settlement_currency"], "BTC");
  EXPECT_EQ(p["tick_size"], 0.5);
  EXPECT_EQ(p["min_trade_amount"], 10);
  EXPECT_EQ(p["contract_size"], 10);
  EXPECT_EQ(p["is_active"], true);
  EXPECT_EQ(p["price_index"], "btc_usd");
  const Tree o = desk.ask("public/get_instrument", R"({"instrument_name":"BTC-1JAN27-50000-C"})");
  EXPECT_EQ(o["kind"], "option");
  EXPECT_EQ(o["option_type"], "call");
  EXPECT_EQ(o["strike"], 50'000);
  EXPECT_EQ(o["quote_currency"], "BTC");
  EXPECT_EQ(o["min_trade_amount"], 0.1);
  EXPECT_EQ(o["contract_size"], 1);
  EXPECT_EQ(o["expiration_timestamp"], 1'798'761'600'000);  // 2027-01-01, a Friday but no last one
  EXPECT_EQ(o["settlement_period"], "week");
}

TEST(Figures, AnAccount) {
  TestingDesk desk;
  const Tree s = desk.ask("private/get_account_summary", R"({"currency":"BTC","extended":true})");
  EXPECT_EQ(s["currency"], "BTC");
  EXPECT_EQ(s["balance"], 1);
  // 1 + 0.05 - 0.2 x 0.1974126514, and without the options
  EXPECT_NEAR(number_at(s, "equity"), 1.01051747, 1e-8);
  EXPECT_EQ(s["margin_balance"], 1.05);
  // The future, the option, and the order for 1000 USD at 45000, which is 0.02 coins at the mark:
  // 0.02 (2 % + 0.02 x 0.005 %) = 0.00040002 and what it would open at a profit to the mark counts nothing.
  EXPECT_NEAR(number_at(s, "initial_margin"), 0.004002 + 0.06948253 + 0.00040002, 2e-8);
  EXPECT_NEAR(number_at(s, "maintenance_margin"), 0.002002 + 0.05448253, 2e-8);
  EXPECT_NEAR(number_at(s, "available_funds"), 1.05 - 0.07388455, 2e-8);
  EXPECT_EQ(s["futures_pl"], 0.05);
  EXPECT_NEAR(number_at(s, "options_pl"), -0.00348253, 1e-8);
  EXPECT_NEAR(number_at(s, "options_value"), -0.03948253, 1e-8);
  EXPECT_NEAR(number_at(s, "delta_total"), 0.2 - 0.11974127, 1e-8);
  EXPECT_NEAR(number_at(s["delta_total_map"], "btc_usd"), 0.2 - 0.11974127, 1e-8);
  EXPECT_EQ(s["margin_model"], "segregated_sm");
  EXPECT_EQ(s["cross_collateral_enabled"], false);
  EXPECT_EQ(s["system_name"], "alice");
  EXPECT_EQ(s["type"], "main");
}

TEST(Figures, NothingIsZero) {
  TestingDesk desk;
  const Tree p = desk.ask("private/get_position", R"({"instrument_name":"BTC-1JAN27-50000-P"})");
  EXPECT_EQ(p["size"], 0);
  EXPECT_EQ(p["direction"], "zero");
  const Tree s = desk.ask("private/get_account_summary", R"({"currency":"USD"})");
  for (const char* key : {"equity", "margin_balance", "initial_margin", "available_funds"}) {
    EXPECT_EQ(s[key], 0) << key;
  }
}

// What supposing says is what doing it makes true.
TEST(Figures, ASimulationIsWhatTradesMake) {
  TestingDesk desk;
  const Called call =
      desk.get("private/simulate_portfolio",
               "currency=BTC&add_positions=true&simulated_positions=%7B%22BTC-PERPETUAL%22:5000%7D");
  ASSERT_EQ(call.code, 0) << call.reason;
  const Tree& supposed = call.result;
  Fill fill;
  fill.account = AccountId{0}, fill.instrument = InstrumentId{0};
  fill.price = Price::from_raw(50'000 * price_one), fill.lots = Lots::from_raw(500);
  ASSERT_TRUE(apply(*desk.engine, desk.engine->state.time, fill).accepted());
  const Tree made = desk.ask("private/get_account_summary", R"({"currency":"BTC"})");
  for (const char* key :
       {"equity", "margin_balance", "initial_margin", "maintenance_margin", "delta_total"}) {
    EXPECT_EQ(supposed[key], made[key]) << key;
  }
  // 0.3 coins: 0.3 (2 % + 0.3 x 0.005 %) = 0.0060045
  EXPECT_NEAR(number_at(made, "initial_margin"), 0.0060045 + 0.06948253 + 0.00040002, 2e-8);
  const Tree alone = desk.ask("private/simulate_portfolio",
                              R"({"currency":"BTC","add_positions":false,"simulated_positions":{}})");
  EXPECT_EQ(alone["maintenance_margin"], 0);
}

TEST(Figures, WhatAnOrderNeeds) {
  TestingDesk desk;
  const Tree m =
      desk.ask("private/get_margins", R"({"instrument_name":"BTC-PERPETUAL","amount":1000,"price":45000})");
  EXPECT_EQ(m["buy"], 0.00040002);
  EXPECT_EQ(m["max_price"].is_number(), true);
}

}  // namespace
}  // namespace lockstep::deribit
