// A replica's journal: every frame it has seen, on its own disk, before it applies it and before it signs
// for it.  It is an embedded log; when a replica joins by a snapshot it begins behind that, in a folder of
// its own, and the file journal.base says which folder that is.
#pragma once

#include <functional>
#include <memory>

#include "core/engine/engine.h"
#include "node/log/embedded.h"

namespace lockstep {

// What is to be done with the journal of a replica that lives in `folder`.
Result<std::unique_ptr<EmbeddedLog>, Fault> open_journal(Disk& disk, const std::string& folder, u32 shard,
                                                         bool read_only);
// A new and empty journal that goes on behind `tail`; the one before stays where it is, as an archive.
Result<std::unique_ptr<EmbeddedLog>, Fault> begin_journal(Disk& disk, const std::string& folder, u32 shard,
                                                          const LogTail& tail);

Result<Done, Fault> append_frame(EmbeddedLog& journal, const Frame& frame);

// Called behind every command.
using CommandSink = std::function<void(Engine&, const Command&, const Outcome&)>;

// An engine on its way through a journal.
struct Rebuilt {
  std::unique_ptr<Engine> engine;  // null: see rebuild
  u64 snapshot_position = 0;
  u64 frame = 0;  // the last one applied
};
// From the newest good snapshot at or before `snapshot_max` (or from nothing, where the journal reaches
// back so far), through the journal, up to the frame that ends at or behind `position`; the engine is null
// if the journal does not hold that, or this build cannot compute it.
Result<Rebuilt, Fault> rebuild(Disk& disk, const std::string& folder, u32 shard, u64 snapshot_max,
                               u64 position, const CommandSink& sink);
// Goes on up to the frame that ends at or behind `position`; false if the journal does not hold that, or
// this build cannot compute it.
Result<bool, Fault> advance(Disk& disk, const std::string& folder, u32 shard, Rebuilt& at, u64 position,
                            const CommandSink& sink);

}  // namespace lockstep
