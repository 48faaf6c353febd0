// What a margin requirement is made of: one component is one rule with its parameters as data.  The rows are
// in holding_rows.h, grid_row.h and unit_rows.h; core/risk computes.
#pragma once

#include <string>
#include <vector>

#include "core/model/unit_rows.h"

namespace lockstep {

// In the order of component_kind_names.
enum class ComponentKind : u8 {
  brackets,
  linear_in_size,
  short_option,
  scenario_grid,
  roll_charge,
  delta_charge,
  notional_rate,
  risk_factors,
  short_minimum,
  low_confidence,
  expiry_loss,
  basis_charge,
  minimum_charge,
  expiry_spread,
  concentration,  // brackets over |delta of the unit| x index
  borrow,
  offset
};

// What a component looks at: one holding at a time, a unit as a whole, or a pool as a whole.
enum class ComponentClass : u8 { holding, unit, pool };
constexpr ComponentClass class_of(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::scenario_grid:
    case ComponentKind::delta_charge:
    case ComponentKind::short_minimum:
    case ComponentKind::expiry_loss:
    case ComponentKind::basis_charge:
    case ComponentKind::minimum_charge:
    case ComponentKind::expiry_spread:
    case ComponentKind::concentration: return ComponentClass::unit;
    case ComponentKind::borrow:
    case ComponentKind::offset: return ComponentClass::pool;
    default: return ComponentClass::holding;
  }
}

// Bit for a class of instruments: kind and inverse.
constexpr u16 class_bit(InstrumentKind kind, bool inverse) {
  return static_cast<u16>(1u << (static_cast<unsigned>(kind) * 2 + (inverse ? 1 : 0)));
}

// Only the rows of its own kind are filled.
struct Component {
  std::string name;
  ComponentKind kind = ComponentKind::brackets;
  u16 applies = 0;  // class_bits
  Rounding rounding;
  u16 gap = no_gap;                 // delta_charge: what is missing above the threshold
  PriceUse price = PriceUse::mark;  // of the notional: notional_rate, brackets, minimum_charge
  Rate depeg_threshold;  // initial: x (1 + (threshold - price of the money) factor) below it; 0: off
  Rate depeg_factor;
  std::vector<BracketRow> brackets;
  std::vector<SizeRow> sizes;
  std::vector<ShortOptionRow> short_options;
  std::vector<GridRow> grids;
  std::vector<RollRow> rolls;
  std::vector<DeltaRow> deltas;
  std::vector<NotionalRow> notionals;
  std::vector<SideRow> sides;
  std::vector<ShortMinimumRow> short_minimums;
  std::vector<ConfidenceRow> confidences;
  std::vector<ExpiryLossRow> expiry_losses;
  std::vector<BasisRow> bases;
  std::vector<MinimumRow> minimums;
  std::vector<SpreadRow> spreads;
  std::vector<BorrowRow> borrows;
  std::vector<OffsetRow> offsets;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("kind", s.kind), f("applies", s.applies), f("rounding", s.rounding), f("gap", s.gap);
    f("depeg_threshold", s.depeg_threshold), f("depeg_factor", s.depeg_factor);
    f("brackets", s.brackets), f("sizes", s.sizes), f("short_options", s.short_options), f("grids", s.grids);
    f("rolls", s.rolls), f("deltas", s.deltas), f("price", s.price), f("notionals", s.notionals);
    f("sides", s.sides), f("short_minimums", s.short_minimums), f("confidences", s.confidences);
    f("expiry_losses", s.expiry_losses), f("bases", s.bases), f("minimums", s.minimums);
    f("spreads", s.spreads), f("borrows", s.borrows), f("offsets", s.offsets);
  }
};

// As written in a rulebook, in the order of ComponentKind.
inline constexpr const char* component_kind_names[] = {
    "brackets",       "linear_in_size", "short_option",  "scenario_grid",  "roll_charge", "delta_charge",
    "notional_rate",  "risk_factors",   "short_minimum", "low_confidence", "expiry_loss", "basis_charge",
    "minimum_charge", "expiry_spread",  "concentration", "borrow",         "offset"};

// f(rows): the rows that a component of its kind has.
template <class C, class F>
auto with_rows(C& component, F&& f) {
  switch (component.kind) {
    case ComponentKind::brackets: return f(component.brackets);
    case ComponentKind::linear_in_size: return f(component.sizes);
    case ComponentKind::short_option: return f(component.short_options);
    case ComponentKind::scenario_grid: return f(component.grids);
    case ComponentKind::roll_charge: return f(component.rolls);
    case ComponentKind::delta_charge: return f(component.deltas);
    case ComponentKind::notional_rate: return f(component.notionals);
    case ComponentKind::risk_factors: return f(component.sides);
    case ComponentKind::short_minimum: return f(component.short_minimums);
    case ComponentKind::low_confidence: return f(component.confidences);
    case ComponentKind::expiry_loss: return f(component.expiry_losses);
    case ComponentKind::basis_charge: return f(component.bases);
    case ComponentKind::minimum_charge: return f(component.minimums);
    case ComponentKind::expiry_spread: return f(component.spreads);
    case ComponentKind::concentration: return f(component.brackets);
    case ComponentKind::borrow: return f(component.borrows);
    case ComponentKind::offset: break;
  }
  return f(component.offsets);
}

}  // namespace lockstep
