// Step 4 of an assessment: wallets into pools, the pool's expressions, final rounding; and the names of a
// rulebook.
#include <algorithm>

#include "core/risk/expression.h"
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

// A pool before it is rounded to ledger units.
struct RawPool {
  Value equity;
  Value margin_balance;
  Value options_left_out;
  Margin units;
  Value orders;
};

Value to_units(Value value, int decimals, Round round) {
  return to_value(to_amount(value, decimals, round), decimals);
}

void balance_line(Work& work, u32 wallet_index) {
  const Wallet& wallet = work.scratch.wallets[wallet_index];
  const std::string name = work.state.asset(wallet.asset).name;
  const std::string label = wallet.isolated.is_none()
                                ? "balance of " + name
                                : "margin set aside for " + work.state.instrument(wallet.isolated).name;
  const u64 where = place(work.pool_of(wallet_index), Section::equity, wallet_index, 0);
  add_line(work, where, rule::balance, 2, label, wallet.asset, wallet.balance);
}

// The amount of an asset that is not the pool's own, in the pool's money.
void conversion_lines(Work& work, u32 wallet_index, Value equity, Value margin) {
  const Wallet& wallet = work.scratch.wallets[wallet_index];
  const Assessment& out = work.out;
  const std::string name = work.state.asset(wallet.asset).name;
  const AssetId money = out.pools[0].asset;
  StatementLine& line = add_line(work, place(0, Section::equity, wallet_index, 2), rule::collateral, 1,
                                 name + " in " + work.state.asset(money).name, money, equity);
  const IndexId id = work.resolved->conversions[wallet.asset.index];
  if (!id.is_none()) {
    const Index& index = work.state.index(id);
    line.inputs.push_back(price_input(index.name, index.price, index.stamp.position));
  }
  const i64 haircut = work.resolved->haircuts[wallet.asset.index];
  const std::string cut = haircut < 0
                              ? ", not collateral"
                              : " after a haircut of " + to_decimal(haircut, rate_decimals - 2) + " %";
  add_line(work, place(0, Section::margin_balance, wallet_index, 0), rule::collateral, 1, name + cut, money,
           margin);
}

Value collateral_value(Work& work, const Wallet& wallet) {
  const Value worth = in_money(work, wallet.asset, wallet.balance, Round::down);
  if (wallet.balance <= Value{}) return worth;
  const i64 haircut = work.resolved->haircuts[wallet.asset.index];
  if (haircut < 0) return Value{};
  return scale(worth, Rate::from_raw(rate_one - haircut), Round::down);
}

RawPool pooled_sum(Work& work) {
  RawPool pool;
  for (u32 i = 0; i < work.scratch.wallets.size(); ++i) {
    const Wallet wallet = work.scratch.wallets[i];
    // What is no collateral and owes nothing needs no price.
    const bool idle = wallet.balance >= Value{} && wallet.unrealised == Value{} &&
                      wallet.options == Value{} && wallet.orders == Value{} &&
                      wallet.units.initial == Value{} && work.resolved->haircuts[wallet.asset.index] < 0;
    if (work.statement != nullptr) balance_line(work, i);
    Value equity;
    Value margin;
    if (!idle) {
      equity = in_money(work, wallet.asset, wallet.balance + wallet.unrealised + wallet.options, Round::down);
      const bool with_options = work.scheme.basis == MarginBasis::equity;
      const Value profit = wallet.unrealised + (with_options ? wallet.options : Value{});
      margin = collateral_value(work, wallet) + in_money(work, wallet.asset, profit, Round::down);
      pool.units.initial += in_money(work, wallet.asset, wallet.units.initial, Round::up);
      pool.units.maintenance += in_money(work, wallet.asset, wallet.units.maintenance, Round::up);
      pool.orders += in_money(work, wallet.asset, wallet.orders, Round::up);
    }
    pool.equity += equity;
    pool.margin_balance += margin;
    if (work.statement != nullptr) conversion_lines(work, i, equity, margin);
  }
  return pool;
}

RawPool single(Work& work, u32 wallet_index) {
  const Wallet& wallet = work.scratch.wallets[wallet_index];
  RawPool pool;
  pool.units = wallet.units;
  pool.orders = wallet.orders;
  pool.equity = wallet.balance + wallet.unrealised + wallet.options;
  if (work.scheme.basis == MarginBasis::without_options) pool.options_left_out = wallet.options;
  pool.margin_balance = pool.equity - pool.options_left_out;
  if (work.statement != nullptr) balance_line(work, wallet_index);
  return pool;
}

