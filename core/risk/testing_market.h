// A small market for tests of margin: assets, indexes, instruments and accounts by name and decimal text.
// Header only; included by tests alone.
#pragma once

#include <string>
#include <string_view>

#include "core/risk/assess.h"

namespace lockstep::testing {

inline i128 raw(std::string_view text, int decimals) {
  i128 out = 0;
  const bool fine = parse_decimal(text, decimals, out);
  LS_ASSERT(fine);
  return out;
}
inline Price price(std::string_view text) {
  return Price::from_raw(static_cast<i64>(raw(text, price_decimals)));
}
inline Value value(std::string_view text) { return Value::from_raw(raw(text, value_decimals)); }
inline Rate rate(std::string_view text) { return Rate::from_raw(static_cast<i64>(raw(text, rate_decimals))); }
inline Rate percent(std::string_view text) {
  return Rate::from_raw(static_cast<i64>(raw(text, rate_decimals - 2)));
}
inline Lots lots(i64 count) { return Lots::from_raw(count); }
inline std::string text(Value v) { return to_decimal(v.raw(), value_decimals); }

// 2026-01-01T00:00:00Z
constexpr Time start = Time::from_raw(1'767'225'600'000'000);

struct World {
  State state;
  RiskBook book;

  explicit World(const Rulebook& rules) {
    state.time = start;
    RulebookHistory history;
    history.name = rules.name;
    history.active = 1;
    history.epochs.emplace_back();
    history.epochs[0].rulebook = rules;
    history.epochs[0].status = EpochStatus::active;
    state.rulebooks.push_back(history);
  }
  Rulebook& rules() { return state.rulebooks[0].epochs[0].rulebook; }

  AssetId asset(const std::string& name, u8 decimals) {
    Asset fresh;
    fresh.name = name;
    fresh.decimals = decimals;
    state.assets.push_back(fresh);
    return AssetId{static_cast<u32>(state.assets.size() - 1)};
  }
  IndexId index(AssetId base, AssetId quote, std::string_view at) {
    Index fresh;
    fresh.name = state.asset(base).name + "/" + state.asset(quote).name;
    fresh.base = base;
    fresh.quote = quote;
    fresh.price = price(at);
    fresh.stamp.at = state.time;
    state.indexes.push_back(fresh);
    return IndexId{static_cast<u32>(state.indexes.size() - 1)};
  }
  // lot: coins, or quote units if inverse.
  InstrumentId add(const std::string& name, InstrumentKind kind, bool inverse, IndexId on,
                   std::string_view lot, std::string_view mark) {
    Instrument fresh;
    fresh.name = name;
    fresh.rulebook = RulebookId{0};
    fresh.kind = kind;
    fresh.inverse = inverse;
    fresh.index = on;
    fresh.settle = inverse ? state.index(on).base : state.index(on).quote;
    fresh.lot = static_cast<i64>(raw(lot, lot_decimals));
    fresh.tick = Price::from_raw(1);
    state.instruments.push_back(fresh);
    Market market;
    market.mark = price(mark);
    market.stamp.at = state.time;
    state.markets.push_back(market);
    return InstrumentId{static_cast<u32>(state.instruments.size() - 1)};
  }
  InstrumentId option(bool inverse, OptionType type, IndexId on, std::string_view strike, Duration left,
                      std::string_view forward, std::string_view volatility, std::string_view mark) {
    const std::string name = "OPTION-" + std::string(strike) + (type == OptionType::call ? "-C" : "-P");
    const InstrumentId id = add(name, InstrumentKind::option, inverse, on, "1", mark);
    Instrument& instrument = state.instruments[id.index];
    instrument.option = type;
    instrument.strike = price(strike);
    instrument.expiry = state.time + left;
    Market& market = state.markets[id.index];
    market.forward = price(forward);
    market.volatility = rate(volatility);
    market.valued_at = state.time;
    return id;
  }
  void mark(InstrumentId id, std::string_view at) {
    state.markets[id.index].mark = price(at);
    state.markets[id.index].stamp.at = state.time;
    invalidate(book, id);
  }

  static Account account(MarginMode mode, bool pooled = false) {
    Account fresh;
    fresh.name = "desk";
    fresh.rulebook = RulebookId{0};
    fresh.mode = mode;
    fresh.pooled = pooled;
    return fresh;
  }
  void deposit(Account& account, AssetId asset, std::string_view amount) const {
    Balance fresh;
    fresh.asset = asset;
    fresh.amount = Amount::from_raw(raw(amount, state.asset(asset).decimals));
    account.balances.push_back(fresh);
  }
  // A holding of size lots bought at `cost` per lot in the settlement asset.
  static Holding& hold(Account& account, InstrumentId id, i64 size, Value cost_per_lot) {
    Holding fresh;
    fresh.instrument = id;
    fresh.lots = lots(size);
    fresh.cost = times(cost_per_lot, fresh.lots);
    account.holdings.push_back(fresh);
    return account.holdings.back();
  }
  static Order& order(Account& account, InstrumentId id, Side side, i64 size, std::string_view at) {
    Order fresh;
    fresh.id = account.orders.size() + 1;
    fresh.instrument = id;
    fresh.side = side;
    fresh.lots = lots(size);
    fresh.price = price(at);
    account.orders.push_back(fresh);
    return account.orders.back();
  }
  Assessment assess(const Account& account, Statement* statement = nullptr) {
    return lockstep::assess(state, book, account, statement);
  }
};

}  // namespace lockstep::testing
