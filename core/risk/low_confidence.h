// More initial margin while a venue does not trust its own inputs.  Methodology 5.13; formula at
// ConfidenceRow (core/model/components.h).
#pragma once

#include "core/risk/facts.h"
#include "core/risk/unit.h"

namespace lockstep {

// Needs the reference price.  Maintenance is not touched.  In the settlement asset, up.
Margin low_confidence_margin(const ConfidenceRow& row, const HoldingFacts& facts);

// What the component asks while the money of the account is worth less than the component's threshold:
// initial x (1 + (threshold - price) factor), up.
Margin depegged(const Component& component, Margin margin, Rate money_price);

}  // namespace lockstep
