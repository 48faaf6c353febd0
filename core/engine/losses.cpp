// Who bears what an account cannot: the insurance fund within its limits, then those who won.
// docs/methodology.md 10.8 to 10.10.
#include <algorithm>
#include <numeric>

#include "core/engine/liquidation.h"
#include "core/ledger/valuation.h"
#include "core/liquidation/allocate.h"

namespace lockstep {
namespace {

// The fund's day begins at midnight UTC.
House& fund_today(Context& c, AssetId asset) {
  House& house = c.state().house[asset.index];
  const Time begins = Time::from_raw(c.now.raw() - c.now.raw() % day.raw());
  if (house.day != begins) {
    house.day = begins;
    house.fund_at_day = house.fund;
    house.paid_today = Amount{};
    c.touch(Kind::house, asset.index);
  }
  return house;
}

Amount allowance(Context& c, AssetId asset, const LiquidationRules& rules) {
  const House& house = fund_today(c, asset);
  if (house.fund <= Amount{}) return Amount{};
  if (rules.fund_daily == Rate{}) return house.fund;
  const i128 daily =
      mul_div(std::max(house.fund_at_day, Amount{}).raw(), rules.fund_daily.raw(), rate_one, Round::down);
  const Amount left = Amount::from_raw(daily) - house.paid_today;
  return std::max(std::min(left, house.fund), Amount{});
}

struct Winner {
  AccountId account;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;      // held, signed
  Amount profit;  // at the mark, in whole units, > 0
  i128 score = 0;
};

// profit / cost x value / equity, each to 10^-12 and capped, the product to 10^-12.
i128 score_of(Context& c, const Winner& winner, const Holding& holding, Value value, Rate leverage_cap) {
  const State& state = c.state();
  const Account& account = state.account(winner.account);
  const Value profit =
      to_value(winner.profit, state.asset(state.instrument(winner.instrument).settle).decimals);
  constexpr i128 most = i128{1'000'000} * rate_one;
  const Value cost = max(abs(holding.cost), Value::from_raw(1));
  const i128 return_on_cost = mul_div_capped(profit.raw(), rate_one, cost.raw(), Round::down, most);
  const Assessment assessment = assess(state, c.engine.risk, account);
  Value equity;
  for (const PoolTotals& pool : assessment.pools) {
    if (in_pool(state, account, pool, holding)) equity = pool.equity;
  }
  equity = max(equity, Value::from_raw(1));
  const i128 cap = leverage_cap == Rate{} ? most : i128{leverage_cap.raw()};
  const i128 leverage =
      mul_div_capped(abs(times(value, holding.lots)).raw(), rate_one, equity.raw(), Round::down, cap);
  return mul_div(return_on_cost, leverage, rate_one, Round::down);
}

// Holdings with a profit at the mark, of accounts under this rulebook other than `except`: in one instrument
// on one side, or (instrument none) in all that settle in the asset.  By account, instrument, leg.
std::vector<Winner> winners(Context& c, RulebookId rulebook, AssetId asset, InstrumentId instrument,
                            bool longs, AccountId except, const LiquidationRules& rules) {
  const State& state = c.state();
  std::vector<Winner> all;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Account& account = state.accounts[i];
    if (account.rulebook != rulebook || AccountId{i} == except || account.name == rules.backstop) continue;
    for (const Holding& holding : account.holdings) {
      const Instrument& held = state.instrument(holding.instrument);
      if (held.settle != asset || !is_margined(held)) continue;
      if (!instrument.is_none() && (holding.instrument != instrument || (holding.lots > Lots{}) != longs))
        continue;
      const RiskRow& row = risk_row(state, c.engine.risk, holding.instrument);
      if (row.mark_known != Known::yes) continue;
      const Value value = row.mark;
      const Value profit = unrealised(held, state.market(holding.instrument), holding, value);
      Winner winner{AccountId{i},
                    holding.instrument,
                    holding.leg,
                    holding.lots,
                    to_amount(profit, state.asset(asset).decimals, Round::down),
                    0};
      if (winner.profit <= Amount{}) continue;
      if (rules.losses == LossRule::ranked) {
        winner.score = score_of(c, winner, holding, value, rules.leverage_cap);
      }
      all.push_back(winner);
    }
  }
  if (rules.losses == LossRule::ranked) {
    std::stable_sort(all.begin(), all.end(),
                     [](const Winner& a, const Winner& b) { return a.score > b.score; });
  }
  return all;
}

// How `total` falls on winners who can bear `caps`: the first ones whole, or all in proportion to their
// profit.
std::vector<i128> parts_of(i128 total, const std::vector<Winner>& all, const std::vector<i128>& caps,
                           LossRule rule) {
  std::vector<i128> weights;
  for (const Winner& winner : all) weights.push_back(winner.profit.raw());
  if (rule == LossRule::pro_rata) return allocate_capped(total, weights, caps);
  std::vector<i128> parts;
  for (const i128 cap : caps) {
    parts.push_back(std::min(cap, total));
    total -= parts.back();
  }
  return parts;
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

// Returns what was shared.
Amount share_loss(Context& c, AccountId id, AssetId asset, Amount amount, const LiquidationRules& rules) {
  const std::vector<Winner> all = winners(c, c.state().account(id).rulebook, asset, {}, false, id, rules);
  std::vector<i128> caps;
  for (const Winner& winner : all) caps.push_back(winner.profit.raw());
  const i128 most = std::accumulate(caps.begin(), caps.end(), i128{0});
  const i128 total = std::min(amount.raw(), most);
  const std::vector<i128> parts = parts_of(total, all, caps, rules.losses);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (parts[i] > 0) take_profit(c, all[i], asset, Amount::from_raw(parts[i]));
  }
  return Amount::from_raw(total);
}

bool hedges(Context& c, const Winner& winner) {
  const State& state = c.state();
  const Account& account = state.account(winner.account);
  const Assessment before = assess(state, c.engine.risk, account);
  Account trial = account;
  Change change;
  trade_at(state, trial, winner.instrument, winner.lots > Lots{} ? Side::sell : Side::buy, winner.leg,
           risk_row(state, c.engine.risk, winner.instrument).mark, abs(winner.lots), Rate::from_raw(rate_one),
           change);
  const Assessment after = assess(state, c.engine.risk, trial);
  for (const PoolTotals& pool : after.pools) {
    const PoolTotals* was = before.find_like(pool);
    if (was != nullptr && pool.maintenance > was->maintenance) return true;
  }
  return false;
}

void close_against(Context& c, AccountId id, const Holding& holding, const std::vector<Winner>& all,
                   LossRule rule) {
  const Value value = risk_row(c.state(), c.engine.risk, holding.instrument).mark;
  std::vector<i128> caps;
  for (const Winner& winner : all) caps.push_back(abs(winner.lots).raw());
  const i128 most = std::accumulate(caps.begin(), caps.end(), i128{0});
  const i128 total = std::min(i128{abs(holding.lots).raw()}, most);
  const std::vector<i128> parts = parts_of(total, all, caps, rule);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Lots lots = Lots::from_raw(static_cast<i64>(parts[i]));
    if (lots == Lots{}) continue;
    close_at(c, id, holding.instrument, holding.leg, lots, value);
    close_at(c, all[i].account, holding.instrument, all[i].leg, lots, value);
    c.emit(Deleveraged{all[i].account, id, holding.instrument, all[i].leg, lots, value});
  }
}

