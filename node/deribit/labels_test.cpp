// Orders that have labels: where they are shown, and what is done by them.
#include "node/deribit/orders.h"
#include "node/deribit/testing_desk.h"

namespace lockstep::deribit {
namespace {

TEST(Labels, OrdersByTheirLabel) {
  TestingDesk desk;
  const auto place = [&](const std::string& label) {
    return desk.ask("private/buy",
                    R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":40000,"label":")" + label +
                        R"("})")["order"];
  };
  const Tree first = place("grid"), second = place("grid"), other = place("");
  EXPECT_EQ(other["label"], "");
  const std::string of_grid = R"({"label":"grid","currency":"BTC"})";
  const Tree found = desk.ask("private/get_order_state_by_label", of_grid);
  EXPECT_EQ(found, Tree::array({second, first}));
  EXPECT_EQ(desk.ask("private/get_order_state_by_label", R"({"label":"grid","currency":"USD"})"),
            Tree::array());
  const std::string change = R"({"label":"grid","instrument_name":"BTC-PERPETUAL","amount":30})";
  EXPECT_EQ(desk.call("private/edit_by_label", change).code, 11'030);  // which of the two
  EXPECT_EQ(desk.ask("private/cancel", R"({"order_id":)" + first["order_id"].dump() + "}")["label"], "grid");
  const Tree edited = desk.ask("private/edit_by_label", change)["order"];
  EXPECT_EQ(edited["order_id"], second["order_id"]);
  EXPECT_EQ(edited["amount"], 30);
  EXPECT_EQ(edited["label"], "grid");

  history::Trade trade;
  trade.account = AccountId{0}, trade.instrument = InstrumentId{0}, trade.time = desk.engine->state.time;
  OrderId number = 0;
  ASSERT_TRUE(parse_order_name(second["order_id"].get<std::string>(), trade.account, number));
  trade.order = number, trade.lots = Lots::from_raw(1), trade.price = Price::from_raw(price_one);
  desk.past.told_trades.push_back(trade);
  EXPECT_EQ(desk.ask("private/get_user_trades_by_order",
                     R"({"order_id":)" + second["order_id"].dump() + "}")[0]["label"],
            "grid");

  EXPECT_EQ(desk.ask("private/cancel_by_label", R"({"label":"grid","currency":"USD"})"), 0);
  EXPECT_EQ(desk.ask("private/cancel_by_label", R"({"label":"grid"})"), 1);
  EXPECT_EQ(desk.ask("private/cancel_by_label", R"({"label":"grid"})"), 0);
  for (const char* method : {"private/cancel_by_label", "private/get_order_state_by_label"}) {
    EXPECT_EQ(desk.call(method, R"({"label":"","currency":"BTC"})").param, "label") << method;
  }
  EXPECT_EQ(desk.ask("private/get_open_orders").size(), 2u);  // order 7, and the one without a label
  EXPECT_EQ(desk.call("private/edit_by_label", change).code, api::code::order_not_found);

  const std::string accented = "\u00e9";  // a character of two bytes
  std::string longest, longer;
  for (int i = 0; i < 64; ++i) longest += accented;
  longer = longest + "x";
  EXPECT_EQ(place(longest)["label"].get<std::string>().size(), 128u);
  EXPECT_EQ(
      desk.call("private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":40000,"label":")" +
                                   longer + R"("})")
          .param,
      "label");
}

// Labels of the past come with its rows; only those of open orders, which are in memory, are asked for one by
// one.
TEST(Labels, OfThePastComeWithItsRows) {
  TestingDesk desk;
  for (OrderId number = 100; number < 150; ++number) {
    history::EndedOrder ended;
    ended.account = AccountId{0}, ended.order.instrument = InstrumentId{0}, ended.order.id = number;
    ended.order.lots = ended.order.filled = Lots::from_raw(1);
    ended.order.placed_at = ended.ended_at = desk.engine->state.time;
    ended.position = number, ended.reason = OrderEnd::filled;
    desk.past.told_orders.push_back(ended);
    history::Trade trade;
    trade.account = AccountId{0}, trade.instrument = InstrumentId{0}, trade.time = ended.ended_at;
    trade.order = number, trade.lots = Lots::from_raw(1), trade.price = Price::from_raw(price_one);
    trade.position = number;
    desk.past.told_trades.push_back(trade);
    if (number % 2 == 0) desk.past.keep_label(AccountId{0}, number, ended.ended_at, "grid");
  }
  const auto grids = [](const Tree& rows) {
    return std::count_if(rows.begin(), rows.end(), [](const Tree& row) { return row["label"] == "grid"; });
  };
  const std::string all = R"({"currency":"BTC","count":1000})";
  const Tree orders = desk.ask("private/get_order_history_by_currency", all);
  EXPECT_EQ(orders.size(), 50u);
  EXPECT_EQ(grids(orders), 25);
  EXPECT_EQ(grids(desk.ask("private/get_user_trades_by_currency", all)["trades"]), 25);
  EXPECT_EQ(grids(desk.ask("private/get_user_trades_by_order", R"({"order_id":"0-100"})")), 1);
  EXPECT_EQ(desk.ask("private/get_order_state", R"({"order_id":"0-100"})")["label"], "grid");
  EXPECT_EQ(desk.past.labels_asked, 0);
  const Tree labelled = desk.ask("private/get_order_state_by_label", R"({"label":"grid","currency":"BTC"})");
  EXPECT_EQ(grids(labelled), 25);
  EXPECT_EQ(labelled.size(), 25u);
  EXPECT_LE(desk.past.labels_asked, 2);  // as many as are open
}

}  // namespace
}  // namespace lockstep::deribit
