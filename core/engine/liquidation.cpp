// Who is liquidated, of what, how much, and where it goes: against each other first, then to the market as
// orders that the venue fills.  docs/methodology.md 10.2 to 10.7.
#include "core/engine/liquidation.h"

#include <algorithm>

#include "core/ledger/valuation.h"
#include "core/liquidation/limit_price.h"
#include "core/liquidation/pace.h"

namespace lockstep {

const LiquidationRules& liquidation_rules(Context& c, AccountId id) {
  return c.state().rulebook(c.state().account(id).rulebook).rules().liquidation;
}

namespace {

// The pools that are in liquidation; if none is any more, those that are not yet beyond the release.  Those
// that wait (methodology 6.7) are neither.
std::vector<PoolTotals> pools_in_question(Context& c, AccountId id) {
  const Account& account = c.state().account(id);
  const Rulebook& rules = c.state().rulebook(account.rulebook).rules();
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  std::vector<PoolTotals> now, still;
  for (const PoolTotals& pool : c.engine.assessment.pools) {
    if (waits(scheme, account, pool, c.now)) continue;
    if (margin_state(scheme, pool) >= MarginState::liquidation) {
      now.push_back(pool);
    } else if (margin_state(scheme, rules.states, pool, rules.states.release) >= MarginState::liquidation) {
      still.push_back(pool);
    }
  }
  return now.empty() && account.state >= MarginState::liquidation ? still : now;
}

void end_orders(Context& c, AccountId id, const std::vector<PoolTotals>& pools) {
  Account& account = c.state().accounts[id.index];
  std::vector<OrderId> ended;
  for (const Order& order : account.orders) {
    const bool concerned = account.mode != MarginMode::isolated ||
                           std::any_of(pools.begin(), pools.end(), [&](const PoolTotals& pool) {
                             return pool.isolated == order.instrument && pool.leg == order.leg;
                           });
    if (concerned) ended.push_back(order.id);
  }
  for (const OrderId order : ended) end_order(c, account, id, order, OrderEnd::liquidation);
  if (!ended.empty()) c.touch(Kind::account, id.index);
}

// What is left of the depth's share in this round; nullptr: nothing bounds it.
Value* budget_of(LiquidationRound& round, const LiquidationRules& rules, InstrumentId id) {
  if (rules.depth_share == Rate{}) return nullptr;
  const auto found = round.budgets.find(id);
  if (found != round.budgets.end()) return &found->second;
  const Observation* depth = find_observation(round.c.state(), ObservationKind::depth, id.index);
  if (depth == nullptr) return nullptr;
  return &round.budgets.emplace(id, scale(depth->value, rules.depth_share, Round::down)).first->second;
}

Value gross_value(Context& c, const Account& account, const PoolTotals& pool) {
  Value sum;
  for (const Holding& holding : account.holdings) {
    if (!in_pool(c.state(), account, pool, holding)) continue;
    const Value value =
        closing_value(c.state(), c.engine.risk, {holding.instrument, holding.leg, abs(holding.lots)});
    sum += into_pool(c.state(), pool, c.state().instrument(holding.instrument).settle, value, Round::up);
  }
  return sum;
}

struct Limits {
  Duration since;  // the last round
  Duration until;  // 0: no deadline paces this pool
  bool slices = true;
  bool urgent = false;  // there is a deadline, and it is too near for pacing
};

// How many lots a slice is at most; all of them where nothing is sliced.
Lots slice_of(const LiquidationRules& rules, Lots held, Value worth, Value one) {
  const bool whole = rules.share == Rate{} || worth <= rules.share_above || held <= rules.share_lots;
  if (whole) return held;
  const i128 share = mul_div(held.raw(), rules.share.raw(), rate_one, Round::up);
  const i128 least = one == Value{} ? i128{0} : div(rules.share_least.raw(), one.raw(), Round::down);
  return Lots::from_raw(static_cast<i64>(std::min(i128{held.raw()}, std::max({share, least, i128{1}}))));
}

// How many of the lots go in this round.
Lots in_this_round(LiquidationRound& round, const LiquidationRules& rules, const Account& account,
                   const Closing& closing, const Limits& limits) {
  RiskBook& risk = round.c.engine.risk;
  const State& state = round.c.state();
  const Holding& holding = *find_holding(account, closing.instrument, closing.leg);
  const Lots held = abs(holding.lots);
  const Value worth = closing_value(state, risk, {closing.instrument, closing.leg, held});
  const Value one = closing_value(state, risk, {closing.instrument, closing.leg, Lots::from_raw(1)});
  Lots lots = closing.lots;
  if (limits.slices) lots = std::min(lots, slice_of(rules, held, worth, one));
  if (one == Value{}) return lots;
  Value* budget = budget_of(round, rules, closing.instrument);
  const Value asked = times(one, lots);
  const Value most = paced(asked, worth, budget == nullptr ? asked : *budget, limits.since, limits.until);
  if (most < asked) {
    lots = Lots::from_raw(static_cast<i64>(div(most.raw(), one.raw(), Round::down)));
    const bool room = budget == nullptr || *budget >= one;
    if (lots == Lots{} && room) lots = Lots::from_raw(1);
  }
  return lots;
}

void spend_budget(LiquidationRound& round, const LiquidationRules& rules, const Closing& closing) {
  Value* budget = budget_of(round, rules, closing.instrument);
  if (budget != nullptr) *budget -= closing_value(round.c.state(), round.c.engine.risk, closing);
}

// Closings of one holding are one; the order stays.
std::vector<Closing> merged(const std::vector<Closing>& closings) {
  std::vector<Closing> out;
  for (const Closing& closing : closings) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Closing& other) {
      return other.instrument == closing.instrument && other.leg == closing.leg;
    });
    if (same == out.end()) {
      out.push_back(closing);
    } else {
      same->lots += closing.lots;
    }
  }
  return out;
}

