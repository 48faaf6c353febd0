// Adoption takes what no command could bring about any more, books it against the house, and refuses what
// cannot be.
#include "core/engine/adopt.h"

#include <gtest/gtest.h>

#include "core/engine/engine_testing.h"
#include "core/ledger/ledger.h"

namespace lockstep {
namespace {

constexpr AccountId alice{0};
constexpr AccountId bob{1};  // isolated
constexpr AccountId carol{2};

Refusal adopt_carol(SmallVenue& venue) {
  return adopt_account(venue.engine, {"carol", PartyId{0}, RulebookId{0}, MarginMode::cross, false, false});
}

Holding long_at(i64 price, i64 lots) {
  Holding holding;
  holding.instrument = InstrumentId{0};
  holding.lots = Lots::from_raw(lots);
  holding.cost = Value::from_raw(i128{dollars(price).raw()} * 100'000 * lots);
  return holding;
}

// The refusal, and that nothing but an accepted adoption changes the state.
template <class Adopt>
Refusal unchanged(SmallVenue& venue, Adopt adopt) {
  const Hash128 before = state_hash(venue.engine);
  const Refusal refusal = adopt(venue.engine);
  EXPECT_EQ(state_hash(venue.engine), before);
  return refusal;
}

TEST(Adopt, AHoldingUnderWaterThatNoFillWouldBring) {
  // 1 BTC from 30,000, at 20,000: 10,000 lost, 500 in the account.
  SmallVenue venue;
  ASSERT_EQ(adopt_carol(venue), Refusal::none);
  EXPECT_EQ(adopt_balance(venue.engine, carol, AssetId{0}, Amount::from_raw(500'000'000)), Refusal::none);
  EXPECT_EQ(adopt_holding(venue.engine, carol, long_at(30'000, 1'000)), Refusal::none);
  const Assessment assessment = assess_account(venue.engine, carol);
  ASSERT_EQ(assessment.pools.size(), 1u);
  EXPECT_EQ(assessment.pools[0].equity, Value::from_raw(-9'500 * value_one));
  EXPECT_EQ(assessment.state, MarginState::bankrupt);
  EXPECT_EQ(venue.engine.state.markets[0].clearing, Lots::from_raw(-1'000));
}

TEST(Adopt, WhatWasAdoptedTradesOnAndConserves) {
  SmallVenue venue;
  ASSERT_EQ(adopt_carol(venue), Refusal::none);
  ASSERT_EQ(adopt_balance(venue.engine, carol, AssetId{0}, Amount::from_raw(-3'000'000)), Refusal::none);
  ASSERT_EQ(adopt_holding(venue.engine, carol, long_at(19'000, 1'000)), Refusal::none);
  Fill fill = small_fill();
  fill.account = carol;
  fill.side = Side::sell;
  fill.lots = Lots::from_raw(1'000);
  venue.must(fill);
  EXPECT_EQ(balance(venue.engine.state.accounts[carol.index], AssetId{0}), Amount::from_raw(997'000'000));
  EXPECT_EQ(conservation(venue.engine.state, AssetId{0}), Value{});
  EXPECT_EQ(lots_conservation(venue.engine.state, InstrumentId{0}), Lots{});
}

TEST(Adopt, IsolatedMarginStandsBehindItsHoldingAlone) {
  SmallVenue venue;
  Holding holding = long_at(20'000, 100);
  holding.isolated = Amount::from_raw(150'000'000);
  EXPECT_EQ(adopt_holding(venue.engine, bob, holding), Refusal::none);
  EXPECT_EQ(conservation(venue.engine.state, AssetId{0}), Value{});
  EXPECT_EQ(assess_account(venue.engine, bob).pools.size(), 2u);
  EXPECT_EQ(unchanged(venue, [&](Engine& e) { return adopt_holding(e, alice, holding); }),
            Refusal::mode_mismatch);
}

TEST(Adopt, FundingIsChargedFromThenOn) {
  SmallVenue venue;
  venue.must(FundingRate{InstrumentId{0}, Rate::from_raw(rate_one / 100), Price{}});
  ASSERT_EQ(adopt_holding(venue.engine, alice, long_at(20'000, 100)), Refusal::none);
  EXPECT_EQ(assess_account(venue.engine, alice).pools[0].equity, Value::from_raw(1'000 * value_one));
}

TEST(Adopt, AnOrderBeyondItsMargin) {
  SmallVenue venue;
  PlaceOrder order = small_order();
  order.lots = Lots::from_raw(100'000);
  EXPECT_EQ(venue.refusal(order), Refusal::margin_insufficient);
  EXPECT_EQ(adopt_order(venue.engine, venue.now, order, Lots::from_raw(1)), Refusal::none);
  EXPECT_EQ(venue.engine.state.accounts[0].orders[0].filled, Lots::from_raw(1));
  EXPECT_LT(assess_account(venue.engine, alice).pools[0].available, Value{});
}

TEST(Adopt, AStopWaitsAndFires) {
  SmallVenue venue;
  ASSERT_EQ(adopt_holding(venue.engine, alice, long_at(20'000, 100)), Refusal::none);
  PlaceOrder stop = small_order();
  stop.type = OrderType::stop;
  stop.side = Side::sell;
  stop.price = Price{};
  stop.trigger = dollars(19'500);
  stop.reduce_only = true;
  ASSERT_EQ(adopt_order(venue.engine, venue.now, stop, Lots{}), Refusal::none);
  EXPECT_FALSE(venue.engine.state.accounts[0].orders[0].triggered);
  venue.prices(19'400);
  EXPECT_TRUE(venue.engine.state.accounts[0].orders[0].triggered);
}

TEST(Adopt, RefusesWhatCannotBeAndChangesNothing) {
  SmallVenue venue;
  const auto holding = [&venue](AccountId account, const Holding& h) {
    return unchanged(venue, [&](Engine& e) { return adopt_holding(e, account, h); });
  };
  EXPECT_EQ(holding(AccountId{9}, long_at(20'000, 1)), Refusal::unknown_account);
  EXPECT_EQ(holding(alice, long_at(20'000, 0)), Refusal::lots_out_of_range);
  EXPECT_EQ(holding(alice, long_at(20'000, 1'000'001)), Refusal::holding_limit);
  Holding legged = long_at(20'000, 1);
  legged.leg = Leg::long_leg;
  EXPECT_EQ(holding(alice, legged), Refusal::leg_invalid);
  Holding unknown = long_at(20'000, 1);
  unknown.instrument = InstrumentId{7};
  EXPECT_EQ(holding(alice, unknown), Refusal::unknown_instrument);

  const auto balance_of = [&venue](i128 raw) {
    return unchanged(venue,
                     [&](Engine& e) { return adopt_balance(e, alice, AssetId{0}, Amount::from_raw(raw)); });
  };
  EXPECT_EQ(balance_of(1), Refusal::row_duplicate);
  EXPECT_EQ(balance_of(limits::balance_max * 1'000'001), Refusal::amount_invalid);

  const auto leverage = [&venue](i64 whole) {
    return unchanged(venue, [&](Engine& e) {
      return adopt_leverage(e, alice, InstrumentId{0}, Rate::from_raw(whole * rate_one));
    });
  };
  EXPECT_EQ(leverage(0), Refusal::leverage_out_of_range);
  EXPECT_EQ(leverage(11), Refusal::leverage_out_of_range);

  const auto order = [&venue](const PlaceOrder& o, i64 filled) {
    return unchanged(venue, [&](Engine& e) { return adopt_order(e, venue.now, o, Lots::from_raw(filled)); });
  };
  EXPECT_EQ(order(small_order(), 100), Refusal::lots_out_of_range);
  PlaceOrder immediate = small_order();
  immediate.time_in_force = TimeInForce::immediate_or_cancel;
  EXPECT_EQ(order(immediate, 0), Refusal::order_fields_invalid);
  PlaceOrder off_tick = small_order();
  off_tick.price = Price::from_raw(1);
  EXPECT_EQ(order(off_tick, 0), Refusal::price_off_tick);

  EXPECT_EQ(
      unchanged(
          venue,
          [](Engine& e) {
            return adopt_account(e, {"alice", PartyId{0}, RulebookId{0}, MarginMode::cross, false, false});
          }),
      Refusal::name_taken);
}

TEST(Adopt, SnapshotAndRestoreKeepWhatWasAdopted) {
  SmallVenue venue;
  ASSERT_EQ(adopt_carol(venue), Refusal::none);
  ASSERT_EQ(adopt_holding(venue.engine, carol, long_at(21'000, 7)), Refusal::none);
  ASSERT_EQ(adopt_order(venue.engine, venue.now, small_order(), Lots{}), Refusal::none);
  Bytes bytes;
  save(venue.engine, bytes);
  Engine restored;
  ASSERT_TRUE(restore(bytes, restored));
  EXPECT_EQ(state_hash(restored), state_hash(venue.engine));
}

}  // namespace
}  // namespace lockstep
