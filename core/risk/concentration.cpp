#include "core/risk/concentration.h"

#include "core/risk/components.h"

namespace lockstep {

Margin concentration_margin(const BracketRow& row, const UnitSum& unit) {
  const Value size = priced(abs(unit.delta), unit.inverse ? Price{} : unit.index_price);
  return bracket_margin(row, size, Rate::from_raw(1000 * rate_one), abs(unit.delta));
}

}  // namespace lockstep
