#include "core/risk/assess.h"

#include <algorithm>

#include "core/risk/grid.h"
#include "core/risk/tested_balance.h"
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

// Whether the component looks at a unit expiry by expiry; otherwise one sum will do.
bool needs_expiries(const Component& component) {
  if (component.kind == ComponentKind::scenario_grid) {
    return std::any_of(component.grids.begin(), component.grids.end(), looks_at_expiries);
  }
  return component.kind == ComponentKind::basis_charge || component.kind == ComponentKind::expiry_loss ||
         component.kind == ComponentKind::short_minimum;
}

template <class Row, class Asks>
bool any(const std::vector<Row>& rows, Asks asks) {
  return std::any_of(rows.begin(), rows.end(), asks);
}

bool looks_at_money(const Component& component) {
  return component.depeg_threshold != Rate{} ||
         any(component.confidences, [](const ConfidenceRow& row) { return row.depeg; });
}

bool looks_at_observations(const Component& component) {
  return any(component.notionals, [](const NotionalRow& row) { return row.interest_upper != Value{}; }) ||
         any(component.sides, [](const SideRow& row) { return row.funding_factor != Rate{}; }) ||
         any(component.confidences, [](const ConfidenceRow& row) { return !row.depeg; });
}

void add_named(const Expression& expression, u64& named) {
  for (const Op& op : expression.code) {
    if (op.code == OpCode::component) named |= u64{1} << op.index;
  }
}

void assign_slot(Work& work, u8 index) {
  LS_ASSERT(work.slot_count < scheme_components_max);  // check_rulebook
  const Component& component = work.rules.components[index];
  const u8 slot = work.slot_count++;
  if (class_of(component.kind) == ComponentClass::unit) work.per_unit |= u64{1} << slot;
  work.by_delta = work.by_delta || component.kind == ComponentKind::expiry_spread;
  work.by_expiry = work.by_expiry || needs_expiries(component);
  work.depegs = work.depegs || looks_at_money(component);
  work.observes = work.observes || looks_at_observations(component);
  if (component.kind == ComponentKind::scenario_grid) {
    work.grid_of[slot] = work.grid_count++;
    work.grid_by_index = component.grids[0].price == PriceUse::reference;  // check_rulebook: of all the same
  }
  work.component_of[slot] = index;
  work.slot_of[index] = slot;
}

// The components that the scheme's expressions name, in the order of the rulebook.
void assign_slots(Work& work) {
  work.slot_of.fill(no_slot);
  u64 in_units = 0;
  u64 in_pools = 0;
  add_named(work.scheme.unit_initial, in_units);
  add_named(work.scheme.unit_maintenance, in_units);
  add_named(work.scheme.pool_initial, in_pools);
  add_named(work.scheme.pool_maintenance, in_pools);
  for (u64 named = in_units | in_pools; named != 0; named &= named - 1) {
    const u8 index = static_cast<u8>(__builtin_ctzll(named));
    if (in_units >> index & 1) work.in_units |= u64{1} << work.slot_count;
    if (in_pools >> index & 1) work.in_pools |= u64{1} << work.slot_count;
    assign_slot(work, index);
  }
}

void require_wallet(std::vector<Wallet>& wallets, AssetId asset) {
  const auto it = std::lower_bound(wallets.begin(), wallets.end(), asset,
                                   [](const Wallet& w, AssetId id) { return w.asset < id; });
  if (it != wallets.end() && it->asset == asset) return;
  Wallet fresh;
  fresh.asset = asset;
  wallets.insert(it, fresh);
}

// Every wallet that will be needed, by asset, so that indexes stay valid; then one for each isolated holding.
void open_wallets(Work& work) {
  std::vector<Wallet>& wallets = work.scratch.wallets;
  wallets.clear();
  for (const Balance& balance : work.account.balances) {
    require_wallet(wallets, balance.asset);
  }
  const bool each = work.scheme.orders.each != Value{} && work.account.pooled;
  if (each && !work.account.orders.empty()) require_wallet(wallets, work.resolved->money);
  for (const Order& order : work.account.orders) {
    const Instrument& instrument = work.state.instrument(order.instrument);
    require_wallet(wallets, instrument.settle);
    if (instrument.kind == InstrumentKind::spot) {
      require_wallet(wallets, work.state.index(instrument.index).base);
    }
  }
  if (work.scheme.unit == UnitBy::underlying) require_wallet(wallets, work.resolved->money);
  if (!work.isolated()) {
    for (const Holding& holding : work.account.holdings) {
      require_wallet(wallets, work.state.instrument(holding.instrument).settle);
    }
  }
  for (const Balance& balance : work.account.balances) {
    wallets[wallet_of(work, balance.asset)].balance =
        to_value(balance.amount, work.state.asset(balance.asset).decimals);
  }
}

