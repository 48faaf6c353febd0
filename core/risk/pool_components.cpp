// Step 4 of an assessment: the components that pool expressions name, and look at all units of a pool at
// once.
#include <algorithm>

#include "core/risk/grid.h"
#include "core/risk/work.h"

namespace lockstep {
namespace {

// Gains of one unit count against losses of another by the share that the row allows; losses count in full.
Value counted_profit(const GridRow& grid, const UnitSum& unit, std::size_t scenario) {
  const Value profit = scenario_profit(grid, unit, scenario);
  return profit > Value{} ? scale(profit, grid.gains, Round::down) : profit;
}

struct PoolGrid {
  Work& work;
  u32 pool_index;
  u8 slot;

  bool has(const UnitSum& unit, u32 index) const {
    return unit.group == index && unit.unit_rows[slot] != no_row && work.pool_of(unit.wallet) == pool_index;
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
        const Value profit = counted_profit(grid, unit, s);
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

Margin pool_margin(Work& work, u32 pool_index, u8 slot) {
  const Component& component = work.component(slot);
  if (component.kind == ComponentKind::scenario_grid) {
    const Value loss = pool_grid(work, pool_index, slot);
    return {.initial = loss, .maintenance = loss};
  }
  return {};
}

}  // namespace

PoolMargins pool_margins(Work& work, u32 pool_index) {
  PoolMargins margins;
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
