// A fill: one side of a trade that the venue reports.  A fill of an order here was judged when the order was
// placed and is only checked against the order; a fill without an order is judged like a new order.
// docs/methodology.md 3.7.
#include <algorithm>

#include "core/engine/liquidation.h"
#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

bool reduces(const Account& account, const Fill& r) {
  const Holding* holding = find_holding(account, r.instrument, r.leg);
  return holding != nullptr && (holding->lots < Lots{}) == (r.side == Side::buy) &&
         r.lots <= abs(holding->lots);
}

// A long leg is never short, a short leg never long.
bool keeps_leg(const Account& account, const Fill& r) {
  if (r.leg == Leg::net) return true;
  const bool opens = (r.leg == Leg::long_leg) == (r.side == Side::buy);
  return opens || reduces(account, r);
}

Refusal check_against_order(const Account& account, const Fill& r) {
  const Order* order = find_order(account, r.order);
  if (order == nullptr) return Refusal::unknown_order;
  if (order->instrument != r.instrument || order->side != r.side || order->leg != r.leg) {
    return Refusal::fill_does_not_match_order;
  }
  if (!order->triggered) return Refusal::fill_of_untriggered_order;
  if (r.lots > order->lots - order->filled) return Refusal::fill_exceeds_order;
  if (order->time_in_force == TimeInForce::fill_or_kill && r.lots != order->lots) {
    return Refusal::fill_or_kill_partial;
  }
  if (order->post_only && r.taker) return Refusal::post_only_would_take;
  if (order->price != Price{}) {
    const bool worse = r.side == Side::buy ? r.price > order->price : r.price < order->price;
    if (worse) return Refusal::fill_worse_than_limit;
  }
  if (order->reduce_only && !reduces(account, r)) return Refusal::reduce_only_would_increase;
  return Refusal::none;
}

Refusal check_fill(const Context& c, const State& state, const Fill& r) {
  if (!known(state, r.account)) return Refusal::unknown_account;
  if (!known(state, r.instrument)) return Refusal::unknown_instrument;
  const Account& account = state.account(r.account);
  const Instrument& instrument = state.instrument(r.instrument);
  if (instrument.rulebook != account.rulebook) return Refusal::instrument_not_in_rulebook;
  if (instrument.expired || (instrument.expiry != Time{} && c.now >= instrument.expiry)) {
    return Refusal::instrument_expired;
  }
  if (instrument.kind == InstrumentKind::spot ? r.leg != Leg::net : !leg_fits(account, r.leg)) {
    return Refusal::leg_invalid;
  }
  if (account.mode == MarginMode::isolated && instrument.kind == InstrumentKind::option) {
    return Refusal::mode_mismatch;
  }
  if (r.lots <= Lots{} || r.lots > instrument.lots_max) return Refusal::lots_out_of_range;
  if (r.price <= Price{} || r.price > instrument.price_max) return Refusal::price_out_of_range;
  if (r.price.raw() % instrument.tick.raw() != 0) return Refusal::price_off_tick;
  const i128 fee_max = limits::amount_max * pow10(state.asset(instrument.settle).decimals);
  if (r.fee.raw() > fee_max || r.fee.raw() < -fee_max) return Refusal::amount_invalid;
  if (r.order != 0) {
    if (const Refusal refusal = check_against_order(account, r); refusal != Refusal::none) return refusal;
  }
  if (!keeps_leg(account, r)) return Refusal::leg_invalid;
  if (instrument.kind == InstrumentKind::spot) return Refusal::none;
  const Holding* holding = find_holding(account, r.instrument, r.leg);
  if (holding == nullptr && account.holdings.size() >= limits::holdings_per_account_max) {
    return Refusal::holding_limit;
  }
  const Lots bought = r.side == Side::buy ? r.lots : -r.lots;
  const Lots after = (holding == nullptr ? Lots{} : holding->lots) + bought;
  return abs(after) > instrument.lots_max ? Refusal::holding_limit : Refusal::none;
}

