// Every method of the table: with what it needs, without, and by a stranger; what trading becomes; every kind
// of error.
#include <set>

#include "core/ledger/ledger.h"
#include "node/deribit/errors.h"
#include "node/deribit/orders.h"
#include "node/deribit/testing_desk.h"

namespace lockstep::deribit {
namespace {

constexpr const char* perpetual = R"({"instrument_name":"BTC-PERPETUAL"})";
constexpr const char* of_btc = R"({"currency":"BTC"})";

struct Example {
  const char* name;
  const char* good;
  // The parameter that {} lacks; empty: nothing is required.
  const char* lacks;
  int code = api::code::invalid_params;
};
// In the order in which they leave the small market usable.
constexpr Example examples[] = {
    {"public/test", "{}", ""},
    {"public/hello", R"({"client_name":"me","client_version":"1"})", "client_name"},
    {"public/get_time", "{}", ""},
    {"public/status", "{}", ""},
    {"public/get_announcements", "{}", ""},
    {"public/get_currencies", "{}", ""},
    {"public/get_instruments", R"({"currency":"BTC","kind":"option","expired":false})", ""},
    {"public/get_instrument", perpetual, "instrument_name"},
    {"public/get_contract_size", perpetual, "instrument_name"},
    {"public/get_expirations", R"({"currency":"BTC","kind":"any"})", "currency"},
    {"public/get_index_price", R"({"index_name":"btc_usd"})", "index_name"},
    {"public/get_index_price_names", "{}", ""},
    {"public/get_index", of_btc, "currency"},
    {"public/ticker", perpetual, "instrument_name"},
    {"public/get_order_book", perpetual, "instrument_name"},
    {"public/get_book_summary_by_currency", of_btc, "currency"},
    {"public/get_book_summary_by_instrument", perpetual, "instrument_name"},
    {"public/get_last_trades_by_instrument", perpetual, "instrument_name"},
    {"public/get_last_trades_by_instrument_and_time", perpetual, "instrument_name"},
    {"public/get_last_trades_by_currency", of_btc, "currency"},
    {"public/get_last_trades_by_currency_and_time", of_btc, "currency"},
    {"public/get_tradingview_chart_data",
     R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":0,"end_timestamp":9,"resolution":"60"})",
     "instrument_name"},
    {"public/get_funding_rate_history",
     R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":0,"end_timestamp":9})", "instrument_name"},
    {"public/get_funding_rate_value",
     R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":0,"end_timestamp":9})", "instrument_name"},
    {"public/get_mark_price_history",
     R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":0,"end_timestamp":9})", "instrument_name"},
    {"public/get_historical_volatility", of_btc, "currency"},
    {"public/get_funding_chart_data", R"({"instrument_name":"BTC-PERPETUAL","length":"8h"})",
     "instrument_name"},
    {"public/get_delivery_prices", R"({"index_name":"btc_usd"})", "index_name"},
    {"private/get_account_summary", of_btc, "currency"},
    {"private/get_account_summaries", "{}", ""},
    {"private/get_positions", R"({"currency":"BTC","kind":"future"})", ""},
    {"private/get_position", perpetual, "instrument_name"},
    {"private/get_subaccounts", R"({"with_portfolio":true})", ""},
    {"private/get_subaccounts_details", R"({"currency":"BTC","with_open_orders":true})", "currency"},
    {"private/get_transaction_log", R"({"currency":"BTC","start_timestamp":0,"end_timestamp":9})",
     "currency"},
    {"private/get_open_orders", "{}", ""},
    {"private/get_open_orders_by_currency", of_btc, "currency"},
    {"private/get_open_orders_by_instrument", perpetual, "instrument_name"},
    {"private/get_order_history_by_currency", of_btc, "currency"},
    {"private/get_order_history_by_instrument", perpetual, "instrument_name"},
    {"private/get_user_trades_by_currency", of_btc, "currency"},
    {"private/get_user_trades_by_currency_and_time", of_btc, "currency"},
    {"private/get_user_trades_by_instrument", perpetual, "instrument_name"},
    {"private/get_user_trades_by_instrument_and_time", perpetual, "instrument_name"},
    {"private/get_user_trades_by_order", R"({"order_id":"0-7"})", "order_id"},
    {"private/get_order_state", R"({"order_id":"0-7"})", "order_id"},
    {"private/get_margins", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":50000})",
     "instrument_name"},
    {"private/simulate_portfolio", of_btc, "currency"},
    {"private/edit", R"({"order_id":"0-7","amount":2000,"price":45000.5})", "order_id"},
    {"private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":40000,"label":"x"})",
     "instrument_name"},
    {"private/edit_by_label", R"({"label":"x","instrument_name":"BTC-PERPETUAL","amount":20})", "label"},
    {"private/sell", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":60000})", "instrument_name"},
    {"private/close_position", R"({"instrument_name":"BTC-PERPETUAL","type":"market"})", "instrument_name"},
    {"private/cancel", R"({"order_id":"0-7"})", "order_id"},
    {"private/get_order_state_by_label", R"({"label":"x","currency":"BTC"})", "label"},
    {"private/cancel_by_label", R"({"label":"x"})", "label"},
    {"private/cancel_all_by_instrument", perpetual, "instrument_name"},
    {"private/cancel_all_by_currency", of_btc, "currency"},
    {"private/cancel_all", "{}", ""},
};

