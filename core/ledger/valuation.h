// What one lot is worth.  The only place that knows how linear and inverse contracts turn a price into money,
// so that trading, settlement, equity and margin cannot disagree.  docs/methodology.md 4.1.
#pragma once

#include "core/model/entities.h"

namespace lockstep {

// Value of one long lot at `price` (> 0), in the settlement asset.
//   linear, spot, linear option   price x lot                 exact
//   inverse perpetual, future     -(lot / price)              nearest: it is one number for both sides of a
//   trade,
//                                                             and grows as the price rises, like every long
//   inverse option                price x lot, price in coin  exact
Value value_per_lot(const Instrument& instrument, Price price);

// What margin rates apply to: the size of that value, never negative.
Value notional_per_lot(const Instrument& instrument, Price price);

// What one long lot of an option pays when the underlying settles at `price` (> 0), in the settlement asset.
// Inverse: rounded to nearest, one number for both sides.
Value payoff_per_lot(const Instrument& option, Price price);

// What holding one long lot pays for `rate` of its value at `price`, rounded to nearest: one number for both
// sides.
Value funding_per_lot(const Instrument& perpetual, Rate rate, Price price);

constexpr bool is_margined(const Instrument& i) {
  return i.kind == InstrumentKind::perpetual || i.kind == InstrumentKind::future;
}

}  // namespace lockstep
