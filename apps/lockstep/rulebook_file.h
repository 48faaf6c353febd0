// Where rulebook files are found, and what they cover.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/model/commands.h"
#include "node/io/fault.h"
#include "node/rules/compile.h"

namespace lockstep {

Result<Rulebook, Fault> read_rulebook(const std::string& path);
Result<Compiled, Fault> read_with_warnings(const std::string& path);

// The folder the user named, or the project's rulebooks/: beside or up to three folders above the executable,
// or in the current folder.
Result<std::string, Fault> rulebooks_folder(const std::string& named);

// Whether the rulebook has margin parameters for a contract on an index of these assets.
bool covers(const Rulebook& rules, const RegisterInstrument& contract, std::string_view base,
            std::string_view quote);

}  // namespace lockstep
