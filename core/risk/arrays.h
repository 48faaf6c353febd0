// The one place in core/risk where numbers are doubles: option values under scenarios, each turned into an
// integer once.  From there on an account's scenario totals are integer sums, equal on every machine and in
// any order.
//
// Scenarios of a grid, in this order: for every move, lowest first, volatility down, same and up; then the
// extreme moves as listed, with volatility up; then the scenarios that the row lists one by one.  An entry is
// the profit of one long lot against the model value with nothing shocked, in 10^-12 of the settlement asset,
// nearest.  Perpetuals and futures have no array: their profit is exact integer arithmetic (grid.h).
//
// Extreme moves: of the profit in quote units only the share range/|move| counts.  An inverse profit is
// turned into quote units at the moved price and back at the end of the range: one price per scenario, never
// the unshocked one.  A perpetual then shows the ends of the range again.
//
// Listed scenarios: the entry is the whole profit; the share and the discount are applied to the sum of an
// expiry (expiry_value.h), because they are not the same for gains and losses.  Skew scenarios turn the
// volatilities about the forward: with k = ln(K/F), or |k|, volatility x max(0, 1 + clamp(k cap/kstar, -cap,
// cap)) (model, Skew).
#pragma once

#include <vector>

#include "core/model/state.h"
#include "core/pricing/settlement.h"

namespace lockstep {

constexpr i128 array_unit_value = pow10(4);  // of an entry, 10^-12, in a Value

std::size_t scenario_count(const GridRow& grid);

// What an option's model value depends on.
struct OptionInputs {
  bool is_call = true;
  bool inverse = false;
  double forward = 0;
  double strike = 0;
  double volatility = 0;
  double days = 0;      // to expiry
  double lot = 0;       // coins
  double discount = 1;  // of the value
  double fixed = 0;     // part of the forward that no shock moves: shocked forward = forward x factor + fixed
  SettlementWindow window;
};

// False: the forward, the volatility, or inside the averaging window the index is missing.
// Volatility and forward: the instrument's own if it has them, else the series'.
bool option_inputs(const State& state, const Instrument& instrument, const Market& market,
                   const Series* series, Time at, OptionInputs& out);

// Of one long lot, 10^-12 of the settlement asset, nearest; clamped to limits::array_raw_max.
i64 option_value_units(const OptionInputs& option);
// Coins by which one long lot moves with the underlying, 10^-12, clamped likewise: inverse options net of
// their premium.
i64 option_delta_units(const OptionInputs& option);

// Appends the scenarios of the grid.  False: a value does not fit limits::array_raw_max.
bool append_scenarios(const OptionInputs& option, const GridRow& grid, std::vector<i64>& array);
// Appends the profit with the forward moved up and the profit with it moved down, volatility unmoved.
bool append_basis(const OptionInputs& option, const BasisRow& row, std::vector<i64>& array);

}  // namespace lockstep
