// A node: one engine on one log.  open_node recovers whatever the folder holds (newest snapshot, then the
// frames behind it), submit makes commands durable and then applies them, so nothing that follows from a
// command can leave the process before the command is safe.  This is the only place where a log and an engine
// meet.
//
//   folder/log/        the embedded log              folder/snapshots/   states by position and hash
//
// The log can lie on an etcd cluster instead; the node is then its sequencer, and the folder has the
// snapshots.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "node/etcd/etcd_store.h"
#include "node/io/disk.h"
#include "node/log/embedded.h"

namespace lockstep {

struct NodeOptions {
  std::string folder;
  bool read_only = false;
  std::string prefix = {};  // of the keys of a log on etcd; empty: the embedded log
  EtcdOptions etcd = {};
  std::size_t snapshots_kept = 3;
};

// What recovery found, for the operator.
struct Recovered {
  u64 snapshot_position = 0;  // 0: replayed from the beginning
  u64 frames = 0;             // replayed behind the snapshot
  u64 torn_size = 0;          // bytes of an unacknowledged tail that were cut
  std::vector<std::string> warnings;
};

struct Node {
  NodeOptions options;
  Disk* disk = nullptr;
  Engine engine;
  std::unique_ptr<KeyStore> store;  // of a log on etcd
  std::unique_ptr<Log> log;
  Recovered recovered;
  u64 term = 1;
  u64 snapshot_position = 0;  // of the newest, found or taken
  // Told of everything that submit() has made durable and applied, in order: who else follows this log.
  std::function<void(Time, std::span<const Command>)> on_applied = {};
  // Told how long each sync of the log took, seconds.
  std::function<void(double)> on_synced = {};
};

// Faults: those of EmbeddedLog::open; a frame that does not decode (file, frame and position are named).
Result<std::unique_ptr<Node>, Fault> open_node(Disk& disk, NodeOptions options);

// One outcome a command, in order.
using OutcomeSink = std::function<void(const Command&, const Outcome&)>;

// Appends the commands as one or more frames with this log time (never before the log's last), makes them
// durable with one sync, applies them.
Result<Done, Fault> submit(Node& node, Time time, std::span<const Command> commands, const OutcomeSink& sink);

// Writes a snapshot of the present state beside the log.
Result<Done, Fault> take_snapshot(Node& node);

// The log of a node's folder, or a replica's journal, to look at: takes no lock, changes nothing.  A folder
// without one is a fault.
Result<std::unique_ptr<EmbeddedLog>, Fault> open_to_read(Disk& disk, const std::string& folder);

// A log on etcd as what it is: the store must outlive the log.
struct SharedLog {
  std::unique_ptr<KeyStore> store;
  std::unique_ptr<Log> log;
  u64 term = 0;  // of this sequencer; 0: a reader
};
Result<SharedLog, Fault> open_shared(const EtcdOptions& etcd, const std::string& prefix, bool read_only);

std::string log_folder(const std::string& folder);
std::string snapshot_folder(const std::string& folder);

// Applies the commands of one frame.  A frame that core/wire cannot read is a fault: the log's checksums were
// right, so it was written by another schema.
Result<Done, Fault> apply_frame(Engine& engine, const Frame& frame, const OutcomeSink& sink);

}  // namespace lockstep
