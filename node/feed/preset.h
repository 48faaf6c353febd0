// Built-in market data, for a run without a data folder.  The only preset is `crash-2025-10-10`: prices of
// perpetuals through 2025-10-10 and 11 (preset_table.h, with its source), bridged between its rows, and an
// option chain that is modelled, not recorded: expiries and strikes as a venue lists them around the spot,
// and eSSVI smiles whose level and skew rise with the fall of the coin.
#pragma once

#include <optional>

#include "node/feed/tape.h"

namespace lockstep {

std::vector<std::string> preset_names();
Result<Tape, Fault> open_preset(const std::string& name, std::optional<Time> from, std::optional<Time> to);

}  // namespace lockstep