void stop_without_totals(Assessment& out) {
  if (out.obstacle < Obstacle::gap) return;
  out.pools.clear();
  out.state = MarginState::normal;
}

void publish(Work& work) {
  std::vector<PlacedLine>& lines = work.scratch.lines;
  std::sort(lines.begin(), lines.end(), [](const PlacedLine& a, const PlacedLine& b) {
    return a.place != b.place ? a.place < b.place : a.made < b.made;
  });
  work.statement->lines.clear();
  if (work.out.obstacle < Obstacle::gap) {
    for (PlacedLine& placed : lines) work.statement->lines.push_back(std::move(placed.line));
  }
  lines.clear();
}

}  // namespace

void note(Work& work, Obstacle obstacle, InstrumentId instrument, IndexId index, u32 detail) {
  Assessment& out = work.out;
  if (obstacle <= out.obstacle) return;
  out.obstacle = obstacle;
  out.instrument = instrument;
  out.index = index;
  out.obstacle_detail = detail;
}

bool note_prices(Work& work, InstrumentId instrument, const RiskRow& row) {
  if (work.state.time > row.fresh_until) note(work, Obstacle::price_stale, instrument);
  if (row.diverged) note(work, Obstacle::price_diverged, instrument);
  if (row.mark_known == Known::yes) return true;
  note(work, Obstacle::price_missing, instrument);
  return false;
}

bool note_lacks(Work& work, const Component& component, InstrumentId id, const RiskRow& row, Lots lots) {
  const Instrument& instrument = work.state.instrument(id);
  switch (missing_price(component, instrument, row, lots)) {
    case Lacks::nothing: return true;
    case Lacks::instrument_price: note(work, Obstacle::price_missing, id); return false;
    case Lacks::index_price: note(work, Obstacle::price_missing, {}, instrument.index); return false;
  }
  return false;
}

u32 wallet_of(Work& work, AssetId asset) {
  const std::vector<Wallet>& wallets = work.scratch.wallets;
  for (std::size_t i = 0; i < wallets.size(); ++i) {
    if (wallets[i].asset == asset && wallets[i].isolated.is_none()) return static_cast<u32>(i);
  }
  LS_ASSERT(false);
  return 0;
}

void assess_into(const State& state, RiskBook& book, const Account& account, Statement* statement,
                 Assessment& out) {
  out.pools.clear();
  out.state = MarginState::normal;
  out.obstacle = Obstacle::none;
  out.obstacle_detail = 0;
  out.instrument = {};
  out.index = {};
  if (statement != nullptr) statement->lines.clear();
  book.scratch.unit_count = 0;
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  const Scheme* scheme = find_scheme(rules, account.mode, account.pooled);
  if (scheme == nullptr || scheme->gap != no_gap) {
    out.obstacle = scheme == nullptr ? Obstacle::no_parameters : Obstacle::gap;
    out.obstacle_detail = scheme == nullptr ? 0 : scheme->gap;
    return;
  }
  Work work{.state = state,
            .book = book,
            .scratch = book.scratch,
            .account = account,
            .rules = rules,
            .scheme = *scheme,
            .resolved = account.pooled ? &resolve(state, book, account.rulebook) : nullptr,
            .statement = statement,
            .out = out};
  if (account.pooled && work.resolved->money.is_none()) {  // the rulebook's money is not a registered asset
    return note(work, Obstacle::no_parameters, {});
  }
  book.scratch.reserves.clear();
  assign_slots(work);
  open_wallets(work);
  add_holdings(work);
  add_orders(work);
  finish_units(work);
  finish_pools(work);
  if (statement != nullptr) publish(work);
  stop_without_totals(out);
}

