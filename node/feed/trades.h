// One instrument as something to trade at its mark, whatever its kind.
#pragma once

#include "node/feed/portfolios.h"

namespace lockstep {

enum class FeeKind : u8 { option, inverse, linear };

struct Tradable {
  InstrumentId instrument;
  FeeKind kind = FeeKind::linear;
  i64 lot = 0;
  Price tick;
  Price mark;
};

Tradable tradable(const OptionView& view);
Tradable tradable(const PerpetualView& view);

// nullptr-like result: instrument none, if the universe has no such instrument (any more).
Tradable find_tradable(const Universe& universe, InstrumentId instrument);

u8 coin_of(const Universe& universe, const PerpetualView& view);

// A trade of `lots` (signed, not 0) without an order, at the nearest tick to the mark, with a taker's fee:
// 5 basis points of the value; for options 3 basis points of the underlying, at most an eighth of the
// premium.
Fill fill_at_mark(AccountId account, const Tradable& what, i64 lots);

}  // namespace lockstep