TEST(Methods, AllAnswerAndAllSayWhatTheyLack) {
  TestingDesk desk;
  std::set<std::string> called;
  for (const Example& example : examples) {
    called.insert(example.name);
    const Called good = desk.call(example.name, example.good);
    EXPECT_EQ(good.code, 0) << example.name << ": " << good.reason;
    const Called bare = desk.call(example.name);
    if (*example.lacks == 0) {
      EXPECT_EQ(bare.code, 0) << example.name << ": " << bare.reason;
      continue;
    }
    EXPECT_EQ(bare.code, example.code) << example.name;
    EXPECT_EQ(bare.param, example.lacks) << example.name;
    EXPECT_FALSE(bare.reason.empty()) << example.name;
  }
  std::set<std::string> names;
  for (const api::Method& method : desk.table) {
    EXPECT_TRUE(names.insert(method.name).second) << method.name;
    EXPECT_FALSE(method.text.empty()) << method.name;
    EXPECT_EQ(method.name.starts_with("public/"), method.scope == api::Scope::open) << method.name;
  }
  EXPECT_EQ(names, called);
}

TEST(Methods, ClientsReadTheseShapes) {
  TestingDesk desk;
  EXPECT_EQ(desk.ask("public/get_time"), 1'767'225'600'000);
  EXPECT_EQ(desk.ask("public/status")["locked"], "false");  // a text: a flag reads as maintenance
  EXPECT_EQ(desk.ask("public/get_currencies")[0]["currency"], "BTC");
  EXPECT_EQ(desk.ask("public/get_instruments").size(), 3u);  // without parameters: all
  EXPECT_EQ(desk.ask("public/get_instruments", R"({"kind":"option"})").size(), 2u);
  EXPECT_EQ(desk.ask("public/get_instruments", R"({"currency":"USD"})").size(), 0u);
  EXPECT_EQ(desk.ask("public/get_instruments", R"({"expired":true})").size(), 0u);
  EXPECT_EQ(desk.ask("public/get_index_price_names"), Tree::parse(R"(["btc_usd"])"));
  EXPECT_EQ(desk.ask("public/get_index_price", R"({"index_name":"BTC-USD"})")["index_price"], 50'000);
  EXPECT_EQ(desk.ask("public/get_expirations", of_btc)["option"], Tree::parse(R"(["1JAN27"])"));
  EXPECT_EQ(desk.ask("public/get_expirations", of_btc)["future"], Tree::parse(R"(["PERPETUAL"])"));
  EXPECT_TRUE(desk.ask("public/get_book_summary_by_instrument", perpetual).is_array());
  EXPECT_TRUE(desk.ask("public/get_funding_rate_value",
                       R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":0,"end_timestamp":9})")
                  .is_number());
  EXPECT_TRUE(desk.ask("private/get_open_orders_by_currency", of_btc).is_array());
  EXPECT_TRUE(desk.ask("private/get_user_trades_by_order", R"({"order_id":"0-7"})").is_array());
  const Tree summaries = desk.ask("private/get_account_summaries");
  EXPECT_EQ(summaries["summaries"].size(), 1u);  // BTC: all its rulebook's instruments settle in that
  const Tree positions = desk.ask("private/get_positions");
  EXPECT_EQ(positions.size(), 2u);
  const Tree book = desk.ask("public/get_order_book", perpetual);
  EXPECT_EQ(book["bids"], Tree::array());
  EXPECT_TRUE(book["change_id"].is_number());
}

TEST(Methods, AreOnlyOfTheCallersAccounts) {
  TestingDesk desk;
  const auto denied = [&](const char* name, const char* params, int code) {
    EXPECT_EQ(desk.call(name, params).code, code) << name << " " << params;
  };
  denied("private/get_positions", R"({"account":"bob"})", api::code::invalid_params);
  denied("private/get_account_summary", R"({"currency":"BTC","account":"bob"})", api::code::invalid_params);
  denied("private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":40000,"account":"bob"})",
         api::code::invalid_params);
  denied("private/get_positions", R"({"account":"nobody"})", api::code::invalid_params);
  EXPECT_EQ(desk.call("private/get_positions", R"({"account":"alice"})").code, 0);
  desk.caller.party = "stranger";
  denied("private/get_order_state", R"({"order_id":"0-7"})", api::code::order_not_found);
  denied("private/cancel", R"({"order_id":"0-7"})", api::code::order_not_found);
  denied("private/edit", R"({"order_id":"0-7","amount":2000})", api::code::order_not_found);
  denied("private/get_user_trades_by_order", R"({"order_id":"0-7"})", api::code::order_not_found);
  EXPECT_EQ(desk.ask("private/get_positions").size(), 0u);  // bob's own
  EXPECT_EQ(desk.ask("private/get_subaccounts").size(), 1u);
  EXPECT_EQ(desk.ask("private/get_subaccounts")[0]["username"], "bob");
  EXPECT_EQ(desk.ask("private/cancel_all"), 0);
  EXPECT_NE(find_order(desk.engine->state.account(AccountId{0}), 7), nullptr);
  desk.caller.party = "";
  denied("private/get_positions", "{}", api::code::invalid_params);
  desk.caller.operate = true;
  EXPECT_EQ(desk.ask("private/get_positions", R"({"account":"alice"})").size(), 2u);
}

