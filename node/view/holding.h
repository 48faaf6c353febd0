// What a holding is to its owner: the price it was opened at, what it is worth, what it has gained, by how
// many coins it moves.  For reading; margin does not ask here.
#pragma once

#include "core/engine/engine.h"

namespace lockstep::view {

// Average price of what is open, nearest 10^-8, of an inverse perpetual or future 10^-4; 0 where cost and
// lots give none.
Price entry_price(const Instrument& instrument, const Holding& holding);
// The price at which one lot is worth `per_lot`, likewise.
Price price_of_lot(const Instrument& instrument, Value per_lot);

struct HoldingView {
  Price mark;   // 0: not known
  Value value;  // of all lots at the mark, settlement asset; an inverse perpetual's is negative when long
  Value unrealised;  // value - cost, with what was earned and not yet paid out
  Value delta;       // coins
};
// Rebuilds the engine's risk row if it is out of date; the rulebook must have an active epoch (asserted).
HoldingView view_holding(Engine& engine, const Holding& holding);

}  // namespace lockstep::view
