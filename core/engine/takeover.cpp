// The backstop: an account of the venue's own that takes over whole pools which the market would only get at
// a loss, and works them off at its own pace.  docs/methodology.md 10.7.
#include <algorithm>

#include "core/engine/liquidation.h"

namespace lockstep {
namespace {

// Per lot, worse for whoever closes by the rate.
Value worse(Value mark, bool is_long, Rate rate) {
  const Value penalty = scale(abs(mark), rate, Round::down);
  return is_long ? mark - penalty : mark + penalty;
}

struct Handover {
  InstrumentId instrument;
  Leg leg;  // of the account
  Leg leg_there;
  Side side;  // the backstop's
  Lots lots;
  Value value;  // of one lot
};

std::vector<Handover> transfers(Context& c, const Account& account, const Account& backstop,
                                const PoolTotals& pool, Rate rate) {
  std::vector<Handover> all;
  for (const Holding& holding : account.holdings) {
    if (!in_pool(c.state(), account, pool, holding)) continue;
    const bool is_long = holding.lots > Lots{};
    const Leg there = !backstop.hedge ? Leg::net : is_long ? Leg::long_leg : Leg::short_leg;
    const Value mark = risk_row(c.state(), c.engine.risk, holding.instrument).mark;
    all.push_back({holding.instrument, holding.leg, there, is_long ? Side::buy : Side::sell,
                   abs(holding.lots), worse(mark, is_long, rate)});
  }
  return all;
}

// Whether the backstop could hold all of that and be covered.
bool carries(Context& c, const Account& backstop, const std::vector<Handover>& all) {
  Account trial = backstop;
  for (const Handover& t : all) {
    Change change;
    trade_at(c.state(), trial, t.instrument, t.side, t.leg_there, t.value, t.lots, Rate::from_raw(rate_one),
             change);
    const Holding* holding = find_holding(trial, t.instrument, t.leg_there);
    if (holding != nullptr && abs(holding->lots) > c.state().instrument(t.instrument).lots_max) return false;
  }
  if (trial.holdings.size() > limits::holdings_per_account_max) return false;
  const Assessment then = assess(c.state(), c.engine.risk, trial);
  const bool complete = then.obstacle <= Obstacle::price_diverged;
  return complete && std::all_of(then.pools.begin(), then.pools.end(),
                                 [](const PoolTotals& pool) { return pool.available >= Value{}; });
}

void transfer(Context& c, AccountId from, AccountId to, const Handover& t) {
  close_at(c, from, t.instrument, t.leg, t.lots, t.value, true);
  Account& trial = try_on(c, to);
  Change change;
  trade_at(c.state(), trial, t.instrument, t.side, t.leg_there, t.value, t.lots, Rate::from_raw(rate_one),
           change);
  const Holding* holding = find_holding(trial, t.instrument, t.leg_there);
  c.emit(HoldingChanged{to, t.instrument, t.leg_there, holding == nullptr ? Lots{} : holding->lots,
                        change.realised});
  end_idle_reduce_only(c, trial, to, t.instrument, t.leg_there);
  commit(c, to, change);
}

// The most that the equity bears: penalty, or less.
Rate bearable(Rate penalty, Value equity, Value gross) {
  if (gross == Value{} || equity <= Value{}) return Rate{};
  return Rate::from_raw(
      static_cast<i64>(mul_div_capped(equity.raw(), rate_one, gross.raw(), Round::down, penalty.raw())));
}

}  // namespace

const Account* find_backstop(Context& c, const Rulebook& rules, AccountId& id) {
  if (rules.liquidation.backstop.empty()) return nullptr;
  const auto found = c.engine.lookup.accounts.find(rules.liquidation.backstop);
  if (found == c.engine.lookup.accounts.end()) return nullptr;
  id = AccountId{found->second};
  const Account& account = c.state().account(id);
  const bool fits =
      account.mode != MarginMode::isolated && c.state().rulebook(account.rulebook).name == rules.name;
  return fits ? &account : nullptr;
}

bool take_over(LiquidationRound& round, AccountId id, const PoolTotals& pool) {
  Context& c = round.c;
  const Account& account = c.state().account(id);
  const Rulebook& rules = c.state().rulebook(account.rulebook).rules();
  AccountId to;
  const Account* backstop = find_backstop(c, rules, to);
  if (backstop == nullptr || to == id) return false;
  Value gross;  // in what the pool counts in
  for (const Handover& t : transfers(c, account, *backstop, pool, Rate{})) {
    const AssetId settle = c.state().instrument(t.instrument).settle;
    gross += into_pool(c.state(), pool, settle, abs(times(t.value, t.lots)), Round::up);
  }
  const Rate rate = bearable(rules.liquidation.penalty, pool.equity, gross);
  const std::vector<Handover> all = transfers(c, account, *backstop, pool, rate);
  if (!carries(c, *backstop, all)) return false;
  if (pool.equity < Value{}) cover_debt(round, id, pool);
  for (const Handover& t : all) transfer(c, id, to, t);
  c.emit(TakenOver{id, to, pool.asset, scale(gross, rate, Round::down)});
  const PoolTotals left = pool_now(c, id, pool);
  if (left.equity < Value{}) cover_debt(round, id, left);  // a unit, by rounding
  return true;
}

void exchange_balances(Context& c, AccountId id) {
  const State& state = c.state();
  const Account account = state.account(id);
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  const auto money = c.engine.lookup.assets.find(rules.money);
  if (money == c.engine.lookup.assets.end()) return;
  const AssetId paid{money->second};
  Value worth;
  Value gross;
  std::vector<Balance> taken;
  for (const Balance& balance : account.balances) {
    if (balance.asset == paid) continue;
    const Price price = price_between(state, balance.asset, paid);
    if (price == Price{}) continue;
    const Value value =
        Value::from_raw(mul_div_capped(to_value(balance.amount, state.asset(balance.asset).decimals).raw(),
                                       price.raw(), price_one, Round::down, limits::requirement_raw_max));
    worth += value;
    gross += abs(value);
    taken.push_back(balance);
  }
  if (taken.empty()) return;
  const Value whole = worth + to_value(balance(account, paid), state.asset(paid).decimals);
  const Value penalty = scale(gross, bearable(rules.liquidation.penalty, whole, gross), Round::down);
  const Amount pay = to_amount(worth - penalty, state.asset(paid).decimals, Round::down);
  for (const Balance& balance : taken) {
    Change change;
    add_balance(try_on(c, id), balance.asset, -balance.amount);
    change.of(balance.asset).fund += balance.amount;
    commit(c, id, change);
  }
  Change change;
  add_balance(try_on(c, id), paid, pay);
  change.of(paid).fund -= pay;
  commit(c, id, change);
  c.emit(BalancesExchanged{id, paid, pay});
}

void unwind_backstops(LiquidationRound& round) {
  Context& c = round.c;
  for (const RulebookHistory& history : c.state().rulebooks) {
    if (history.active == 0 || history.rules().liquidation.size == LiquidationSize::none) continue;
    AccountId id;
    const Account* backstop = find_backstop(c, history.rules(), id);
    if (backstop == nullptr || backstop->holdings.empty()) continue;
    const Duration pause = std::max(history.rules().liquidation.cooldown, microsecond);
    if (backstop->liquidated_at != Time{} && c.now < backstop->liquidated_at + pause) continue;
    unwind(round, id);
  }
}

}  // namespace lockstep
