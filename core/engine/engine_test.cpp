#include <gtest/gtest.h>

#include "core/engine/engine_testing.h"
#include "core/ledger/ledger.h"
#include "core/wire/codec.h"

namespace lockstep {
namespace {

TEST(Engine, ARefusedCommandTakesAPositionAndChangesNothingElse) {
  SmallVenue venue;
  const Hash128 before = entities_hash(venue.engine);
  const u64 position = venue.engine.state.position;
  EXPECT_EQ(venue.refusal(CancelOrder{AccountId{0}, 1}), Refusal::unknown_order);
  EXPECT_EQ(entities_hash(venue.engine), before);
  EXPECT_EQ(venue.engine.state.position, position + 1);
}

TEST(Engine, ARefusalForMarginSaysHowMuchIsMissing) {
  // 0.6 BTC at 20,000 with leverage 10 need 1,200; there are 1,000.
  SmallVenue venue;
  Fill fill = small_fill();
  fill.lots = Lots::from_raw(600);
  const Outcome outcome = venue.apply(fill);
  EXPECT_EQ(outcome.refusal, Refusal::margin_insufficient);
  EXPECT_EQ(outcome.missing, Value::from_raw(200 * value_one));
  EXPECT_EQ(outcome.asset, AssetId{0});
}

TEST(Engine, UnderWaterReducingPassesAndIncreasingDoesNot) {
  SmallVenue venue;
  venue.must(small_fill());
  venue.prices(18'200);  // equity 1,000 - 720 = 280 against 728 initial and 364 maintenance
  Fill fill = small_fill();
  fill.price = dollars(18'200);
  fill.lots = Lots::from_raw(1);
  EXPECT_EQ(venue.refusal(fill), Refusal::margin_insufficient);
  fill.side = Side::sell;
  venue.must(fill);
  EXPECT_EQ(venue.refusal(Withdraw{AccountId{0}, AssetId{0}, Amount::from_raw(1)}),
            Refusal::margin_insufficient);
}

TEST(Engine, ATickJudgesAccounts) {
  SmallVenue venue;
  venue.must(small_fill());
  venue.prices(18'200);
  const Outcome outcome = venue.must(Tick{});
  ASSERT_EQ(outcome.events.size(), 1u);
  const auto& event = std::get<MarginStateChanged>(outcome.events[0]);
  EXPECT_EQ(event.account, AccountId{0});
  EXPECT_EQ(event.to, MarginState::liquidation);
  EXPECT_TRUE(venue.must(Tick{}).events.empty());  // said once
}

TEST(Engine, AnEpochActivatesBeforeTheCommandAtItsPosition) {
  SmallVenue venue;
  venue.must(small_fill());
  venue.must(ProposeRulebook{small_rulebook(4)});
  const u64 at = venue.engine.state.position + 2;
  venue.must(ScheduleEpoch{RulebookId{0}, 2, at, Time{}});
  const auto maintenance = [&] { return assess_account(venue.engine, AccountId{0}).pools[0].maintenance; };
  venue.must(Tick{});
  EXPECT_EQ(maintenance(), Value::from_raw(400 * value_one));  // 5 % of 8,000
  const Outcome outcome = venue.must(Tick{});                  // this command has the position
  ASSERT_FALSE(outcome.events.empty());
  EXPECT_EQ(std::get<EpochActivated>(outcome.events[0]).epoch, 2u);
  EXPECT_EQ(maintenance(), Value::from_raw(320 * value_one));
}

TEST(Engine, AnEpochCanBeCancelledUntilItIsActive) {
  SmallVenue venue;
  venue.must(ProposeRulebook{small_rulebook(4)});
  venue.must(ScheduleEpoch{RulebookId{0}, 2, 0, start_time + hour});
  venue.must(CancelEpoch{RulebookId{0}, 2});
  venue.now = start_time + hour;
  EXPECT_TRUE(venue.must(Tick{}).events.empty());
  EXPECT_EQ(venue.engine.state.rulebooks[0].active, 1u);
}

TEST(Engine, ABadImageIsRefusedWhenProposed) {
  SmallVenue venue;
  Rulebook bad = small_rulebook();
  bad.schemes[0].unit_initial.code.push_back(Op{OpCode::add, 0, Rate{}});
  EXPECT_EQ(venue.refusal(ProposeRulebook{bad}), Refusal::rulebook_invalid);
  Rulebook blind = small_rulebook();
  blind.components[0].brackets[0].key.base = "ETH";
  EXPECT_EQ(venue.refusal(ProposeRulebook{blind}), Refusal::instrument_without_parameters);
}

TEST(Engine, SnapshotAndRestoreGiveTheSameMachine) {
  SmallVenue venue;
  venue.must(small_fill());
  PlaceOrder stop = small_order();
  stop.type = OrderType::stop;
  stop.price = Price{};
  stop.trigger = dollars(21'000);
  venue.must(stop);
  Bytes bytes;
  save(venue.engine, bytes);
  Engine copy;
  ASSERT_TRUE(restore(bytes, copy));
  EXPECT_EQ(state_hash(copy), state_hash(venue.engine));
  const MarkPrices up{1, 100, {{InstrumentId{0}, dollars(21'000), Rate{}, Price{}}}};
  EXPECT_EQ(encode(apply(copy, venue.now, up).events),
            encode(venue.apply(up).events));  // the stop fires in both
  EXPECT_EQ(state_hash(copy), state_hash(venue.engine));
}

TEST(Engine, WhatIsNotASnapshotIsNotRestored) {
  SmallVenue venue;
  Bytes bytes;
  save(venue.engine, bytes);
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    Engine copy;
    EXPECT_FALSE(restore(std::span<const u8>(bytes).first(size), copy)) << size;
  }
}

TEST(Engine, TheIncrementalHashEqualsTheHashOfTheWhole) {
  SmallVenue venue;
  entities_hash(venue.engine);
  venue.must(small_fill());
  venue.prices(20'500);
  Digests whole;
  mark_all_dirty(whole, venue.engine.state);
  EXPECT_EQ(entities_hash(venue.engine), renew(whole, venue.engine.state));
}

TEST(Engine, IsolatedIsIsolated) {
  // bob: 0.4 BTC at 20,000, 800 set aside.  At 17,500 the loss of 1,000 exceeds it; his other 200 stay.
  SmallVenue venue;
  Fill fill = small_fill();
  fill.account = AccountId{1};
  venue.must(fill);
  venue.prices(17'500);
  fill.side = Side::sell;
  fill.price = dollars(17'500);
  const Outcome outcome = venue.must(fill);
  EXPECT_EQ(balance(venue.engine.state.accounts[1], AssetId{0}), Amount::from_raw(200'000'000));
  EXPECT_EQ(std::get<FundPaid>(outcome.events[1]).amount, Amount::from_raw(200'000'000));
  EXPECT_EQ(conservation(venue.engine.state, AssetId{0}), Value{});
}

}  // namespace
}  // namespace lockstep