Value maintenance_of(Context& c, const Account& account, const PoolTotals& like) {
  assess_into(c.state(), c.engine.risk, account, nullptr, c.engine.assessment);
  const PoolTotals* pool = c.engine.assessment.find_like(like);
  return pool == nullptr ? Value{} : pool->maintenance;
}

void want(LiquidationRound& round, AccountId id, const Closing& closing, liquidation::Ratio away) {
  const Holding& holding = *find_holding(round.c.state().account(id), closing.instrument, closing.leg);
  const Side side = holding.lots > Lots{} ? Side::sell : Side::buy;
  round.wanted.push_back({id, closing.instrument, closing.leg, side, closing.lots, away});
}

// How far from the mark, as a share of it, the account's holding may go: methodology 10.15.
liquidation::Ratio limit_away(Context& c, AccountId id, const PoolTotals& pool, const Closing& closing) {
  const LiquidationRules& rules = liquidation_rules(c, id);
  const liquidation::Ratio plain{rules.limit.raw(), rate_one};
  const bool bankrupt = rules.limit_at == LimitRule::bankruptcy && pool.equity < Value{};
  if (rules.limit_at == LimitRule::mark || bankrupt || pool.maintenance <= Value{}) return plain;
  const Account& account = c.state().account(id);
  const Closing all{closing.instrument, closing.leg,
                    abs(find_holding(account, closing.instrument, closing.leg)->lots)};
  const Value worth = into_pool(c.state(), pool, c.state().instrument(closing.instrument).settle,
                                closing_value(c.state(), c.engine.risk, all), Round::up);
  if (worth == Value{}) return plain;
  Account without = account;
  close_on(c.state(), c.engine.risk, {}, all, without);
  const Value part = max(pool.maintenance - maintenance_of(c, without, pool), Value{});
  Value away;
  if (rules.limit_at == LimitRule::health) {
    const Health health{pool.margin_balance, {}, pool.maintenance};
    away =
        worth - liquidation::limit_proceeds(worth, part, health, {rules.adjustment, rules.spread}, Round::up);
  } else {
    away = Value::from_raw(mul_div(pool.equity.raw(), part.raw(), pool.maintenance.raw(), Round::down));
  }
  return {away.raw(), worth.raw()};
}

// Closings that only help together are cut by one share, the smallest that any of them may have.
std::vector<Closing> cut_together(LiquidationRound& round, const LiquidationRules& rules,
                                  const Account& account, std::vector<Closing> closings,
                                  const Limits& limits) {
  Lots part = Lots::from_raw(1), whole = Lots::from_raw(1);
  for (const Closing& closing : closings) {
    const Lots allowed = in_this_round(round, rules, account, closing, limits);
    const bool less = compare_products(allowed.raw(), whole.raw(), part.raw(), closing.lots.raw()) < 0;
    if (less) part = allowed, whole = closing.lots;
  }
  for (Closing& closing : closings) {
    const i128 cut = mul_div(closing.lots.raw(), part.raw(), whole.raw(), Round::up);
    closing.lots = Lots::from_raw(static_cast<i64>(cut));
  }
  std::erase_if(closings, [](const Closing& closing) { return closing.lots <= Lots{}; });
  return closings;
}

