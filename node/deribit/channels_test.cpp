// Names of channels, and what is sent in them.
#include "node/deribit/channels.h"

#include "core/wire/asked.h"
#include "node/deribit/testing_desk.h"

namespace lockstep::deribit {
namespace {

TEST(Channels, NamesAreReadAndKept) {
  TestingDesk desk;
  const Engine& engine = *desk.engine;
  const auto channel = [&](const char* name) {
    const std::optional<Channel> parsed = parse_channel(engine, name);
    EXPECT_TRUE(parsed) << name;
    if (parsed) {
      EXPECT_EQ(parsed->name, name);
    }
    return parsed.value_or(Channel{});
  };
  EXPECT_EQ(channel("ticker.BTC-PERPETUAL.100ms").kind, ChannelKind::ticker);
  EXPECT_EQ(channel("ticker.BTC-PERPETUAL.100ms").interval, "100ms");
  EXPECT_FALSE(channel("ticker.BTC-PERPETUAL.100ms").needs_login());
  EXPECT_TRUE(channel("ticker.BTC-PERPETUAL.raw").needs_login());
  EXPECT_EQ(channel("quote.BTC-1JAN27-50000-C").instrument, InstrumentId{1});
  EXPECT_EQ(channel("book.BTC-PERPETUAL.raw").kind, ChannelKind::book);
  EXPECT_EQ(channel("book.BTC-PERPETUAL.none.10.100ms").kind, ChannelKind::book_levels);
  EXPECT_EQ(channel("trades.BTC-PERPETUAL.agg2").kind, ChannelKind::trades);
  EXPECT_EQ(channel("trades.option.BTC.100ms").currency, AssetId{0});
  EXPECT_EQ(channel("deribit_price_index.btc_usd").index, IndexId{0});
  EXPECT_EQ(channel("user.portfolio.btc").currency, AssetId{0});
  EXPECT_TRUE(channel("user.portfolio.any").currency.is_none());
  EXPECT_EQ(channel("platform_state").kind, ChannelKind::platform_state);

  const Channel any = channel("user.orders.any.any.raw");
  EXPECT_EQ(any.kind, ChannelKind::orders);
  EXPECT_TRUE(any.needs_login());
  EXPECT_TRUE(concerns(any, engine.state, InstrumentId{0}));
  EXPECT_TRUE(concerns(any, engine.state, InstrumentId{1}));
  const Channel of_options = channel("user.changes.option.BTC.100ms");
  EXPECT_TRUE(of_options.needs_login());
  EXPECT_FALSE(concerns(of_options, engine.state, InstrumentId{0}));
  EXPECT_TRUE(concerns(of_options, engine.state, InstrumentId{1}));
  const Channel of_one = channel("user.trades.BTC-PERPETUAL.raw");
  EXPECT_TRUE(concerns(of_one, engine.state, InstrumentId{0}));
  EXPECT_FALSE(concerns(of_one, engine.state, InstrumentId{1}));
  EXPECT_FALSE(concerns(channel("user.orders.any.USD.raw"), engine.state, InstrumentId{0}));
}

TEST(Channels, UnknownNamesAreNone) {
  TestingDesk desk;
  for (const char* name : {"",
                           ".",
                           "ticker",
                           "ticker.",
                           "ticker.NONE.raw",
                           "ticker.BTC-PERPETUAL",
                           "ticker.BTC-PERPETUAL.1s",
                           "quote.NONE",
                           "quote.BTC-PERPETUAL.raw",
                           "book.BTC-PERPETUAL.none.11.100ms",
                           "book.BTC-PERPETUAL.10.100ms",
                           "book..10.100ms",
                           "trades.any.NONE.raw",
                           "user.portfolio.SOL",
                           "user.portfolio.",
                           "user.orders.raw",
                           "user.orders.bad.BTC.raw",
                           "deribit_price_index.xrp_usd",
                           "user",
                           "platform_state.",
                           "lockstep.overview"}) {
    EXPECT_FALSE(parse_channel(*desk.engine, name)) << name;
  }
}

TEST(Channels, Data) {
  TestingDesk desk;
  Engine& engine = *desk.engine;
  Memo memo;
  const Tree ticker = Tree::parse(ticker_data(engine, memo, InstrumentId{0}));
  EXPECT_EQ(ticker, desk.ask("public/ticker", R"({"instrument_name":"BTC-PERPETUAL"})"));
  const Tree portfolio = Tree::parse(portfolio_data(engine, AccountId{0}, AssetId{0}));
  EXPECT_EQ(portfolio, desk.ask("private/get_account_summary", R"({"currency":"BTC"})"));
  const Tree first = Tree::parse(book_data(engine, InstrumentId{0}, 0));
  EXPECT_EQ(first["type"], "snapshot");
  EXPECT_EQ(first["bids"], Tree::array());
  EXPECT_FALSE(first.contains("prev_change_id"));
  const Tree next = Tree::parse(book_data(engine, InstrumentId{0}, 3));
  EXPECT_EQ(next["type"], "change");
  EXPECT_EQ(next["prev_change_id"], 3);
  EXPECT_FALSE(Tree::parse(book_levels_data(engine, InstrumentId{0})).contains("type"));
  EXPECT_EQ(Tree::parse(quote_data(engine, InstrumentId{1}))["instrument_name"], "BTC-1JAN27-50000-C");
  EXPECT_EQ(Tree::parse(index_data(engine, IndexId{0}))["price"], 50'000);
  EXPECT_EQ(Tree::parse(index_data(engine, IndexId{0}))["index_name"], "btc_usd");
  EXPECT_TRUE(Tree::parse(platform_state_data()).is_object());
}

bool everybody(AccountId) { return true; }

TEST(Channels, WhatACommandChanged) {
  TestingDesk desk;
  Engine& engine = *desk.engine;
  Memo memo;
  memo.past = &desk.past;
  PlaceOrder place;
  place.account = AccountId{0}, place.order = 9, place.instrument = InstrumentId{0};
  place.price = Price::from_raw(30'000 * price_one), place.lots = Lots::from_raw(2);
  u64 position = engine.state.position;
  Outcome outcome = apply(engine, engine.state.time, place);
  std::vector<Changed> changes = changes_of(engine, memo, position, place, outcome, everybody);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].account, AccountId{0});
  ASSERT_EQ(changes[0].orders.size(), 1u);
  EXPECT_EQ(Tree::parse(changes[0].orders[0])["order_id"], "0-9");
  EXPECT_TRUE(changes[0].trades.empty());
  EXPECT_TRUE(changes_of(engine, memo, position, place, outcome, [](AccountId) { return false; }).empty());
  // The same in somebody's name, as the log has what the service was asked for.
  EXPECT_EQ(
      changes_of(engine, memo, position, instruct("key", "", Command(place)), outcome, everybody).size(), 1u);
  // Again: refused, so nothing changed.
  outcome = apply(engine, engine.state.time, place);
  EXPECT_TRUE(changes_of(engine, memo, position, place, outcome, everybody).empty());

  // A fill of half of it, as the past tells it.
  Fill fill;
  fill.account = AccountId{0}, fill.order = 9, fill.instrument = InstrumentId{0};
  fill.price = Price::from_raw(29'000 * price_one), fill.lots = Lots::from_raw(1);
  position = engine.state.position;
  outcome = apply(engine, engine.state.time, fill);
  ASSERT_TRUE(outcome.accepted());
  history::Trade trade;
  trade.position = position, trade.time = engine.state.time, trade.account = fill.account;
  trade.instrument = fill.instrument, trade.order = 9, trade.price = fill.price, trade.lots = fill.lots;
  desk.past.told_trades.push_back(trade);
  changes = changes_of(engine, memo, position, fill, outcome, everybody);
  ASSERT_EQ(changes.size(), 1u);
  ASSERT_EQ(changes[0].trades.size(), 1u);
  const Tree order = Tree::parse(changes[0].orders[0]);
  EXPECT_EQ(order["filled_amount"], 10);
  EXPECT_EQ(order["average_price"], 29'000);
  EXPECT_EQ(order["order_state"], "open");
  const Tree data = Tree::parse(changes_data(engine, changes[0]));
  EXPECT_EQ(data["instrument_name"], "BTC-PERPETUAL");
  EXPECT_EQ(data["trades"][0]["trade_id"], std::to_string(position) + "-0");
  EXPECT_EQ(data["position"][0]["size"], 10'010);
  const std::vector<Traded> traded = trades_of(engine, memo, position, outcome);
  ASSERT_EQ(traded.size(), 1u);
  EXPECT_EQ(traded[0].instrument, InstrumentId{0});

  // It is cancelled: the past says how it ended.
  const CancelOrder cancel{AccountId{0}, 9};
  history::EndedOrder ended;
  ended.account = AccountId{0}, ended.order = engine.state.account(AccountId{0}).orders.back();
  position = ended.position = engine.state.position;
  desk.past.told_orders.push_back(ended);
  outcome = apply(engine, engine.state.time, cancel);
  changes = changes_of(engine, memo, position, cancel, outcome, everybody);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(Tree::parse(changes[0].orders[0])["order_state"], "cancelled");
}

}  // namespace
}  // namespace lockstep::deribit
