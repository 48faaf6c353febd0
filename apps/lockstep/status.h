// What the replicas of a cluster say of themselves on the board, read back.
#pragma once

#include <string>
#include <vector>

#include "node/sync/board.h"

namespace lockstep {

struct ReplicaStatus {
  std::string json;  // as it was said
  std::string name, role, standing, state, reason;
  u64 at = 0;  // by its own clock, microseconds since 1970
  u64 position = 0, frame = 0, term = 0, agreed = 0, outputs = 0, activations = 0, behaviour = 0;
  bool halted = false;
  std::vector<std::string> replicas, rulebooks;  // by id; a retired replica has no name
};

// Everybody's, by name.
Result<std::vector<ReplicaStatus>, Fault> read_statuses(const Board& board);

// Of the one that is furthest.
const ReplicaStatus* furthest(const std::vector<ReplicaStatus>& statuses);

// Whether it has said nothing for three seconds: stopped, paused or cut off.
bool is_silent(const ReplicaStatus& status, i64 now_us);

// The table that people see.
std::string status_table(const std::vector<ReplicaStatus>& statuses, i64 now_us);

}  // namespace lockstep
