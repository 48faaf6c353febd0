// Rules over all units and balances of a pool.  Methodology 5.19 (borrow) and 5.20 (offsets).
#pragma once

#include "core/risk/unit.h"

namespace lockstep {

// On debts of one asset, in money (not negative), up.
Margin borrow_margin(const BorrowRow& row, Value debts);

// What a unit of a pool brings to an offset: its requirement and which way it leans.
struct OffsetSide {
  Margin margin;
  Value delta;
};
// How much less two units need together because one gains where the other loses: credit x the lesser of their
// requirements if they lean opposite ways (same_direction: the same way, for assets that move against each
// other); down, per level.  Never more than the lesser requirement.
Margin offset_credit(const OffsetRow& row, const OffsetSide& a, const OffsetSide& b);

}  // namespace lockstep
