// Snapshots on disk: the state at a log position, beside the log.  A snapshot saves replay time and lets the
// log be trimmed; it is never the record, so a damaged one is passed over with a warning and an older one is
// used.
//
// File snapshot-<position, 20 digits>-<first 16 digits of the state hash>.snap, little-endian:
//   0 4 magic "LSSN" | 4 2 version | 6 2 zero | 8 32 SHA-256 of "lockstep snapshot 1" and bytes 40 to the end
//   40 4 shard | 44 4 zero | 48 8 position | 56 8 frame_index | 64 16 state hash (high, low)
//   80 32 chain: hash of frame `frame_index` | 112 8 payload_size | 120 payload (core/wire's, opaque here)
//
// Written under a temporary name, synced, renamed, folder synced: a crash leaves the whole snapshot or none.
#pragma once

#include <optional>

#include "core/base/hash.h"
#include "node/io/disk.h"
#include "node/io/sha256.h"

namespace lockstep {

constexpr u64 snapshot_payload_max = u64{8} << 30;

struct SnapshotHeader {
  u32 shard = 0;
  u64 position = 0;     // commands applied
  u64 frame_index = 0;  // the frame that ends at this position; replay goes on with the next
  Hash128 state_hash{};
  Hash256 chain{};
};

struct StoredSnapshot {
  SnapshotHeader header;
  Bytes payload;
};

struct SnapshotSearch {
  std::optional<StoredSnapshot> snapshot;  // none: replay from the beginning of the log
  std::vector<std::string> warnings;       // one line for each snapshot that was passed over, and why
};

std::string snapshot_name(const SnapshotHeader& header);

// Writes the snapshot durably, then removes all but the newest `keep` (at least 1).
// REQUIRES: the log is durable up to header.frame_index.
Result<Done, Fault> write_snapshot(Disk& disk, const std::string& folder, const SnapshotHeader& header,
                                   std::span<const u8> payload, std::size_t keep);

// File names of the snapshots in the folder, newest position first.  Does not open them.
Result<std::vector<std::string>, Fault> list_snapshots(Disk& disk, const std::string& folder);

// One file, all of it checked.
Result<StoredSnapshot, Fault> read_snapshot(Disk& disk, const std::string& folder, const std::string& name);

// The newest valid one of this shard that is not ahead of frame_index_max, the end of the durable log.  The
// caller compares header.chain with the log (LogCursor::passed).
Result<SnapshotSearch, Fault> load_newest_snapshot(Disk& disk, const std::string& folder, u32 shard,
                                                   u64 frame_index_max);

}  // namespace lockstep
