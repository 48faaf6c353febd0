// A tick lets time act: funding is charged, options lose value, immediate orders lapse, every account is
// assessed, in order of id, and those that must be are liquidated, the worst first.
#include "core/engine/liquidation.h"

namespace lockstep {
namespace {

bool lapses(const Order& order, Time now) {
  // Without a limit an order takes what the market gives: market orders, and stops that have fired.
  const bool immediate = order.price == Price{} || order.time_in_force != TimeInForce::good_till_cancelled;
  return order.triggered && immediate && order.placed_at < now;
}

void lapse_orders(Context& c, AccountId id, Account& account) {
  std::vector<OrderId> ended;
  for (const Order& order : account.orders) {
    if (lapses(order, c.now)) ended.push_back(order.id);
  }
  for (const OrderId order : ended) end_order(c, account, id, order, OrderEnd::lapsed);
  if (!ended.empty()) c.touch(Kind::account, id.index);
}

}  // namespace

void value_options(Context& c) {
  State& state = c.state();
  for (const auto& [series, options] : c.engine.lookup.options) {
    for (const InstrumentId id : options) {
      state.markets[id.index].valued_at = c.now;
      c.touch(Kind::market, id.index);
      invalidate(c.engine.risk, id);
    }
  }
}

Refusal handle(Context& c, const Tick&) {
  State& state = c.state();
  begin_fund_day(c);
  charge_funding(c);
  value_options(c);
  std::vector<Victim> victims;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    lapse_orders(c, AccountId{i}, state.accounts[i]);
    if (renew_state(c, AccountId{i})) add_victim(c, AccountId{i}, victims);
  }
  if (state.agreement.resuming == 0) liquidate(c, victims);
  if (state.agreement.resuming > 0) {
    state.agreement.resuming -= 1;
    c.touch(Kind::agreement, 0);
  }
  end_idle_sessions(c);
  return Refusal::none;
}

}  // namespace lockstep
