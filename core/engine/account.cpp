// How a command gets at an account: it works on a copy, and commit() swaps the copy in after proving that no
// money was made or lost.
#include <algorithm>

#include "core/engine/context.h"

namespace lockstep {

Account& try_on(Context& c, AccountId account) {
  c.engine.trial = c.state().account(account);  // reuses the scratch's memory
  return c.engine.trial;
}

void commit(Context& c, AccountId id, const Change& change) {
  State& state = c.state();
  Account& live = state.accounts[id.index];
  for (u32 i = 0; i < change.house_count; ++i) {
    const AssetId asset = change.house[i].asset;
    const Value account_gain = owned(state, c.engine.trial, asset) - owned(state, live, asset);
    LS_ASSERT(account_gain + owned(change.house[i].delta, state.asset(asset)) == Value{});
    House& house = state.house[asset.index];
    const House& delta = change.house[i].delta;
    house.outside += delta.outside;
    house.fund += delta.fund;
    house.fees += delta.fees;
    house.clearing += delta.clearing;
    house.dust += delta.dust;
    c.touch(Kind::house, asset.index);
  }
  if (change.clearing != Lots{}) {
    state.markets[change.instrument.index].clearing += change.clearing;
    c.touch(Kind::market, change.instrument.index);
  }
  std::swap(live, c.engine.trial);
  c.touch(Kind::account, id.index);
}

bool leg_fits(const Account& account, Leg leg) { return account.hedge == (leg != Leg::net); }

void end_order(Context& c, Account& account, AccountId id, OrderId order, OrderEnd reason) {
  const auto it = std::find_if(account.orders.begin(), account.orders.end(),
                               [order](const Order& o) { return o.id == order; });
  LS_ASSERT(it != account.orders.end());
  if (!it->triggered) remove_waiting(c.engine.lookup, it->instrument, id, order);
  account.orders.erase(it);
  c.emit(OrderEnded{id, order, reason});
}

void end_idle_reduce_only(Context& c, Account& account, AccountId id, InstrumentId instrument, Leg leg) {
  const Holding* holding = find_holding(account, instrument, leg);
  std::vector<OrderId> idle;
  for (const Order& order : account.orders) {
    if (!order.reduce_only || order.instrument != instrument || order.leg != leg) continue;
    const bool reduces = holding != nullptr && (holding->lots < Lots{}) == (order.side == Side::buy);
    if (!reduces) idle.push_back(order.id);
  }
  for (const OrderId order : idle) end_order(c, account, id, order, OrderEnd::reduce_only);
}

}  // namespace lockstep
