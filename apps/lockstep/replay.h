// The state of a node's folder at a log position, without changing anything there: the newest snapshot that
// is not beyond the position, then the frames behind it, the last of them perhaps in part.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/engine/engine.h"
#include "node/io/disk.h"

namespace lockstep {

// at: how many commands have been applied; none: all of the log.  Faults: those of EmbeddedLog::open, and a
// position that the log does not hold.
Result<std::unique_ptr<Engine>, Fault> engine_at(Disk& disk, const std::string& folder,
                                                 std::optional<u64> at);

// The log from as far back as it and its snapshots go, to `at` or its end: watch is called behind every
// frame.
Result<Done, Fault> watch_log(Disk& disk, const std::string& folder, std::optional<u64> at,
                              const std::function<void(Engine&)>& watch);

// The state in a snapshot file.
Result<std::unique_ptr<Engine>, Fault> engine_of_snapshot(Disk& disk, const std::string& path);

// Either of the two, by what `path` is; a snapshot has no positions to choose from.
Result<std::unique_ptr<Engine>, Fault> engine_of(Disk& disk, const std::string& path, std::optional<u64> at);

}  // namespace lockstep
