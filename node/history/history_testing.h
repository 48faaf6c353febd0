// A small venue whose every command is recorded, for the tests of the history: the one of core/engine's
// tests, with its commands kept, so that they can be written to a log and recorded from there again.
#pragma once

#include <gtest/gtest.h>

#include "core/engine/engine_testing.h"
#include "node/history/history.h"

namespace lockstep::history {

struct Told {
  Time time;
  Command command;
};

// USDT (6 decimals) and BTC, one linear perpetual of 0.001 BTC a lot, and accounts of cross margin with so
// many dollars each.
inline std::vector<Told> opening(const Rulebook& rules,
                                 const std::vector<std::pair<std::string, i64>>& accounts) {
  std::vector<Told> all;
  const auto add = [&all](Command command) { all.push_back({start_time, std::move(command)}); };
  add(RegisterAsset{"USDT", 6});
  add(RegisterAsset{"BTC", 8});
  add(RegisterIndex{"BTC-USDT", AssetId{1}, AssetId{0}});
  add(ProposeRulebook{rules});
  add(ScheduleEpoch{RulebookId{0}, 1, 0, Time{}});
  add(SmallVenue::perpetual("BTCUSDT"));
  add(OpenParty{"party"});
  for (u32 i = 0; i < accounts.size(); ++i) {
    add(OpenAccount{accounts[i].first, PartyId{0}, RulebookId{0}, MarginMode::cross, false, false});
    add(Deposit{AccountId{i}, AssetId{0}, Amount::from_raw(i128{accounts[i].second} * 1'000'000)});
  }
  add(IndexPrices{1, 1, {{IndexId{0}, dollars(20'000)}}});
  add(MarkPrices{1, 2, {{InstrumentId{0}, dollars(20'000), Rate{}, Price{}}}});
  return all;
}

struct Recorded {
  Engine engine;
  std::unique_ptr<History> history;
  std::vector<Told> told;
  Time now = start_time;
  u64 sequence = 2;

  explicit Recorded(const std::string& path = {}, const std::string& identity = {}) {
    Result<std::unique_ptr<History>, Fault> opened = History::open(path, identity);
    if (!opened) bug(__FILE__, __LINE__, opened.error().what.c_str());
    history = std::move(opened).value();
  }
  void play(const std::vector<Told>& commands) {
    for (const Told& one : commands) {
      now = one.time;
      (void)tell(one.command);
    }
  }
  Outcome tell(const Command& command) {
    told.push_back({now, command});
    history->before(engine, command);
    Outcome outcome = apply(engine, now, command);
    history->after(engine, command, outcome);
    return outcome;
  }
  Outcome must(const Command& command) {
    const Outcome outcome = tell(command);
    EXPECT_TRUE(outcome.accepted()) << command_name(command) << ": " << refusal_name(outcome.refusal);
    return outcome;
  }
  void price(i64 whole) {
    must(IndexPrices{1, ++sequence, {{IndexId{0}, dollars(whole)}}});
    must(MarkPrices{1, ++sequence, {{InstrumentId{0}, dollars(whole), Rate{}, Price{}}}});
  }
  void commit() { ASSERT_TRUE(history->commit()); }
};

inline Fill fill_of(u32 account, Side side, i64 lots, i64 price, OrderId order = 0) {
  Fill fill;
  fill.account = AccountId{account};
  fill.order = order;
  fill.instrument = InstrumentId{0};
  fill.side = side;
  fill.price = dollars(price);
  fill.lots = Lots::from_raw(lots);
  return fill;
}

inline PlaceOrder order_of(u32 account, OrderId id, Side side, i64 lots, i64 price) {
  PlaceOrder order;
  order.account = AccountId{account};
  order.order = id;
  order.instrument = InstrumentId{0};
  order.side = side;
  order.price = dollars(price);
  order.lots = Lots::from_raw(lots);
  return order;
}

inline Select all_of(u32 account) {
  Select select;
  select.account = AccountId{account};
  select.rising = true;
  select.limit = 100'000;
  return select;
}

// "deposit 1000 -> 1000" in dollars.
inline std::string text_of(const Payment& p) {
  static const char* const names[] = {"deposit",    "withdrawal", "transfer",    "trade", "funding",
                                      "settlement", "delivery",   "liquidation", "fund",  "other"};
  return std::string(names[static_cast<std::size_t>(p.kind)]) + " " + to_decimal(p.change.raw(), 6) + " -> " +
         to_decimal(p.balance.raw(), 6);
}
inline std::vector<std::string> texts_of(const std::vector<Payment>& rows) {
  std::vector<std::string> all;
  for (const Payment& row : rows) all.push_back(text_of(row));
  return all;
}
// "buy 40 at 19000 -> 40, fee 0.38, realised 0"
inline std::string text_of(const Trade& t) {
  return std::string(t.side == Side::buy ? "buy " : "sell ") + std::to_string(t.lots.raw()) + " at " +
         to_decimal(t.price.raw(), 8) + " -> " + std::to_string(t.after.raw()) + ", fee " +
         to_decimal(t.fee.raw(), 6) + ", realised " + to_decimal(t.realised.raw(), value_decimals);
}
inline std::vector<std::string> texts_of(const std::vector<Trade>& rows) {
  std::vector<std::string> all;
  for (const Trade& row : rows) all.push_back(text_of(row));
  return all;
}

}  // namespace lockstep::history
