// What is recorded of trades, orders and money, against numbers worked out by hand.
#include "core/wire/asked.h"
#include "core/wire/codec.h"
#include "node/history/history_testing.h"

namespace lockstep::history {
namespace {

using Texts = std::vector<std::string>;

// alice buys 0.1 BTC by an order in two fills, pays funding, sells half, is settled, and sends money away.
TEST(Record, AnOrderItsFillsAndWhatTheyPaid) {
  Recorded v;
  v.play(opening(small_rulebook(), {{"alice", 1'000}, {"bob", 1'000}}));
  v.must(order_of(0, 7, Side::buy, 100, 19'000));
  Fill first = fill_of(0, Side::buy, 40, 19'000, 7);
  first.fee = Amount::from_raw(380'000);
  v.must(first);
  Fill second = fill_of(0, Side::buy, 60, 18'990, 7);
  second.fee = Amount::from_raw(500'000);
  second.taker = false;
  v.must(second);
  v.must(FundingRate{InstrumentId{0}, Rate::from_raw(rate_one / 10'000), dollars(20'000)});  // 0.002 a lot
  v.must(fill_of(0, Side::sell, 50, 20'000));
  v.must(Settle{InstrumentId{0}, dollars(20'000)});
  v.must(Withdraw{AccountId{0}, AssetId{0}, Amount::from_raw(100'000'000)});
  v.must(Transfer{AccountId{0}, AccountId{1}, AssetId{0}, Amount::from_raw(10'000'000)});
  v.commit();

  const std::vector<Trade> trades = v.history->trades(all_of(0));
  // Average 18994; half of the lots realise 0.05 x (20000 - 18994) = 50.3.
  EXPECT_EQ(texts_of(trades), (Texts{"buy 40 at 19000 -> 40, fee 0.38, realised 0",
                                     "buy 60 at 18990 -> 100, fee 0.5, realised 0",
                                     "sell 50 at 20000 -> 50, fee 0, realised 50.3"}));
  EXPECT_EQ(trades[0].order, 7u);
  EXPECT_TRUE(trades[0].taker);
  EXPECT_FALSE(trades[1].taker);
  EXPECT_EQ(trades[2].order, 0u);

  EXPECT_EQ(texts_of(v.history->payments(all_of(0))),
            (Texts{"deposit 1000 -> 1000", "trade -0.38 -> 999.62", "trade -0.5 -> 999.12",
                   "funding -0.2 -> 998.92", "trade 50.3 -> 1049.22", "settlement 50.3 -> 1099.52",
                   "withdrawal -100 -> 999.52", "transfer -10 -> 989.52"}));
  EXPECT_EQ(texts_of(v.history->payments(all_of(1))), (Texts{"deposit 1000 -> 1000", "transfer 10 -> 1010"}));
  const Payment settled = v.history->payments(all_of(0))[5];
  EXPECT_EQ(settled.lots, Lots::from_raw(50));
  EXPECT_EQ(settled.price, dollars(20'000));
  EXPECT_EQ(settled.side, Side::buy);
  EXPECT_EQ(settled.instrument, InstrumentId{0});

  const std::vector<EndedOrder> orders = v.history->orders(all_of(0));
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].order.id, 7u);
  EXPECT_EQ(orders[0].order.filled, Lots::from_raw(100));
  EXPECT_EQ(orders[0].order.price, dollars(19'000));
  EXPECT_EQ(orders[0].average, dollars(18'994));
  EXPECT_EQ(orders[0].reason, OrderEnd::filled);
  EXPECT_EQ(orders[0].ended_at, start_time);
}

TEST(Record, HowOrdersEnd) {
  Recorded v;
  v.play(opening(small_rulebook(), {{"alice", 1'000}}));
  v.must(fill_of(0, Side::buy, 100, 20'000));
  v.must(order_of(0, 1, Side::buy, 100, 19'000));
  v.must(AmendOrder{AccountId{0}, 1, dollars(18'500), Price{}, Lots::from_raw(80)});
  v.must(fill_of(0, Side::buy, 30, 18'000, 1));
  v.must(CancelOrder{AccountId{0}, 1});
  PlaceOrder trailing = order_of(0, 2, Side::sell, 50, 0);
  trailing.price = Price{};
  trailing.type = OrderType::trailing;
  trailing.trail = dollars(1'000);
  trailing.reduce_only = true;
  v.must(trailing);
  v.price(21'000);  // its trigger follows to 20000
  v.must(CancelOrder{AccountId{0}, 2});
  PlaceOrder market = order_of(0, 3, Side::buy, 10, 0);
  market.price = Price{};
  market.type = OrderType::market;
  v.must(market);
  v.now = v.now + second;
  v.must(Tick{});
  v.commit();

  const std::vector<EndedOrder> orders = v.history->orders(all_of(0));
  ASSERT_EQ(orders.size(), 3u);
  EXPECT_EQ(orders[0].order.price, dollars(18'500));
  EXPECT_EQ(orders[0].order.lots, Lots::from_raw(80));
  EXPECT_EQ(orders[0].order.filled, Lots::from_raw(30));
  EXPECT_EQ(orders[0].average, dollars(18'000));
  EXPECT_EQ(orders[0].reason, OrderEnd::cancelled);
  EXPECT_EQ(orders[1].order.trigger, dollars(20'000));
  EXPECT_FALSE(orders[1].order.triggered);
  EXPECT_EQ(orders[1].average, Price{});
  EXPECT_EQ(orders[2].reason, OrderEnd::lapsed);
  EXPECT_EQ(orders[2].ended_at, start_time + second);
}

// 0.4 BTC long from 20000 on 1000: at 18400 the equity is 360 and maintenance 5 % of 7360, 368.
TEST(Record, ABackstopThatTakesOver) {
  Rulebook rules = small_rulebook();
  rules.liquidation.size = LiquidationSize::whole;
  rules.liquidation.backstop = "backstop";
  rules.liquidation.backstop_at = Rate::from_raw(rate_one);
  rules.liquidation.penalty = Rate::from_raw(rate_one / 100);
  Recorded v;
  v.play(opening(rules, {{"alice", 1'000}, {"backstop", 100'000}}));
  v.must(fill_of(0, Side::buy, 400, 20'000));
  v.price(18'400);
  v.must(Tick{});
  v.commit();
  // At 1 % below the mark: 18216; 0.4 x (18216 - 20000) = -713.6.
  const std::vector<Trade> alice = v.history->trades(all_of(0));
  EXPECT_EQ(texts_of(alice), (Texts{"buy 400 at 20000 -> 400, fee 0, realised 0",
                                    "sell 400 at 18216 -> 0, fee 0, realised -713.6"}));
  EXPECT_FALSE(alice[0].liquidation);
  EXPECT_TRUE(alice[1].liquidation);
  EXPECT_EQ(texts_of(v.history->trades(all_of(1))), (Texts{"buy 400 at 18216 -> 400, fee 0, realised 0"}));
  EXPECT_EQ(texts_of(v.history->payments(all_of(0))),
            (Texts{"deposit 1000 -> 1000", "liquidation -713.6 -> 286.4"}));
  EXPECT_EQ(v.history->payments(all_of(1)).size(), 1u);
}

// Two liquidations meet: alice long from 20000 on 1000, carol short from 17000 on 900, mark 18400.
TEST(Record, LiquidationsThatCross) {
  Rulebook rules = small_rulebook();
  rules.liquidation.size = LiquidationSize::whole;
  rules.liquidation.cross = true;
  Recorded v;
  v.play(opening(rules, {{"alice", 1'000}, {"carol", 900}}));
  v.must(fill_of(0, Side::buy, 400, 20'000));
  v.price(17'000);
  v.must(fill_of(1, Side::sell, 400, 17'000));
  v.price(18'400);
  v.must(Tick{});
  v.commit();
  EXPECT_EQ(v.history->trades(all_of(0)).size(), 2u);
  EXPECT_EQ(text_of(v.history->trades(all_of(0)).back()), "sell 400 at 18400 -> 0, fee 0, realised -640");
  EXPECT_EQ(text_of(v.history->trades(all_of(1)).back()), "buy 400 at 18400 -> 0, fee 0, realised -560");
  EXPECT_EQ(text_of(v.history->payments(all_of(0)).back()), "liquidation -640 -> 360");
  EXPECT_EQ(text_of(v.history->payments(all_of(1)).back()), "liquidation -560 -> 340");
}

// A bankrupt account is closed against a winner, who bears what the empty fund could not pay: at 17000
// alice has 1000 - 1200, dave has won 1200.
TEST(Record, AWinnerThatIsClosedAgainst) {
  Rulebook rules = small_rulebook();
  rules.liquidation.size = LiquidationSize::whole;
  rules.liquidation.losses = LossRule::pro_rata;
  Recorded v;
  v.play(opening(rules, {{"alice", 1'000}, {"dave", 1'000}}));
  v.must(fill_of(0, Side::buy, 400, 20'000));
  v.must(fill_of(1, Side::sell, 400, 20'000));
  v.price(17'000);
  v.must(Tick{});
  v.commit();
  EXPECT_EQ(text_of(v.history->trades(all_of(0)).back()), "sell 400 at 17000 -> 0, fee 0, realised -1200");
  EXPECT_EQ(text_of(v.history->trades(all_of(1)).back()), "buy 400 at 17000 -> 0, fee 0, realised 1200");
  EXPECT_EQ(texts_of(v.history->payments(all_of(0))),
            (Texts{"deposit 1000 -> 1000", "liquidation -1200 -> -200", "fund 200 -> 0"}));
  EXPECT_EQ(texts_of(v.history->payments(all_of(1))),
            (Texts{"deposit 1000 -> 1000", "liquidation 1000 -> 2000"}));
}

TEST(Record, TheLogSaysWhoAskedForWhatAndWhatBecameOfIt) {
  Recorded v;
  v.play(opening(small_rulebook(), {{"alice", 1'000}}));
  const Command deposit = Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(5'500'000)};
  v.must(instruct("desk-1", "", deposit));
  const Bytes bytes = encode(deposit);
  Request request;
  request.client = 9, request.sequence = 1;
  request.command = std::string(bytes.begin(), bytes.end());
  v.must(request);
  v.must(request);  // answered before: it moves nothing
  EXPECT_FALSE(v.tell(Withdraw{AccountId{0}, AssetId{0}, Amount::from_raw(5'000'000'000)}).accepted());
  EXPECT_FALSE(v.tell(Deposit{AccountId{77}, AssetId{0}, Amount::from_raw(1)}).accepted());
  v.commit();

  EXPECT_EQ(v.history->payments(all_of(0)).size(), 3u);
  Select select;
  select.limit = 5;
  const std::vector<LogRow> rows = v.history->log(select);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[4].command, "deposit");
  EXPECT_EQ(rows[4].by, "desk-1");
  EXPECT_EQ(rows[4].text, "alice is given 5.5 USDT");
  EXPECT_EQ(rows[3].command, "deposit");
  EXPECT_EQ(rows[3].by, "");
  EXPECT_EQ(rows[1].command, "withdraw");
  EXPECT_EQ(rows[1].refusal, Refusal::balance_insufficient);
  EXPECT_EQ(rows[1].account, AccountId{0});
  EXPECT_EQ(rows[1].text.substr(0, 26), "alice takes out 5000 USDT;");
  EXPECT_EQ(rows[0].refusal, Refusal::unknown_account);
  EXPECT_TRUE(rows[0].account.is_none());
  EXPECT_EQ(rows[0].position, v.engine.state.position - 1);

  Command held;
  const std::string stored = v.history->command_at(rows[4].position);
  ASSERT_TRUE(decode(std::span(reinterpret_cast<const u8*>(stored.data()), stored.size()), held));
  EXPECT_TRUE(std::holds_alternative<Instruction>(held));
  EXPECT_EQ(v.history->command_at(1'000'000), "");

  select.by = "desk-1";
  EXPECT_EQ(v.history->log(select).size(), 1u);
  select.by = "nobody";
  EXPECT_TRUE(v.history->log(select).empty());
  select.by.clear();
  select.command = "deposit";
  select.account = AccountId{0};
  select.limit = 100;
  EXPECT_EQ(v.history->log(select).size(), 4u);
  select.account.reset();
  EXPECT_EQ(v.history->log(select).size(), 5u);
  select.command = "fly";
  EXPECT_TRUE(v.history->log(select).empty());
}

}  // namespace
}  // namespace lockstep::history
