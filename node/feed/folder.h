// A folder of recorded data as a Tape.  The folder may hold any part of the layout: files are looked for in
// it and in its folders deribit_options and perps, and recognised by their headers (chain.h, bars.h); what is
// missing or unknown is a note, not a fault.  Only a folder without anything usable is a fault, and any bad
// row in a file that is used.
//
// The span: `from` and `to` if given, else what the option chain covers: of the chains that span at least two
// days the one with the most snapshots a day.  Without a chain, the last fourteen days of the finest bars.
#pragma once

#include <optional>

#include "node/feed/tape.h"
#include "node/io/disk.h"

namespace lockstep {

// The disk must outlive the tape.
Result<Tape, Fault> open_folder(Disk& disk, const std::string& folder, std::optional<Time> from,
                                std::optional<Time> to);

}  // namespace lockstep
