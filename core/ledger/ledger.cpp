#include "core/ledger/ledger.h"

#include <algorithm>
#include <tuple>

#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

auto holding_before(const Holding& h, std::tuple<InstrumentId, Leg> key) {
  return std::tuple(h.instrument, h.leg) < key;
}

std::vector<Holding>::iterator holding_at(Account& account, InstrumentId instrument, Leg leg) {
  return std::lower_bound(account.holdings.begin(), account.holdings.end(), std::tuple(instrument, leg),
                          holding_before);
}

Holding& open_holding(const State& state, Account& account, InstrumentId instrument, Leg leg) {
  const auto it = holding_at(account, instrument, leg);
  if (it != account.holdings.end() && it->instrument == instrument && it->leg == leg) return *it;
  Holding fresh;
  fresh.instrument = instrument;
  fresh.leg = leg;
  fresh.funding = state.market(instrument).funding;
  return *account.holdings.insert(it, fresh);
}

void charge_funding(const State& state, Holding& holding, House& house) {
  const Market& market = state.market(holding.instrument);
  const Value owed = times(market.funding - holding.funding, holding.lots);
  holding.funding = market.funding;
  holding.residue -= owed;
  house.clearing += owed;
}

// Whole ledger units of the residue become money; the remainder, 0 <= rest < 1 unit, stays.
void sweep(const Asset& asset, AssetId id, Account& account, Holding& holding) {
  const Amount whole = to_amount(holding.residue, asset.decimals, Round::down);
  holding.residue -= to_value(whole, asset.decimals);
  if (account.mode == MarginMode::isolated) {
    holding.isolated += whole;
  } else {
    add_balance(account, id, whole);
  }
}

// The margin of a holding that is empty goes home; what is missing comes from the fund.
void release_isolated(AssetId asset, Account& account, Holding& holding, House& house, Change& change) {
  if (holding.isolated < Amount{}) {
    house.fund += holding.isolated;
    change.fund_paid -= holding.isolated;
  } else {
    add_balance(account, asset, holding.isolated);
  }
  holding.isolated = Amount{};
}

// Takes `closed` lots (0 < closed <= |lots|) out of the holding at `value` per lot.
void reduce(const State& state, Account& account, Holding& holding, Lots closed, Value value,
            Change& change) {
  const Instrument& instrument = state.instrument(holding.instrument);
  const Asset& asset = state.asset(instrument.settle);
  House& house = change.of(instrument.settle);
  const Lots size = abs(holding.lots);
  const Lots signed_closed = holding.lots.raw() < 0 ? -closed : closed;
  const Value portion = Value::from_raw(mul_div(holding.cost.raw(), closed.raw(), size.raw(), Round::down));
  const Value realised = times(value, signed_closed) - portion;
  holding.cost -= portion;
  holding.lots -= signed_closed;
  change.realised += realised;
  if (!is_margined(instrument)) return;  // an option's premium is cash already

  holding.residue += realised;
  house.clearing -= realised;
  sweep(asset, instrument.settle, account, holding);
  if (account.mode != MarginMode::isolated) return;
  if (holding.lots == Lots{}) {
    release_isolated(instrument.settle, account, holding, house, change);
  } else if (holding.isolated > Amount{} && !change.keeps_margin) {
    const Amount part =
        Amount::from_raw(mul_div(holding.isolated.raw(), closed.raw(), size.raw(), Round::down));
    holding.isolated -= part;
    add_balance(account, instrument.settle, part);
  }
}

// What isolated margin an opening needs, at the worse of fill price and mark, and what it loses against the
// mark.
Value opening_margin(const State& state, const Instrument& instrument, InstrumentId id, Lots opened,
                     Value value, Rate leverage) {
  const Price mark = state.market(id).mark;
  const Value at_mark = mark == Price{} ? value : value_per_lot(instrument, mark);
  const Value notional = max(abs(times(value, opened)), abs(times(at_mark, opened)));
  const Value loss = max(times(value - at_mark, opened), Value{});
  return Value::from_raw(mul_div(notional.raw(), rate_one, leverage.raw(), Round::up)) + loss;
}

