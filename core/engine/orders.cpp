// Orders: what may be placed, in the documented order of checks, and what the account must be able to carry.
// The engine does not match; the venue reports fills.  docs/methodology.md 3.
#include <algorithm>

#include "core/engine/liquidation.h"
#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

bool waits(OrderType type) {
  return type == OrderType::stop || type == OrderType::stop_limit || type == OrderType::trailing;
}

// Which fields belong to which type.
bool fields_agree(const PlaceOrder& r) {
  const bool limited = r.type == OrderType::limit || r.type == OrderType::stop_limit;
  const bool stopped = r.type == OrderType::stop || r.type == OrderType::stop_limit;
  const bool trailing = r.type == OrderType::trailing;
  const bool resting = r.time_in_force == TimeInForce::good_till_cancelled;
  if (limited != (r.price != Price{}) || stopped != (r.trigger != Price{}) ||
      trailing != (r.trail != Price{})) {
    return false;
  }
  if (r.post_only && !(limited && resting)) return false;
  if (r.display != Lots{} && !(r.type == OrderType::limit && resting)) return false;
  if (r.protected_quote && (r.type != OrderType::limit || r.reduce_only)) return false;
  return r.display >= Lots{} && r.display <= r.lots;
}

Refusal check_price(const Instrument& instrument, Price price) {
  if (price == Price{}) return Refusal::none;
  if (price < Price{} || price > instrument.price_max) return Refusal::price_out_of_range;
  if (price.raw() % instrument.tick.raw() != 0) return Refusal::price_off_tick;
  return Refusal::none;
}

// What is left of the reduce-only order must not exceed what it reduces.
bool only_reduces(const Account& account, InstrumentId instrument, Leg leg, Side side, Lots lots) {
  const Holding* holding = find_holding(account, instrument, leg);
  if (holding == nullptr) return false;
  const bool opposite = (holding->lots < Lots{}) == (side == Side::buy);
  return opposite && lots <= abs(holding->lots);
}

// The holding if this order and all others of its side were filled.
bool within_holding_limit(const State& state, const Account& account, const Order& order) {
  const Instrument& instrument = state.instrument(order.instrument);
  if (instrument.kind == InstrumentKind::spot || order.reduce_only) return true;
  const Holding* holding = find_holding(account, order.instrument, order.leg);
  if (holding == nullptr && account.holdings.size() >= limits::holdings_per_account_max) return false;
  Lots lots = holding == nullptr ? Lots{} : holding->lots;
  if (order.side == Side::sell) lots = -lots;
  for (const Order& other : account.orders) {
    const bool same =
        other.instrument == order.instrument && other.leg == order.leg && other.side == order.side;
    if (same && other.id != order.id && !other.reduce_only) lots += other.lots - other.filled;
  }
  return lots + (order.lots - order.filled) <= instrument.lots_max;
}

Refusal check_place(Context& c, const PlaceOrder& r) {
  const State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  if (!known(state, r.instrument)) return Refusal::unknown_instrument;
  const Account& account = state.account(r.account);
  const Instrument& instrument = state.instrument(r.instrument);
  if (instrument.rulebook != account.rulebook) return Refusal::instrument_not_in_rulebook;
  if (instrument.expired || (instrument.expiry != Time{} && c.now >= instrument.expiry)) {
    return Refusal::instrument_expired;
  }
  if (r.order == 0 || is_liquidation(r.order)) return Refusal::number_out_of_range;
  if (find_order(account, r.order) != nullptr) return Refusal::order_exists;
  if (!leg_fits(account, r.leg) && instrument.kind != InstrumentKind::spot) return Refusal::leg_invalid;
  if (instrument.kind == InstrumentKind::spot && r.leg != Leg::net) return Refusal::leg_invalid;
  if (account.mode == MarginMode::isolated && instrument.kind == InstrumentKind::option) {
    return Refusal::mode_mismatch;
  }
  if (!fields_agree(r)) return Refusal::order_fields_invalid;
  if (r.lots <= Lots{} || r.lots > instrument.lots_max) return Refusal::lots_out_of_range;
  for (const Price price : {r.price, r.trigger, r.trail}) {
    if (const Refusal refusal = check_price(instrument, price); refusal != Refusal::none) return refusal;
  }
  if (r.protected_quote && c.now < account.protection.frozen_until) return Refusal::protection_frozen;
  if (account.orders.size() >= limits::orders_per_account_max) return Refusal::order_limit;
  if (r.reduce_only && !only_reduces(account, r.instrument, r.leg, r.side, r.lots)) {
    return Refusal::reduce_only_would_increase;
  }
  return Refusal::none;
}

