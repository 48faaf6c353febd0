// The components that look at a whole unit: the worst scenario of a grid, and the charge on the unit's delta.
// Methodology 5.4 and 5.6.
#pragma once

#include <string>

#include "core/risk/expiry_value.h"

namespace lockstep {

// What the unit makes of one scenario, 10^-16 of the settlement asset: options by the sums of their arrays,
// perpetuals and futures by exposure x move (linear) or exposure x move/(1 + move) (inverse, in coins), down.
//  Extreme scenarios: after share and dampener; the dampener in coins at the end of the range.  Listed
// scenarios:
//  after discount and share, down.
Value scenario_profit(const GridRow& grid, const UnitSum& unit, std::size_t scenario);

// What a profit counts for against losses of other units: losses in full, a gain for the row's share, down.
Value counted_gain(const GridRow& grid, Value profit);

// The worst loss, not negative, before the component's rounding; with a tail of k the mean of the k worst,
// where gains count as 0, up.  Worst::scenario is the first of the worst.
Worst worst_loss(const GridRow& grid, const UnitSum& unit);

// Whether the grid values expiries one by one: a discount, or a turn of volatilities.
bool looks_at_expiries(const GridRow& grid);

// "-16 %, volatility down"; "+300 % extreme, volatility up"; "+400 %, volatility up, 1.2 % of it".
std::string scenario_name(const GridRow& grid, std::size_t scenario);

// Whether |delta of the unit| x index has reached the row's threshold.
bool delta_reached(const DeltaRow& row, const UnitSum& unit);

}  // namespace lockstep
