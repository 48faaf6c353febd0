// Rulebook files for scenarios: first beside the scenarios, then in the repository.
#pragma once

#include <string>

#include "core/model/rulebook.h"

namespace lockstep::scenarios {

// rulebooks/x.toml of tests/scenarios, or, where it has no such file, of the repository.  Malformed if it
// does not compile: what a faulty text file is told is the business of node/rules and its tests.
Rulebook compile_for_scenario(const std::string& folder, const std::string& file);

}  // namespace lockstep::scenarios
