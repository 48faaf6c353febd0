// Step 1 of an assessment: holdings into wallets and units.
#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "core/risk/explain.h"
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
  Lots lots;         // of the holding, or as if its orders on one side had filled
  OpenSides orders;  // worst_position: that its components look at
  UnitFill fill = UnitFill::none;
  // Nothing that any component could ask for is missing.
  bool complete() const {
    if (row.mark_known != Known::yes || row.index == Price{}) return false;
    return instrument.kind != InstrumentKind::option ||
           (row.array_known == Known::yes && row.forward != Price{});
  }
  bool has_orders() const { return orders.buys != Lots{} || orders.sells != Lots{}; }
};

u32 holding_wallet(Work& work, const View& view) {
  const bool only_orders = view.holding.lots == Lots{};
  if (!work.isolated() || only_orders) return wallet_of(work, view.instrument.settle);
  Wallet wallet;
  wallet.asset = view.instrument.settle;
  wallet.isolated = view.holding.instrument;
  wallet.leg = view.holding.leg;
  wallet.balance = to_value(view.holding.isolated, work.state.asset(wallet.asset).decimals);
  work.scratch.wallets.push_back(wallet);
  return static_cast<u32>(work.scratch.wallets.size() - 1);
}

// What the profit counts for, if the rulebook has a row for it.
void weigh_profit(Work& work, const View& view, u32 wallet_index, Value profit) {
  if (view.row.profit_row == no_row) return;
  const ProfitRow& row = work.rules.profits[view.row.profit_row];
  Wallet& wallet = work.scratch.wallets[wallet_index];
  const bool pooled = work.account.pooled;
  const Price price = pooled ? price_in_money(work, wallet.asset) : Price::from_raw(price_one);
  const Value net = observed_profit(work, row, view.holding.instrument);
  const Counted counted{.initial = profit_worth(row, WeightLevel::initial, profit, net, price),
                        .maintenance = profit_worth(row, WeightLevel::maintenance, profit, net, price)};
  wallet.weighted_profit += profit;
  wallet.profits.initial += counted.initial;
  wallet.profits.maintenance += counted.maintenance;
  if (work.statement == nullptr || profit == Value{}) return;
  const AssetId asset = pooled ? work.resolved->money : wallet.asset;
  for (const WeightLevel level : {WeightLevel::initial, WeightLevel::maintenance}) {
    const bool initial = level == WeightLevel::initial;
    const u64 where = place(work.pool_of(wallet_index),
                            initial ? Section::initial_balance : Section::margin_balance, wallet_index, 1);
    StatementLine& line =
        add_line(work, where, rule::profits, 2, "profit of " + view.instrument.name + " counts for", asset,
                 initial ? counted.initial : counted.maintenance);
    line.inputs.push_back({.name = "profit", .value = to_decimal(profit.raw(), value_decimals)});
    line.inputs.push_back({.name = "weight", .value = percent_text(profit_weight(row, level, profit, net))});
  }
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
  if (!work.rules.profits.empty() && !is_option) weigh_profit(work, view, wallet_index, profit);
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
  unit.fill = view.fill;
  unit.delta_gross = Value{};
  unit.deltas.clear();
  unit.money_price = work.depegs ? price_of_money(work, view.instrument.settle) : Rate::from_raw(rate_one);
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
    if (unit.wallet != wallet || unit.base != view.row.base || unit.fill != view.fill) continue;
    if (!by_instrument || unit.instrument == view.holding.instrument) return unit;
  }
  UnitSum& unit = fresh_unit(work, view, wallet);
  if (work.scheme.unit != UnitBy::underlying || work.isolated()) return unit;
  for (u32 i = 0; i < scratch.unit_count; ++i) {  // the first of its base; at the end itself
    if (scratch.units[i].base != unit.base || scratch.units[i].fill != unit.fill) continue;
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
  sum.interest = observed_interest(work, view.instrument.index, view.instrument.expiry);
  sum.worth += times(view.row.model_value, view.lots);
  sum.delta += times(view.row.delta, view.lots);
  sum.options.push_back({.type = view.instrument.option,
                         .strike = view.instrument.strike,
                         .coins = coins(view.instrument, view.row, view.lots),
                         .alone = {}});
}