Order order_from(const PlaceOrder& r, Time now) {
  Order order;
  order.id = r.order;
  order.instrument = r.instrument;
  order.side = r.side;
  order.leg = r.leg;
  order.type = r.type;
  order.time_in_force = r.time_in_force;
  order.post_only = r.post_only;
  order.reduce_only = r.reduce_only;
  order.protected_quote = r.protected_quote;
  order.trigger_by = r.trigger_by;
  order.price = r.price;
  order.trigger = r.trigger;
  order.trail = r.trail;
  order.lots = r.lots;
  order.display = r.display;
  order.placed_at = now;
  return order;
}

// A stop waits unless the market is already there; a trailing order starts from where the market is.
Refusal arm(const State& state, Order& order) {
  if (!waits(order.type)) return Refusal::none;
  const Price reference = reference_price(state, order);
  if (order.type == OrderType::trailing) {
    if (reference == Price{}) return Refusal::price_missing;
    order.trigger = order.side == Side::sell ? reference - order.trail : reference + order.trail;
    if (order.trigger <= Price{}) return Refusal::price_out_of_range;
  }
  order.triggered = reference != Price{} && trigger_met(order, reference);
  return Refusal::none;
}

}  // namespace

Refusal check_new_order(Context& c, const PlaceOrder& r, Order& order) {
  if (const Refusal refusal = check_place(c, r); refusal != Refusal::none) return refusal;
  order = order_from(r, c.now);
  if (const Refusal refusal = arm(c.state(), order); refusal != Refusal::none) {
    c.outcome.instrument = r.instrument;
    return refusal;
  }
  const Account& account = c.state().account(r.account);
  return within_holding_limit(c.state(), account, order) ? Refusal::none : Refusal::holding_limit;
}

void insert_order(Account& account, const Order& order) {
  const auto before = [](const Order& o, OrderId key) { return o.id < key; };
  account.orders.insert(std::lower_bound(account.orders.begin(), account.orders.end(), order.id, before),
                        order);
}

Refusal handle(Context& c, const PlaceOrder& r) {
  Order order;
  if (const Refusal refusal = check_new_order(c, r, order); refusal != Refusal::none) return refusal;
  Account& trial = try_on(c, r.account);
  insert_order(trial, order);
  if (order.triggered) {
    const Action action = order.reduce_only ? Action::reduce : Action::open;
    if (const Refusal refusal = judge(c, r.account, trial, action); refusal != Refusal::none) return refusal;
  } else {
    add_waiting(c.engine.lookup, order.instrument, r.account, order.id);
  }
  commit(c, r.account, Change{});
  if (order.triggered && waits(order.type)) c.emit(OrderTriggered{r.account, order.id});
  return Refusal::none;
}

Refusal handle(Context& c, const AmendOrder& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  const Account& account = state.account(r.account);
  const Order* order = find_order(account, r.order);
  if (order == nullptr || is_liquidation(r.order)) return Refusal::unknown_order;  // not the client's
  const Instrument& instrument = state.instrument(order->instrument);
  const bool price_fits = r.price == Price{} || order->price != Price{};
  const bool trigger_fits = r.trigger == Price{} || (!order->triggered && order->type != OrderType::trailing);
  if (!price_fits || !trigger_fits) return Refusal::order_fields_invalid;
  if (r.lots != Lots{} &&
      (r.lots <= order->filled || r.lots < order->display || r.lots > instrument.lots_max)) {
    return Refusal::lots_out_of_range;
  }
  for (const Price price : {r.price, r.trigger}) {
    if (const Refusal refusal = check_price(instrument, price); refusal != Refusal::none) return refusal;
  }
  Account& trial = try_on(c, r.account);
  Order& amended = *std::find_if(trial.orders.begin(), trial.orders.end(),
                                 [&](const Order& o) { return o.id == r.order; });
  if (r.price != Price{}) amended.price = r.price;
  if (r.trigger != Price{}) amended.trigger = r.trigger;
  if (r.lots != Lots{}) amended.lots = r.lots;
  const Lots left = amended.lots - amended.filled;
  if (amended.reduce_only && !only_reduces(account, amended.instrument, amended.leg, amended.side, left)) {
    return Refusal::reduce_only_would_increase;
  }
  if (!within_holding_limit(state, account, amended)) return Refusal::holding_limit;
  if (amended.triggered) {
    const Action action = amended.reduce_only ? Action::reduce : Action::open;
    if (const Refusal refusal = judge(c, r.account, trial, action); refusal != Refusal::none) return refusal;
  }
  const InstrumentId touched = amended.instrument;
  commit(c, r.account, Change{});
  fire_triggers(c, touched);  // the new trigger may be met already
  return Refusal::none;
}

Refusal handle(Context& c, const CancelOrder& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  const bool own = find_order(state.account(r.account), r.order) != nullptr && !is_liquidation(r.order);
  if (!own) return Refusal::unknown_order;
  Account& live = state.accounts[r.account.index];
  end_order(c, live, r.account, r.order, OrderEnd::cancelled);
  c.touch(Kind::account, r.account.index);
  return Refusal::none;
}

}  // namespace lockstep
