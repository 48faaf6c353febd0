// The desk: its sums are those of an assessment of everybody, its work is bounded, and what it counts is what
// the engine said.
#include "node/view/desk.h"

#include <gtest/gtest.h>

#include "node/runtime/summary.h"
#include "node/stress/testing_stress.h"
#include "node/view/testing_view.h"

namespace lockstep::view {
namespace {

Value whole(i64 dollars) { return Value::from_raw(i128{dollars} * value_one); }

// testing_stress.h, by hand: long has 2,000 and needs 5 % of 20,000; short 3,000 and the same; wide 20,000,
// and needs 5 % of 10,000 and 10 % of 10,000; idle has 100.
TEST(Desk, SumsOfASmallBookByHand) {
  const auto engine = stress::testing_engine();
  Desk desk;
  EXPECT_TRUE(desk.settle(*engine, 4));
  EXPECT_EQ(desk.table.all.accounts, 4u);
  EXPECT_EQ(desk.table.all.equity, whole(2'000 + 3'000 + 20'000 + 100));
  EXPECT_EQ(desk.table.all.maintenance, whole(1'000 + 1'000 + 500 + 1'000));
  EXPECT_EQ(desk.table.all.notional, whole(20'000 + 20'000 + 10'000 + 10'000));
  EXPECT_EQ(usage_text(desk.table.rows[0].usage), "0.5000");
  EXPECT_EQ(usage_text(desk.table.rows[1].usage), "0.3333");
  EXPECT_EQ(usage_text(desk.table.rows[2].usage), "0.0750");
  EXPECT_EQ(usage_text(desk.table.rows[3].usage), "0.0000");
}

// 5 of something that no index knows: what the account has is in no sum, and it is counted instead.
TEST(Desk, AnAccountThatDollarsCannotSayIsCountedAndNotSummed) {
  const auto engine = stress::testing_engine();
  RegisterAsset asset;
  asset.name = "XYZ", asset.decimals = 6;
  ASSERT_TRUE(apply(*engine, engine->state.time, asset).accepted());
  Deposit deposit;
  deposit.account = AccountId{3}, deposit.asset = AssetId{3}, deposit.amount = Amount::from_raw(5'000'000);
  ASSERT_TRUE(apply(*engine, engine->state.time, deposit).accepted());
  Desk desk;
  desk.settle(*engine, 4);
  EXPECT_EQ(desk.table.all.accounts, 4u);
  EXPECT_EQ(desk.table.all.unjudged, 1u);
  EXPECT_FALSE(desk.table.rows[3].in_dollars);
  EXPECT_EQ(desk.table.all.equity, whole(2'000 + 3'000 + 20'000));
  EXPECT_EQ(desk.table.all.maintenance, whole(1'000 + 1'000 + 500 + 1'000));
  const BookSummary summary = summarize(*engine);
  EXPECT_EQ(summary.unjudged, 1u);
  EXPECT_EQ(summary.equity, 25'000);
  // Dust beside a position: out of the sums, but as near to liquidation as before.
  deposit.account = AccountId{0}, deposit.amount = Amount::from_raw(1);
  ASSERT_TRUE(apply(*engine, engine->state.time, deposit).accepted());
  DollarPrices prices;
  const Row row = assess_row(*engine, AccountId{0}, prices);
  EXPECT_TRUE(row.judged);
  EXPECT_EQ(usage_text(row.usage), "0.5000");
  EXPECT_EQ(row.notional, Value{});
}

TEST(Desk, UsageHasAnEnd) {
  PoolTotals pool;
  EXPECT_EQ(usage_of(pool), Rate{});
  pool.maintenance = whole(1);
  EXPECT_EQ(usage_of(pool), usage_max);
  pool.margin_balance = whole(-1);
  pool.maintenance = Value{};
  EXPECT_EQ(usage_of(pool), usage_max);  // owes
  pool.margin_balance = Value::from_raw(1);
  pool.maintenance = whole(1'000'000'000);
  EXPECT_EQ(usage_of(pool), usage_max);
  pool.margin_balance = pool.maintenance;
  EXPECT_EQ(usage_text(usage_of(pool)), "1.0000");
}

TEST(Desk, RefreshesAtMostSoMany) {
  const auto engine = stress::testing_engine();
  Desk desk;
  EXPECT_FALSE(desk.settle(*engine, 3));
  EXPECT_FALSE(desk.table.rows[3].judged);
  EXPECT_TRUE(desk.settle(*engine, 3));
  EXPECT_TRUE(desk.table.rows[3].judged);
  // A price passes everybody by; two slices of two bring the table up to date again.
  IndexPrices prices;
  prices.source = 7, prices.sequence = 1;
  prices.rows = {{IndexId{0}, Price::from_raw(19'000 * price_one)}};
  const Outcome outcome = apply(*engine, engine->state.time, prices);
  ASSERT_TRUE(outcome.accepted());
  desk.observe(*engine, prices, outcome);
  EXPECT_FALSE(desk.settle(*engine, 2));
  EXPECT_LT(desk.table.oldest_position(), engine->state.position);
  EXPECT_TRUE(desk.settle(*engine, 2));
  EXPECT_EQ(desk.table.oldest_position(), engine->state.position);
}

// From 5 to 6 % of BTC, by an epoch that a deposit finds due.
TEST(Desk, AnEpochPassesEverybodyByWhateverCommandFindsItDue) {
  const auto engine = stress::testing_engine();
  Desk desk;
  desk.settle(*engine, 10);
  const auto must = [&](const Command& command) {
    const Outcome outcome = apply(*engine, engine->state.time, command);
    LS_ASSERT(outcome.accepted());
    desk.observe(*engine, command, outcome);
  };
  ProposeRulebook propose;
  propose.image = engine->state.rulebooks[0].rules();
  propose.image.components[0].brackets[0].brackets[0].rate = Rate::from_raw(rate_one / 100 * 6);
  must(propose);
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0}, schedule.epoch = 2;
  schedule.at_position = engine->state.position + 1;
  must(schedule);
  desk.settle(*engine, 10);
  EXPECT_EQ(desk.table.all.maintenance, whole(3'500));
  Deposit deposit;
  deposit.account = AccountId{3}, deposit.asset = AssetId{0}, deposit.amount = Amount::from_raw(1);
  must(deposit);
  EXPECT_EQ(engine->state.rulebooks[0].active, 2u);
  EXPECT_TRUE(desk.settle(*engine, 10));
  EXPECT_EQ(desk.table.all.maintenance, whole(1'200 + 1'200 + 600 + 1'000));
}

// The same sums from nothing, and the book's summary, which rounds every pool to a dollar.
void expect_equal_to_everybody_assessed(Engine& engine, const AccountTable& table) {
  DollarPrices prices;
  Sums fresh;
  u64 pools = 0;
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    const Row row = assess_row(engine, AccountId{i}, prices);
    fresh.add(row);
    pools += row.pools;
  }
  EXPECT_EQ(table.all.equity, fresh.equity);
  EXPECT_EQ(table.all.initial, fresh.initial);
  EXPECT_EQ(table.all.maintenance, fresh.maintenance);
  EXPECT_EQ(table.all.called, fresh.called);
  const BookSummary summary = summarize(engine);
  for (std::size_t i = 0; i < summary.by_state.size(); ++i) {
    EXPECT_EQ(table.all.by_state[i], summary.by_state[i]) << i;
  }
  EXPECT_EQ(table.all.unjudged, summary.unjudged);
  const struct {
    Value ours;
    i64 theirs;
  } sums[] = {{table.all.equity, summary.equity},
              {table.all.initial, summary.initial},
              {table.all.maintenance, summary.maintenance},
              {table.all.called, summary.called}};
  for (const auto& [ours, theirs] : sums) {
    EXPECT_LE(abs(ours - whole(theirs)), Value::from_raw(static_cast<i128>(pools) * value_one / 2));
  }
}

TEST(Desk, SumsOfASeededBookAreThoseOfItsSummary) {
  PresetBook book(300, 200);
  ASSERT_GE(book.engine->state.accounts.size(), 300u);
  while (!book.desk.settle(*book.engine, 50)) {
  }
  EXPECT_GT(book.desk.table.all.equity, whole(1'000'000));
  expect_equal_to_everybody_assessed(*book.engine, book.desk.table);
  // By rulebook and by party, the parts are the whole.
  Sums parts;
  for (const Sums& sums : book.desk.table.by_rulebook) {
    parts.accounts += sums.accounts, parts.equity += sums.equity;
  }
  EXPECT_EQ(parts.accounts, book.desk.table.all.accounts);
  EXPECT_EQ(parts.equity, book.desk.table.all.equity);
  u64 of_parties = 0;
  for (const auto& accounts : book.desk.table.of_party) of_parties += accounts.size();
  EXPECT_EQ(of_parties, book.engine->state.accounts.size());
}

TEST(Desk, StatesAreThoseOfTheLogAtOnce) {
  PresetBook book(200, 150);
  std::array<u64, 6> states{};
  for (const Account& account : book.engine->state.accounts) {
    states[static_cast<std::size_t>(account.state)] += 1;
  }
  EXPECT_EQ(book.desk.table.all.by_state, states);  // although rows are behind
}

TEST(Desk, CountsWhatLiquidationDid) {
  const auto engine = stress::testing_engine();
  Desk desk;
  desk.settle(*engine, 10);
  Outcome outcome;
  outcome.events = {MarginStateChanged{AccountId{0}, MarginState::normal, MarginState::liquidation},
                    MarginStateChanged{AccountId{0}, MarginState::liquidation, MarginState::bankrupt},
                    LiquidationOrdered{},
                    LiquidationCrossed{},
                    TakenOver{},
                    Deleveraged{},
                    DebtCovered{}};
  std::get<LiquidationOrdered>(outcome.events[2]).account = AccountId{0};
  auto& crossed = std::get<LiquidationCrossed>(outcome.events[3]);
  crossed.buyer = AccountId{1}, crossed.seller = AccountId{0};
  auto& taken = std::get<TakenOver>(outcome.events[4]);
  taken.account = AccountId{0}, taken.backstop = AccountId{2};
  auto& closed = std::get<Deleveraged>(outcome.events[5]);
  closed.account = AccountId{1}, closed.against = AccountId{0};
  std::get<DebtCovered>(outcome.events[6]).account = AccountId{0};
  desk.observe(*engine, Tick{}, outcome);
  const LiquidationCounts& counts = desk.liquidations;
  EXPECT_EQ(counts.accounts, 1u);
  EXPECT_EQ(counts.orders, 1u);
  EXPECT_EQ(counts.crossed, 1u);
  EXPECT_EQ(counts.taken_over, 1u);
  EXPECT_EQ(counts.deleveraged, 1u);
  EXPECT_EQ(counts.debts, 1u);
}

TEST(Desk, SamplesKeepTheWholeSpanInBoundedMemory) {
  const auto engine = stress::testing_engine();
  Desk desk;
  const Time began = engine->state.time;
  for (i64 i = 0; i < 3 * static_cast<i64>(samples_max); ++i) {
    engine->state.time = began + Duration::from_raw(i * second.raw());
    desk.settle(*engine, 4);
  }
  const std::vector<BookSample>& rows = desk.samples.rows;
  EXPECT_LE(rows.size(), samples_max);
  EXPECT_GE(rows.size(), samples_max / 2);
  EXPECT_EQ(rows.front().at, began);
  EXPECT_EQ(desk.samples.every, Duration::from_raw(4 * second.raw()));
  for (std::size_t i = 1; i < rows.size(); ++i) ASSERT_LT(rows[i - 1].at, rows[i].at);
  EXPECT_EQ(rows.back().equity, whole(25'100));
}

TEST(Desk, NoSampleBeforeEverybodyWasAssessed) {
  const auto engine = stress::testing_engine();
  Desk desk;
  desk.settle(*engine, 3);
  EXPECT_TRUE(desk.samples.rows.empty());
  desk.settle(*engine, 1);
  ASSERT_EQ(desk.samples.rows.size(), 1u);
  EXPECT_EQ(desk.samples.rows[0].equity, whole(25'100));
}

TEST(Desk, TicksSayWhetherTheHashesAgree) {
  Desk desk;
  for (u64 i = 0; i < ticks_max + 5; ++i) desk.tick(i, Hash128{1, i}, Hash128{1, i == 7 ? 0 : i});
  EXPECT_EQ(desk.ticks.size(), ticks_max);
  EXPECT_EQ(desk.ticked, ticks_max + 5);
  EXPECT_EQ(desk.ticks.front().position, 5u);
  EXPECT_TRUE(desk.ticks[0].agrees);
  EXPECT_FALSE(desk.ticks[2].agrees);
}

}  // namespace
}  // namespace lockstep::view