// Chooses, cuts to what this round may do, and leaves out what would raise maintenance once it is cut.
void close_some(LiquidationRound& round, AccountId id, const PoolTotals& pool, const Limits& limits,
                bool whole) {
  Context& c = round.c;
  LiquidationRules rules = liquidation_rules(c, id);
  if (whole) rules.size = LiquidationSize::whole;
  const Choice choice =
      choose_closings(c.state(), c.engine.risk, c.state().account(id), pool, rules, round.scratch);
  const auto middle = choice.closings.begin() + static_cast<std::ptrdiff_t>(choice.together_from);
  Account after = c.state().account(id);
  Value maintenance = pool.maintenance;
  const auto take = [&](const std::vector<Closing>& closings, bool was_cut) {
    Account next = after;
    for (const Closing& closing : closings) close_on(c.state(), c.engine.risk, rules, closing, next);
    const Value then = maintenance_of(c, next, pool);
    if (rules.size == LiquidationSize::to_target && was_cut && then > maintenance) return;
    maintenance = then;
    after = std::move(next);
    for (const Closing& closing : closings) {
      spend_budget(round, rules, closing);
      want(round, id, closing, limit_away(c, id, pool, closing));
    }
  };
  for (Closing closing : merged({choice.closings.begin(), middle})) {
    const Lots chosen = closing.lots;
    closing.lots = in_this_round(round, rules, after, closing, limits);
    if (closing.lots > Lots{}) take({closing}, closing.lots < chosen);
  }
  const std::vector<Closing> together =
      cut_together(round, rules, after, merged({middle, choice.closings.end()}), limits);
  if (!together.empty()) take(together, true);
}

Limits limits_of(Context& c, AccountId id, const PoolTotals& pool) {
  const LiquidationRules& rules = liquidation_rules(c, id);
  const Account& account = c.state().account(id);
  const bool bankrupt = pool.equity < Value{};
  Limits limits;
  const bool soon = rules.whole_within > Duration{} && account.liquidated_at != Time{} &&
                    c.now <= account.liquidated_at + rules.whole_within;
  limits.slices = !bankrupt && !soon;
  if (rules.deviation == Rate{} || bankrupt) return limits;
  limits.until =
      deadline(pool.margin_balance, gross_value(c, account, pool), rules.deviation, rules.deviations);
  limits.since = account.liquidated_at == Time{} ? second : c.now - account.liquidated_at;
  limits.urgent = limits.until < rules.urgent || limits.until == Duration{};
  if (limits.urgent) limits.until = Duration{};
  return limits;
}

void want_against_winners(LiquidationRound& round, AccountId id, const PoolTotals& pool) {
  const Account& account = round.c.state().account(id);
  for (const Holding& holding : account.holdings) {
    if (!in_pool(round.c.state(), account, pool, holding)) continue;
    const Side side = holding.lots > Lots{} ? Side::sell : Side::buy;
    round.against_winners.push_back({id, holding.instrument, holding.leg, side, abs(holding.lots), {}});
  }
}

// What is bankrupt is dealt with before anything else, so that all debts of a tick are shared in one go.
void settle_debt(LiquidationRound& round, Case& one) {
  Context& c = round.c;
  const PoolTotals pool = pool_now(c, one.account, one.pool);
  if (pool.equity >= Value{}) return;
  if (!holds_anything(c.state(), c.state().account(one.account), pool)) {
    return cover_debt(round, one.account, pool);
  }
  if (take_over(round, one.account, pool)) {
    one.done = true;
  } else if (liquidation_rules(c, one.account).losses != LossRule::fund &&
             !fund_promises(round, one.account, pool)) {
    cover_debt(round, one.account, pool);
    one.covered = true;
  }
}

void work_on(LiquidationRound& round, Case& one) {
  Context& c = round.c;
  const AccountId id = one.account;
  const PoolTotals pool = pool_now(c, id, one.pool);
  const LiquidationRules& rules = liquidation_rules(c, id);
  if (!holds_anything(c.state(), c.state().account(id), pool)) {
    if (c.state().account(id).pooled) exchange_balances(c, id);
    one.done = true;
    return;
  }
  const Limits limits = limits_of(c, id, pool);
  const bool deep = pool.margin_balance < scale(pool.maintenance, rules.backstop_at, Round::up);
  if (!one.covered && (deep || limits.urgent) && take_over(round, id, pool)) {
    one.done = true;
    return;
  }
  const bool early =
      pool.equity >= Value{} && pool.margin_balance < scale(pool.maintenance, rules.deleverage_at, Round::up);
  if (one.covered || (early && rules.losses != LossRule::fund)) want_against_winners(round, id, pool);
}

