#include "tests/property/stream.h"

#include "core/ledger/ledger.h"
#include "tests/property/market.h"

namespace lockstep::property {

AccountId Stream::any_account(const State& state) {
  return AccountId{static_cast<u32>(prng_.below(state.accounts.size()))};
}

InstrumentId Stream::any_instrument(const State& state) {
  return InstrumentId{static_cast<u32>(prng_.below(state.instruments.size()))};
}

// Mostly one that the account may trade, and now and then any.
InstrumentId Stream::instrument_for(const State& state, const Account& account) {
  InstrumentId id = any_instrument(state);
  if (prng_.chance(1, 30)) return id;
  for (int tries = 0; tries < 20; ++tries) {
    const Instrument& instrument = state.instrument(id);
    const bool dead = instrument.expired || (instrument.expiry != Time{} && instrument.expiry <= now_);
    const bool odd = instrument.kind == InstrumentKind::option && account.mode == MarginMode::isolated;
    if (instrument.rulebook == account.rulebook && !dead && !odd) return id;
    id = any_instrument(state);
  }
  return id;
}

// On tick, within spread_ppm of the mark (or of what it would be).
Price Stream::near_price(const State& state, InstrumentId id, i64 spread_ppm) {
  const Instrument& instrument = state.instrument(id);
  const i64 fair = fair_price(state, instrument).raw();
  const i64 moved = fair + static_cast<i64>(i128{fair} * prng_.between(-spread_ppm, spread_ppm) / 1'000'000);
  const i64 ticks = moved / instrument.tick.raw();
  return Price::from_raw((ticks > 0 ? ticks : 1) * instrument.tick.raw());
}

Lots Stream::any_lots(const Instrument& instrument) {
  const i64 usual = usual_lots(instrument);
  return Lots::from_raw(prng_.chance(1, 20) ? prng_.between(1, usual * 50) : prng_.between(1, usual));
}

Step Stream::next(const Engine& engine) {
  const State& state = engine.state;
  if (setup_done_ < setup_size()) return {now_, setup_command(setup_done_++)};
  if (prng_.chance(1, 3)) now_ = now_ + Duration::from_raw(prng_.between(1, 60) * second.raw());
  if (prng_.chance(1, 400)) now_ = now_ + Duration::from_raw(prng_.between(1, 12) * hour.raw());
  Command command = prng_.chance(1, 40) ? draw_agreement(state) : draw(state);
  if (prng_.chance(1, 10)) command = as_request(state, command);
  if (prng_.chance(1, 25)) add_noise(command, prng_);
  return {now_, std::move(command)};
}

Command Stream::draw(const State& state) {
  switch (prng_.below(20)) {
    case 0:
    case 1: return draw_money(state);
    case 2:
    case 3:
    case 4: return draw_order(state);
    case 5:
    case 6: return draw_order_change(state);
    case 7:
    case 8:
    case 9:
    case 10:
    case 11: return draw_fill(state);
    case 12:
    case 13: return draw_index_prices(state);
    case 14:
    case 15: return draw_mark_prices(state);
    case 16: return prng_.chance(1, 3) ? draw_observations(state) : draw_smile(state);
    case 17: return draw_settlement(state);
    case 18: return prng_.chance(1, 3) ? draw_setting(state) : Command(Tick{});
    default: return prng_.chance(1, 8) ? draw_epoch(state) : draw_fill(state);
  }
}

Command Stream::draw_money(const State& state) {
  AccountId id = any_account(state);
  if (prng_.chance(1, 10)) {
    const AssetId asset{static_cast<u32>(prng_.below(state.assets.size()))};
    const i128 unit = pow10(state.asset(asset).decimals);
    return AdjustFund{asset, Amount::from_raw(unit * prng_.between(-100, 200))};
  }
  const u64 kind = prng_.below(6);
  if (kind > 3) {  // a change of isolated margin wants a holding
    for (int tries = 0; tries < 20; ++tries) {
      if (state.account(id).mode == MarginMode::isolated && !state.account(id).holdings.empty()) break;
      id = any_account(state);
    }
  }
  const Account& account = state.account(id);
  const AssetId asset{static_cast<u32>(prng_.below(state.assets.size()))};
  const i128 unit = pow10(state.asset(asset).decimals);
  const Amount amount = Amount::from_raw(unit * prng_.between(1, 20'000) / prng_.between(1, 1'000));
  switch (kind) {
    case 0:
    case 1: return Deposit{id, asset, amount};
    case 2: return Withdraw{id, asset, prng_.chance(1, 2) ? amount : balance(account, asset)};
    case 3: return Transfer{id, any_account(state), asset, amount};
    default: break;
  }
  AdjustIsolated adjust;
  adjust.account = id;
  adjust.instrument = instrument_for(state, account);
  if (!account.holdings.empty()) {
    const Holding& holding = account.holdings[prng_.below(account.holdings.size())];
    adjust.instrument = holding.instrument;
    adjust.leg = holding.leg;
  }
  adjust.amount = prng_.chance(1, 2) ? amount : -amount;
  return adjust;
}

Command Stream::draw_order(const State& state) {
  PlaceOrder r;
  r.account = any_account(state);
  const Account& account = state.account(r.account);
  r.order = prng_.chance(1, 40) ? order_ : ++order_;
  r.instrument = instrument_for(state, account);
  const Instrument& instrument = state.instrument(r.instrument);
  r.side = any_side();
  if (account.hedge && instrument.kind != InstrumentKind::spot) {
    r.leg = prng_.chance(1, 2) ? Leg::long_leg : Leg::short_leg;
  }
  r.lots = any_lots(instrument);
  const Holding* holding = find_holding(account, r.instrument, r.leg);
  if (holding != nullptr && prng_.chance(1, 3)) {
    r.reduce_only = true;
    r.side = holding->lots < Lots{} ? Side::buy : Side::sell;
    r.lots = Lots::from_raw(prng_.between(1, abs(holding->lots).raw()));
  }
  r.type = static_cast<OrderType>(prng_.below(5));
  const bool limited = r.type == OrderType::limit || r.type == OrderType::stop_limit;
  if (limited) r.price = near_price(state, r.instrument, 20'000);
  if (r.type == OrderType::stop || r.type == OrderType::stop_limit) {
    r.trigger = near_price(state, r.instrument, 30'000);
    if (prng_.chance(1, 3)) r.trigger_by = TriggerBy::index;
  }
  if (r.type == OrderType::trailing) {
    const i64 ticks = near_price(state, r.instrument, 0).raw() / instrument.tick.raw() / 50 + 1;
    r.trail = Price::from_raw(ticks * instrument.tick.raw());
  }
  if (limited) r.post_only = prng_.chance(1, 4);
  if (r.type == OrderType::limit && !r.reduce_only) r.protected_quote = prng_.chance(1, 3);
  if (r.type == OrderType::limit && prng_.chance(1, 5)) r.display = Lots::from_raw(1);
  if (!r.post_only && r.display == Lots{}) r.time_in_force = static_cast<TimeInForce>(prng_.below(3));
  return r;
}

Command Stream::draw_order_change(const State& state) {
  AccountId id = any_account(state);
  for (int tries = 0; tries < 5 && state.account(id).orders.empty(); ++tries) id = any_account(state);
  const Account& account = state.account(id);
  if (account.orders.empty() || prng_.chance(1, 20)) return CancelOrder{id, order_};
  const Order& order = account.orders[prng_.below(account.orders.size())];
  if (prng_.chance(1, 3)) return CancelOrder{id, order.id};
  AmendOrder r;
  r.account = id;
  r.order = order.id;
  if (order.price != Price{} && prng_.chance(2, 3)) r.price = near_price(state, order.instrument, 20'000);
  if (order.trigger != Price{} && prng_.chance(1, 2)) r.trigger = near_price(state, order.instrument, 30'000);
  if (prng_.chance(1, 2)) r.lots = order.filled + any_lots(state.instrument(order.instrument));
  return r;
}

Command Stream::draw_fill_of_order(const State& state, const Account& account, AccountId id) {
  std::size_t at = prng_.below(account.orders.size());
  if (!account.orders[at].triggered && prng_.chance(9, 10)) at = prng_.below(account.orders.size());
  const Order& order = account.orders[at];
  Fill r;
  r.account = id;
  r.order = order.id;
  r.instrument = order.instrument;
  r.side = order.side;
  r.leg = order.leg;
  r.price =
      order.price != Price{} && prng_.chance(9, 10) ? order.price : near_price(state, r.instrument, 2'000);
  const Lots left = order.lots - order.filled;
  r.lots = prng_.chance(1, 2) ? left : Lots::from_raw(prng_.between(1, left.raw()));
  r.taker = !order.post_only;
  r.fee = Amount::from_raw(prng_.between(-10, 100));
  return r;
}

Command Stream::draw_fill(const State& state) {
  const AccountId id = any_account(state);
  const Account& account = state.account(id);
  if (!account.orders.empty() && prng_.chance(1, 2)) return draw_fill_of_order(state, account, id);
  Fill r;
  r.account = id;
  r.instrument = instrument_for(state, account);
  const Instrument& instrument = state.instrument(r.instrument);
  r.side = any_side();
  r.lots = any_lots(instrument);
  if (account.hedge && instrument.kind != InstrumentKind::spot) {
    r.leg = r.side == Side::buy ? Leg::long_leg : Leg::short_leg;
  }
  if (!account.holdings.empty() && prng_.chance(1, 3)) {
    const Holding& holding = account.holdings[prng_.below(account.holdings.size())];
    r.instrument = holding.instrument;
    r.leg = holding.leg;
    r.side = holding.lots < Lots{} ? Side::buy : Side::sell;
    r.lots = Lots::from_raw(prng_.between(1, abs(holding.lots).raw()));
    if (prng_.chance(1, 4)) r.lots = abs(holding.lots);
  }
  r.price = near_price(state, r.instrument, 2'000);
  r.fee = Amount::from_raw(prng_.between(-10, 1'000));
  return r;
}

}  // namespace lockstep::property
