// Step 4 of an assessment: the components that pool expressions name, and look at all units of a pool at
// once.
#include <algorithm>

#include "core/risk/grid.h"
#include "core/risk/pool_rules.h"
#include "core/risk/work.h"

namespace lockstep {
namespace {

struct PoolGrid {
  Work& work;
  u32 pool_index;
  u8 slot;

  bool has(const UnitSum& unit, u32 index) const {
    return unit.counts(index) && unit.unit_rows[slot] != no_row && work.pool_of(unit.wallet) == pool_index;
  }
  const GridRow& row_of(const UnitSum& unit) const {
    return work.component(slot).grids[unit.unit_rows[slot]];
  }
  std::vector<Value> profits() {
    std::vector<Value> sums;
    for (u32 i = 0; i < work.scratch.unit_count; ++i) {
      UnitSum& unit = work.scratch.units[i];
      if (!has(unit, i)) continue;
      const GridRow& grid = row_of(unit);
      const GridView view(unit, work.grid_of[slot]);
      if (sums.empty()) sums.resize(scenario_count(grid));
      const AssetId asset = work.scratch.wallets[unit.wallet].asset;
      for (std::size_t s = 0; s < sums.size(); ++s) {
        const Value profit = counted_gain(grid, scenario_profit(grid, unit, s));
        sums[s] += work.account.pooled ? in_money(work, asset, profit, Round::down) : profit;
      }
    }
    return sums;
  }
};

void pool_grid_lines(PoolGrid& grid, const std::vector<Value>& profits, std::size_t worst) {
  Work& work = grid.work;
  std::size_t second = worst == 0 && profits.size() > 1 ? 1 : 0;
  for (std::size_t s = 0; s < profits.size(); ++s) {
    if (s != worst && profits[s] < profits[second]) second = s;
  }
  const UnitSum* any = nullptr;
  for (u32 i = 0; i < work.scratch.unit_count; ++i) {
    if (grid.has(work.scratch.units[i], i)) any = &work.scratch.units[i];
  }
  const AssetId asset = work.out.pools[grid.pool_index].asset;
  for (const Section section : {Section::maintenance, Section::initial}) {
    const u64 where = place(grid.pool_index, section, pool_unit, grid.slot * 8u);
    const auto line = [&](const char* what, std::size_t s) -> StatementLine& {
      const Value loss = max(-profits[s], Value{});
      return add_line(work, where, "5.4", 2, what + scenario_name(grid.row_of(*any), s), asset, loss);
    };
    line("all units, worst loss at ", worst);
    if (second != worst) line("all units, runner-up at ", second).binds = false;
  }
}

Value pool_grid(Work& work, u32 pool_index, u8 slot) {
  PoolGrid grid{work, pool_index, slot};
  const std::vector<Value> profits = grid.profits();
  if (profits.empty()) return {};
  const auto worst = std::min_element(profits.begin(), profits.end());
  if (work.statement != nullptr) {
    pool_grid_lines(grid, profits, static_cast<std::size_t>(worst - profits.begin()));
  }
  return max(-*worst, Value{});
}

// What the pool owes of an asset: its balance with the profits and losses that settle in it, if negative.
Value debts_of(Work& work, u32 wallet_index) {
  const Wallet& wallet = work.scratch.wallets[wallet_index];
  const Value owed = -min(wallet.balance + wallet.unrealised, Value{});
  return work.account.pooled ? in_money(work, wallet.asset, owed, Round::up) : owed;
}

Margin borrow(Work& work, u32 pool_index, u8 slot) {
  const Component& component = work.component(slot);
  Margin sum;
  for (u32 i = 0; i < work.scratch.wallets.size(); ++i) {
    if (work.pool_of(i) != pool_index) continue;
    const Value debts = debts_of(work, i);
    if (debts == Value{}) continue;
    const AssetId asset = work.scratch.wallets[i].asset;
    const u16 row = find_row(component, {}, work.state.asset(asset).name);
    if (row == no_row) continue;
    const Margin margin = borrow_margin(component.borrows[row], debts);
    sum.initial += margin.initial;
    sum.maintenance += margin.maintenance;
    if (work.statement == nullptr) continue;
    const AssetId money = work.out.pools[pool_index].asset;
    const std::string label = "owed: " + work.state.asset(asset).name;
    for (const Section section : {Section::maintenance, Section::initial}) {
      StatementLine& line =
          add_line(work, place(pool_index, section, pool_unit, slot * 8u), rule_of(component.kind), 2, label,
                   money, section == Section::initial ? margin.initial : margin.maintenance);
      line.inputs.push_back({.name = "debt", .value = to_decimal(debts.raw(), value_decimals)});
    }
  }
  return sum;
}

// What is left of a base's requirement for further offsets, over its units in this pool.
OffsetSide side_of(Work& work, u32 pool_index, const std::string& base) {
  OffsetSide side;
  for (u32 i = 0; i < work.scratch.unit_count; ++i) {
    const UnitSum& unit = work.scratch.units[i];
    if (!unit.counts(i) || work.pool_of(unit.wallet) != pool_index) continue;
    if (work.state.asset(unit.base).name != base) continue;
    const AssetId asset = work.scratch.wallets[unit.wallet].asset;
    const bool converts = work.account.pooled;
    side.margin.initial +=
        converts ? in_money(work, asset, unit.asked.initial, Round::down) : unit.asked.initial;
    side.margin.maintenance +=
        converts ? in_money(work, asset, unit.asked.maintenance, Round::down) : unit.asked.maintenance;
    side.delta += unit.delta;
  }
  return side;
}

// Rows in their order; what one row credits is not there for the next.
Margin offset(Work& work, u32 pool_index, u8 slot) {
  const Component& component = work.component(slot);
  struct Side {
    const std::string* base;
    OffsetSide left;
  };
  std::vector<Side> sides;
  const auto side = [&](const std::string& base) -> std::size_t {
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (*sides[i].base == base) return i;
    }
    sides.push_back({&base, side_of(work, pool_index, base)});
    return sides.size() - 1;
  };
  Margin sum;
  for (const OffsetRow& row : component.offsets) {
    const std::size_t a = side(row.key.base);
    const std::size_t b = side(row.other);
    const Margin credit = offset_credit(row, sides[a].left, sides[b].left);
    for (const std::size_t each : {a, b}) {
      sides[each].left.margin.initial -= credit.initial;
      sides[each].left.margin.maintenance -= credit.maintenance;
    }
    sum.initial += credit.initial;
    sum.maintenance += credit.maintenance;
    if (work.statement == nullptr || (credit.initial == Value{} && credit.maintenance == Value{})) continue;
    for (const Section section : {Section::maintenance, Section::initial}) {
      add_line(work, place(pool_index, section, pool_unit, slot * 8u), rule_of(component.kind), 2,
               row.key.base + " against " + row.other, work.out.pools[pool_index].asset,
               section == Section::initial ? credit.initial : credit.maintenance);
    }
  }
  return sum;
}

Margin pool_margin(Work& work, u32 pool_index, u8 slot) {
  const Component& component = work.component(slot);
  if (component.kind == ComponentKind::scenario_grid) {
    const Value loss = pool_grid(work, pool_index, slot);
    return {.initial = loss, .maintenance = loss};
  }
  return component.kind == ComponentKind::borrow ? borrow(work, pool_index, slot)
                                                 : offset(work, pool_index, slot);
}

}  // namespace

PoolMargins pool_margins(Work& work, u32 pool_index) {
  PoolMargins margins;
  margins.initial.resize(work.slot_count);
  margins.maintenance.resize(work.slot_count);
  for (u64 named = work.in_pools; named != 0; named &= named - 1) {
    const u8 slot = static_cast<u8>(__builtin_ctzll(named));
    const Component& component = work.component(slot);
    const Margin margin = pool_margin(work, pool_index, slot);
    margins.initial[slot] = rounded(margin.initial, component.rounding);
    margins.maintenance[slot] = rounded(margin.maintenance, component.rounding);
    if (work.statement == nullptr) continue;
    const AssetId asset = work.out.pools[pool_index].asset;
    add_line(work, place(pool_index, Section::maintenance, pool_unit, slot * 8u + 1), rule_of(component.kind),
             1, component.name, asset, margins.maintenance[slot]);
    add_line(work, place(pool_index, Section::initial, pool_unit, slot * 8u + 1), rule_of(component.kind), 1,
             component.name, asset, margins.initial[slot]);
  }
  return margins;
}

}  // namespace lockstep
