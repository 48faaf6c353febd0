// Whether a rulebook image is consistent: the one list of rules for the text compiler (node/rules), which
// adds the line of the file, and for the engine, which refuses an image that fails (rulebook_invalid).
// Behind this door core/risk relies on every one of them.
#pragma once

#include <string>

#include "core/model/rulebook.h"

namespace lockstep {

// What is wrong, and where: `path` names the place as in the text file ("component.futures.rows.BTC"), `what`
// is one line that says what would be right.  Both empty: nothing.
struct RulebookDefect {
  std::string path;
  std::string what;
  bool none() const { return what.empty(); }
};

RulebookDefect check_rulebook(const Rulebook& rules);

// "BTC/USDC", "BTC", "*/USDC", "default".
std::string to_text(const RowKey& key);

}  // namespace lockstep
