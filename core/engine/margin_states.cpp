// What an account is after it was assessed: its margin state, which is left for a better one only beyond a
// release, and the call that goes with it.  docs/methodology.md 4.10, 10.1.
#include <algorithm>

#include "core/engine/context.h"

namespace lockstep {
namespace {

// A pool that waits is reduce-only at worst: methodology 6.7.
MarginState worst_state(const Rulebook& rules, const Account& account, const Assessment& assessment,
                        Rate raised, Time now) {
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  MarginState worst = MarginState::normal;
  for (const PoolTotals& pool : assessment.pools) {
    const MarginState state = margin_state(scheme, rules.states, pool, raised);
    const bool spared = state >= MarginState::liquidation && waits(scheme, account, pool, now);
    worst = std::max(worst, spared ? MarginState::reduce_only : state);
  }
  return worst;
}

MarginState next_state(const Rulebook& rules, const Account& account, const Assessment& assessment,
                       Time now) {
  const StateRules& lines = rules.states;
  const bool no_lines = lines.warning == Rate{} && lines.reduce_only == Rate{} && lines.release == Rate{};
  const bool plainly = no_lines && account.call_until == Time{} && account.graces.empty();
  if (plainly) return assessment.state;  // most rulebooks, at every tick
  const MarginState plain = worst_state(rules, account, assessment, Rate{}, now);
  MarginState next = plain;
  if (plain < account.state) {
    next = std::min(account.state, worst_state(rules, account, assessment, lines.release, now));
  }
  // A call that stands beyond its deadline confines, also when only the release keeps it standing.
  const bool late = account.call_until != Time{} && now >= account.call_until;
  if (late && next >= MarginState::call) next = std::max(next, MarginState::reduce_only);
  return next;
}

// Calls the account for what its pools lack, if any lacks something; nobody is called for an isolated
// holding.
void call(Context& c, AccountId id, const Assessment& assessment, Duration period) {
  Account& account = c.state().accounts[id.index];
  const Time deadline = c.now + period;
  for (const PoolTotals& pool : assessment.pools) {
    if (pool.available >= Value{} || !pool.isolated.is_none()) continue;
    const Amount amount = to_amount(-pool.available, c.state().asset(pool.asset).decimals, Round::up);
    account.call_until = deadline;
    c.emit(MarginCalled{id, pool.asset, amount, deadline});
    c.touch(Kind::account, id.index);
  }
}

// Whoever may only reduce has no orders that could do more.
void end_opening_orders(Context& c, AccountId id) {
  Account& account = c.state().accounts[id.index];
  std::vector<OrderId> ended;
  for (const Order& order : account.orders) {
    const bool spot = c.state().instrument(order.instrument).kind == InstrumentKind::spot;
    if (order.triggered && !order.reduce_only && !spot) ended.push_back(order.id);
  }
  for (const OrderId order : ended) end_order(c, account, id, order, OrderEnd::reduce_only);
}

}  // namespace

bool renew_state(Context& c, AccountId id) {
  State& state = c.state();
  Account& account = state.accounts[id.index];
  Assessment& assessment = c.engine.assessment;
  assess_into(state, c.engine.risk, account, nullptr, assessment);
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  if (!allowed(rules, assessment.obstacle, Action::liquidate)) return false;  // no price, no decision
  const MarginState next = next_state(rules, account, assessment, c.now);
  if (state.agreement.resuming > 0 && next > account.state) return false;
  Duration call_period = rules.states.call_period;
  if (!account.graces.empty()) {
    if (state.agreement.resuming == 0) end_graces(c, id, assessment);
    if (!account.graces.empty()) call_period = grace_until(account) - c.now;
  }
  if (next != account.state) {
    const bool was_confined = confined(state, account);
    c.emit(MarginStateChanged{id, account.state, next});
    account.state = next;
    c.touch(Kind::account, id.index);
    const bool is_victim =
        next >= MarginState::liquidation && rules.liquidation.size != LiquidationSize::none;
    if (!was_confined && confined(state, account) && !is_victim) end_opening_orders(c, id);
  }
  const bool called = next >= MarginState::call;
  if (called && account.call_until == Time{} && call_period > Duration{}) {
    call(c, id, assessment, call_period);
  } else if (!called && account.call_until != Time{}) {
    account.call_until = Time{};
    c.emit(CallMet{id});
    c.touch(Kind::account, id.index);
  }
  return true;
}

bool confined(const State& state, const Account& account) {
  if (account.state < MarginState::reduce_only || account.mode == MarginMode::isolated) return false;
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  const bool late = account.call_until != Time{} && state.time >= account.call_until;
  return account.state == MarginState::reduce_only || late || rules.states.reduce_only > Rate{} ||
         rules.liquidation.size != LiquidationSize::none;
}

}  // namespace lockstep