Assessment assess(const State& state, RiskBook& book, const Account& account, Statement* statement) {
  Assessment out;
  assess_into(state, book, account, statement, out);
  return out;
}

bool allowed(const Rulebook& rules, Obstacle obstacle, Action action) {
  const u8 bit = action_bit(action);
  switch (obstacle) {
    case Obstacle::none: return true;
    case Obstacle::price_stale: return (rules.prices.allowed_stale & bit) != 0;
    case Obstacle::price_diverged: return (rules.prices.allowed_diverged & bit) != 0;
    case Obstacle::price_missing: return (rules.prices.allowed_missing & bit) != 0;
    case Obstacle::gap:
    case Obstacle::no_parameters: return false;
  }
  return false;
}

MarginState margin_state(const Scheme& scheme, const PoolTotals& pool) {
  if (pool.equity < Value{}) return MarginState::bankrupt;
  const bool at_edge = scheme.liquidate_at_equality && pool.maintenance > Value{};
  if (pool.margin_balance < pool.maintenance || (at_edge && pool.margin_balance == pool.maintenance)) {
    return MarginState::liquidation;
  }
  const bool called =
      pool.available < Value{} && pool.isolated.is_none();  // nobody is called for an isolated holding
  return called ? MarginState::call : MarginState::normal;
}

MarginState margin_state(const Scheme& scheme, const StateRules& rules, const PoolTotals& pool, Rate raised) {
  const MarginState plain = margin_state(scheme, pool);
  if (plain >= MarginState::liquidation) return plain;
  const auto below = [raised](Value balance, Value required, Rate line) {
    const Rate above = Rate::from_raw(line.raw() + raised.raw());
    return above != Rate{} && balance < required + scale(required, above, Round::up);
  };
  if (below(pool.margin_balance, pool.maintenance, Rate{})) return MarginState::liquidation;
  if (rules.reduce_only > Rate{} && below(pool.margin_balance, pool.maintenance, rules.reduce_only)) {
    return MarginState::reduce_only;
  }
  if (plain == MarginState::call) return plain;
  if (pool.isolated.is_none()) {
    if (below(pool.initial_balance, pool.initial, Rate{})) return MarginState::call;
    if (rules.warning > Rate{} && below(pool.initial_balance, pool.initial, rules.warning)) {
      return MarginState::warning;
    }
  }
  return MarginState::normal;
}

Amount available_for_withdrawal(const State& state, RiskBook& book, const Account& account, AssetId asset) {
  const Assessment assessment = assess(state, book, account);
  if (assessment.obstacle >= Obstacle::price_missing) return Amount{};
  const int decimals = state.asset(asset).decimals;
  Value balance;
  for (const Balance& row : account.balances) {
    if (row.asset == asset) balance = to_value(row.amount, decimals);
  }
  Value free = balance;
  if (!account.pooled) {
    const PoolTotals* pool = assessment.find(asset);
    if (pool == nullptr) return Amount{};
    free = withdrawable(balance, pool->initial_balance, pool->initial);
  } else {
    const Rulebook& rules = state.rulebook(account.rulebook).rules();
    const ResolvedRules& resolved = resolve(state, book, account.rulebook);
    const u16 row = asset.index < resolved.collateral.size() ? resolved.collateral[asset.index] : no_row;
    LS_ASSERT(rules.money.empty() == resolved.money.is_none());
    const Value available = max(assessment.pools[0].available, Value{});
    // Not collateral: it may leave as a whole.  Else what it counts for, per unit, must be spared by the
    // pool; a weight that falls with size or by steps is taken as it is now, which never spares too little.
    if (row != no_row) {
      const Price price = asset == resolved.money ? Price::from_raw(price_one)
                                                  : state.index(resolved.conversions[asset.index]).price;
      const Rate weight = asset_weight(rules.collateral[row], WeightLevel::initial, balance, Value{});
      const i128 worth = mul_div(price.raw(), weight.raw(), rate_one, Round::up);
      if (worth > 0) {
        free = min(balance, Value::from_raw(mul_div_capped(available.raw(), price_one, worth, Round::down,
                                                           limits::requirement_raw_max)));
      }
    }
  }
  return to_amount(max(free, Value{}), decimals, Round::down);
}

}  // namespace lockstep
