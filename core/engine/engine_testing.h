// A small venue for the engine's tests: USDT and BTC, one index, a linear perpetual (0.001 BTC a lot, tick
// 0.1) and a rulebook of one bracket: maintenance 5 %, leverage at most 10.  Two accounts with 1,000 USDT.
#pragma once

#include <functional>

#include "core/engine/engine.h"
#include "core/units/limits.h"

namespace lockstep {

inline Rulebook small_rulebook(i64 maintenance_percent = 5) {
  Rulebook r;
  r.name = "small";
  r.version = "1";
  r.source = "made for tests";
  r.leverage_default = Rate::from_raw(10 * rate_one);
  Component brackets;
  brackets.name = "brackets";
  brackets.kind = ComponentKind::brackets;
  brackets.applies = class_bit(InstrumentKind::perpetual, false);
  BracketRow row;
  row.key.base = "BTC";
  Bracket bracket;
  bracket.rate = Rate::from_raw(maintenance_percent * rate_one / 100);
  bracket.leverage_max = Rate::from_raw(10 * rate_one);
  row.brackets = {bracket};
  brackets.brackets = {row};
  r.components = {brackets};
  for (const MarginMode mode : {MarginMode::cross, MarginMode::isolated}) {
    Scheme s;
    s.mode = mode;
    s.orders.kind = OrderRuleKind::worst_side;
    const Expression unit{"brackets", {Op{OpCode::component, 0, Rate{}}}};
    s.unit_initial = s.unit_maintenance = unit;
    s.pool_initial = {"sum(unit) + orders",
                      {Op{OpCode::sum_units, 0, {}}, Op{OpCode::orders, 0, {}}, Op{OpCode::add, 0, {}}}};
    s.pool_maintenance = {"sum(unit)", {Op{OpCode::sum_units, 0, Rate{}}}};
    r.schemes.push_back(s);
  }
  return r;
}

constexpr Time start_time = Time::from_raw(1'770'000'000'000'000);
constexpr Price dollars(i64 whole) { return Price::from_raw(whole * price_one); }

struct SmallVenue {
  Engine engine;
  Time now = start_time;
  u64 sequence = 0;

  SmallVenue() {
    must(RegisterAsset{"USDT", 6});
    must(RegisterAsset{"BTC", 8});
    must(RegisterIndex{"BTC-USDT", AssetId{1}, AssetId{0}});
    must(ProposeRulebook{small_rulebook()});
    must(ScheduleEpoch{RulebookId{0}, 1, 0, Time{}});
    must(perpetual("BTCUSDT"));
    must(OpenParty{"party"});
    must(OpenAccount{"alice", PartyId{0}, RulebookId{0}, MarginMode::cross, false, false});
    must(OpenAccount{"bob", PartyId{0}, RulebookId{0}, MarginMode::isolated, false, false});
    must(Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1'000'000'000)});
    must(Deposit{AccountId{1}, AssetId{0}, Amount::from_raw(1'000'000'000)});
    prices(20'000);
  }
  static RegisterInstrument perpetual(const char* name) {
    RegisterInstrument r;
    r.name = name;
    r.rulebook = RulebookId{0};
    r.kind = InstrumentKind::perpetual;
    r.index = IndexId{0};
    r.lot = 100'000;
    r.tick = Price::from_raw(10'000'000);
    r.price_max = dollars(1'000'000);
    r.lots_max = Lots::from_raw(1'000'000);
    return r;
  }
  void prices(i64 whole) {
    must(IndexPrices{1, ++sequence, {{IndexId{0}, dollars(whole)}}});
    must(MarkPrices{1, ++sequence, {{InstrumentId{0}, dollars(whole), Rate{}, Price{}}}});
  }
  Outcome apply(const Command& command) { return lockstep::apply(engine, now, command); }
  Outcome must(const Command& command) {
    const Outcome outcome = apply(command);
    if (!outcome.accepted()) bug(__FILE__, __LINE__, refusal_name(outcome.refusal).data());
    return outcome;
  }
  Refusal refusal(const Command& command) { return apply(command).refusal; }
};

// 0.4 BTC bought at 20,000 by alice.
inline Fill small_fill() {
  Fill fill;
  fill.account = AccountId{0};
  fill.instrument = InstrumentId{0};
  fill.price = dollars(20'000);
  fill.lots = Lots::from_raw(400);
  return fill;
}

// A resting bid for 0.1 BTC at 19,000.
inline PlaceOrder small_order() {
  PlaceOrder order;
  order.account = AccountId{0};
  order.order = 1;
  order.instrument = InstrumentId{0};
  order.price = dollars(19'000);
  order.lots = Lots::from_raw(100);
  return order;
}

}  // namespace lockstep
