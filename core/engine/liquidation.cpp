// Who is liquidated, of what, how much, and where it goes: against each other first, then to the market as
// orders that the venue fills.  docs/methodology.md 10.2 to 10.7.
#include "core/engine/liquidation.h"

#include <algorithm>

#include "core/ledger/valuation.h"
#include "core/liquidation/limit_price.h"
#include "core/liquidation/pace.h"

namespace lockstep {
namespace {

const LiquidationRules& rules_of(Context& c, AccountId id) {
  return c.state().rulebook(c.state().account(id).rulebook).rules().liquidation;
}

// The pools that are in liquidation, or were and are not yet beyond the release.
std::vector<PoolTotals> pools_in_question(Context& c, AccountId id) {
  const Account& account = c.state().account(id);
  const Rulebook& rules = c.state().rulebook(account.rulebook).rules();
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  std::vector<PoolTotals> pools;
  for (const PoolTotals& pool : c.engine.assessment.pools) {
    const bool now = margin_state(scheme, pool) >= MarginState::liquidation;
    const bool still =
        margin_state(scheme, rules.states, pool, rules.states.release) >= MarginState::liquidation;
    if (now || (still && account.state >= MarginState::liquidation)) pools.push_back(pool);
  }
  return pools;
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
    sum += closing_value(c.state(), c.engine.risk, {holding.instrument, holding.leg, abs(holding.lots)});
  }
  return sum;
}

struct Limits {
  Duration since;  // the last round
  Duration until;  // 0: no deadline paces this pool
  bool slices = true;
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
  if (budget != nullptr) *budget -= times(one, lots);
  return lots;
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
  const LiquidationRules& rules = rules_of(c, id);
  const liquidation::Ratio plain{rules.limit.raw(), rate_one};
  const bool bankrupt = rules.limit_at == LimitRule::bankruptcy && pool.equity < Value{};
  if (rules.limit_at == LimitRule::mark || bankrupt || pool.maintenance <= Value{}) return plain;
  const Account& account = c.state().account(id);
  const Closing all{closing.instrument, closing.leg,
                    abs(find_holding(account, closing.instrument, closing.leg)->lots)};
  const Value worth = closing_value(c.state(), c.engine.risk, all);
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

// Chooses, cuts to what this round may do, and leaves out what would raise maintenance once it is cut.
void close_some(LiquidationRound& round, AccountId id, const PoolTotals& pool, const Limits& limits) {
  Context& c = round.c;
  LiquidationRules rules = rules_of(c, id);
  if (pool.equity < Value{}) rules.size = LiquidationSize::whole;
  const std::vector<Closing> closings =
      merged(choose_closings(c.state(), c.engine.risk, c.state().account(id), pool, rules, round.scratch));
  Account after = c.state().account(id);
  Value maintenance = pool.maintenance;
  for (Closing closing : closings) {
    const Lots chosen = closing.lots;
    closing.lots = in_this_round(round, rules, after, closing, limits);
    if (closing.lots <= Lots{}) continue;
    Account next = after;
    close_on(c.state(), c.engine.risk, rules, closing, next);
    if (rules.size == LiquidationSize::to_target) {
      const Value then = maintenance_of(c, next, pool);
      if (then > maintenance && closing.lots < chosen) continue;
      maintenance = then;
    }
    after = std::move(next);
    want(round, id, closing, limit_away(c, id, pool, closing));
  }
}

void work_on_pool(LiquidationRound& round, AccountId id, const PoolTotals& pool) {
  Context& c = round.c;
  const LiquidationRules& rules = rules_of(c, id);
  const Account& account = c.state().account(id);
  if (!holds_anything(c.state(), account, pool)) {
    if (pool.equity < Value{}) cover_debt(c, id, pool);
    if (account.pooled) exchange_balances(c, id);
    return;
  }
  const bool bankrupt = pool.equity < Value{};
  Limits limits;
  const bool soon = rules.whole_within > Duration{} && account.liquidated_at != Time{} &&
                    c.now <= account.liquidated_at + rules.whole_within;
  limits.slices = !bankrupt && !soon;
  if (rules.deviation > Rate{} && !bankrupt) {
    limits.until =
        deadline(pool.margin_balance, gross_value(c, account, pool), rules.deviation, rules.deviations);
    limits.since = account.liquidated_at == Time{} ? second : c.now - account.liquidated_at;
    if (limits.until < rules.urgent) limits.until = Duration{};
  }
  const bool urgent = rules.deviation > Rate{} && limits.until == Duration{};
  const bool deep = pool.margin_balance < scale(pool.maintenance, rules.backstop_at, Round::up);
  if ((bankrupt || deep || urgent) && take_over(round, id, pool)) return;
  const bool early = pool.margin_balance < scale(pool.maintenance, rules.deleverage_at, Round::up);
  if (!bankrupt && early && rules.losses != LossRule::fund) deleverage(round, id, pool);
  if (bankrupt && rules.losses != LossRule::fund) {
    const int decimals = c.state().asset(pool.asset).decimals;
    if (!fund_can_pay(c, pool.asset, to_amount(-pool.equity, decimals, Round::up), rules)) {
      cover_debt(c, id, pool);
      deleverage(round, id, pool);
    }
  }
  if (holds_anything(c.state(), c.state().account(id), pool)) {
    close_some(round, id, pool_now(c, id, pool), limits);
  }
}

void work_on(LiquidationRound& round, AccountId id) {
  Context& c = round.c;
  if (!renew_state(c, id)) return;  // an earlier victim may have changed it
  std::vector<PoolTotals> pools = pools_in_question(c, id);
  if (pools.empty()) return;
  end_orders(c, id, pools);
  assess_into(c.state(), c.engine.risk, c.state().account(id), nullptr, c.engine.assessment);
  pools = pools_in_question(c, id);
  for (const PoolTotals& pool : pools) work_on_pool(round, id, pool_now(c, id, pool));
  c.state().accounts[id.index].liquidated_at = c.now;
  c.touch(Kind::account, id.index);
}

// Buys meet sells of the same instrument, both in the order in which they were decided.
void cross(LiquidationRound& round) {
  Context& c = round.c;
  std::vector<InstrumentId> instruments;
  for (const Wanted& w : round.wanted) {
    if (rules_of(c, w.account).cross) instruments.push_back(w.instrument);
  }
  std::sort(instruments.begin(), instruments.end());
  instruments.erase(std::unique(instruments.begin(), instruments.end()), instruments.end());
  for (const InstrumentId instrument : instruments) {
    std::vector<Wanted*> buys, sells;
    for (Wanted& w : round.wanted) {
      if (w.instrument == instrument) (w.side == Side::buy ? buys : sells).push_back(&w);
    }
    const Value value = risk_row(c.state(), c.engine.risk, instrument).mark;
    for (std::size_t b = 0, s = 0; b < buys.size() && s < sells.size();) {
      Wanted &buy = *buys[b], &sell = *sells[s];
      const Lots lots = std::min(buy.lots, sell.lots);
      close_at(c, buy.account, instrument, buy.leg, lots, value);
      close_at(c, sell.account, instrument, sell.leg, lots, value);
      c.emit(LiquidationCrossed{buy.account, sell.account, instrument, lots, value});
      buy.lots -= lots;
      sell.lots -= lots;
      if (buy.lots == Lots{}) ++b;
      if (sell.lots == Lots{}) ++s;
    }
  }
}

// The price `away` from the mark, on tick and in range: on the far side of it, or (at_most) not beyond it.
// Contracts worth 1 / price are that share of their value away, not of their price.
Price limit_price(Context& c, InstrumentId id, Side side, liquidation::Ratio away, bool at_most) {
  const Instrument& instrument = c.state().instrument(id);
  i128 mark = c.state().market(id).mark.raw();
  if (mark == 0) mark = risk_row(c.state(), c.engine.risk, id).mark.raw() / instrument.lot;
  const i128 tick = instrument.tick.raw();
  const i128 most = instrument.price_max.raw() / tick * tick;
  const Round round = (side == Side::buy) != at_most ? Round::up : Round::down;
  const bool by_inverse = at_most && instrument.inverse && instrument.kind != InstrumentKind::option;
  const i128 one = away.denominator;
  const i128 share = side == Side::buy ? away.numerator : -away.numerator;
  const i128 over = by_inverse ? one : one + share;
  const i128 under = by_inverse ? one - share : one;
  if (over <= 0) return instrument.tick;
  if (under <= 0) return Price::from_raw(static_cast<i64>(most));
  const i128 moved = mul_div_capped(mark, over, under, round, most);
  const i128 on_tick = div(moved, tick, round) * tick;
  return Price::from_raw(static_cast<i64>(std::min(std::max(on_tick, tick), most)));
}

void send(LiquidationRound& round) {
  Context& c = round.c;
  OrderId next = liquidation_orders_from | (c.position << 20);
  for (const Wanted& w : round.wanted) {
    const Holding* holding = find_holding(c.state().account(w.account), w.instrument, w.leg);
    if (w.lots == Lots{} || holding == nullptr) continue;
    Order order;
    order.id = next++;
    order.instrument = w.instrument;
    order.side = w.side;
    order.leg = w.leg;
    order.time_in_force = TimeInForce::immediate_or_cancel;
    order.reduce_only = true;
    const bool at_most = rules_of(c, w.account).limit_at != LimitRule::mark;
    order.price = limit_price(c, w.instrument, w.side, w.away, at_most);
    order.lots = std::min(w.lots, abs(holding->lots));
    order.placed_at = c.now;
    insert_order(c.state().accounts[w.account.index], order);
    c.touch(Kind::account, w.account.index);
    c.emit(LiquidationOrdered{w.account, order.id, w.instrument, w.side, w.leg, order.lots, order.price});
  }
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

void close_at(Context& c, AccountId id, InstrumentId instrument, Leg leg, Lots lots, Value value) {
  Account& trial = try_on(c, id);
  const Holding& holding = *find_holding(trial, instrument, leg);
  const Side side = holding.lots > Lots{} ? Side::sell : Side::buy;
  Change change;
  trade_at(c.state(), trial, instrument, side, leg, value, lots, Rate::from_raw(rate_one), change);
  const Holding* left = find_holding(trial, instrument, leg);
  c.emit(HoldingChanged{id, instrument, leg, left == nullptr ? Lots{} : left->lots, change.realised});
  if (change.fund_paid > Amount{}) c.emit(FundPaid{id, instrument, change.fund_paid});
  end_idle_reduce_only(c, trial, id, instrument, leg);
  commit(c, id, change);
}

void unwind(LiquidationRound& round, AccountId id) {
  Context& c = round.c;
  if (!renew_state(c, id)) return;
  const Account& account = c.state().account(id);
  for (const Holding& holding : account.holdings) {
    Closing closing{holding.instrument, holding.leg, abs(holding.lots)};
    closing.lots = in_this_round(round, rules_of(c, id), account, closing, {});
    if (closing.lots > Lots{}) want(round, id, closing, {rules_of(c, id).limit.raw(), rate_one});
  }
  c.state().accounts[id.index].liquidated_at = c.now;
  c.touch(Kind::account, id.index);
}

bool add_victim(const Context& c, AccountId id, std::vector<Victim>& victims) {
  const State& state = c.engine.state;
  const Account& account = state.account(id);
  const LiquidationRules& rules = state.rulebook(account.rulebook).rules().liquidation;
  if (rules.size == LiquidationSize::none || account.state < MarginState::liquidation) return false;
  const Duration pause = std::max(rules.cooldown, microsecond);
  if (account.liquidated_at != Time{} && c.now < account.liquidated_at + pause) return false;
  bool any = false;
  Victim worst{id, {}, {}};
  for (const PoolTotals& pool : c.engine.assessment.pools) {
    const Victim victim{id, pool.margin_balance - pool.maintenance, pool.maintenance};
    const bool idle = pool.maintenance == Value{} && pool.margin_balance >= Value{};
    if (idle || (any && !comes_first(victim, worst))) continue;
    worst = victim;
    any = true;
  }
  if (any) victims.push_back(worst);
  return any;
}

void liquidate(Context& c, std::vector<Victim>& victims) {
  put_in_order(victims);
  LiquidationRound round{c, {}, {}, {}};
  for (const Victim& victim : victims) work_on(round, victim.account);
  unwind_backstops(round);
  cross(round);
  send(round);
  for (const Victim& victim : victims) renew_state(c, victim.account);
}

}  // namespace lockstep
