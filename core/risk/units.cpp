// Step 3 of an assessment: units into requirements.
#include "core/risk/expression.h"
#include "core/risk/grid.h"
#include "core/risk/low_confidence.h"
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

void grid_lines(Work& work, u32 unit_index, const UnitSum& unit, u8 slot, const GridRow& grid) {
  const Worst worst = worst_loss(grid, unit);
  Worst second;  // the next question is always "and what came close?"
  bool found = false;
  for (std::size_t s = 0; s < scenario_count(grid); ++s) {
    const Value loss = -scenario_profit(grid, unit, s);
    if (s == worst.scenario || (found && loss <= second.loss)) continue;
    second = {.loss = loss, .scenario = s};
    found = true;
  }
  const AssetId asset = work.scratch.wallets[unit.wallet].asset;
  for (const Section section : {Section::maintenance, Section::initial}) {
    const u64 where = place(work.pool_of(unit.wallet), section, unit_index, slot * 8u);
    const char* with = unit.fill == UnitFill::none   ? ""
                       : unit.fill == UnitFill::buys ? "all buys filled, "
                                                     : "all sells filled, ";
    add_line(work, where, "5.4", 3, with + ("worst loss at " + scenario_name(grid, worst.scenario)), asset,
             worst.loss);
    if (found) {
      add_line(work, where, "5.4", 3, "runner-up at " + scenario_name(grid, second.scenario), asset,
               second.loss)
          .binds = false;
    }
  }
}

bool same_unit(const Work& work, const UnitSum& a, const UnitSum& b) {
  if (a.wallet != b.wallet || a.base != b.base) return false;
  return work.scheme.unit != UnitBy::instrument || a.instrument == b.instrument;
}

// The unit under one of its components.
Margin margin_of(Work& work, UnitSum& unit, u8 slot) {
  const Component& component = work.component(slot);
  const u16 row = unit.unit_rows[slot];
  if (row == no_row) return {};
  if (component.kind == ComponentKind::delta_charge) {
    if (delta_reached(component.deltas[row], unit)) note(work, Obstacle::gap, {}, {}, component.gap);
    return {};
  }
  if (component.kind != ComponentKind::scenario_grid) return unit_margin(component, row, unit);
  const GridView view(unit, work.grid_of[slot]);
  return unit_margin(component, row, unit);
}

void finish_component(Work& work, u32 unit_index, u8 slot) {
  UnitSum& unit = work.scratch.units[unit_index];
  Margin margin = margin_of(work, unit, slot);
  u32 shown = unit_index;
  if (work.has_fills) {
    for (u32 i = 0; i < work.scratch.unit_count; ++i) {
      UnitSum& filled = work.scratch.units[i];
      if (filled.fill == UnitFill::none || filled.group != i || !same_unit(work, unit, filled)) continue;
      const Margin other = margin_of(work, filled, slot);
      if (other.initial > margin.initial) shown = i;
      margin = {.initial = max(margin.initial, other.initial),
                .maintenance = max(margin.maintenance, other.maintenance)};
    }
  }
  unit.margins[slot] = margin;
  const Component& component = work.component(slot);
  UnitSum& of = work.scratch.units[shown];
  const u16 row = of.unit_rows[slot];
  if (work.statement == nullptr || component.kind != ComponentKind::scenario_grid || row == no_row) return;
  const GridView view(of, work.grid_of[slot]);
  grid_lines(work, unit_index, of, slot, component.grids[row]);
}

std::string unit_name(const Work& work, const UnitSum& unit) {
  const std::string& base = work.state.asset(unit.base).name;
  switch (work.scheme.unit) {
    case UnitBy::instrument: return work.state.instrument(unit.instrument).name;
    case UnitBy::underlying: return base;
    case UnitBy::underlying_and_settlement: break;
  }
  return base + "/" + work.state.asset(work.scratch.wallets[unit.wallet].asset).name;
}

void unit_lines(Work& work, u32 unit_index, Section section, const Expression& expression,
                const Evaluated& result, Value total) {
  const UnitSum& unit = work.scratch.units[unit_index];
  const u32 pool = work.pool_of(unit.wallet);
  const AssetId asset = work.scratch.wallets[unit.wallet].asset;
  for (u8 slot = 0; slot < work.slot_count; ++slot) {
    if ((work.in_units >> slot & 1) == 0) continue;
    const bool binds = (result.binding >> slot & 1) != 0;
    if (!binds) {
      for (PlacedLine& placed : work.scratch.lines) {
        if (placed.place == place(pool, section, unit_index, slot * 8u)) placed.line.binds = false;
      }
    }
    const Margin& margin = unit.margins[slot];
    const Component& component = work.component(slot);
    add_line(work, place(pool, section, unit_index, slot * 8u + 1), rule_of(component.kind), 2,
             component.name, asset, section == Section::initial ? margin.initial : margin.maintenance)
        .binds = binds;
  }
  add_line(work, place(pool, section, unit_index, last_place), rule::combination, 1,
           unit_name(work, unit) + ": " + expression.text, asset, total);
}

void finish_unit(Work& work, u32 unit_index) {
  UnitSum& unit = work.scratch.units[unit_index];
  std::array<Value, scheme_components_max> initial;
  std::array<Value, scheme_components_max> maintenance;
  for (u8 slot = 0; slot < work.slot_count; ++slot) {
    if ((work.per_unit & work.in_units) >> slot & 1) finish_component(work, unit_index, slot);
    Margin& margin = unit.margins[slot];
    const Rounding rounding = work.component(slot).rounding;
    margin = depegged(work.component(slot), margin, unit.money_price);
    margin = {.initial = rounded(margin.initial, rounding),
              .maintenance = rounded(margin.maintenance, rounding)};
    initial[slot] = margin.initial;
    maintenance[slot] = margin.maintenance;
  }
  const Scheme& scheme = work.scheme;
  const Evaluated mm = evaluate(scheme.unit_maintenance, maintenance, work.slot_of, Value{}, Value{});
  unit.asked.maintenance = rounded(mm.value, scheme.unit_maintenance_rounding);
  const Evaluated im =
      evaluate(scheme.unit_initial, initial, work.slot_of, Value{}, Value{}, unit.asked.maintenance);
  unit.asked.initial = rounded(im.value, scheme.unit_initial_rounding);
  Wallet& wallet = work.scratch.wallets[unit.wallet];
  wallet.units.initial += unit.asked.initial;
  wallet.units.maintenance += unit.asked.maintenance;
  if (work.statement == nullptr) return;
  unit_lines(work, unit_index, Section::maintenance, scheme.unit_maintenance, mm, unit.asked.maintenance);
  unit_lines(work, unit_index, Section::initial, scheme.unit_initial, im, unit.asked.initial);
}

}  // namespace

void finish_units(Work& work) {
  if (work.scheme.unit == UnitBy::underlying) merge_units(work);
  for (u32 i = 0; i < work.scratch.unit_count; ++i) {
    if (work.scratch.units[i].counts(i)) finish_unit(work, i);
  }
}

}  // namespace lockstep
