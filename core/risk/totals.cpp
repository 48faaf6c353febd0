// Step 4 of an assessment: wallets into pools, the pool's expressions, final rounding; and the names of a
// rulebook.
#include <algorithm>

#include "core/risk/explain.h"
#include "core/risk/expression.h"
#include "core/risk/tested_balance.h"
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

// A pool before it is rounded to ledger units.
struct RawPool {
  Value equity;
  Counted balance;  // the margin balance at both levels
  Counted debts;    // liabilities_required: what debts count for, not negative
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

// What a balance of this size counts for, in words.
std::string weight_text(Work& work, const Wallet& wallet, WeightLevel level) {
  const Collateral* row = collateral_row(work, wallet.asset);
  if (row == nullptr) return ", not collateral";
  if (wallet.balance < Value{} && row->maintenance.liability != row->maintenance.asset) {
    const Rate weight = liability_weight(*row, level, wallet.balance, balance_facts(work, wallet).debts);
    return " as a debt at " + percent_text(weight);
  }
  const Rate weight = asset_weight(*row, level, wallet.balance, balance_facts(work, wallet).deposits);
  return " after a haircut of " + percent_text(Rate::from_raw(rate_one) - weight);
}

// Beside the weight itself: what it was before size and totals, steps, orders, and what stands aside.
StatementInputs weight_inputs(Work& work, const Wallet& wallet, WeightLevel level) {
  StatementInputs inputs;
  const Collateral* row = collateral_row(work, wallet.asset);
  if (row == nullptr || wallet.balance == Value{}) return inputs;
  const bool debt = wallet.balance < Value{};
  const Weights& weights = level == WeightLevel::initial ? row->initial : row->maintenance;
  const BalanceFacts facts = balance_facts(work, wallet);
  const Rate listed = debt ? weights.liability : weights.asset;
  const Rate in_force = debt ? liability_weight(*row, level, wallet.balance, facts.debts)
                             : asset_weight(*row, level, wallet.balance, facts.deposits);
  if (in_force != listed) inputs.push_back({.name = "weight as listed", .value = percent_text(listed)});
  if (!row->steps.empty() && !debt) {
    inputs.push_back({.name = "steps", .value = std::to_string(row->steps.size())});
  }
  if (wallet.bids != Value{}) inputs.push_back({.name = "orders to buy", .value = number_text(wallet.bids)});
  if (wallet.asks != Value{}) inputs.push_back({.name = "orders to sell", .value = number_text(wallet.asks)});
  if (wallet.set_aside != Value{}) {
    inputs.push_back({.name = "set aside for orders", .value = number_text(wallet.set_aside)});
  }
  return inputs;
}

// The amount of an asset that is not the pool's own, in the pool's money.
void conversion_lines(Work& work, u32 wallet_index, Value equity, const Counted& counted) {
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
  for (const Section section : {Section::margin_balance, Section::initial_balance}) {
    const bool initial = section == Section::initial_balance;
    if (initial && !levels_differ(work)) continue;
    const WeightLevel level = initial ? WeightLevel::initial : WeightLevel::maintenance;
    add_line(work, place(0, section, wallet_index, 2), rule::collateral, 1,
             name + weight_text(work, wallet, level), money, initial ? counted.initial : counted.maintenance)
        .inputs = weight_inputs(work, wallet, level);
  }
}

// What the balance of a wallet counts for; without a row of collateral nothing, and debts in full.
CountedOrders collateral_value(Work& work, const Wallet& wallet) {
  const Collateral* row = collateral_row(work, wallet.asset);
  if (row == nullptr) {
    if (wallet.balance >= Value{}) return {};
    const Value debt = in_money(work, wallet.asset, wallet.balance, Round::down);
    return {.balance = {.initial = debt, .maintenance = debt}, .orders = {}};
  }
  if (wallet.bids != Value{} || wallet.asks != Value{}) return worse_fills(work, wallet, *row);
  return {.balance = balance_worth(*row, balance_facts(work, wallet)), .orders = {}};
}

void add_counted(RawPool& pool, const Counted& counted, bool debts_apart) {
  for (Value Counted::*level : {&Counted::initial, &Counted::maintenance}) {
    const Value worth = counted.*level;
    if (debts_apart && worth < Value{}) {
      pool.debts.*level -= worth;
    } else {
      pool.balance.*level += worth;
    }
  }
}

// What is no collateral and owes nothing needs no price.
bool is_idle(const Work& work, const Wallet& wallet) {
  return wallet.balance >= Value{} && wallet.unrealised == Value{} && wallet.options == Value{} &&
         wallet.orders == Value{} && wallet.set_aside == Value{} && wallet.units.initial == Value{} &&
         collateral_row(work, wallet.asset) == nullptr;
}

void add_wallet(Work& work, RawPool& pool, u32 wallet_index) {
  const Wallet wallet = work.scratch.wallets[wallet_index];
  Value equity;
  Counted counted;
  if (!is_idle(work, wallet)) {
    equity = in_money(work, wallet.asset, wallet.balance + wallet.unrealised + wallet.options, Round::down);
    const CountedOrders weighed = collateral_value(work, wallet);
    add_counted(pool, weighed.balance, work.scheme.liabilities_required);
    add_counted(pool, weighed.orders, work.scheme.liabilities_required);
    counted = {.initial = weighed.balance.initial + weighed.orders.initial,
               .maintenance = weighed.balance.maintenance + weighed.orders.maintenance};
    const bool with_options = work.scheme.basis == MarginBasis::equity;
    const Value profit =
        wallet.unrealised - wallet.weighted_profit + (with_options ? wallet.options : Value{});
    const Value in_full = in_money(work, wallet.asset, profit, Round::down);
    for (Value Counted::*level : {&Counted::initial, &Counted::maintenance}) {
      pool.balance.*level += in_full + wallet.profits.*level;
      counted.*level += in_full + wallet.profits.*level;
    }
    pool.units.initial += in_money(work, wallet.asset, wallet.units.initial, Round::up);
    pool.units.maintenance += in_money(work, wallet.asset, wallet.units.maintenance, Round::up);
    pool.orders += in_money(work, wallet.asset, wallet.orders, Round::up);
  }
  pool.equity += equity;
  if (work.statement != nullptr) conversion_lines(work, wallet_index, equity, counted);
}

RawPool pooled_sum(Work& work) {
  RawPool pool;
  for (u32 i = 0; i < work.scratch.wallets.size(); ++i) {
    if (work.statement != nullptr) balance_line(work, i);
    add_wallet(work, pool, i);
  }
  if (!work.scratch.reserves.empty()) {
    add_counted(pool, reserved_orders(work), work.scheme.liabilities_required);
  }
  return pool;
}

RawPool single(Work& work, u32 wallet_index) {
  const Wallet& wallet = work.scratch.wallets[wallet_index];
  RawPool pool;
  pool.units = wallet.units;
  pool.orders = wallet.orders;
  const TestedBalance tested =
      tested_balance(work.scheme.basis, wallet.balance, wallet.unrealised, wallet.options);
  pool.equity = tested.equity;
  pool.options_left_out = tested.equity - tested.margin_balance;
  const Value in_full = tested.margin_balance - wallet.weighted_profit;
  pool.balance = {.initial = in_full + wallet.profits.initial,
                  .maintenance = in_full + wallet.profits.maintenance};
  if (work.statement != nullptr) balance_line(work, wallet_index);
  return pool;
}

void level_lines(Work& work, u32 pool_index) {
  const PoolTotals& pool = work.out.pools[pool_index];
  for (std::size_t i = 0; i < work.scheme.levels.size(); ++i) {
    const Level& level = work.scheme.levels[i];
    add_line(work, place(pool_index, Section::levels, last_unit, 0), rule::levels, 0,
             level.name + ": " + level.expression.text, pool.asset, pool.levels[i]);
  }
}

struct Required {
  const Expression* expression;
  Evaluated result;
};

void pool_lines(Work& work, u32 pool_index, const RawPool& raw, const Required& maintenance,
                const Required& initial) {
  const PoolTotals& pool = work.out.pools[pool_index];
  const auto total = [&](Section section, const char* rule, std::string label,
                         Value amount) -> StatementLine& {
    return add_line(work, place(pool_index, section, last_unit, 0), rule, 0, std::move(label), pool.asset,
                    amount);
  };
  const auto required = [&](Section section, const std::string& label, const Required& sum, Value debts,
                            Rounding rounding, Value amount) {
    if (debts != Value{}) {
      add_line(work, place(pool_index, section, debts_unit, 0), rule::collateral, 1,
               "debts, part of the requirement", pool.asset, debts);
    }
    StatementLine& line = total(section, rule::requirement, label, amount);
    explain_choice(work, *sum.expression, sum.result.binding, line.inputs);
    explain_rounding(rounding, sum.result.value + debts, line.inputs);
  };
  total(Section::equity, rule::equity, "equity", pool.equity);
  if (raw.options_left_out != Value{}) {
    add_line(work, place(pool_index, Section::margin_balance, 0, 0), rule::margin_balance, 1,
             "value of options, left out", pool.asset, -raw.options_left_out);
  }
  total(Section::margin_balance, rule::margin_balance, "margin balance", pool.margin_balance);
  if (levels_differ(work)) {
    total(Section::initial_balance, rule::margin_balance, "margin balance against initial margin",
          pool.initial_balance);
  }
  required(Section::maintenance, "maintenance margin: " + work.scheme.pool_maintenance.text, maintenance,
           raw.debts.maintenance, work.scheme.maintenance_rounding, pool.maintenance);
  if (raw.orders != Value{}) {
    add_line(work, place(pool_index, Section::initial, orders_unit, last_place), rule::orders, 1, "orders",
             pool.asset, raw.orders);
  }
  required(Section::initial, "initial margin: " + work.scheme.pool_initial.text, initial, raw.debts.initial,
           work.scheme.initial_rounding, pool.initial);
  level_lines(work, pool_index);
  total(Section::available, rule::available, "available: margin balance - initial margin", pool.available);
}

Value level_of(const Work& work, const Level& level, Value maintenance, Value initial) {
  const Evaluated result = evaluate(level.expression, {}, work.slot_of, {}, {}, maintenance, initial);
  return rounded(result.value, level.rounding);
}

// Of the pool, or the sum of what the level is for each of its units.
Value level_value(Work& work, u32 pool_index, const Level& level) {
  const PoolTotals& pool = work.out.pools[pool_index];
  if (!level.by_unit) return level_of(work, level, pool.maintenance, pool.initial);
  Value sum;
  for (u32 i = 0; i < work.scratch.unit_count; ++i) {
    const UnitSum& unit = work.scratch.units[i];
    if (!unit.counts(i) || work.pool_of(unit.wallet) != pool_index) continue;
    const Value value = level_of(work, level, unit.asked.maintenance, unit.asked.initial);
    const AssetId asset = work.scratch.wallets[unit.wallet].asset;
    sum += work.account.pooled ? in_money(work, asset, value, Round::up) : value;
  }
  return sum;
}

void finish_pool(Work& work, u32 pool_index, const RawPool& raw) {
  const Scheme& scheme = work.scheme;
  PoolTotals& pool = work.out.pools[pool_index];
  const int decimals = work.state.asset(pool.asset).decimals;
  PoolMargins components;
  if (work.in_pools != 0) components = pool_margins(work, pool_index);
  const Evaluated maintenance = evaluate(scheme.pool_maintenance, components.maintenance, work.slot_of,
                                         raw.units.maintenance, raw.orders);
  const auto required = [&](Value amount, Value debts, Rounding rounding) {
    return to_units(rounded(amount + debts, rounding), decimals, Round::up);
  };
  pool.maintenance = required(maintenance.value, raw.debts.maintenance, scheme.maintenance_rounding);
  const Evaluated initial = evaluate(scheme.pool_initial, components.initial, work.slot_of, raw.units.initial,
                                     raw.orders, pool.maintenance);
  pool.initial = required(initial.value, raw.debts.initial, scheme.initial_rounding);
  pool.equity = to_units(raw.equity, decimals, Round::down);
  const auto balance = [&](Value value, Value like, Value rounded_like) {  // mostly the same: divided once
    return value == like ? rounded_like : to_units(value, decimals, Round::down);
  };
  pool.margin_balance = balance(raw.balance.maintenance, raw.equity, pool.equity);
  pool.initial_balance = balance(raw.balance.initial, raw.balance.maintenance, pool.margin_balance);
  pool.available = pool.initial_balance - pool.initial;
  for (std::size_t i = 0; i < scheme.levels.size(); ++i) {
    const Value value = level_value(work, pool_index, scheme.levels[i]);
    pool.levels[i] = to_units(value, decimals, Round::up);
  }
  work.out.state = std::max(work.out.state, margin_state(scheme, pool));
  if (work.statement != nullptr)
    pool_lines(work, pool_index, raw, {&scheme.pool_maintenance, maintenance},
               {&scheme.pool_initial, initial});
}

}  // namespace

