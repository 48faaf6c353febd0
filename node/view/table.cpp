#include "node/view/table.h"

#include <algorithm>

#include "node/runtime/summary.h"
#include "node/stress/exposure.h"
#include "node/view/account_json.h"

namespace lockstep::view {

using stress::in_dollars;

Rate usage_of(const PoolTotals& pool) {
  const Value needs = max(pool.maintenance, Value{});
  if (pool.margin_balance <= Value{}) {
    return needs == Value{} && pool.margin_balance == Value{} ? Rate{} : usage_max;
  }
  return std::min(stress::ratio(needs, pool.margin_balance), usage_max);
}

std::string usage_text(Rate usage) {
  constexpr int decimals = 4;
  const i128 raw = div(usage.raw(), pow10(rate_decimals - decimals), Round::nearest);
  return to_decimal(raw, decimals, decimals);
}

void Sums::add(const Row& row) {
  accounts += 1;
  unjudged += !row.in_dollars;
  by_state[static_cast<std::size_t>(row.state)] += 1;
  equity += row.equity, initial += row.initial, maintenance += row.maintenance;
  called += row.called, notional += row.notional;
}

void Sums::subtract(const Row& row) {
  accounts -= 1;
  unjudged -= !row.in_dollars;
  by_state[static_cast<std::size_t>(row.state)] -= 1;
  equity -= row.equity, initial -= row.initial, maintenance -= row.maintenance;
  called -= row.called, notional -= row.notional;
}

Price DollarPrices::of(const State& state, AssetId asset) {
  if (assets_from != generation || assets.size() != state.assets.size()) {
    assets.clear();
    for (u32 i = 0; i < state.assets.size(); ++i) assets.push_back(dollars_of(state, AssetId{i}));
    assets_from = generation;
  }
  return assets[asset.index];
}

Value DollarPrices::lot(const State& state, InstrumentId instrument) {
  if (lots.size() < state.instruments.size()) {
    lots.resize(state.instruments.size());
    lots_from.resize(state.instruments.size());
  }
  if (lots_from[instrument.index] != generation) {
    lots[instrument.index] = stress::dollars_per_lot(state, state.instrument(instrument));
    lots_from[instrument.index] = generation;
  }
  return lots[instrument.index];
}

namespace {

bool has_dollars(const Assessment& assessment, DollarPrices& prices, const State& state) {
  return std::all_of(assessment.pools.begin(), assessment.pools.end(), [&](const PoolTotals& pool) {
    return prices.of(state, pool.asset) != Price{} || is_nothing(pool);
  });
}

}  // namespace

Row assess_row(Engine& engine, AccountId id, DollarPrices& prices) {
  const State& state = engine.state;
  const Account& account = state.account(id);
  Row row;
  row.state = account.state;
  row.position = state.position;
  row.known = true;
  row.holdings = static_cast<u32>(account.holdings.size());
  row.orders = static_cast<u32>(account.orders.size());
  if (state.rulebook(account.rulebook).active == 0) return row;
  assess_into(state, engine.risk, account, nullptr, engine.assessment);
  row.pools = static_cast<u32>(engine.assessment.pools.size());
  row.judged = judged(engine.assessment);
  if (!row.judged) return row;
  for (const PoolTotals& pool : engine.assessment.pools) row.usage = std::max(row.usage, usage_of(pool));
  row.in_dollars = has_dollars(engine.assessment, prices, state);
  if (!row.in_dollars) return row;
  for (const Holding& holding : account.holdings) {
    row.notional += times(prices.lot(state, holding.instrument), abs(holding.lots));
  }
  for (const PoolTotals& pool : engine.assessment.pools) {
    const Price price = prices.of(state, pool.asset);
    row.equity += in_dollars(pool.equity, price);
    row.initial += in_dollars(pool.initial, price);
    row.maintenance += in_dollars(pool.maintenance, price);
    const Value available = in_dollars(pool.available, price);
    row.available += available;
    if (pool.isolated.is_none() && available < Value{}) row.called -= available;
  }
  return row;
}

void AccountTable::grow(const State& state) {
  of_party.resize(state.parties.size());
  by_rulebook.resize(state.rulebooks.size());
  while (rows.size() < state.accounts.size()) {
    const AccountId id{static_cast<u32>(rows.size())};
    Row& row = rows.emplace_back();
    row.state = state.account(id).state;
    all.add(row);
    by_rulebook[state.account(id).rulebook.index].add(row);
    of_party[state.account(id).party.index].push_back(id);
    is_touched.push_back(true);
    touched.push_back(id);
    unknown += 1;
  }
}

void AccountTable::touch(const State& state, AccountId id) {
  Row& row = rows[id.index];
  const MarginState now = state.account(id).state;
  if (row.state != now) {
    for (Sums* sums : {&all, &by_rulebook[state.account(id).rulebook.index]}) {
      sums->by_state[static_cast<std::size_t>(row.state)] -= 1;
      sums->by_state[static_cast<std::size_t>(now)] += 1;
    }
    row.state = now;
  }
  if (is_touched[id.index]) return;
  is_touched[id.index] = true;
  touched.push_back(id);
}

void AccountTable::all_stale() {
  prices.generation += 1;
  left = static_cast<u32>(rows.size());
}

void AccountTable::renew(Engine& engine, AccountId id) {
  Row& row = rows[id.index];
  Sums& sums = by_rulebook[engine.state.account(id).rulebook.index];
  all.subtract(row), sums.subtract(row);
  unknown -= !row.known;
  row = assess_row(engine, id, prices);
  all.add(row), sums.add(row);
  is_touched[id.index] = false;
}

bool AccountTable::refresh(Engine& engine, i64 accounts) {
  grow(engine.state);
  // Busy accounts do not keep the others from their turn.
  const i64 kept = left > 0 ? accounts / 4 : 0;
  while (accounts > kept && !touched.empty()) {
    const AccountId id = touched.front();
    touched.pop_front();
    if (!is_touched[id.index]) continue;  // had its turn since
    renew(engine, id);
    --accounts;
  }
  for (; accounts > 0 && left > 0; --accounts, --left) {
    if (cursor >= rows.size()) cursor = 0;
    renew(engine, AccountId{cursor++});
  }
  return touched.empty() && left == 0;
}

u64 AccountTable::oldest_position() const {
  if (rows.empty()) return 0;
  if (!touched.empty() && rows[touched.front().index].position == 0) return 0;
  return rows[cursor >= rows.size() ? 0 : cursor].position;
}

}  // namespace lockstep::view
