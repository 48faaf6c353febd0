// Risk factors by direction: margin of one holding together with its open orders, which cannot be told apart
// because the side that counts is the worse of "all buys fill" and "all sells fill".
#pragma once

#include "core/risk/facts.h"

namespace lockstep {

// Methodology 5.11.  Settlement asset, rounded up at 10^-16; initial and maintenance are the same.  With the
// holding worth N (coins q), slippage s and s2, side factor f and the orders of the side worth B:
//
//   side = N (s + s2 |q|) + (N + B) f       N counts on the holding's own side only
//   margin = the larger side + max(0, funding_factor x funding owed)
//
// With a cap the short side is worth |q| cap - N instead, and its orders likewise: what can still be lost.
//
// A side counts if holding and orders together end up on it.  facts.buy_notional and sell_notional: orders at
// the price the rule looks at.  Source: Vega specification 0019-MCAL, as its code computes it.
Margin side_margin(const SideRow& row, const HoldingFacts& facts);

}  // namespace lockstep
