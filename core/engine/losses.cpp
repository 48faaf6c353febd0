// Who bears what an account cannot: the insurance fund within its limits, then those who won; and what
// liquidated accounts pay the fund.  docs/methodology.md 10.5, 10.8, 10.10, 10.16.
#include <algorithm>
#include <numeric>

#include "core/engine/liquidation.h"
#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

Amount allowance(Context& c, AssetId asset, const LiquidationRules& rules) {
  const House& house = c.state().house[asset.index];
  if (house.fund <= Amount{}) return Amount{};
  if (rules.fund_daily == Rate{}) return house.fund;
  const i128 daily =
      mul_div(std::max(house.fund_at_day, Amount{}).raw(), rules.fund_daily.raw(), rate_one, Round::down);
  const Amount left = Amount::from_raw(daily) - house.paid_today;
  return std::max(std::min(left, house.fund), Amount{});
}

// What the account has in the asset: its balance, and the unrealised profit of what settles in it.
Value wallet(Context& c, const Account& account, AssetId asset) {
  const State& state = c.state();
  Value sum = to_value(balance(account, asset), state.asset(asset).decimals);
  for (const Holding& holding : account.holdings) {
    const Instrument& instrument = state.instrument(holding.instrument);
    if (instrument.settle != asset) continue;
    const RiskRow& row = risk_row(state, c.engine.risk, holding.instrument);
    sum += unrealised(instrument, state.market(holding.instrument), holding, row.mark);
  }
  return sum;
}

// In which asset the pool's debt is: of one that counts several, where it lacks most.
AssetId asset_of_debt(Context& c, const Account& account, const PoolTotals& pool) {
  if (!account.pooled) return pool.asset;
  AssetId worst = pool.asset;
  Value least;
  const auto look_at = [&](AssetId asset) {
    const Value value = into_pool(c.state(), pool, asset, wallet(c, account, asset), Round::down);
    if (value < least) least = value, worst = asset;
  };
  for (const Balance& row : account.balances) look_at(row.asset);
  for (const Holding& holding : account.holdings) look_at(c.state().instrument(holding.instrument).settle);
  return worst;
}

Amount debt_in(Context& c, const PoolTotals& pool, AssetId asset) {
  const Value debt = out_of_pool(c.state(), pool, asset, -pool.equity, Round::up);
  return to_amount(debt, c.state().asset(asset).decimals, Round::up);
}

// Holdings with a profit in the asset under the rulebook, each with what of it its owner can bear: together
// not more than what the pool has.  In the order in which they bear.
std::vector<Winner> bearers(Context& c, RulebookId rulebook, AssetId asset) {
  const State& state = c.state();
  const LiquidationRules& rules = state.rulebook(rulebook).rules().liquidation;
  std::vector<Winner> all;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const AccountId id{i};
    const Account& account = state.account(id);
    if (account.rulebook != rulebook || account.name == rules.backstop) continue;
    const std::size_t first = all.size();
    for (const Holding& holding : account.holdings) {
      Winner winner;
      const bool its = state.instrument(holding.instrument).settle == asset;
      if (its && is_winner(c, id, holding, rules, winner)) all.push_back(winner);
    }
    if (all.size() == first) continue;
    const Assessment assessment = assess(state, c.engine.risk, account);
    std::vector<Amount> left;
    for (const PoolTotals& pool : assessment.pools) {
      const Value equity = out_of_pool(state, pool, asset, max(pool.equity, Value{}), Round::down);
      left.push_back(to_amount(equity, state.asset(asset).decimals, Round::down));
    }
    for (std::size_t n = first; n < all.size(); ++n) {
      Amount most;
      for (std::size_t p = 0; p < left.size(); ++p) {
        const Holding& holding = *find_holding(account, all[n].instrument, all[n].leg);
        if (!in_pool(state, account, assessment.pools[p], holding)) continue;
        most = std::min(all[n].profit, left[p]);
        left[p] -= most;
        break;
      }
      all[n].profit = most;
    }
  }
  std::erase_if(all, [](const Winner& winner) { return winner.profit <= Amount{}; });
  order_winners(all, rules);
  return all;
}

// A part of what the holding has won goes to the fund; the rest stays unrealised, as it was.
void take_profit(Context& c, const Winner& winner, AssetId asset, Amount amount) {
  Account& trial = try_on(c, winner.account);
  find_holding(trial, winner.instrument, winner.leg)->residue -=
      to_value(amount, c.state().asset(asset).decimals);
  Change change;
  change.of(asset).fund += amount;
  commit(c, winner.account, change);
  c.emit(LossShared{winner.account, winner.instrument, winner.leg, amount});
}

// Returns what was borne.
Amount share(Context& c, RulebookId rulebook, AssetId asset, Amount amount) {
  const std::vector<Winner> all = bearers(c, rulebook, asset);
  std::vector<i128> caps;
  for (const Winner& winner : all) caps.push_back(winner.profit.raw());
  const i128 total = std::min(amount.raw(), std::accumulate(caps.begin(), caps.end(), i128{0}));
  if (total == 0) return Amount{};
  const LossRule rule = c.state().rulebook(rulebook).rules().liquidation.losses;
  const std::vector<i128> parts = parts_of(total, all, caps, rule);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (parts[i] > 0) take_profit(c, all[i], asset, Amount::from_raw(parts[i]));
  }
  return Amount::from_raw(total);
}

