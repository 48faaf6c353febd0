// What a proposed rulebook would do to the accounts under its name, as JSON: of `lockstep rulebook preview`
// and of lockstep/preview, from the same parts.
#pragma once

#include <string>
#include <vector>

#include "node/json/json.h"
#include "node/whatif/preview.h"

namespace lockstep {

// The accounts that cross a level, what is worst afterwards first.
std::vector<const whatif::AccountChange*> crossing(const whatif::Preview& preview);

// Of the command line: accounts counted, `crossing` listed.
std::string preview_json(const State& state, const whatif::Preview& preview, const Rulebook& proposed);
// Of the service: accounts_total counted, `accounts` those that cross.
// `epoch`: the number that the rules have or would have.
std::string preview_reply(const State& state, const whatif::Preview& preview, const Rulebook& proposed,
                          u32 epoch);

}  // namespace lockstep