// The pool that the holding belongs to, without anything in it if it has none.
PoolTotals pool_of(const Assessment& assessment, bool pooled, AssetId settle, InstrumentId id, Leg leg) {
  PoolTotals found;
  for (const PoolTotals& pool : assessment.pools) {
    const bool its = pooled || (pool.asset == settle && pool.isolated.is_none());
    const bool set_aside = pool.isolated == id && pool.leg == leg;
    if (its || set_aside) found = pool;
  }
  return found;
}

// What a trade got above the price at which the equity stays the share of maintenance that it was.
Value above_bankruptcy(const PoolTotals& before, const PoolTotals& after) {
  if (before.maintenance <= Value{}) return after.equity;
  const Value freed = max(before.maintenance - after.maintenance, Value{});
  const i128 part = mul_div(before.equity.raw(), freed.raw(), before.maintenance.raw(), Round::down);
  return Value::from_raw(part) + after.equity - before.equity;
}

}  // namespace

bool fund_can_pay(Context& c, AssetId asset, Amount amount, const LiquidationRules& rules) {
  return amount <= allowance(c, asset, rules);
}

void cover_debt(Context& c, AccountId id, const PoolTotals& pool) {
  State& state = c.state();
  const Rulebook& rules = state.rulebook(state.account(id).rulebook).rules();
  const Amount debt = to_amount(-pool.equity, state.asset(pool.asset).decimals, Round::up);
  const Amount from_fund = std::min(debt, allowance(c, pool.asset, rules.liquidation));
  const Amount rest = debt - from_fund;
  Amount shared;
  if (rest > Amount{} && rules.liquidation.losses != LossRule::fund) {
    shared = share_loss(c, id, pool.asset, rest, rules.liquidation);
  }
  Change change;
  Account& trial = try_on(c, id);
  if (pool.isolated.is_none()) {
    add_balance(trial, pool.asset, debt);
  } else {
    find_holding(trial, pool.isolated, pool.leg)->isolated += debt;
  }
  change.of(pool.asset).fund -= debt;
  commit(c, id, change);
  House& house = state.house[pool.asset.index];
  house.paid_today += debt - shared;
  c.touch(Kind::house, pool.asset.index);
  c.emit(DebtCovered{id, pool.asset, debt, debt - shared, shared});
  if (rest == Amount{} || rules.states.gate == Duration{}) return;
  house.gated_until = std::max(house.gated_until, c.now + rules.states.gate);
  c.emit(WithdrawalsGated{pool.asset, house.gated_until});
}

