// Stop and trailing orders wait outside the margin computation until the price they look at reaches their
// trigger. A triggered order is judged like a new one; if the account cannot carry it, it ends.
// docs/methodology.md 3.5.
#include <algorithm>

#include "core/engine/context.h"

namespace lockstep {
namespace {

// A trailing order's trigger follows the market in the favourable direction and never goes back.
bool follow(Order& order, Price reference) {
  if (order.type != OrderType::trailing) return false;
  const Price candidate = order.side == Side::sell ? reference - order.trail : reference + order.trail;
  const bool better = order.side == Side::sell ? candidate > order.trigger : candidate < order.trigger;
  if (better) order.trigger = candidate;
  return better;
}

void fire(Context& c, AccountId id, OrderId order_id) {
  Account& trial = try_on(c, id);
  const auto it = std::find_if(trial.orders.begin(), trial.orders.end(),
                               [&](const Order& o) { return o.id == order_id; });
  it->triggered = true;
  it->placed_at = c.now;  // the next tick is counted from here
  Outcome aside;
  Context judged{c.engine, aside, c.now, c.position};
  const Refusal refusal = it->reduce_only ? Refusal::none : judge(judged, id, trial, Action::open);
  remove_waiting(c.engine.lookup, it->instrument, id, order_id);
  if (refusal == Refusal::none) {
    c.emit(OrderTriggered{id, order_id});
  } else {
    trial.orders.erase(it);
    c.emit(OrderEnded{id, order_id, OrderEnd::refused_at_trigger});
  }
  commit(c, id, Change{});
}

}  // namespace

void add_waiting(Lookup& lookup, InstrumentId instrument, AccountId account, OrderId order) {
  auto& list = lookup.waiting[instrument];
  const std::pair key(account, order);
  list.insert(std::lower_bound(list.begin(), list.end(), key), key);
}

void remove_waiting(Lookup& lookup, InstrumentId instrument, AccountId account, OrderId order) {
  auto& list = lookup.waiting[instrument];
  const std::pair key(account, order);
  const auto it = std::lower_bound(list.begin(), list.end(), key);
  LS_ASSERT(it != list.end() && *it == key);
  list.erase(it);
  if (list.empty()) lookup.waiting.erase(instrument);
}

Price reference_price(const State& state, const Order& order) {
  if (order.trigger_by == TriggerBy::mark) return state.market(order.instrument).mark;
  return state.index(state.instrument(order.instrument).index).price;
}

bool trigger_met(const Order& order, Price reference) {
  return order.side == Side::buy ? reference >= order.trigger : reference <= order.trigger;
}

void fire_triggers(Context& c, InstrumentId instrument) {
  const auto found = c.engine.lookup.waiting.find(instrument);
  if (found == c.engine.lookup.waiting.end()) return;
  const auto waiting = found->second;  // a copy: fire() changes the list
  for (const auto& [account, order_id] : waiting) {
    Account& live = c.state().accounts[account.index];
    const auto it = std::find_if(live.orders.begin(), live.orders.end(),
                                 [id = order_id](const Order& o) { return o.id == id; });
    LS_ASSERT(it != live.orders.end());
    const Price reference = reference_price(c.state(), *it);
    if (reference == Price{}) continue;
    if (follow(*it, reference)) c.touch(Kind::account, account.index);
    if (trigger_met(*it, reference)) fire(c, account, order_id);
  }
}

}  // namespace lockstep
