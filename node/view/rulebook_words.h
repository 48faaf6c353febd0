// What changed between two rulebooks, in words a risk manager would use: "component brackets, BTC/USDT,
// bracket 1: rate 0.4 % -> 0.5 %", "component spreads: added".
#pragma once

#include <string>
#include <vector>

#include "core/model/rulebook.h"
#include "core/model/state.h"
#include "node/json/json.h"
#include "node/view/fields.h"

namespace lockstep {

// One line a change, in the order of the field list; what exists on one side only is one line at its top.
std::vector<std::string> changes_in_words(const Rulebook& first, const Rulebook& other);

// differences_total and differences, of these at most 500: what `other` would change of what is in force;
// nothing where nothing is.
void write_differences(Json& json, const RulebookHistory& history, const Rulebook& other);

}  // namespace lockstep