void increase(const State& state, Account& account, Holding& holding, Lots opened, Value value,
              Rate leverage) {
  const Instrument& instrument = state.instrument(holding.instrument);
  holding.cost += times(value, opened);
  holding.lots += opened;
  if (account.mode != MarginMode::isolated || !is_margined(instrument)) return;
  const Value margin = opening_margin(state, instrument, holding.instrument, opened, value, leverage);
  const Amount amount = to_amount(margin, state.asset(instrument.settle).decimals, Round::up);
  add_balance(account, instrument.settle, -amount);
  holding.isolated += amount;
}

void drop_if_empty(const State& state, Account& account, InstrumentId instrument, Leg leg, Change& change) {
  const auto it = holding_at(account, instrument, leg);
  LS_ASSERT(it != account.holdings.end() && it->instrument == instrument && it->leg == leg);
  if (it->lots != Lots{}) return;
  LS_ASSERT(it->cost == Value{} && it->isolated == Amount{});
  change.of(state.instrument(instrument).settle).dust += it->residue;
  account.holdings.erase(it);
}

void trade_spot(const State& state, Account& account, const Instrument& instrument, Lots bought, Price price,
                Change& change) {
  const Index& index = state.index(instrument.index);
  constexpr i128 lot_to_value = pow10(value_decimals - lot_decimals);
  const Value base = Value::from_raw(i128{instrument.lot} * lot_to_value * bought.raw());
  const Value quote = times(value_per_lot(instrument, price), bought);
  add_balance(account, index.base, to_amount(base, state.asset(index.base).decimals, Round::down));
  add_balance(account, index.quote, -to_amount(quote, state.asset(index.quote).decimals, Round::up));
  change.of(index.base).clearing -= base;
  change.of(index.quote).clearing += quote;
}

}  // namespace

House& Change::of(AssetId asset) {
  for (u32 i = 0; i < house_count; ++i) {
    if (house[i].asset == asset) return house[i].delta;
  }
  LS_ASSERT(house_count < 2);
  house[house_count].asset = asset;
  return house[house_count++].delta;
}

Amount balance(const Account& account, AssetId asset) {
  for (const Balance& row : account.balances) {
    if (row.asset == asset) return row.amount;
  }
  return Amount{};
}

void add_balance(Account& account, AssetId asset, Amount amount) {
  if (amount == Amount{}) return;
  const auto before = [](const Balance& row, AssetId key) { return row.asset < key; };
  const auto it = std::lower_bound(account.balances.begin(), account.balances.end(), asset, before);
  if (it == account.balances.end() || it->asset != asset) {
    account.balances.insert(it, Balance{asset, amount});
    return;
  }
  it->amount += amount;
  if (it->amount == Amount{}) account.balances.erase(it);
}

Holding* find_holding(Account& account, InstrumentId instrument, Leg leg) {
  const auto it = holding_at(account, instrument, leg);
  return it != account.holdings.end() && it->instrument == instrument && it->leg == leg ? &*it : nullptr;
}

const Holding* find_holding(const Account& account, InstrumentId instrument, Leg leg) {
  const auto it = std::lower_bound(account.holdings.begin(), account.holdings.end(),
                                   std::tuple(instrument, leg), holding_before);
  return it != account.holdings.end() && it->instrument == instrument && it->leg == leg ? &*it : nullptr;
}

const Order* find_order(const Account& account, OrderId order) {
  const auto before = [](const Order& o, OrderId key) { return o.id < key; };
  const auto it = std::lower_bound(account.orders.begin(), account.orders.end(), order, before);
  return it != account.orders.end() && it->id == order ? &*it : nullptr;
}

Rate leverage_of(const Account& account, InstrumentId instrument, Rate default_leverage) {
  for (const Leverage& row : account.leverages) {
    if (row.instrument == instrument) return row.leverage;
  }
  return default_leverage;
}

Value unrealised(const Instrument& instrument, const Market& market, const Holding& holding, Value value) {
  if (!is_margined(instrument)) return holding.residue;
  return times(value, holding.lots) - holding.cost + holding.residue -
         times(market.funding - holding.funding, holding.lots);
}

