// Step 1 and 3 of an assessment: holdings into wallets and units, and units into requirements.
#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "core/risk/expression.h"
#include "core/risk/facts.h"
#include "core/risk/grid.h"
#include "core/risk/low_confidence.h"
#include "core/risk/short_option.h"
#include "core/risk/work.h"

namespace lockstep {
namespace {

// A holding with what is known of it.
struct View {
  const Holding& holding;
  const Instrument& instrument;
  const RiskRow& row;
};

u32 holding_wallet(Work& work, const View& view) {
  if (!work.isolated()) return wallet_of(work, view.instrument.settle);
  Wallet wallet;
  wallet.asset = view.instrument.settle;
  wallet.isolated = view.holding.instrument;
  wallet.leg = view.holding.leg;
  wallet.balance = to_value(view.holding.isolated, work.state.asset(wallet.asset).decimals);
  work.scratch.wallets.push_back(wallet);
  return static_cast<u32>(work.scratch.wallets.size() - 1);
}

void add_value(Work& work, const View& view, u32 wallet_index) {
  const Holding& holding = view.holding;
  Wallet& wallet = work.scratch.wallets[wallet_index];
  const bool is_option = view.instrument.kind == InstrumentKind::option;
  const Value profit =
      unrealised(view.instrument, work.state.market(holding.instrument), holding, view.row.mark);
  const Value value = is_option ? times(view.row.mark, holding.lots) : profit;
  wallet.unrealised += profit;
  if (is_option) wallet.options += value;
  if (work.statement == nullptr) return;
  const u64 where = place(work.pool_of(wallet_index), Section::equity, wallet_index, 1);
  std::string label = is_option ? "value of " : "unrealised profit of ";
  label += holding_name(work, holding.instrument, holding.leg, holding.lots);
  StatementLine& line = add_line(work, where, is_option ? rule::option_value : rule::unrealised, 2, label,
                                 view.instrument.settle, is_option ? value + profit : profit);
  add_price_inputs(work, line, holding.instrument, view.row);
}

UnitSum& fresh_unit(Work& work, const View& view, u32 wallet) {
  RiskScratch& scratch = work.scratch;
  if (scratch.unit_count == scratch.units.size()) scratch.units.emplace_back();
  UnitSum& unit = scratch.units[scratch.unit_count++];
  unit.wallet = wallet;
  unit.base = view.row.base;
  unit.index_price = view.row.index;
  unit.inverse = view.instrument.inverse;
  unit.exposure = Value{};
  unit.delta = Value{};
  unit.margins.fill(Margin{});
  unit.unit_rows.fill(no_row);
  unit.delta_gross = Value{};
  unit.money_price = Rate::from_raw(rate_one);
  if (unit.expiries.size() == 1 && !work.by_expiry) {
    unit.expiries[0].scenarios.clear();  // keeps its memory
  } else {
    unit.expiries.clear();
  }
  return unit;
}

UnitSum& unit_of(Work& work, const View& view, u32 wallet) {
  RiskScratch& scratch = work.scratch;
  for (std::size_t i = scratch.unit_count; i-- > 0 && !work.isolated();) {
    if (scratch.units[i].wallet == wallet && scratch.units[i].base == view.row.base) return scratch.units[i];
  }
  return fresh_unit(work, view, wallet);
}

ExpirySum& option_expiry(const Work& work, const View& view, UnitSum& unit) {
  return expiry_of(unit, work.by_expiry ? view.instrument.expiry : Time{});
}

// An option into the sums of its expiry, before its components.
void add_to_expiry(const Work& work, const View& view, UnitSum& unit) {
  if (!work.by_expiry || view.instrument.kind != InstrumentKind::option) return;
  ExpirySum& sum = option_expiry(work, view, unit);
  sum.years = view.row.years;
  sum.forward = view.row.forward;
  sum.worth += times(view.row.model_value, view.holding.lots);
  sum.delta += times(view.row.delta, view.holding.lots);
  sum.options.push_back({.type = view.instrument.option,
                         .strike = view.instrument.strike,
                         .coins = coins(view.instrument, view.row, view.holding.lots),
                         .alone = {}});
}

// One option under one unit component.
void add_option(const Work& work, const View& view, UnitSum& unit, const Component& component, u16 row,
                std::size_t at) {
  ExpirySum& sum = option_expiry(work, view, unit);
  const std::span<const i64> array = std::span(view.row.array).subspan(at);
  const Lots lots = view.holding.lots;
  if (component.kind == ComponentKind::scenario_grid) {
    add_profits(sum.scenarios, array.first(scenario_count(component.grids[row])), lots);
  } else if (component.kind == ComponentKind::basis_charge) {
    add_profits(sum.basis, array.first(2), lots);
  } else if (component.kind == ComponentKind::expiry_loss) {
    const HoldingFacts facts = facts_of(view.instrument, view.row, component.price, lots, {}, {}, {});
    sum.options.back().alone = short_option_margin(component.expiry_losses[row].short_options, facts);
  }
}

void holding_lines(Work& work, const View& view, u8 slot, const UnitSum& unit, const Margin& margin) {
  const u32 unit_index = static_cast<u32>(&unit - work.scratch.units.data());
  const std::string name = holding_name(work, view.holding.instrument, view.holding.leg, view.holding.lots);
  for (const Section section : {Section::maintenance, Section::initial}) {
    const Value amount = section == Section::initial ? margin.initial : margin.maintenance;
    const u64 where = place(work.pool_of(unit.wallet), section, unit_index, slot * 8u);
    StatementLine& line =
        add_line(work, where, rule_of(work.component(slot).kind), 3, name, view.instrument.settle, amount);
    add_price_inputs(work, line, view.holding.instrument, view.row);
  }
}

// One component that applies to the holding.
void add_component(Work& work, const View& view, UnitSum& unit, u8 slot, std::size_t row_at) {
  const Component& component = work.component(slot);
  const u16 row_index = view.row.rows[row_at];
  if (row_index == no_row) return note(work, Obstacle::no_parameters, view.holding.instrument);
  if (!note_lacks(work, component, view.holding.instrument, view.row, view.holding.lots)) return;
  if ((work.per_unit >> slot & 1) != 0) {
    unit.unit_rows[slot] = row_index;
    if (view.instrument.kind != InstrumentKind::option) return;
    if (view.row.array_known == Known::over_limit) {
      return note(work, Obstacle::no_parameters, view.holding.instrument);
    }
    return add_option(work, view, unit, component, row_index, view.row.array_at[row_at]);
  }
  const Rate leverage = leverage_of(work.account, view.holding.instrument, work.rules.leverage_default);
  const Margin margin = holding_margin(
      component, row_index,
      facts_of(view.instrument, view.row, component.price, view.holding.lots, {}, {}, leverage));
  unit.margins[slot].initial += margin.initial;
  unit.margins[slot].maintenance += margin.maintenance;
  if (work.statement != nullptr) holding_lines(work, view, slot, unit, margin);
}

void add_unit_sums(const View& view, UnitSum& unit) {
  if (view.instrument.kind == InstrumentKind::option) {
    unit.delta += times(view.row.delta, view.holding.lots);
    return;
  }
  const Value size = coins(view.instrument, view.row, view.holding.lots);
  unit.delta += size;
  unit.exposure += view.instrument.inverse ? size : times(view.row.mark, view.holding.lots);
}

void finish_component(Work& work, u32 unit_index, u8 slot) {
  UnitSum& unit = work.scratch.units[unit_index];
  const Component& component = work.component(slot);
  const u16 row = unit.unit_rows[slot];
  if (row == no_row) return;
  if (component.kind == ComponentKind::delta_charge) {
    if (delta_reached(component.deltas[row], unit)) note(work, Obstacle::gap, {}, {}, component.gap);
    return;
  }
  unit.margins[slot] = unit_margin(component, row, unit);
  if (work.statement == nullptr || component.kind != ComponentKind::scenario_grid) return;
  const GridRow& grid = component.grids[row];
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
    add_line(work, where, "5.4", 3, "worst loss at " + scenario_name(grid, worst.scenario), asset,
             worst.loss);
    if (found) {
      add_line(work, where, "5.4", 3, "runner-up at " + scenario_name(grid, second.scenario), asset,
               second.loss)
          .binds = false;
    }
  }
}

void unit_lines(Work& work, u32 unit_index, Section section, const Expression& expression,
                const Evaluated& result) {
  const UnitSum& unit = work.scratch.units[unit_index];
  const u32 pool = work.pool_of(unit.wallet);
  const AssetId asset = work.scratch.wallets[unit.wallet].asset;
  for (u8 slot = 0; slot < work.slot_count; ++slot) {
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
  const std::string label =
      work.state.asset(unit.base).name + "/" + work.state.asset(asset).name + ": " + expression.text;
  add_line(work, place(pool, section, unit_index, last_place), rule::combination, 1, label, asset,
           result.value);
}

void finish_unit(Work& work, u32 unit_index) {
  UnitSum& unit = work.scratch.units[unit_index];
  std::array<Value, scheme_components_max> initial;
  std::array<Value, scheme_components_max> maintenance;
  for (u8 slot = 0; slot < work.slot_count; ++slot) {
    if ((work.per_unit >> slot & 1) != 0) finish_component(work, unit_index, slot);
    Margin& margin = unit.margins[slot];
    const Rounding rounding = work.component(slot).rounding;
    margin = depegged(work.component(slot), margin, unit.money_price);
    margin = {.initial = rounded(margin.initial, rounding),
              .maintenance = rounded(margin.maintenance, rounding)};
    initial[slot] = margin.initial;
    maintenance[slot] = margin.maintenance;
  }
  const Scheme& scheme = work.scheme;
  const Evaluated im = evaluate(scheme.unit_initial, initial, work.slot_of, Value{}, Value{});
  const Evaluated mm = evaluate(scheme.unit_maintenance, maintenance, work.slot_of, Value{}, Value{});
  Wallet& wallet = work.scratch.wallets[unit.wallet];
  wallet.units.initial += im.value;
  wallet.units.maintenance += mm.value;
  if (work.statement == nullptr) return;
  unit_lines(work, unit_index, Section::maintenance, scheme.unit_maintenance, mm);
  unit_lines(work, unit_index, Section::initial, scheme.unit_initial, im);
}

}  // namespace

void add_holdings(Work& work) {
  for (const Holding& holding : work.account.holdings) {
    const Instrument& instrument = work.state.instrument(holding.instrument);
    const View view{holding, instrument, risk_row(work.state, work.book, holding.instrument)};
    const u32 wallet = holding_wallet(work, view);
    const bool priced_holding = note_prices(work, holding.instrument, view.row);
    if (priced_holding) add_value(work, view, wallet);
    bool covered = false;
    UnitSum& unit = unit_of(work, view, wallet);
    if (priced_holding) add_to_expiry(work, view, unit);
    for (std::size_t i = 0; i < view.row.component_count; ++i) {
      const u8 slot = work.slot_of[view.row.components[i]];
      if (slot == no_slot) continue;
      covered = true;
      add_component(work, view, unit, slot, i);
    }
    if (!covered) note(work, Obstacle::no_parameters, holding.instrument);
    if (priced_holding && work.per_unit != 0) add_unit_sums(view, unit);
  }
}

void finish_units(Work& work) {
  for (u32 i = 0; i < work.scratch.unit_count; ++i) finish_unit(work, i);
}

}  // namespace lockstep
