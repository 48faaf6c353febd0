// Step 3 of an assessment: units into requirements.
#include "core/risk/explain.h"
#include "core/risk/expression.h"
#include "core/risk/grid.h"
#include "core/risk/low_confidence.h"
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

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
  if (work.statement != nullptr) explain_unit(work, unit_index, work.scratch.units[shown], slot);
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

using SlotMargins = std::vector<Margin>;

void unit_lines(Work& work, u32 unit_index, Section section, const Expression& expression,
                const Evaluated& result, const SlotMargins& before) {
  const UnitSum& unit = work.scratch.units[unit_index];
  const u32 pool = work.pool_of(unit.wallet);
  const AssetId asset = work.scratch.wallets[unit.wallet].asset;
  const bool initial = section == Section::initial;
  const auto of = [&](const Margin& margin) { return initial ? margin.initial : margin.maintenance; };
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
    StatementLine& line = add_line(work, place(pool, section, unit_index, slot * 8u + 1),
                                   rule_of(component.kind), 2, component.name, asset, of(margin));
    line.binds = binds;
    explain_rounding(component.rounding, of(before[slot]), line.inputs);
  }
  StatementLine& total = add_line(work, place(pool, section, unit_index, last_place), rule::combination, 1,
                                  unit_name(work, unit) + ": " + expression.text, asset, of(unit.asked));
  explain_choice(work, expression, result.binding, total.inputs);
  explain_rounding(initial ? work.scheme.unit_initial_rounding : work.scheme.unit_maintenance_rounding,
                   result.value, total.inputs);
}

void finish_unit(Work& work, u32 unit_index) {
  UnitSum& unit = work.scratch.units[unit_index];
  std::array<Value, scheme_components_max> initial;
  std::array<Value, scheme_components_max> maintenance;
  SlotMargins before;  // their rounding, for the statement
  if (work.statement != nullptr) before.resize(work.slot_count);
  for (u8 slot = 0; slot < work.slot_count; ++slot) {
    if ((work.per_unit & work.in_units) >> slot & 1) finish_component(work, unit_index, slot);
    Margin& margin = unit.margins[slot];
    const Rounding rounding = work.component(slot).rounding;
    margin = depegged(work.component(slot), margin, unit.money_price);
    if (work.statement != nullptr) before[slot] = margin;
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
  unit_lines(work, unit_index, Section::maintenance, scheme.unit_maintenance, mm, before);
  unit_lines(work, unit_index, Section::initial, scheme.unit_initial, im, before);
}

}  // namespace

void finish_units(Work& work) {
  if (work.scheme.unit == UnitBy::underlying) merge_units(work);
  for (u32 i = 0; i < work.scratch.unit_count; ++i) {
    if (work.scratch.units[i].counts(i)) finish_unit(work, i);
  }
}

std::vector<UnitTotals> last_units(const RiskBook& book) {
  const RiskScratch& scratch = book.scratch;
  std::vector<UnitTotals> units;
  for (u32 i = 0; i < scratch.unit_count; ++i) {
    const UnitSum& unit = scratch.units[i];
    if (!unit.counts(i)) continue;
    units.push_back(
        {unit.base, scratch.wallets[unit.wallet].asset, unit.asked.initial, unit.asked.maintenance});
  }
  return units;
}

}  // namespace lockstep