// What winners did not take, and all the others, goes to the market.
void close_rest(LiquidationRound& round, const Case& one) {
  Context& c = round.c;
  if (one.done || !holds_anything(c.state(), c.state().account(one.account), one.pool)) return;
  const PoolTotals pool = pool_now(c, one.account, one.pool);
  const Rulebook& rules = c.state().rulebook(c.state().account(one.account).rulebook).rules();
  const Account& account = c.state().account(one.account);
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  const Rate release = account.state >= MarginState::liquidation ? rules.states.release : Rate{};
  if (margin_state(scheme, rules.states, pool, release) < MarginState::liquidation) return;
  Limits limits = limits_of(c, one.account, pool);
  limits.slices = limits.slices && !one.covered;
  close_some(round, one.account, pool, limits, one.covered || pool.equity < Value{});
}

// Ends the account's orders; if that is not enough, its pools are cases.
void open_cases(LiquidationRound& round, AccountId id) {
  Context& c = round.c;
  if (!renew_state(c, id)) return;
  std::vector<PoolTotals> pools = pools_in_question(c, id);
  if (pools.empty()) return;
  end_orders(c, id, pools);
  assess_into(c.state(), c.engine.risk, c.state().account(id), nullptr, c.engine.assessment);
  for (const PoolTotals& pool : pools_in_question(c, id)) round.cases.push_back({id, pool});
}

}  // namespace

PoolTotals pool_now(Context& c, AccountId id, const PoolTotals& like) {
  assess_into(c.state(), c.engine.risk, c.state().account(id), nullptr, c.engine.assessment);
  const PoolTotals* pool = c.engine.assessment.find_like(like);
  if (pool != nullptr) return *pool;
  PoolTotals none;
  none.asset = like.asset;
  none.isolated = like.isolated;
  none.leg = like.leg;
  return none;
}

bool holds_anything(const State& state, const Account& account, const PoolTotals& pool) {
  return std::any_of(account.holdings.begin(), account.holdings.end(),
                     [&](const Holding& holding) { return in_pool(state, account, pool, holding); });
}

void unwind(LiquidationRound& round, AccountId id) {
  Context& c = round.c;
  if (!renew_state(c, id)) return;
  const Account& account = c.state().account(id);
  for (const Holding& holding : account.holdings) {
    Closing closing{holding.instrument, holding.leg, abs(holding.lots)};
    closing.lots = in_this_round(round, liquidation_rules(c, id), account, closing, {});
    if (closing.lots <= Lots{}) continue;
    spend_budget(round, liquidation_rules(c, id), closing);
    want(round, id, closing, {liquidation_rules(c, id).limit.raw(), rate_one});
  }
  c.state().accounts[id.index].liquidated_at = c.now;
  c.touch(Kind::account, id.index);
}

bool add_victim(const Context& c, AccountId id, std::vector<Victim>& victims) {
  const State& state = c.engine.state;
  const Account& account = state.account(id);
  const Rulebook& book = state.rulebook(account.rulebook).rules();
  const LiquidationRules& rules = book.liquidation;
  if (rules.size == LiquidationSize::none || account.state < MarginState::liquidation) return false;
  const Duration pause = std::max(rules.cooldown, microsecond);
  if (account.liquidated_at != Time{} && c.now < account.liquidated_at + pause) return false;
  const Scheme& scheme = *find_scheme(book, account.mode, account.pooled);
  bool any = false;
  Victim worst{id, {}, {}};
  for (const PoolTotals& pool : c.engine.assessment.pools) {
    const Victim victim{id, pool.margin_balance - pool.maintenance, pool.maintenance};
    const bool idle = pool.maintenance == Value{} && pool.margin_balance >= Value{};
    if (idle || waits(scheme, account, pool, c.now) || (any && !comes_first(victim, worst))) continue;
    worst = victim;
    any = true;
  }
  if (any) victims.push_back(worst);
  return any;
}

void liquidate(Context& c, std::vector<Victim>& victims) {
  put_in_order(victims);
  LiquidationRound round{c};
  for (const Victim& victim : victims) open_cases(round, victim.account);
  for (Case& one : round.cases) settle_debt(round, one);
  share_unpaid(round);
  for (Case& one : round.cases) work_on(round, one);
  deleverage(round);
  for (const Case& one : round.cases) close_rest(round, one);
  for (const Case& one : round.cases) {
    c.state().accounts[one.account.index].liquidated_at = c.now;
    c.touch(Kind::account, one.account.index);
  }
  unwind_backstops(round);
  cross(round);
  send(round);
  share_unpaid(round);  // a unit, by rounding, of what was taken over
  for (const Victim& victim : victims) renew_state(c, victim.account);
}

}  // namespace lockstep