void deleverage(LiquidationRound& round, AccountId id, const PoolTotals& pool) {
  Context& c = round.c;
  const std::vector<Holding> holdings = c.state().account(id).holdings;
  const Account& account = c.state().account(id);
  const LiquidationRules& rules = c.state().rulebook(account.rulebook).rules().liquidation;
  for (const Holding& holding : holdings) {
    if (!in_pool(c.state(), account, pool, holding)) continue;
    const Instrument& instrument = c.state().instrument(holding.instrument);
    std::vector<Winner> all =
        winners(c, account.rulebook, instrument.settle, holding.instrument, holding.lots < Lots{}, id, rules);
    if (rules.protect_hedges) std::erase_if(all, [&](const Winner& winner) { return hedges(c, winner); });
    close_against(c, id, holding, all, rules.losses);
  }
}

Amount liquidation_fee(Context& c, AccountId account_id, const Account& trial, InstrumentId id, Leg leg,
                       Price price, Lots lots) {
  const State& state = c.state();
  const LiquidationRules& rules = state.rulebook(trial.rulebook).rules().liquidation;
  if (rules.fee == Rate{}) return Amount{};
  const Instrument& instrument = state.instrument(id);
  const int decimals = state.asset(instrument.settle).decimals;
  const Value value = times(notional_per_lot(instrument, price), lots);
  assess_into(state, c.engine.risk, trial, nullptr, c.engine.assessment);
  if (c.engine.assessment.obstacle >= Obstacle::price_missing) return Amount{};
  const PoolTotals after = pool_of(c.engine.assessment, trial.pooled, instrument.settle, id, leg);
  Value most = after.equity;
  if (rules.fee_from == FeeRule::part) {
    const Account& account = state.account(account_id);
    assess_into(state, c.engine.risk, account, nullptr, c.engine.assessment);
    const PoolTotals before = pool_of(c.engine.assessment, trial.pooled, instrument.settle, id, leg);
    most = min(most, above_bankruptcy(before, after));
  }
  const Value fee = min(scale(value, rules.fee, Round::up), max(most, Value{}));
  return to_amount(fee, decimals, Round::down);
}

}  // namespace lockstep
