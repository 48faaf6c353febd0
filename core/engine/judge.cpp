// The pre-trade check: the transition is judged, not only the end.  An account may go to `after` if every
// margin pool is then covered (margin balance >= initial margin), or if the scheme's rule of transition lets
// it go there all the same: whoever is under water may do what brings him up.  Methodology 4.12, 4.16.
#include <algorithm>

#include "core/engine/context.h"
#include "core/risk/exclusion.h"
#include "core/risk/transition.h"

namespace lockstep {
namespace {

// What a balance counts for less at the initial level is part of what that level asks.
Health health(const PoolTotals& pool) {
  return {pool.margin_balance, pool.initial + (pool.margin_balance - pool.initial_balance), pool.maintenance};
}

// Whether every total counts everything.
bool complete(const Assessment& a) {
  return a.obstacle == Obstacle::none || a.obstacle == Obstacle::price_stale ||
         a.obstacle == Obstacle::price_diverged;
}

Refusal refusal_of(Context& c, const Assessment& a) {
  c.outcome.instrument = a.instrument;
  c.outcome.index = a.index;
  switch (a.obstacle) {
    case Obstacle::none: return Refusal::none;
    case Obstacle::price_missing: return Refusal::price_missing;
    case Obstacle::price_stale: return Refusal::price_stale;
    case Obstacle::price_diverged: return Refusal::price_diverged;
    case Obstacle::no_parameters: return Refusal::instrument_without_parameters;
    case Obstacle::gap: c.outcome.gap = static_cast<u16>(a.obstacle_detail); return Refusal::rulebook_gap;
  }
  LS_ASSERT(false);
  return Refusal::none;
}

// Whether what the account holds and would hold, orders included, may stand together.
bool stands_together(Context& c, const Scheme& scheme, const Account& before, const Account& after) {
  if (scheme.exclusive.empty()) return true;
  const State& state = c.state();
  std::vector<Stake> stakes;
  InstrumentId one;
  const auto add = [&](InstrumentId id) {
    const std::string& base = state.asset(state.index(state.instrument(id).index).base).name;
    const bool exclusive =
        std::find(scheme.exclusive.begin(), scheme.exclusive.end(), base) != scheme.exclusive.end();
    if (exclusive) one = id;
    stakes.push_back({id.index, exclusive, true});
  };
  for (const Holding& holding : before.holdings) add(holding.instrument);
  for (const Holding& holding : after.holdings) add(holding.instrument);
  for (const Order& order : after.orders) {
    if (state.instrument(order.instrument).kind != InstrumentKind::spot) add(order.instrument);
  }
  if (may_stand_together(stakes)) return true;
  c.outcome.instrument = one;
  return false;
}

// Whether a derivative could be held that was not, or more of one: by a holding or by an order.
bool adds_risk(const State& state, const Account& before, const Account& after) {
  for (const Holding& holding : after.holdings) {
    const Holding* was = find_holding(before, holding.instrument, holding.leg);
    const bool turned = was != nullptr && (was->lots > Lots{}) != (holding.lots > Lots{});
    if (was == nullptr || turned || abs(holding.lots) > abs(was->lots)) return true;
  }
  for (const Order& order : after.orders) {
    if (order.reduce_only || state.instrument(order.instrument).kind == InstrumentKind::spot) continue;
    const Order* was = find_order(before, order.id);
    const bool fires = was != nullptr && order.triggered && !was->triggered;
    if (was == nullptr || fires || order.lots - order.filled > was->lots - was->filled) return true;
  }
  return false;
}

// Whether the account, as it is, has no totals for the same reason.
bool was_there(Context& c, AccountId id, const Assessment& end) {
  const Assessment start = assess(c.state(), c.engine.risk, c.state().account(id), nullptr);
  return start.obstacle == end.obstacle && start.obstacle_detail == end.obstacle_detail;
}

}  // namespace

Refusal judge(Context& c, AccountId id, const Account& after, Action action) {
  const Rulebook& rules = c.state().rulebook(after.rulebook).rules();
  const Scheme* scheme = find_scheme(rules, after.mode, after.pooled);
  if (action == Action::open && confined(c.state(), c.state().account(id)) &&
      adds_risk(c.state(), c.state().account(id), after)) {
    return Refusal::reduce_only_account;
  }
  const bool opens = action == Action::open && scheme != nullptr;
  if (opens && !stands_together(c, *scheme, c.state().account(id), after)) {
    return Refusal::instrument_exclusive;
  }
  Assessment& end = c.engine.assessment;
  assess_into(c.state(), c.engine.risk, after, nullptr, end);
  if (!allowed(rules, end.obstacle, action)) {
    // Nobody gets into a gap by himself, but the market or a new epoch can carry an account there: the way
    // down stays open.
    const bool without_totals = end.obstacle >= Obstacle::gap;
    if (without_totals && action == Action::reduce && was_there(c, id, end)) return Refusal::none;
    return refusal_of(c, end);
  }
  if (!complete(end)) return Refusal::none;  // permitted although a price is missing: only ever less risk

  bool covered = true;
  for (const PoolTotals& pool : end.pools) covered = covered && pool.available >= Value{};
  if (covered) return Refusal::none;

  const Assessment start = assess(c.state(), c.engine.risk, c.state().account(id), nullptr);
  for (const PoolTotals& pool : end.pools) {
    if (pool.available >= Value{}) continue;
    const PoolTotals* before = start.find_like(pool);
    if (complete(start) && before != nullptr &&
        judge_transition(scheme->transition, health(*before), health(pool)) == Transition::allowed) {
      continue;
    }
    c.outcome.account = id;
    c.outcome.asset = pool.asset;
    c.outcome.missing = -pool.available;
    if (c.engine.explains) {
      Statement statement;
      assess(c.state(), c.engine.risk, after, &statement);
      c.outcome.binds = binding_rule(statement, static_cast<std::size_t>(&pool - end.pools.data()));
    }
    return Refusal::margin_insufficient;
  }
  return Refusal::none;
}

}  // namespace lockstep