void pool_lines(Work& work, u32 pool_index, const RawPool& raw) {
  const PoolTotals& pool = work.out.pools[pool_index];
  const auto total = [&](Section section, const char* rule, std::string label, Value amount) {
    add_line(work, place(pool_index, section, last_unit, 0), rule, 0, std::move(label), pool.asset, amount);
  };
  total(Section::equity, rule::equity, "equity", pool.equity);
  if (raw.options_left_out != Value{}) {
    add_line(work, place(pool_index, Section::margin_balance, 0, 0), rule::margin_balance, 1,
             "value of options, left out", pool.asset, -raw.options_left_out);
  }
  total(Section::margin_balance, rule::margin_balance, "margin balance", pool.margin_balance);
  total(Section::maintenance, rule::requirement, "maintenance margin: " + work.scheme.pool_maintenance.text,
        pool.maintenance);
  if (raw.orders != Value{}) {
    add_line(work, place(pool_index, Section::initial, orders_unit, last_place), rule::orders, 1, "orders",
             pool.asset, raw.orders);
  }
  total(Section::initial, rule::requirement, "initial margin: " + work.scheme.pool_initial.text,
        pool.initial);
  total(Section::available, rule::available, "available: margin balance - initial margin", pool.available);
}

void finish_pool(Work& work, u32 pool_index, const RawPool& raw) {
  const Scheme& scheme = work.scheme;
  PoolTotals& pool = work.out.pools[pool_index];
  const int decimals = work.state.asset(pool.asset).decimals;
  const Value initial = evaluate(scheme.pool_initial, {}, work.slot_of, raw.units.initial, raw.orders).value;
  const Value maintenance =
      evaluate(scheme.pool_maintenance, {}, work.slot_of, raw.units.maintenance, raw.orders).value;
  pool.equity = to_units(raw.equity, decimals, Round::down);
  pool.margin_balance = to_units(raw.margin_balance, decimals, Round::down);
  pool.initial = to_units(rounded(initial, scheme.initial_rounding), decimals, Round::up);
  pool.maintenance = to_units(rounded(maintenance, scheme.maintenance_rounding), decimals, Round::up);
  pool.available = pool.margin_balance - pool.initial;
  work.out.state = std::max(work.out.state, margin_state(scheme, pool));
  if (work.statement != nullptr) pool_lines(work, pool_index, raw);
}

}  // namespace

void finish_pools(Work& work) {
  Assessment& out = work.out;
  if (work.account.pooled) {
    out.pools.push_back(PoolTotals{});
    out.pools[0].asset = work.resolved->money;
    if (work.resolved->money.is_none()) {  // the rulebook's money is not a registered asset
      out.pools.clear();
      return note(work, Obstacle::no_parameters, {});
    }
    return finish_pool(work, 0, pooled_sum(work));
  }
  for (u32 i = 0; i < work.scratch.wallets.size(); ++i) {
    const Wallet& wallet = work.scratch.wallets[i];
    PoolTotals pool;
    pool.asset = wallet.asset;
    pool.isolated = wallet.isolated;
    pool.leg = wallet.leg;
    out.pools.push_back(pool);
    finish_pool(work, i, single(work, i));
  }
}

const ResolvedRules& resolve(const State& state, RiskBook& book, RulebookId rulebook) {
  std::vector<ResolvedRules>& all = book.scratch.rules;
  if (all.size() < state.rulebooks.size()) all.resize(state.rulebooks.size());
  ResolvedRules& resolved = all[rulebook.index];
  const u32 epoch = state.rulebook(rulebook).active;
  if (resolved.epoch == epoch && resolved.assets == state.assets.size() &&
      resolved.indexes == state.indexes.size()) {
    return resolved;
  }
  const Rulebook& rules = state.rulebook(rulebook).rules();
  resolved = ResolvedRules{};
  resolved.epoch = epoch;
  resolved.assets = state.assets.size();
  resolved.indexes = state.indexes.size();
  resolved.haircuts.assign(state.assets.size(), -1);
  resolved.conversions.assign(state.assets.size(), IndexId{});
  for (u32 i = 0; i < state.assets.size(); ++i) {
    if (state.assets[i].name == rules.money) resolved.money = AssetId{i};
    for (const Collateral& row : rules.collateral) {
      if (row.asset == state.assets[i].name) resolved.haircuts[i] = rate_one - row.initial.asset.raw();
    }
  }
  for (u32 i = 0; i < state.indexes.size(); ++i) {
    const Index& index = state.indexes[i];
    if (index.quote != resolved.money) continue;
    IndexId& conversion = resolved.conversions[index.base.index];
    if (conversion.is_none()) conversion = IndexId{i};
  }
  return resolved;
}

Value in_money(Work& work, AssetId asset, Value value, Round round) {
  if (asset == work.resolved->money || value == Value{}) return value;
  const IndexId id = work.resolved->conversions[asset.index];
  if (id.is_none() || work.state.index(id).price == Price{}) {
    note(work, Obstacle::price_missing, {}, id);
    return Value{};
  }
  const Index& index = work.state.index(id);
  const Duration stale_after = work.rules.prices.index_stale_after;
  if (stale_after != Duration{} && work.state.time > index.stamp.at + stale_after) {
    note(work, Obstacle::price_stale, {}, id);
  }
  return Value::from_raw(
      mul_div_capped(value.raw(), index.price.raw(), price_one, round, limits::requirement_raw_max));
}

}  // namespace lockstep
