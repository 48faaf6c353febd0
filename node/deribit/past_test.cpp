// What is told of funding, deliveries and prices that were.
#include "core/wire/codec.h"
#include "node/deribit/testing_desk.h"

namespace lockstep::deribit {
namespace {

constexpr const char* of_btc = R"({"currency":"BTC"})";

TEST(Past, FundingAndDeliveriesOfTheLog) {
  TestingDesk desk;
  const auto tell = [&](u64 position, const Command& command) {
    history::LogRow row;
    row.position = position, row.command = command_name(command);
    row.time = Time::from_raw(1'767'225'600'000'000 + static_cast<i64>(position) * 1'000'000);
    desk.past.told_log.push_back(row);
    const Bytes bytes = encode(command);
    desk.past.told_commands[position] = std::string(bytes.begin(), bytes.end());
  };
  for (u64 i = 1; i <= 3; ++i) {
    FundingRate rate;
    rate.instrument = InstrumentId{0}, rate.rate = Rate::from_raw(static_cast<i64>(i) * 100'000'000);
    tell(i, rate);
  }
  desk.past.told_log.back().refusal = Refusal::price_missing;  // was not charged
  const std::string span =
      R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":1767225600000,"end_timestamp":1767225700000})";
  EXPECT_EQ(desk.ask("public/get_funding_rate_value", span), 0.0003);
  const Tree history = desk.ask("public/get_funding_rate_history", span);
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0]["timestamp"], 1'767'225'601'000);
  EXPECT_EQ(history[0]["interest_8h"], 0.0001);
  EXPECT_EQ(history[0]["interest_1h"], 0.0000125);
  // 8 hours and 2 seconds behind the opening: the second charge is 8 hours ago, the first longer.
  const Time later = desk.engine->state.time + Duration::from_raw(8 * hour.raw()) + second + second;
  EXPECT_TRUE(apply(*desk.engine, later, Tick{}).accepted());
  const auto chart = [](const std::string& length) {
    return R"({"instrument_name":"BTC-PERPETUAL","length":")" + length + R"("})";
  };
  const Tree of_8h = desk.ask("public/get_funding_chart_data", chart("8h"));
  EXPECT_EQ(of_8h["current_interest"], 0);  // the mark is the index
  EXPECT_EQ(of_8h["interest_8h"], 0);
  EXPECT_EQ(of_8h["data"],
            Tree::parse(R"([{"index_price":null,"interest_8h":0.0002,"timestamp":1767225602000}])"));
  const Tree of_a_day = desk.ask("public/get_funding_chart_data", chart("24h"));
  ASSERT_EQ(of_a_day["data"].size(), 2u);  // oldest first
  EXPECT_EQ(of_a_day["data"][0]["timestamp"], 1'767'225'601'000);
  EXPECT_EQ(desk.ask("public/get_funding_chart_data", chart("1m")), of_a_day);
  EXPECT_EQ(desk.call("public/get_funding_chart_data", chart("1d")).param, "length");
  EXPECT_EQ(
      desk.call("public/get_funding_chart_data", R"({"instrument_name":"BTC-1JAN27-50000-C","length":"8h"})")
          .code,
      -32602);
  EXPECT_EQ(desk.call("public/get_funding_rate_value",
                      R"({"instrument_name":"BTC-1JAN27-50000-C","start_timestamp":0,"end_timestamp":1})")
                .code,
            -32602);
  Expire expire;
  expire.instrument = InstrumentId{1}, expire.price = Price::from_raw(51'234 * price_one);
  tell(9, expire);
  const Tree delivered = desk.ask("public/get_delivery_prices", R"({"index_name":"btc_usd"})");
  EXPECT_EQ(delivered["records_total"], 1);
  EXPECT_EQ(delivered["data"][0]["date"], "2027-01-01");
  EXPECT_EQ(delivered["data"][0]["delivery_price"], 51'234);
}

// A chart is whole or refused: more rates than it may have, or more of others than anybody reads through.
TEST(Past, AFundingChartThatWouldBeCutIsRefused) {
  const auto param_with = [](u64 count, InstrumentId instrument) {
    TestingDesk desk;
    FundingRate rate;
    rate.instrument = instrument, rate.rate = Rate::from_raw(100'000'000);
    const Bytes bytes = encode(Command(rate));
    for (u64 i = 0; i < count; ++i) {
      history::LogRow row;
      row.position = i + 1, row.command = command_name(Command(rate)), row.time = desk.engine->state.time;
      desk.past.told_log.push_back(row);
      desk.past.told_commands[row.position] = std::string(bytes.begin(), bytes.end());
    }
    return desk.call("public/get_funding_chart_data", R"({"instrument_name":"BTC-PERPETUAL","length":"1m"})")
        .param;
  };
  EXPECT_EQ(param_with(744, InstrumentId{0}), "");
  EXPECT_EQ(param_with(745, InstrumentId{0}), "length");
  EXPECT_EQ(param_with(20'000, InstrumentId{1}), "length");
}

TEST(Past, PricesThatWere) {
  TestingDesk desk;
  EXPECT_EQ(desk.ask("public/get_historical_volatility", of_btc), Tree::array());
  // 16 days at 17:00, 100 and 110 by turns; 15 returns, +-0.0953.
  const Time first = desk.engine->state.time + Duration::from_raw(17 * hour.raw());
  const auto tell = [&](int days, i64 price) {
    const Time at = first + Duration::from_raw(days * day.raw());
    desk.past.told_prices.push_back({at, Price::from_raw(price * price_one)});
  };
  for (int i = 0; i < 15; ++i) tell(i, i % 2 == 0 ? 100 : 110);
  EXPECT_EQ(desk.ask("public/get_historical_volatility", of_btc), Tree::array());  // 14 returns
  tell(15, 110);
  const Tree rows = desk.ask("public/get_historical_volatility", of_btc);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][0], 1'767'225'600'000 + 17 * 3'600'000 + i64{15} * 86'400'000);
  // Eight of +x and seven of -x: x^2 (15 - 1/15) / 14 is their variance, with x = ln 1.1; by a spreadsheet.
  EXPECT_NEAR(rows[0][1].get<double>(), 188.0616, 1e-3);
  // A flat market has none at all.
  for (history::PriceSample& one : desk.past.told_prices) one.price = Price::from_raw(price_one);
  EXPECT_EQ(desk.ask("public/get_historical_volatility", of_btc)[0][1], 0);

  const Tree marks = desk.ask(
      "public/get_mark_price_history",
      R"({"instrument_name":"BTC-PERPETUAL","start_timestamp":1767286800000,"end_timestamp":1767373200000})");
  EXPECT_EQ(marks, Tree::parse("[[1767373200000,1],[1767286800000,1]]"));  // newest first
}

// A client goes on behind the last trade_seq that it has.
TEST(Past, TradesInPagesBySequence) {
  TestingDesk desk;
  for (const u64 position : {u64{3}, u64{5}, u64{6}, u64{8}, u64{9}}) {
    for (u32 part = 0; part < (position == 6 ? 4u : 1u); ++part) {
      history::Trade trade;
      trade.position = position, trade.part = part, trade.time = desk.engine->state.time;
      trade.account = AccountId{0}, trade.instrument = InstrumentId{0}, trade.order = 7;
      trade.price = Price::from_raw(40'000 * price_one), trade.lots = Lots::from_raw(3);
      desk.past.told_trades.push_back(trade);
    }
  }
  const auto page = [&](const char* method, const std::string& params) {
    const Tree found = desk.ask(method, R"({"instrument_name":"BTC-PERPETUAL",)" + params + "}");
    std::string names;
    for (const Tree& trade : found["trades"]) names += trade["trade_id"].get<std::string>() + " ";
    return names + (found["has_more"].get<bool>() ? "more" : "");
  };
  for (const char* method :
       {"public/get_last_trades_by_instrument", "private/get_user_trades_by_instrument",
        "public/get_last_trades_by_instrument_and_time", "private/get_user_trades_by_instrument_and_time"}) {
    EXPECT_EQ(page(method, R"("start_seq":4,"count":3)"), "5-0 6-0 6-1 6-2 6-3 more") << method;
    EXPECT_EQ(page(method, R"("start_seq":7,"count":3)"), "8-0 9-0 ") << method;
    EXPECT_EQ(page(method, R"("start_seq":10)"), "") << method;
    EXPECT_EQ(page(method, R"("end_seq":8,"count":2)"), "8-0 6-3 6-2 6-1 6-0 more") << method;
    EXPECT_EQ(page(method, R"("end_seq":5,"count":2)"), "5-0 3-0 ") << method;
    EXPECT_EQ(page(method, R"("start_seq":5,"end_seq":5)"), "5-0 ") << method;
    EXPECT_EQ(page(method, R"("start_seq":5,"end_seq":8,"sorting":"desc","count":1)"), "8-0 more") << method;
    EXPECT_EQ(desk.call(method, R"({"instrument_name":"BTC-PERPETUAL","start_seq":-1})").param, "start_seq");
    EXPECT_EQ(desk.call(method, R"({"instrument_name":"BTC-PERPETUAL","end_id":"5-0"})").param, "end_id");
  }
  for (const char* method : {"public/get_last_trades_by_currency", "private/get_user_trades_by_currency"}) {
    for (const std::string name : {"start_seq", "end_seq", "start_id", "end_id"}) {
      const Called called = desk.call(method, R"({"currency":"BTC",")" + name + R"(":1})");
      EXPECT_EQ(called.code, 10033) << method << name;
      EXPECT_EQ(called.param, name);
    }
  }
}

}  // namespace
}  // namespace lockstep::deribit
