// A least requirement for what a unit holds, however well its scenarios offset: netting is never free.
// Methodology 5.16; formula at MinimumRow (core/model/unit_rows.h).
#pragma once

#include "core/risk/unit.h"

namespace lockstep {

// In the settlement asset, up; the same at both levels.  The amount before the steps is
//   (net |delta| + hedged (delta_gross - |delta|)) x index   (inverse: without the index)
// and lies in the last step whose floor is below it: at a floor the step under it still holds.
// marginal: every slice between two floors at the rate of its own step.
Margin minimum_charge_margin(const MinimumRow& row, const UnitSum& unit);

}  // namespace lockstep
