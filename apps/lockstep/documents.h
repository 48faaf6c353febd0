// The documents that the program writes about itself, so that they cannot be out of date without a test
// failing.
#pragma once

#include <string>

namespace lockstep {

std::string refusals_markdown();  // docs/refusals.md
std::string limits_markdown();    // docs/limits.md
std::string help_markdown();      // docs/command-line.md
std::string methods_markdown();   // docs/api/methods.md

}  // namespace lockstep