TEST(Methods, AnOrderFromPlacingToItsEnd) {
  TestingDesk desk;
  const Tree placed = desk.get("private/buy",
                               "instrument_name=BTC-PERPETUAL&amount=20&type=limit&price=40000.5&post_only="
                               "true&reject_post_only=true&time_in_force=good_til_cancelled&label=mine")
                          .result;
  ASSERT_TRUE(placed.contains("order")) << placed.dump();
  EXPECT_EQ(placed["trades"], Tree::array());
  const Tree& order = placed["order"];
  EXPECT_EQ(order["instrument_name"], "BTC-PERPETUAL");
  EXPECT_EQ(order["direction"], "buy");
  EXPECT_EQ(order["amount"], 20);
  EXPECT_EQ(order["contracts"], 2);
  EXPECT_EQ(order["filled_amount"], 0);
  EXPECT_EQ(order["price"], 40'000.5);
  EXPECT_EQ(order["order_state"], "open");
  EXPECT_EQ(order["order_type"], "limit");
  EXPECT_EQ(order["time_in_force"], "good_til_cancelled");
  EXPECT_EQ(order["post_only"], true);
  EXPECT_EQ(order["label"], "mine");
  EXPECT_EQ(order["creation_timestamp"], 1'767'225'600'000);
  const std::string id = order["order_id"].get<std::string>();
  EXPECT_EQ(desk.ask("private/get_order_state", R"({"order_id":")" + id + R"("})"), order);
  EXPECT_EQ(desk.ask("private/get_open_orders").size(), 2u);

  const Tree edited =
      desk.ask("private/edit", R"({"order_id":")" + id + R"(","amount":30,"price":41000})")["order"];
  EXPECT_EQ(edited["order_id"], id);
  EXPECT_EQ(edited["amount"], 30);
  EXPECT_EQ(edited["price"], 41'000);

  const Tree cancelled = desk.ask("private/cancel", R"({"order_id":")" + id + R"("})");
  EXPECT_EQ(cancelled["order_state"], "cancelled");
  EXPECT_EQ(cancelled["amount"], 30);
  EXPECT_EQ(desk.ask("private/get_open_orders").size(), 1u);
  // Nobody remembers it here: a told past.
  EXPECT_EQ(desk.call("private/get_order_state", R"({"order_id":")" + id + R"("})").code,
            api::code::order_not_found);
  history::EndedOrder ended;
  ended.account = AccountId{0}, ended.order.instrument = InstrumentId{0};
  AccountId account;
  ASSERT_TRUE(parse_order_name(id, account, ended.order.id));
  desk.past.told_orders.push_back(ended);
  EXPECT_EQ(desk.call("private/cancel", R"({"order_id":")" + id + R"("})").code, api::code::not_open_order);
  EXPECT_EQ(desk.ask("private/get_order_state", R"({"order_id":")" + id + R"("})")["order_state"],
            "cancelled");
}

TEST(Methods, NewNumbersAreAboveAllOld) {
  TestingDesk desk;
  history::EndedOrder ended;
  ended.account = AccountId{0}, ended.order.instrument = InstrumentId{0}, ended.order.id = 5'000;
  desk.past.told_orders.push_back(ended);
  std::set<std::string> ids;
  const auto buy = [&] {
    return desk
        .ask("private/buy",
             R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":30000})")["order"]["order_id"]
        .get<std::string>();
  };
  EXPECT_EQ(buy(), "0-5001");
  EXPECT_EQ(buy(), "0-5002");
  // Two calls before either was executed.
  api::Context context{*desk.engine, desk.past, desk.caller, 0};
  const auto number_of = [&] {
    api::Params params(
        parse_json(R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":30000})").value());
    const api::Reply reply = desk.method("private/buy").call(context, params);
    return std::get<PlaceOrder>(std::get<api::Submission>(reply).commands.front()).order;
  };
  EXPECT_EQ(number_of(), 5'003u);
  EXPECT_EQ(number_of(), 5'004u);
}

TEST(Methods, StopsWaitAndTrailingOrdersFollow) {
  TestingDesk desk;
  const Tree stop = desk.ask("private/sell", R"({"instrument_name":"BTC-PERPETUAL","amount":10,
      "type":"stop_market","trigger_price":45000,"trigger":"index_price"})")["order"];
  EXPECT_EQ(stop["order_state"], "untriggered");
  EXPECT_EQ(stop["price"], "market_price");
  EXPECT_EQ(stop["trigger"], "index_price");
  EXPECT_EQ(stop["trigger_price"], 45'000);
  const Tree trailing = desk.ask("private/sell", R"({"instrument_name":"BTC-PERPETUAL","amount":10,
      "type":"trailing_stop","trigger_offset":1000})")["order"];
  EXPECT_EQ(trailing["trigger_price"], 49'000);
  EXPECT_EQ(desk.ask("private/get_open_orders", R"({"type":"trigger_all"})").size(), 2u);
  EXPECT_EQ(desk.ask("private/cancel_all_by_instrument",
                     R"({"instrument_name":"BTC-PERPETUAL","type":"trigger_all"})"),
            2);
  EXPECT_EQ(desk.ask("private/cancel_all"), 1);
}

TEST(Methods, ClosingReducesByTheWholePosition) {
  TestingDesk desk;
  const Tree order = desk.ask("private/close_position",
                              R"({"instrument_name":"BTC-PERPETUAL","type":"limit","price":51000})")["order"];
  EXPECT_EQ(order["direction"], "sell");
  EXPECT_EQ(order["amount"], 10'000);
  EXPECT_EQ(order["reduce_only"], true);
  EXPECT_EQ(
      desk.call("private/close_position", R"({"instrument_name":"BTC-1JAN27-50000-P","type":"market"})").code,
      api::code::already_closed);
}

TEST(Methods, ErrorsHaveDeribitsNumbers) {
  TestingDesk desk;
  const auto code = [&](const char* name, const std::string& params) {
    const Called called = desk.call(name, params);
    EXPECT_NE(called.code, 0) << name << params;
    EXPECT_FALSE(called.message.empty() || called.reason.empty()) << name << params;
    return called.code;
  };
  const auto buy = [&](const std::string& rest) {
    return code("private/buy", R"({"instrument_name":"BTC-PERPETUAL",)" + rest + "}");
  };
  EXPECT_EQ(buy(R"("amount":100000000,"price":49000)"), 10009);  // not_enough_funds
  EXPECT_EQ(buy(R"("amount":10,"price":49000.3)"), 10043);       // price_wrong_tick
  EXPECT_EQ(buy(R"("amount":15,"price":49000)"), 10021);         // invalid_amount
  EXPECT_EQ(buy(R"("amount":-10,"price":49000)"), 10021);
  EXPECT_EQ(buy(R"("amount":"1e5","price":49000)"), -32602);  // a number may have an exponent, a text none
  EXPECT_EQ(buy(R"("amount":1e-8,"price":49000)"), 10021);
  EXPECT_EQ(buy(R"("amount":1e1,"price":4.90003e4)"), 10043);
  EXPECT_EQ(buy(R"("amount":10,"price":0)"), 10005);            // price_too_low
  EXPECT_EQ(buy(R"("amount":10,"price":99999999999)"), 10007);  // price_too_high
  EXPECT_EQ(buy(R"("amount":10)"), -32602);
  EXPECT_EQ(buy(R"("price":49000)"), -32602);
  EXPECT_EQ(buy(R"("amount":10,"price":49000,"type":"take_limit")"), -32602);
  EXPECT_EQ(buy(R"("amount":10,"price":49000,"trigger":"last_price")"), -32602);
  EXPECT_EQ(buy(R"("amount":10,"price":49000,"post_only":"maybe")"), -32602);
  EXPECT_EQ(buy(R"("amount":10,"price":49000,"advanced":"usd")"), 10033);    // not_implemented
  EXPECT_EQ(buy(R"("amount":10,"price":49000,"reduce_only":true)"), 11030);  // other_reject
  EXPECT_EQ(code("public/ticker", R"({"instrument_name":"NONE"})"), 13020);  // not_found
  EXPECT_EQ(code("public/get_instruments", R"({"currency":"NONE"})"), -32602);
  EXPECT_EQ(code("public/get_instruments", R"({"kind":"NONE"})"), -32602);
  EXPECT_EQ(code("private/cancel", R"({"order_id":"0-99"})"), 10004);  // order_not_found
  EXPECT_EQ(code("private/cancel", R"({"order_id":"9-1"})"), 10004);
  EXPECT_EQ(code("private/cancel", R"({"order_id":"00-7"})"), 10004);
  EXPECT_EQ(code("private/edit", R"({"order_id":"0-7"})"), -32602);
  EXPECT_EQ(code("private/edit", R"({"order_id":"0-7","price":1,"post_only":true})"), 10033);
  EXPECT_EQ(code("public/test", R"({"expected_result":"exception"})"), 10001);
  EXPECT_EQ(code("private/simulate_portfolio", R"({"currency":"any"})"), -32602);
  EXPECT_EQ(code("private/simulate_portfolio", R"({"currency":"BTC","simulated_positions":"[]"})"), -32602);
  EXPECT_EQ(
      code("private/simulate_portfolio", R"({"currency":"BTC","simulated_positions":{"BTC-PERPETUAL":15}})"),
      -32602);
  EXPECT_EQ(code("private/get_open_orders", R"({"type":"zzz"})"), -32602);
  EXPECT_EQ(code("private/get_transaction_log",
                 R"({"currency":"BTC","start_timestamp":0,"end_timestamp":9,"query":"trade"})"),
            10033);
  EXPECT_EQ(code("private/get_margins", R"({"instrument_name":"BTC-PERPETUAL","amount":1,"price":1})"),
            10021);
  const auto margins = [&](const std::string& size, const std::string& price) {
    return desk.ask("private/get_margins",
                    R"({"instrument_name":"BTC-PERPETUAL","amount":)" + size + R"(,"price":)" + price + "}");
  };
  EXPECT_EQ(margins("1e3", "4.9e+04"), margins("1000", "49000"));
  const auto portfolio = [&](const std::string& size) {
    return desk.ask("private/simulate_portfolio",
                    R"({"currency":"BTC","simulated_positions":{"BTC-PERPETUAL":)" + size + "}}");
  };
  EXPECT_EQ(portfolio("-5e3"), portfolio("-5000"));
}

// The same refusal has the same number wherever it comes from, and its name is in the reason.
TEST(Methods, EveryRefusalHasANumber) {
  TestingDesk desk;
  for (const RefusalText& text : all_refusals()) {
    Outcome outcome;
    outcome.refusal = text.refusal;
    const api::Error error = of_refusal(outcome, desk.engine->state);
    EXPECT_GT(error.code, 10'000) << text.name;
    EXPECT_TRUE(error.reason.starts_with(text.name)) << error.reason;
    EXPECT_EQ(error.refusal, text.refusal);
    const Tree json = Tree::parse(api::error_json(error));
    EXPECT_EQ(json["code"], error.code);
    EXPECT_EQ(json["data"]["rule"], text.name);
  }
}

history::Trade trade_of(u64 position, u32 part, i64 price) {
  history::Trade trade;
  trade.position = position, trade.part = part;
  trade.time = Time::from_raw(1'767'225'600'000'000 + static_cast<i64>(position) * 60'000'000);
  trade.account = AccountId{0}, trade.instrument = InstrumentId{0}, trade.order = 7;
  trade.price = Price::from_raw(price * price_one), trade.lots = Lots::from_raw(3);
  trade.fee = Amount::from_raw(123), trade.taker = part == 0;
  return trade;
}

TEST(Methods, TradesOfThePast) {
  TestingDesk desk;
  for (u64 i = 1; i <= 5; ++i) desk.past.told_trades.push_back(trade_of(i, 0, 40'000 + static_cast<i64>(i)));
  const Tree mine = desk.ask("private/get_user_trades_by_instrument",
                             R"({"instrument_name":"BTC-PERPETUAL","count":2,"include_old":true})");
  EXPECT_EQ(mine["has_more"], true);
  ASSERT_EQ(mine["trades"].size(), 2u);
  const Tree& trade = mine["trades"][0];
  EXPECT_EQ(trade["trade_id"], "5-0");
  EXPECT_EQ(trade["order_id"], "0-7");
  EXPECT_EQ(trade["price"], 40'005);
  EXPECT_EQ(trade["amount"], 30);
  EXPECT_EQ(trade["fee"], 0.00000123);
  EXPECT_EQ(trade["fee_currency"], "BTC");
  EXPECT_EQ(trade["liquidity"], "T");
  EXPECT_EQ(trade["order_type"], "limit");
  const Tree since = desk.ask("private/get_user_trades_by_currency_and_time",
                              R"({"currency":"BTC","start_timestamp":1767225780000,"count":10})");
  ASSERT_EQ(since["trades"].size(), 3u);  // from minute 3, oldest first
  EXPECT_EQ(since["trades"][0]["trade_id"], "3-0");
  EXPECT_EQ(since["has_more"], false);
  EXPECT_EQ(desk.ask("private/get_user_trades_by_order", R"({"order_id":"0-7"})").size(), 5u);
  EXPECT_EQ(desk.ask("public/get_last_trades_by_instrument", perpetual)["trades"].size(), 5u);
  EXPECT_FALSE(desk.ask("public/get_last_trades_by_instrument", perpetual)["trades"][0].contains("fee"));
  desk.past.told_trades.push_back(trade_of(6, 1, 41'000));  // the maker's side of one
  EXPECT_EQ(desk.ask("public/get_last_trades_by_currency", of_btc)["trades"].size(), 5u);
  const Tree chart =
      desk.ask("public/get_tradingview_chart_data",
               R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":0,"end_timestamp":1767226000000,
                   "resolution":"3"})");
  EXPECT_EQ(chart["status"], "ok");
  EXPECT_EQ(chart["ticks"], Tree::parse("[1767225600000,1767225780000]"));
  EXPECT_EQ(chart["open"], Tree::parse("[40001,40003]"));
  EXPECT_EQ(chart["close"], Tree::parse("[40002,40005]"));
  EXPECT_EQ(chart["cost"], Tree::parse("[60,90]"));
  EXPECT_EQ(chart["volume"], Tree::parse("[0.00149993,0.00224972]"));  // 60 / 40002, 90 / 40005
}

// Pages of the past meet without a row twice or none, also where one position has many.
TEST(Methods, ATransactionLogInPages) {
  TestingDesk desk;
  for (u32 i = 0; i < 10; ++i) {
    history::Payment payment;
    payment.position = 100 + i / 4, payment.part = i % 4;
    payment.time = Time::from_raw(1'767'225'600'000'000);
    payment.account = AccountId{0}, payment.asset = AssetId{0};
    payment.kind = i == 0 ? history::PaymentKind::deposit : history::PaymentKind::trade;
    payment.change = Amount::from_raw(i), payment.balance = Amount::from_raw(i * 10);
    desk.past.told_payments.push_back(payment);
  }
  std::vector<double> changes;
  std::string continuation;
  for (int page = 0; page < 9; ++page) {
    const Tree log =
        desk.ask("private/get_transaction_log",
                 R"({"currency":"BTC","start_timestamp":1,"end_timestamp":1767225600001,"count":3)" +
                     continuation + "}");
    for (const Tree& row : log["logs"]) changes.push_back(row["change"].get<double>());
    if (log["continuation"].is_null()) break;
    continuation = R"(,"continuation":)" + log["continuation"].dump();
  }
  ASSERT_EQ(changes.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_DOUBLE_EQ(changes[i], static_cast<double>(9 - i) / 1e8);
  const Tree first =
      desk.ask("private/get_transaction_log",
               R"({"currency":"BTC","start_timestamp":1,"end_timestamp":1767225600001})")["logs"]
          .back();
  EXPECT_EQ(first["type"], "deposit");
  EXPECT_EQ(first["currency"], "BTC");
}

TEST(Methods, OrdersThatEnded) {
  TestingDesk desk;
  history::EndedOrder ended;
  ended.account = AccountId{0}, ended.order.instrument = InstrumentId{0}, ended.order.id = 3;
  ended.order.lots = Lots::from_raw(10), ended.position = 1;
  desk.past.told_orders.push_back(ended);
  ended.order.id = 4, ended.order.filled = Lots::from_raw(10), ended.reason = OrderEnd::filled;
  ended.average = Price::from_raw(45'000 * price_one), ended.position = 2;
  desk.past.told_orders.push_back(ended);
  const Tree filled = desk.ask("private/get_order_history_by_instrument", perpetual);
  ASSERT_EQ(filled.size(), 1u);  // what was cancelled whole is left out, as at Deribit
  EXPECT_EQ(filled[0]["order_state"], "filled");
  EXPECT_EQ(filled[0]["average_price"], 45'000);
  EXPECT_EQ(desk.ask("private/get_order_history_by_currency", R"({"currency":"BTC","include_unfilled":true})")
                .size(),
            2u);
}

}  // namespace
}  // namespace lockstep::deribit
