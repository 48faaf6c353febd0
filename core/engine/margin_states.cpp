// What an account is after it was assessed: its margin state, which is left for a better one only beyond a
// release, and the call that goes with it.  docs/methodology.md 4.10, 10.1.
#include <algorithm>

#include "core/engine/context.h"

namespace lockstep {
namespace {

MarginState worst_state(const Scheme& scheme, const StateRules& rules, const Assessment& assessment,
                        Rate raised) {
  MarginState worst = MarginState::normal;
  for (const PoolTotals& pool : assessment.pools) {
    worst = std::max(worst, margin_state(scheme, rules, pool, raised));
  }
  return worst;
}

MarginState next_state(const Rulebook& rules, const Account& account, const Assessment& assessment,
                       Time now) {
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  const MarginState plain = worst_state(scheme, rules.states, assessment, Rate{});
  MarginState next = plain;
  if (plain < account.state) {
    next = std::min(account.state, worst_state(scheme, rules.states, assessment, rules.states.release));
  }
  const bool late = account.call_until != Time{} && now >= account.call_until;
  // What only the deadline confined stays confined until the call is met.
  if (late && plain >= MarginState::call) next = std::max(next, MarginState::reduce_only);
  if (late && plain < MarginState::call && next == MarginState::reduce_only) next = plain;
  return next;
}

void call(Context& c, AccountId id, const Assessment& assessment, Duration period) {
  Account& account = c.state().accounts[id.index];
  account.call_until = c.now + period;
  for (const PoolTotals& pool : assessment.pools) {
    if (pool.available >= Value{} || !pool.isolated.is_none()) continue;
    const Amount amount = to_amount(-pool.available, c.state().asset(pool.asset).decimals, Round::up);
    c.emit(MarginCalled{id, pool.asset, amount, account.call_until});
  }
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
  if (next != account.state) {
    c.emit(MarginStateChanged{id, account.state, next});
    account.state = next;
    c.touch(Kind::account, id.index);
  }
  const bool called = next >= MarginState::call;
  if (called && account.call_until == Time{} && rules.states.call_period > Duration{}) {
    call(c, id, assessment, rules.states.call_period);
    c.touch(Kind::account, id.index);
  } else if (!called && account.call_until != Time{}) {
    account.call_until = Time{};
    c.emit(CallMet{id});
    c.touch(Kind::account, id.index);
  }
  return true;
}

bool confined(const State& state, const Account& account) {
  if (account.state == MarginState::reduce_only) return true;
  return account.state > MarginState::reduce_only &&
         state.rulebook(account.rulebook).rules().liquidation.size != LiquidationSize::none;
}

}  // namespace lockstep