// What is left of a holding's pool for a fee: its equity, or, of an isolated holding that is gone, what it
// brought home.
PoolTotals pool_for_fee(const State& state, const Account& before, const Account& after,
                        const Assessment& assessment, const Holding& holding) {
  for (const PoolTotals& pool : assessment.pools) {
    if (in_pool(state, after, pool, holding)) return pool;
  }
  PoolTotals gone;
  if (after.mode != MarginMode::isolated) return gone;
  gone.asset = state.instrument(holding.instrument).settle;
  gone.equity =
      to_value(balance(after, gone.asset) - balance(before, gone.asset), state.asset(gone.asset).decimals);
  return gone;
}

// What a trade got above the price at which the equity stays the share of maintenance that it was.
Value above_bankruptcy(const PoolTotals& before, const PoolTotals& after) {
  if (before.maintenance <= Value{}) return after.equity;
  const Value freed = max(before.maintenance - after.maintenance, Value{});
  const i128 part = mul_div(before.equity.raw(), freed.raw(), before.maintenance.raw(), Round::down);
  return Value::from_raw(part) + after.equity - before.equity;
}

}  // namespace

void begin_fund_day(Context& c) {
  const Time begins = Time::from_raw(c.now.raw() - c.now.raw() % day.raw());
  for (u32 i = 0; i < c.state().house.size(); ++i) {
    House& house = c.state().house[i];
    if (house.day == begins) continue;
    house.day = begins;
    house.fund_at_day = house.fund;
    house.paid_today = Amount{};
    c.touch(Kind::house, i);
  }
}

bool fund_promises(LiquidationRound& round, AccountId id, const PoolTotals& pool) {
  Context& c = round.c;
  const AssetId asset = asset_of_debt(c, c.state().account(id), pool);
  const Amount debt = debt_in(c, pool, asset);
  Amount& promised = round.promised[asset];
  if (promised + debt > allowance(c, asset, liquidation_rules(c, id))) return false;
  promised += debt;
  return true;
}

void cover_debt(LiquidationRound& round, AccountId id, const PoolTotals& pool) {
  Context& c = round.c;
  State& state = c.state();
  const LiquidationRules& rules = liquidation_rules(c, id);
  const AssetId asset = asset_of_debt(c, state.account(id), pool);
  const Amount debt = debt_in(c, pool, asset);
  const Amount allowed = allowance(c, asset, rules);
  const Amount paid = rules.losses == LossRule::fund ? debt : std::min(debt, allowed);
  Change change;
  Account& trial = try_on(c, id);
  if (pool.isolated.is_none()) {
    add_balance(trial, asset, debt);
  } else {
    find_holding(trial, pool.isolated, pool.leg)->isolated += debt;
  }
  change.of(asset).fund -= debt;
  commit(c, id, change);
  state.house[asset.index].paid_today += paid;
  if (debt > allowed) round.unpaid[{state.account(id).rulebook, asset}] += debt - paid;
  c.emit(DebtCovered{id, asset, debt, paid, debt - paid});
}

void share_unpaid(LiquidationRound& round) {
  Context& c = round.c;
  for (const auto& [key, amount] : round.unpaid) {
    const auto [rulebook, asset] = key;
    const Amount borne = amount == Amount{} ? Amount{} : share(c, rulebook, asset, amount);
    House& house = c.state().house[asset.index];
    house.paid_today += amount - borne;
    c.touch(Kind::house, asset.index);
    if (amount > Amount{}) c.emit(DebtsShared{asset, amount, borne});
    const Duration gate = c.state().rulebook(rulebook).rules().states.gate;
    if (gate == Duration{}) continue;
    house.gated_until = std::max(house.gated_until, c.now + gate);
    c.emit(WithdrawalsGated{asset, house.gated_until});
  }
  round.unpaid.clear();
}

Amount liquidation_fee(Context& c, AccountId account_id, const Account& trial, InstrumentId id, Leg leg,
                       Price price, Lots lots) {
  const State& state = c.state();
  const LiquidationRules& rules = state.rulebook(trial.rulebook).rules().liquidation;
  if (rules.fee == Rate{}) return Amount{};
  const Account& account = state.account(account_id);
  const Instrument& instrument = state.instrument(id);
  const Holding& holding = *find_holding(account, id, leg);
  assess_into(state, c.engine.risk, trial, nullptr, c.engine.assessment);
  if (c.engine.assessment.obstacle >= Obstacle::price_missing) return Amount{};
  const PoolTotals after = pool_for_fee(state, account, trial, c.engine.assessment, holding);
  Value most = after.equity;
  if (rules.fee_from == FeeRule::part) {
    assess_into(state, c.engine.risk, account, nullptr, c.engine.assessment);
    const PoolTotals before = pool_for_fee(state, account, account, c.engine.assessment, holding);
    most = min(most, above_bankruptcy(before, after));
  }
  most = out_of_pool(state, after, instrument.settle, max(most, Value{}), Round::down);
  const Value value = times(notional_per_lot(instrument, price), lots);
  const Value fee = min(scale(value, rules.fee, Round::up), most);
  return to_amount(fee, state.asset(instrument.settle).decimals, Round::down);
}

}  // namespace lockstep