// Spot and isolated trades pay from the balance; what is paid must be there.
bool balances_hold(const State& state, const Account& before, const Account& after,
                   const Instrument& instrument) {
  const Index& index = state.index(instrument.index);
  const bool pays = instrument.kind == InstrumentKind::spot || after.mode == MarginMode::isolated;
  if (!pays) return true;
  for (const AssetId asset : {index.base, index.quote}) {
    const Amount now = balance(after, asset);
    if (now < Amount{} && now < balance(before, asset)) return false;
  }
  return true;
}

// Takes the fill off its order; true when the order is done.
bool consume(Account& trial, const Fill& r) {
  const auto it =
      std::find_if(trial.orders.begin(), trial.orders.end(), [&](const Order& o) { return o.id == r.order; });
  it->filled += r.lots;
  return it->filled == it->lots;
}

// Counts the fill of a protected quote; true when the account has had too much within the interval.
bool protection_exceeded(Account& trial, const Fill& r, Time now) {
  const Order* order = find_order(trial, r.order);
  Protection& p = trial.protection;
  if (!order->protected_quote || p.interval == Duration{}) return false;
  if (now >= p.window_from + p.interval) {
    p.window_from = now;
    p.filled = Lots{};
  }
  p.filled += r.lots;
  if (p.filled <= p.lots_max) return false;
  p.frozen_until = now + p.frozen;
  p.filled = Lots{};
  return true;
}

void end_protected_quotes(Context& c, Account& trial, AccountId id) {
  std::vector<OrderId> ended;
  for (const Order& order : trial.orders) {
    if (order.protected_quote) ended.push_back(order.id);
  }
  for (const OrderId order : ended) end_order(c, trial, id, order, OrderEnd::protection);
}

}  // namespace

Refusal handle(Context& c, const Fill& r) {
  State& state = c.state();
  if (const Refusal refusal = check_fill(c, state, r); refusal != Refusal::none) return refusal;
  const Account& before = state.account(r.account);
  const Instrument& instrument = state.instrument(r.instrument);
  Account& trial = try_on(c, r.account);
  Change change;
  const Rate leverage = leverage_for(state, before, r.instrument);
  const Amount fee = c.engine.build->fee(state.agreement.behaviour, r.fee);
  change.keeps_margin = is_liquidation(r.order);
  trade(state, trial, r.instrument, r.side, r.leg, r.price, r.lots, fee, leverage, change);
  const bool order_done = r.order != 0 && consume(trial, r);
  const bool pays_at_once = r.order == 0 || instrument.kind == InstrumentKind::spot;
  if (pays_at_once && !balances_hold(state, before, trial, instrument)) return Refusal::balance_insufficient;
  if (r.order == 0) {
    const Action action = reduces(before, r) ? Action::reduce : Action::open;
    if (const Refusal refusal = judge(c, r.account, trial, action); refusal != Refusal::none) return refusal;
  }

  if (is_liquidation(r.order)) {
    const Amount penalty = liquidation_fee(c, r.account, trial, r.instrument, r.leg, r.price, r.lots);
    Holding* left = trial.mode == MarginMode::isolated ? find_holding(trial, r.instrument, r.leg) : nullptr;
    if (left != nullptr) {
      left->isolated -= penalty;
    } else {
      add_balance(trial, instrument.settle, -penalty);
    }
    change.of(instrument.settle).fund += penalty;
  }
  const bool exceeded = r.order != 0 && protection_exceeded(trial, r, c.now);
  if (instrument.kind != InstrumentKind::spot) {
    const Holding* holding = find_holding(trial, r.instrument, r.leg);
    const Lots lots = holding == nullptr ? Lots{} : holding->lots;
    c.emit(HoldingChanged{r.account, r.instrument, r.leg, lots, change.realised});
  }
  note_fund_paid(c, r.account, r.instrument, change);
  if (order_done) end_order(c, trial, r.account, r.order, OrderEnd::filled);
  if (exceeded) {
    c.emit(ProtectionTriggered{r.account, trial.protection.frozen_until});
    end_protected_quotes(c, trial, r.account);
  }
  if (instrument.kind != InstrumentKind::spot) end_idle_reduce_only(c, trial, r.account, r.instrument, r.leg);
  commit(c, r.account, change);
  return Refusal::none;
}

}  // namespace lockstep