void trade_at(const State& state, Account& account, InstrumentId id, Side side, Leg leg, Value value,
              Lots lots, Rate leverage, Change& change) {
  const Instrument& instrument = state.instrument(id);
  const Lots bought = side == Side::buy ? lots : -lots;
  change.instrument = id;
  Holding& holding = open_holding(state, account, id, leg);
  House& house = change.of(instrument.settle);
  if (is_margined(instrument)) charge_funding(state, holding, house);
  if (instrument.kind == InstrumentKind::option) {
    const Value premium = times(value, bought);
    holding.residue -= premium;
    house.clearing += premium;
    sweep(state.asset(instrument.settle), instrument.settle, account, holding);
  }
  Lots rest = bought;
  if (holding.lots != Lots{} && (holding.lots < Lots{}) != (bought < Lots{})) {
    const Lots closed = std::min(lots, abs(holding.lots));
    reduce(state, account, holding, closed, value, change);
    rest = bought < Lots{} ? bought + closed : bought - closed;
  }
  if (rest != Lots{}) increase(state, account, holding, rest, value, leverage);
  change.clearing -= bought;
  drop_if_empty(state, account, id, leg, change);
}

void trade(const State& state, Account& account, InstrumentId id, Side side, Leg leg, Price price, Lots lots,
           Amount fee, Rate leverage, Change& change) {
  const Instrument& instrument = state.instrument(id);
  if (instrument.kind == InstrumentKind::spot) {
    change.instrument = id;
    trade_spot(state, account, instrument, side == Side::buy ? lots : -lots, price, change);
  } else {
    trade_at(state, account, id, side, leg, value_per_lot(instrument, price), lots, leverage, change);
  }
  const AssetId fee_asset = instrument.settle;
  add_balance(account, fee_asset, -fee);
  change.of(fee_asset).fees += fee;
}

void settle(const State& state, Account& account, Holding& holding, Value value, Change& change) {
  const Instrument& instrument = state.instrument(holding.instrument);
  LS_ASSERT(is_margined(instrument));
  House& house = change.of(instrument.settle);
  charge_funding(state, holding, house);
  const Value realised = times(value, holding.lots) - holding.cost;
  holding.cost += realised;
  holding.residue += realised;
  house.clearing -= realised;
  change.realised += realised;
  sweep(state.asset(instrument.settle), instrument.settle, account, holding);
}

void expire(const State& state, Account& account, InstrumentId id, Leg leg, Value value, Change& change) {
  const Instrument& instrument = state.instrument(id);
  Holding* holding = find_holding(account, id, leg);
  LS_ASSERT(holding != nullptr);
  House& house = change.of(instrument.settle);
  change.instrument = id;
  change.clearing += holding->lots;
  if (is_margined(instrument)) {
    charge_funding(state, *holding, house);
  } else {
    const Value payoff = times(value, holding->lots);
    holding->residue += payoff;
    house.clearing -= payoff;
    sweep(state.asset(instrument.settle), instrument.settle, account, *holding);
  }
  reduce(state, account, *holding, abs(holding->lots), value, change);
  drop_if_empty(state, account, id, leg, change);
}

Value owned(const State& state, const Account& account, AssetId asset) {
  const int decimals = state.asset(asset).decimals;
  Value sum = to_value(balance(account, asset), decimals);
  for (const Holding& holding : account.holdings) {
    if (state.instrument(holding.instrument).settle != asset) continue;
    sum += to_value(holding.isolated, decimals) + holding.residue;
  }
  return sum;
}

Value owned(const House& house, const Asset& asset) {
  return to_value(house.outside + house.fund + house.fees, asset.decimals) + house.clearing + house.dust;
}

Value conservation(const State& state, AssetId asset) {
  Value sum = owned(state.house[asset.index], state.asset(asset));
  for (const Account& account : state.accounts) sum += owned(state, account, asset);
  return sum;
}

Lots lots_conservation(const State& state, InstrumentId instrument) {
  Lots sum = state.market(instrument).clearing;
  for (const Account& account : state.accounts) {
    for (const Leg leg : {Leg::net, Leg::long_leg, Leg::short_leg}) {
      if (const Holding* holding = find_holding(account, instrument, leg)) sum += holding->lots;
    }
  }
  return sum;
}

}  // namespace lockstep
