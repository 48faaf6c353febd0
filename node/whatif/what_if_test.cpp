// What-if against the engine itself: a supposed trade, transfer and price give what the commands give.
#include "node/whatif/what_if.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "node/rules/compile.h"
#include "node/whatif/batch.h"
#include "node/whatif/testing_book.h"

namespace lockstep::whatif {
namespace {

const std::string root = LOCKSTEP_SOURCE_DIR;

std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Result<Rulebook, Fault> rules_of(const std::string& path) {
  return compile_rulebook_text(file_text(path), path);
}

Rulebook binance() { return rules_of(root + "/rulebooks/binance-usdm.toml").value(); }

Change change_of(const Engine& engine, const std::string& text) {
  Result<Change, std::string> change = parse_change(text, engine, rules_of);
  EXPECT_TRUE(static_cast<bool>(change)) << text << ": " << (change ? "" : change.error());
  return std::move(change).value();
}

Answer ask(Asker& asker, const Engine& engine, const std::vector<std::string>& texts) {
  std::vector<Change> changes;
  for (const std::string& text : texts) changes.push_back(change_of(engine, text));
  Result<Answer, std::string> answer = asker.ask(changes);
  EXPECT_TRUE(static_cast<bool>(answer));
  return std::move(answer).value();
}

const PoolTotals& only(const View& view) { return view.assessment.pools.at(0); }

// 10 BTC long from 100000 at a mark of 110000 on 200000 USDT; see testing_book.h.
struct WhatIf : testing::Test {
  std::unique_ptr<Engine> engine = testing_engine(binance());
  AccountId account{0};
  Asker asker{*engine, account};
};

TEST_F(WhatIf, NothingSupposedChangesNothing) {
  const Answer answer = ask(asker, *engine, {});
  EXPECT_EQ(only(answer.before), only(answer.after));
  EXPECT_EQ(only(answer.after), assess_account(*engine, account).pools.at(0));
  EXPECT_FALSE(answer.verdict.acts);
}

TEST_F(WhatIf, ATradeIsWhatTheFillWouldMakeOfIt) {
  const Answer answer = ask(asker, *engine, {"trade BTC-PERP -4 @ 109000"});
  Fill fill;
  fill.account = account;
  fill.instrument = InstrumentId{0};
  fill.side = Side::sell;
  fill.price = Price::from_raw(109'000 * price_one);
  fill.lots = Lots::from_raw(4'000);
  ASSERT_TRUE(apply(*engine, engine->state.time, fill).accepted());
  EXPECT_EQ(only(answer.after), assess_account(*engine, account).pools.at(0));
  EXPECT_TRUE(answer.verdict.allowed);
}

// Every price of the underlying by the ratio: index 110100 x 0.9, mark 110000 x 0.9.
TEST_F(WhatIf, AMoveOfThePriceIsWhatThePricesWouldMakeOfIt) {
  const Answer answer = ask(asker, *engine, {"price BTC -10 %"});
  IndexPrices indexes;
  indexes.source = 1, indexes.sequence = 100;
  indexes.rows.push_back({IndexId{0}, Price::from_raw(99'090 * price_one)});
  MarkPrices marks;
  marks.source = 1, marks.sequence = 101;
  MarkPrice mark;
  mark.instrument = InstrumentId{0};
  mark.price = Price::from_raw(99'000 * price_one);
  marks.rows.push_back(mark);
  ASSERT_TRUE(apply(*engine, engine->state.time, indexes).accepted());
  ASSERT_TRUE(apply(*engine, engine->state.time, marks).accepted());
  EXPECT_EQ(only(answer.after), assess_account(*engine, account).pools.at(0));
}

// Equity 300000; initial margin at leverage 20 is 55000: 245000 may leave, and one more is missing.
TEST_F(WhatIf, ATransferSaysWhatIsMissing) {
  EXPECT_TRUE(ask(asker, *engine, {"transfer USDT -245000"}).verdict.allowed);
  const Answer refused = ask(asker, *engine, {"transfer USDT -245001"});
  EXPECT_FALSE(refused.verdict.allowed);
  EXPECT_EQ(refused.verdict.missing, Value::from_raw(value_one));
  EXPECT_EQ(refused.verdict.transition, Transition::newly_uncovered);
}

TEST_F(WhatIf, AnOrderReservesAndIsCancelledAgain) {
  const Value before = assess_account(*engine, account).pools.at(0).initial;
  const Answer answer = ask(asker, *engine, {"order buy 1 BTC-PERP @ 100000"});
  EXPECT_EQ(only(answer.after).initial, before + Value::from_raw(5'000 * value_one));
  const Answer gone = ask(asker, *engine, {"order buy 1 BTC-PERP @ 100000", "cancel all"});
  EXPECT_EQ(only(gone.after).initial, before);
}

TEST_F(WhatIf, OneQuestionLeavesNoTraceInTheNext) {
  const Answer first = ask(asker, *engine, {"price BTC -10 %"});
  ask(asker, *engine, {"time 3 d", "volatility BTC +50 %"});
  ask(asker, *engine, {"rulebook " + root + "/rulebooks/hyperliquid.toml"});
  ask(asker, *engine, {"trade ETH-PERP 20", "price ETH +40 %"});
  EXPECT_EQ(only(ask(asker, *engine, {"price BTC -10 %"}).after), only(first.after));
  const Answer eth = ask(asker, *engine, {"trade ETH-PERP 20"});
  EXPECT_EQ(only(eth.after).equity, assess_account(*engine, account).pools.at(0).equity);
}

TEST_F(WhatIf, APathGoesOnFromWhereItIs) {
  const std::vector<Change> down{change_of(*engine, "price BTC -10 %")};
  ASSERT_TRUE(static_cast<bool>(asker.ask(down)));
  const Answer second = asker.go_on(down).value();
  EXPECT_EQ(only(second.after), only(ask(asker, *engine, {"price BTC -19 %"}).after));
}

// The market moves first, then the account trades at the mark: 4000 x 0.5, nothing gained or lost by it.
TEST_F(WhatIf, WhatIsNotHeldYetIsTradedAtItsMovedMark) {
  const Answer moved = ask(asker, *engine, {"price ETH -50 %"});
  const Answer traded = ask(asker, *engine, {"price ETH -50 %", "trade ETH-PERP 20"});
  EXPECT_EQ(only(traded.after).equity, only(moved.after).equity);
  ASSERT_EQ(traded.after.account.holdings.size(), 2u);
  EXPECT_EQ(asker.state().market(InstrumentId{1}).mark, Price::from_raw(2'000 * price_one));
  // From 2000 to 1000, on a path too: 20 ETH lose 20000.
  ask(asker, *engine, {});
  ASSERT_TRUE(static_cast<bool>(asker.go_on(std::vector<Change>{change_of(*engine, "price ETH -50 %")})));
  const Answer bought = asker.go_on(std::vector<Change>{change_of(*engine, "trade ETH-PERP 20")}).value();
  EXPECT_EQ(only(bought.after).equity, only(bought.before).equity);
  const Answer fell = asker.go_on(std::vector<Change>{change_of(*engine, "price ETH -50 %")}).value();
  EXPECT_EQ(only(fell.after).equity, only(bought.after).equity - Value::from_raw(i128{20'000} * value_one));
}

// It has no parameters under the account's rulebook, and no row of it may be read there.
TEST_F(WhatIf, WhatTheRulebookDoesNotListIsRefusedByName) {
  const auto must = [&](const Command& command) {
    const Outcome outcome = apply(*engine, engine->state.time, command);
    ASSERT_TRUE(outcome.accepted()) << static_cast<int>(outcome.refusal);
  };
  ProposeRulebook propose;
  propose.image = binance();
  propose.image.name = "other";
  std::erase_if(propose.image.collateral, [](const Collateral& row) {
    return row.asset != "USDT" && row.asset != "BTC" && row.asset != "ETH";
  });
  must(propose);
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{1}, schedule.epoch = 1;
  must(schedule);
  RegisterInstrument r;
  r.name = "OTHER-PERP", r.kind = InstrumentKind::perpetual, r.index = IndexId{0};
  r.rulebook = RulebookId{1}, r.lot = price_one / 1000, r.tick = Price::from_raw(price_one / 10);
  r.price_max = Price::from_raw(10'000'000 * price_one), r.lots_max = Lots::from_raw(100'000'000);
  must(r);
  const std::string error =
      "OTHER-PERP is listed by the rulebook other, and the account is under " + binance().name;
  for (const char* text : {"trade OTHER-PERP 1 @ 100", "order buy 1 OTHER-PERP @ 100"}) {
    const Result<Answer, std::string> answer = asker.ask(std::vector<Change>{change_of(*engine, text)});
    ASSERT_FALSE(static_cast<bool>(answer)) << text;
    EXPECT_EQ(answer.error(), error);
  }
}

TEST_F(WhatIf, ASecondPathBeginsAnew) {
  const auto walk = [&] {
    ask(asker, *engine, {});
    View last;
    for (const char* text : {"price ETH -50 %", "trade ETH-PERP 20", "price ETH -50 %"}) {
      last = asker.go_on(std::vector<Change>{change_of(*engine, text)}).value().after;
    }
    return last;
  };
  EXPECT_EQ(only(walk()), only(walk()));
  EXPECT_EQ(asker.state().market(InstrumentId{1}).mark, Price::from_raw(1'000 * price_one));
}

TEST_F(WhatIf, SaysWhatIsWrongWithAChange) {
  const auto error = [&](const std::string& text) {
    const Result<Change, std::string> change = parse_change(text, *engine, rules_of);
    return change ? std::string("no error") : change.error();
  };
  EXPECT_EQ(error("trade BTC-PRP 1"), "there is no instrument \"BTC-PRP\"");
  EXPECT_EQ(error("trade BTC-PERP 0.0001"), "the size 0.0001 is not a multiple of the lot, 0.001");
  EXPECT_EQ(error("trade BTC-PERP 1 @ 100.05"), "the price 100.05 is not a multiple of the tick, 0.1");
  EXPECT_EQ(error("price BTC 10"), "price takes BASE MOVE %, such as price BTC -10 %");
  EXPECT_EQ(error("price BTC -100 %"), "a move lies between -99.99 % and +10000 %, such as -10 %");
  EXPECT_EQ(error("time soon"), "time takes a span such as 12 h or 7 d");
  EXPECT_EQ(error("sell all"),
            "a change begins with trade, order, cancel, transfer, price, volatility, time or rulebook, not "
            "\"sell\"");
}

TEST(Batch, ReadsOneQuestionALine) {
  const auto questions = read_questions(
      "{\"if\": [\"price BTC -1 %\"]}\n\n{\"name\": \"b\", \"account\": \"a\", \"if\": []}\n", "q");
  ASSERT_TRUE(static_cast<bool>(questions));
  ASSERT_EQ(questions.value().size(), 2u);
  EXPECT_EQ(questions.value()[0].name, "line 1");
  EXPECT_EQ(questions.value()[1].line, 3u);
  EXPECT_EQ(questions.value()[1].account, "a");
}

TEST(Batch, NamesTheLineThatIsWrong) {
  const auto fault = [](const std::string& text) {
    const auto questions = read_questions(text, "q.jsonl");
    return questions ? std::string("no fault") : questions.error().what;
  };
  EXPECT_EQ(fault(""), "q.jsonl: no question in it; one JSON object a line is expected");
  EXPECT_EQ(fault("{\"if\": []}\n{\"iff\": []}"),
            "q.jsonl:2: unknown key \"iff\"; expected name, account, if");
  EXPECT_EQ(fault("{\"name\": \"x\"}"), "q.jsonl:1: \"if\" is missing: an array of changes");
  EXPECT_EQ(fault("{\"if\": [1]}"), "q.jsonl:1: \"a change\" must be a text");
  EXPECT_TRUE(fault("[1]").starts_with("q.jsonl:1: not a JSON object"));
}

TEST_F(WhatIf, WithoutStatementsSaysTheSameAndStillWhatBinds) {
  Asker quick{*engine, account, {.statements = false, .boundaries = false}};
  const std::vector<std::string> changes = {"price BTC -10 %", "trade BTC-PERP 100"};
  const Answer full = ask(asker, *engine, changes);
  const Answer fast = ask(quick, *engine, changes);
  EXPECT_EQ(only(full.after), only(fast.after));
  EXPECT_EQ(only(full.before), only(fast.before));
  EXPECT_FALSE(fast.verdict.allowed);
  EXPECT_EQ(binding_rule(full.after.statement, 0), binding_rule(fast.after.statement, 0));
  EXPECT_FALSE(binding_rule(fast.after.statement, 0).empty());
}

}  // namespace
}  // namespace lockstep::whatif
