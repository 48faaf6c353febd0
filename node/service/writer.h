// The writer's side of the line: makes what is asked for durable in the node's log, together, and tells the
// service of everything the node writes.
#pragma once

#include "node/io/clock.h"
#include "node/runtime/node.h"
#include "node/service/line.h"

namespace lockstep::service {

constexpr u64 hash_every = 1'000;  // positions between two hashes that the service compares

class Writer {
 public:
  // From here on the line hears of all that the node writes.  Both must outlive this.
  Writer(Node& node, Line& line);

  // Writes what is asked for by now, with one sync for all of it, and what follows from it: where `fills`,
  // the venue's fills of liquidation orders (node/runtime/venue.h).  Waits so long for something to do.
  Result<Done, Fault> answer(Time time, i64 wait_us, bool fills);

 private:
  void told(Time time, std::span<const Command> commands);

  Node& node_;
  Line& line_;
  std::vector<u64> tickets_;  // of what is being written
  u64 hashed_ = 0;
};

// How `lockstep serve` keeps time: log time is the clock's, with a tick every so often.
struct KeepOptions {
  i64 tick_us = 1'000'000;
  u64 snapshot_every = 100'000;   // positions
  std::function<void()> between;  // at least ten times a second
};
// Until the line stops; then what was asked for is written, and a snapshot taken.
Result<Done, Fault> keep(Node& node, Line& line, Clock& clock, const KeepOptions& options);

}  // namespace lockstep::service
