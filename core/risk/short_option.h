// Written options one by one: a share of the underlying, less by how far the option is out of the money, plus
// its mark.  Methodology 5.3; formula in core/model/components.h.
#pragma once

#include "core/risk/facts.h"
#include "core/risk/unit.h"

namespace lockstep {

// Of the holding's coins if they are negative, else nothing.  Needs mark, reference (linear contracts, or
// where distance is measured against it) and the forward (else).  In the settlement asset, up.
Margin short_option_margin(const ShortOptionRow& row, const HoldingFacts& facts);

}  // namespace lockstep
