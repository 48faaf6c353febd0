// From the log to the history: what is recorded of a frame as it is applied, and how a history that is lost
// or behind is filled.
#pragma once

#include "node/history/history.h"
#include "node/io/disk.h"
#include "node/log/log.h"
#include "node/runtime/node.h"

namespace lockstep::history {

// What tells this log from every other: the hash of its first frame, in hex.  Empty: it has no frame yet,
// or not the first one any more.
Result<std::string, Fault> log_identity(Log& log);

// Applies the commands of one frame and records what became of them; commits nothing.  The fault of
// apply_frame.
Result<Done, Fault> record_frame(Engine& engine, const Frame& frame, History& history,
                                 const OutcomeSink& sink);

struct Filled {
  u64 frame = 0;     // the last one applied; the next to follow is behind it
  u64 recorded = 0;  // commands that the history did not have
  std::vector<std::string> warnings;
};
// Records the part of the log in `folder` (a node's, or a replica's) that the history does not have, and
// leaves `out` at the log's end.  Begins at the newest snapshot that the history reaches; else at the log's
// beginning; else, where the log was trimmed, at the oldest snapshot, with a warning that says what is
// missing.  A history that is ahead of the log is emptied first, with a warning.  Faults: of the log; of
// the database; a trimmed log without a snapshot.
Result<Filled, Fault> fill_from_log(Disk& disk, const std::string& folder, History& history, Engine& out);

}  // namespace lockstep::history