void finish_pools(Work& work) {
  Assessment& out = work.out;
  if (work.account.pooled) {
    out.pools.push_back(PoolTotals{});
    out.pools[0].asset = work.resolved->money;
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

namespace {

bool counts_by_level(const Collateral& row) {
  return row.initial.asset != row.maintenance.asset || row.initial.liability != row.maintenance.liability ||
         row.deposits_start != Value{} || row.debts_start != Value{} || row.slow ||
         row.confidence_threshold != Rate{};
}

}  // namespace

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
  resolved.collateral.assign(state.assets.size(), no_row);
  resolved.conversions.assign(state.assets.size(), IndexId{});
  for (u32 i = 0; i < state.assets.size(); ++i) {
    if (state.assets[i].name == rules.money) resolved.money = AssetId{i};
    for (std::size_t row = 0; row < rules.collateral.size(); ++row) {
      if (rules.collateral[row].asset != state.assets[i].name) continue;
      resolved.collateral[i] = static_cast<u16>(row);
      resolved.weights_differ = resolved.weights_differ || counts_by_level(rules.collateral[row]);
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

bool levels_differ(const Work& work) {
  return !work.rules.profits.empty() || (work.account.pooled && work.resolved->weights_differ) ||
         work.scheme.orders.spot != SpotOrderRule::reserve;
}

const Collateral* collateral_row(const Work& work, AssetId asset) {
  const u16 row = work.resolved->collateral[asset.index];
  return row == no_row ? nullptr : &work.rules.collateral[row];
}

BalanceFacts balance_facts(Work& work, const Wallet& wallet) {
  BalanceFacts facts;
  facts.balance = wallet.balance - wallet.set_aside;
  const bool needed = wallet.balance != Value{} || wallet.set_aside != Value{} || wallet.bids != Value{} ||
                      wallet.asks != Value{};
  if (!needed) return facts;
  facts.price = price_in_money(work, wallet.asset);
  const Collateral* row = collateral_row(work, wallet.asset);
  if (row != nullptr) add_observed(work, *row, wallet.asset, facts);
  return facts;
}

Rate price_of_money(const Work& work, AssetId settle) {
  const AssetId money = work.account.pooled ? work.resolved->money : settle;
  for (const Index& index : work.state.indexes) {
    if (index.base != money || index.price == Price{}) continue;
    constexpr i128 most = i128{1000} * rate_one;
    const i128 price = i128{index.price.raw()} * (rate_one / price_one);
    return Rate::from_raw(static_cast<i64>(price < most ? price : most));
  }
  return Rate::from_raw(rate_one);
}

Price price_in_money(Work& work, AssetId asset) {
  if (asset == work.resolved->money) return Price::from_raw(price_one);
  const IndexId id = work.resolved->conversions[asset.index];
  if (id.is_none() || work.state.index(id).price == Price{}) {
    note(work, Obstacle::price_missing, {}, id);
    return {};
  }
  const Index& index = work.state.index(id);
  const Duration stale_after = work.rules.prices.index_stale_after;
  if (stale_after != Duration{} && work.state.time > index.stamp.at + stale_after) {
    note(work, Obstacle::price_stale, {}, id);
  }
  return index.price;
}

Value in_money(Work& work, AssetId asset, Value value, Round round) {
  if (asset == work.resolved->money || value == Value{}) return value;
  const Price price = price_in_money(work, asset);
  return Value::from_raw(
      mul_div_capped(value.raw(), price.raw(), price_one, round, limits::requirement_raw_max));
}

}  // namespace lockstep