// One option under one unit component.
void add_option(const Work& work, const View& view, UnitSum& unit, u8 slot, u16 row, std::size_t at) {
  const Component& component = work.component(slot);
  ExpirySum& sum = option_expiry(work, view, unit);
  const std::span<const i64> array = std::span(view.row.array).subspan(at);
  const Lots lots = view.lots;
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

void holding_lines(Work& work, const View& view, u8 slot, u16 row, const UnitSum& unit, const Margin& margin,
                   const HoldingFacts& facts) {
  const u32 unit_index = unit.group;
  std::string name = holding_name(work, view.holding.instrument, view.holding.leg, view.lots);
  if (view.has_orders()) name += " with its orders";
  for (const MarginLevel level : {MarginLevel::maintenance, MarginLevel::initial}) {
    const bool initial = level == MarginLevel::initial;
    const u64 where = place(work.pool_of(unit.wallet), initial ? Section::initial : Section::maintenance,
                            unit_index, slot * 8u);
    StatementLine& line = add_line(work, where, rule_of(work.component(slot).kind), 3, name,
                                   view.instrument.settle, initial ? margin.initial : margin.maintenance);
    explain_holding(work.component(slot), row, facts, level, line.inputs);
    add_price_inputs(work, line, view.holding.instrument, view.row);
  }
}

// The larger of two margins at each level.
Margin worse(const Margin& a, const Margin& b) {
  return {.initial = max(a.initial, b.initial), .maintenance = max(a.maintenance, b.maintenance)};
}

// What the component asks for the holding, with the orders that it is to look at; facts: where it looked.
Margin margin_of(Work& work, const View& view, const Component& component, u16 row, HoldingFacts& facts) {
  const Rate leverage = leverage_of(work.account, view.holding.instrument, work.rules.leverage_default);
  const auto at = [&](Lots lots, Lots buys, Lots sells) {
    HoldingFacts fresh = facts_of(view.instrument, view.row, component.price, lots, buys, sells, leverage);
    if (work.depegs) fresh.money_price = price_of_money(work, view.instrument.settle);
    add_observed(work, component, row, view.holding.instrument, view.row, fresh);
    return fresh;
  };
  const auto [buys, sells] = view.orders;
  if (component.kind == ComponentKind::risk_factors) {
    facts = at(view.lots, buys, sells);
    return holding_margin(component, row, facts);
  }
  if (buys == Lots{} && sells == Lots{}) {
    facts = at(view.lots, {}, {});
    return holding_margin(component, row, facts);
  }
  const HoldingFacts bought = at(view.lots + buys, {}, {});
  const HoldingFacts sold = at(view.lots - sells, {}, {});
  const Rounding rounding = work.scheme.orders.rounding;
  const bool sold_counts = rounded(sold.notional, rounding) >= rounded(bought.notional, rounding);
  facts = sold_counts ? sold : bought;
  if (work.scheme.orders.by_value) return holding_margin(component, row, facts);
  return worse(holding_margin(component, row, bought), holding_margin(component, row, sold));
}

void add_margin_of_orders(Work& work, const View& view, UnitSum& unit, u8 slot, u16 row) {
  HoldingFacts facts;
  const Margin margin = margin_of(work, view, work.component(slot), row, facts);
  unit.margins[slot].initial += margin.initial;
  unit.margins[slot].maintenance += margin.maintenance;
  if (work.statement != nullptr) holding_lines(work, view, slot, row, unit, margin, facts);
}

// One component that applies to the holding.
void add_component(Work& work, const View& view, UnitSum& unit, u8 slot, std::size_t row_at, bool complete) {
  const Component& component = work.component(slot);
  const u16 row_index = view.row.rows[row_at];
  if (row_index == no_row) return note(work, Obstacle::no_parameters, view.holding.instrument);
  if (!complete && !note_lacks(work, component, view.holding.instrument, view.row, view.lots)) return;
  if ((work.per_unit >> slot & 1) != 0) {
    unit.unit_rows[slot] = row_index;
    if (view.instrument.kind != InstrumentKind::option) return;
    if (view.row.array_known == Known::over_limit) {
      return note(work, Obstacle::no_parameters, view.holding.instrument);
    }
    return add_option(work, view, unit, slot, row_index, view.row.array_at[row_at]);
  }
  if (work.statement != nullptr || view.has_orders() || work.depegs || work.observes) {
    return add_margin_of_orders(work, view, unit, slot, row_index);
  }
  const Rate leverage = leverage_of(work.account, view.holding.instrument, work.rules.leverage_default);
  const Margin margin =
      holding_margin(component, row_index,
                     facts_of(view.instrument, view.row, component.price, view.lots, {}, {}, leverage));
  unit.margins[slot].initial += margin.initial;
  unit.margins[slot].maintenance += margin.maintenance;
}

// At the price of the grid.  Inverse: coins.
Value exposure_of(const Work& work, const View& view, Value delta) {
  if (!work.grid_by_index) return view.instrument.inverse ? delta : times(view.row.mark, view.lots);
  if (view.row.index == Price{}) return {};  // noted
  const Lots lots = view.lots;
  return view.instrument.inverse ? coins_at(view.instrument, view.row.index, lots)
                                 : times(value_per_lot(view.instrument, view.row.index), lots);
}

void add_unit_sums(const Work& work, const View& view, UnitSum& unit) {
  const bool is_option = view.instrument.kind == InstrumentKind::option;
  const Value delta =
      is_option ? times(view.row.delta, view.lots) : coins(view.instrument, view.row, view.lots);
  unit.delta += delta;
  unit.delta_gross += abs(delta);
  if (work.by_delta) add_delta(unit, view.instrument.expiry, delta);
  if (is_option) return;
  unit.exposure += exposure_of(work, view, delta);
}

// Into its unit: the components that apply to it.
void add_to_unit(Work& work, const View& view, u32 wallet, bool has_price) {
  bool covered = false;
  UnitSum& unit = unit_of(work, view, wallet);
  if (has_price) add_to_expiry(work, view, unit);
  const bool complete = view.complete();
  for (std::size_t i = 0; i < view.row.component_count; ++i) {
    const u8 slot = work.slot_of[view.row.components[i]];
    if (slot == no_slot) continue;
    covered = true;
    if (view.fill != UnitFill::none && (work.per_unit >> slot & 1) == 0) continue;
    add_component(work, view, unit, slot, i, complete);
  }
  if (!covered) note(work, Obstacle::no_parameters, view.holding.instrument);
  if (has_price && work.per_unit != 0) add_unit_sums(work, view, unit);
}

void add_holding(Work& work, const Holding& holding, const OpenSides& orders) {
  const Instrument& instrument = work.state.instrument(holding.instrument);
  const View view{holding, instrument, risk_row(work.state, work.book, holding.instrument), holding.lots,
                  orders};
  const u32 wallet = holding_wallet(work, view);
  const bool has_price = note_prices(work, holding.instrument, view.row);
  if (has_price) add_value(work, view, wallet);
  add_to_unit(work, view, wallet, has_price);
}

// The holding again, in the units as they would be if all orders of one side filled.
void add_filled(Work& work, const Holding& holding, const OpenSides& orders) {
  const Instrument& instrument = work.state.instrument(holding.instrument);
  const RiskRow& row = risk_row(work.state, work.book, holding.instrument);
  if (row.mark_known != Known::yes) return;
  const u32 wallet = wallet_of(work, instrument.settle);
  for (const UnitFill fill : {UnitFill::buys, UnitFill::sells}) {
    const Lots lots = fill == UnitFill::buys ? holding.lots + orders.buys : holding.lots - orders.sells;
    add_to_unit(work, View{holding, instrument, row, lots, {}, fill}, wallet, true);
  }
}

// worst_position: holdings with their orders, and orders on what is not held.
void add_holdings_with_orders(Work& work) {
  std::vector<Holding> all = work.account.holdings;
  for (const Order& order : work.account.orders) {
    const bool is_spot = work.state.instrument(order.instrument).kind == InstrumentKind::spot;
    const bool known = std::any_of(all.begin(), all.end(), [&](const Holding& holding) {
      return holding.instrument == order.instrument && holding.leg == order.leg;
    });
    if (is_spot || known || !counts(order)) continue;
    Holding none;
    none.instrument = order.instrument;
    none.leg = order.leg;
    all.push_back(none);
  }
  for (const Holding& holding : all) {
    add_holding(work, holding, open_sides(work.account, holding.instrument, holding.leg));
  }
  if (work.per_unit == 0) return;
  work.has_fills = true;
  for (const Holding& holding : all) {
    add_filled(work, holding, open_sides(work.account, holding.instrument, holding.leg));
  }
}

}  // namespace

void add_holdings(Work& work) {
  if (work.scheme.orders.kind == OrderRuleKind::worst_position && !work.account.orders.empty()) {
    return add_holdings_with_orders(work);
  }
  for (const Holding& holding : work.account.holdings) add_holding(work, holding, {});
}

}  // namespace lockstep
