// The answer to a what-if question as JSON, the same from the command line and from the service.
#pragma once

#include <optional>
#include <string>

#include "node/json/json.h"
#include "node/whatif/batch.h"
#include "node/whatif/what_if.h"

namespace lockstep {

// The rule that asks for most of what is missing; empty if nothing is.
std::string binds_text(const whatif::Answer& answer);

struct WhatIfParts {
  bool explain = false;              // with the statements' lines
  bool prices = false;               // with liquidation prices
  std::optional<u64> position = {};  // said first
};
// One object: name, if, before, after, allowed.  was: the state that the view before is of.
void write_what_if(Json& json, const State& was, const State& state, const whatif::Question& question,
                   const whatif::Answer& answer, const WhatIfParts& parts);

}  // namespace lockstep
