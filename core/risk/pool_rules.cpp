#include "core/risk/pool_rules.h"

namespace lockstep {

Margin borrow_margin(const BorrowRow& row, Value debts) {
  return {.initial = scale(debts, row.initial, Round::up),
          .maintenance = scale(debts, row.maintenance, Round::up)};
}

Margin offset_credit(const OffsetRow& row, const OffsetSide& a, const OffsetSide& b) {
  if (a.delta == Value{} || b.delta == Value{}) return {};
  const bool opposite = (a.delta < Value{}) != (b.delta < Value{});
  if (opposite == row.same_direction) return {};
  return {.initial = scale(min(a.margin.initial, b.margin.initial), row.credit, Round::down),
          .maintenance = scale(min(a.margin.maintenance, b.margin.maintenance), row.credit, Round::down)};
}

}  // namespace lockstep
