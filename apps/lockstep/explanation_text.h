// Where the parameters of a rulebook come from, on paper: one group a component, one line a field.
#pragma once

#include <string>
#include <vector>

#include "node/calibrate/parameters.h"
#include "node/json/json.h"

namespace lockstep {

// A table a component: field, in force, target, published, decision; a star marks what changes.  rules: also
// the rule, the data and the window of each.  Equal rows (BTC/USDC as BTC/USDT) are one.  What is a policy is
// one line at the end of its group.
std::string explanation_text(const std::vector<calibrate::Explanation>& explanations, bool rules);

// The array "explanations", every field with everything.
void explanation_json(Json& json, const std::vector<calibrate::Explanation>& explanations);

}  // namespace lockstep
