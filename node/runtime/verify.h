// Verification of a node's folder: read everything, change nothing.  The log is replayed from its beginning
// (or from the oldest snapshot, if its beginning was trimmed), every frame's checksum and place in the hash
// chain is checked, conservation of money is checked at the end, and every retained snapshot must have
// exactly the state that the replay has at its position.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "node/etcd/etcd_store.h"
#include "node/io/disk.h"

namespace lockstep {

struct Verification {
  u64 frames = 0;
  u64 commands = 0;
  u64 refused = 0;
  u64 torn_size = 0;      // bytes of an unacknowledged tail behind the log; harmless
  u64 from_position = 0;  // where the replay began
  u64 snapshots_checked = 0;
  Hash128 state_hash;
  u64 position = 0;
  std::vector<std::string> problems;  // one line each; empty: everything agrees
};

// The same for a log on etcd, and the snapshots in the folder of the node that wrote it; no folder: none.
Result<Verification, Fault> verify_shared(Disk& disk, const std::string& folder, const EtcdOptions& etcd,
                                          const std::string& prefix,
                                          const std::function<void(u64)>& progress);

// progress(position) is called after every frame.
Result<Verification, Fault> verify_folder(Disk& disk, const std::string& folder,
                                          const std::function<void(u64)>& progress);

}  // namespace lockstep
