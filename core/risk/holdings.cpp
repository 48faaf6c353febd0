// Step 1 of an assessment: holdings into wallets and units.
#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "core/risk/facts.h"
#include "core/risk/grid.h"
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
  const bool by_mark = is_option || work.scheme.valuation == PriceUse::mark;
  if (!by_mark && view.row.index == Price{}) {
    return note(work, Obstacle::price_missing, {}, view.instrument.index);
  }
  const Value per_lot = by_mark ? view.row.mark : value_per_lot(view.instrument, view.row.index);
  const Value profit = unrealised(view.instrument, work.state.market(holding.instrument), holding, per_lot);
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
  unit.instrument = view.holding.instrument;
  unit.group = static_cast<u32>(scratch.unit_count - 1);
  unit.delta_gross = Value{};
  unit.deltas.clear();
  unit.money_price = Rate::from_raw(rate_one);
  if (unit.expiries.size() == 1 && !work.by_expiry) {
    unit.expiries[0].scenarios.clear();  // keeps its memory
    for (std::vector<i128>& more : unit.expiries[0].more_scenarios) more.clear();
  } else {
    unit.expiries.clear();
  }
  return unit;
}

UnitSum& unit_of(Work& work, const View& view, u32 wallet) {
  RiskScratch& scratch = work.scratch;
  const bool by_instrument = work.scheme.unit == UnitBy::instrument;
  for (std::size_t i = scratch.unit_count; i-- > 0 && !work.isolated();) {
    UnitSum& unit = scratch.units[i];
    if (unit.wallet != wallet || unit.base != view.row.base) continue;
    if (!by_instrument || unit.instrument == view.holding.instrument) return unit;
  }
  UnitSum& unit = fresh_unit(work, view, wallet);
  if (work.scheme.unit != UnitBy::underlying || work.isolated()) return unit;
  for (u32 i = 0; i < scratch.unit_count; ++i) {  // the first of its base; at the end itself
    if (scratch.units[i].base != unit.base) continue;
    unit.group = i;
    break;
  }
  return unit;
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
void add_option(const Work& work, const View& view, UnitSum& unit, u8 slot, u16 row, std::size_t at) {
  const Component& component = work.component(slot);
  ExpirySum& sum = option_expiry(work, view, unit);
  const std::span<const i64> array = std::span(view.row.array).subspan(at);
  const Lots lots = view.holding.lots;
  if (component.kind == ComponentKind::scenario_grid) {
    add_profits(scenarios_of(sum, work.grid_of[slot]), array.first(scenario_count(component.grids[row])),
                lots);
  } else if (component.kind == ComponentKind::basis_charge) {
    add_profits(sum.basis, array.first(2), lots);
  } else if (component.kind == ComponentKind::expiry_loss) {
    const HoldingFacts facts = facts_of(view.instrument, view.row, component.price, lots, {}, {}, {});
    sum.options.back().alone = short_option_margin(component.expiry_losses[row].short_options, facts);
  }
}

void holding_lines(Work& work, const View& view, u8 slot, const UnitSum& unit, const Margin& margin) {
  const u32 unit_index = unit.group;
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
    return add_option(work, view, unit, slot, row_index, view.row.array_at[row_at]);
  }
  const Rate leverage = leverage_of(work.account, view.holding.instrument, work.rules.leverage_default);
  const Margin margin = holding_margin(
      component, row_index,
      facts_of(view.instrument, view.row, component.price, view.holding.lots, {}, {}, leverage));
  unit.margins[slot].initial += margin.initial;
  unit.margins[slot].maintenance += margin.maintenance;
  if (work.statement != nullptr) holding_lines(work, view, slot, unit, margin);
}

// At the price of the grid.  Inverse: coins.
Value exposure_of(const Work& work, const View& view, Value delta) {
  if (!work.grid_by_index) return view.instrument.inverse ? delta : times(view.row.mark, view.holding.lots);
  if (view.row.index == Price{}) return {};  // noted
  const Lots lots = view.holding.lots;
  return view.instrument.inverse ? coins_at(view.instrument, view.row.index, lots)
                                 : times(value_per_lot(view.instrument, view.row.index), lots);
}

void add_unit_sums(const Work& work, const View& view, UnitSum& unit) {
  const bool is_option = view.instrument.kind == InstrumentKind::option;
  const Value delta = is_option ? times(view.row.delta, view.holding.lots)
                                : coins(view.instrument, view.row, view.holding.lots);
  unit.delta += delta;
  unit.delta_gross += abs(delta);
  if (work.by_delta) add_delta(unit, view.instrument.expiry, delta);
  if (is_option) return;
  unit.exposure += exposure_of(work, view, delta);
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
    if (priced_holding && work.per_unit != 0) add_unit_sums(work, view, unit);
  }
}

}  // namespace lockstep
