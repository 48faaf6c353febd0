// The one place in core/risk where numbers are doubles: option values under scenarios, each turned into an
// integer once.  From there on an account's scenario totals are integer sums, equal on every machine and in
// any order.
//
// Scenarios of a grid, in this order: for every move, lowest first, volatility down, same and up; then the
// extreme moves as listed, with volatility up.  An entry is the profit of one long lot against the model
// value with nothing shocked, in 10^-12 of the settlement asset, nearest.  Perpetuals and futures have no
// array: their profit is exact integer arithmetic (grid.h).
//
// Extreme moves: of the profit in quote units only the share range/|move| counts.  An inverse profit is
// turned into quote units at the moved price and back at the end of the range: one price per scenario, never
// the unshocked one.  A perpetual then shows the ends of the range again.
#pragma once

#include <vector>

#include "core/model/state.h"
#include "core/pricing/settlement.h"

namespace lockstep {

std::size_t scenario_count(const GridRow& grid);

// What an option's model value depends on.
struct OptionInputs {
  bool is_call = true;
  bool inverse = false;
  double forward = 0;
  double strike = 0;
  double volatility = 0;
  double days = 0;  // to expiry
  double lot = 0;   // coins
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

}  // namespace lockstep
