// Profit that becomes money at a settlement, and the entry price that is shown, as a venue counts them that
// pays in whole units.  Integers of any scale; unit: how many of `size` are one contract.
#pragma once

#include <span>

#include "core/base/wide.h"

namespace lockstep {

struct Trade {
  i128 size = 0;  // signed
  i128 price = 0;
};

// size x (now - before) and every trade's size x (now - its price), before it is divided by the unit: what is
// paid at a mark-to-market settlement.
i128 variation(i128 size, i128 before, std::span<const Trade> trades, i128 now);

// The part of n / unit that is paid, toward zero; what is left of it belongs to nobody.
i128 whole_part(i128 n, i128 unit);

// More of the same side: the mean, down.  Less: as it was.  To the other side: the mean of the two sizes'
// prices, down.  Nothing left: 0.
i128 average_entry(i128 entry, i128 size, Trade trade);

}  // namespace lockstep
