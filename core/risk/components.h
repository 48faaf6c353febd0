// The margin of one holding under one component: exact integers, each rounded once, up.  The components that
// look at a whole unit (scenario grid, delta charge) are in grid.h.  Formulas: core/model/components.h.
#pragma once

#include "core/model/state.h"
#include "core/risk/risk_book.h"

namespace lockstep {

// Coins in `lots` (of either sign).  Inverse perpetuals and futures: contracts at the mark, nearest 10^-16;
// else exact.
Value coins(const Instrument& instrument, const RiskRow& row, Lots lots);
// The same of an inverse perpetual or future at another price (> 0).
Value coins_at(const Instrument& instrument, Price price, Lots lots);

// notional / leverage, up.
Value at_leverage(Value notional, Rate leverage);

// The deduction of a bracket that follows `before` at `floor`, so that margin does not jump there; nearest.
Value deduction_at(const Bracket& before, Value floor, Rate rate);

// The bracket in which the holding lies: the last whose floor is below its notional, or its coins if
// by_coins.
const Bracket& bracket_of(const BracketRow& row, Value notional, Value coins = {});
// Methodology 5.1.  leverage: chosen by the account, cut to what the bracket allows.
Margin bracket_margin(const BracketRow& row, Value notional, Rate leverage, Value coins = {});

// Methodology 5.2.  size: coins, not negative; index: 0 if inverse.
Margin size_margin(const SizeRow& row, Value size, Price index);

// Methodology 5.5.  delta: coins of one holding; index: 0 if inverse.
Value roll_margin(const RollRow& row, Value delta, Rate years, Price index);

// What the component needs and the row lacks: nothing, a price of the instrument, or the index.
enum class Lacks : u8 { nothing, instrument_price, index_price };
Lacks missing_price(const Component& component, const Instrument& instrument, const RiskRow& risk, Lots lots);

// Settlement asset from coins of a linear instrument, up.  price 0: already coins.
Value priced(Value size, Price price);

Value rounded(Value value, Rounding rounding);

}  // namespace lockstep
