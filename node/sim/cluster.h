// A whole cluster in one thread: replicas and a mirror over one store, clients that send and send again,
// and faults, all drawn from one seed.  The replicas are the production code (node/sync); what is simulated
// is the world: clocks, disks, the store and the links to it.  The same seed gives the same run, bit for
// bit, so a run that breaks is repeated by its seed.
//
// First faults for `storm_us` of simulated time, then quiet until everything is as it should be, or it is
// said what is not: the checks are in check.cpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/commands.h"
#include "node/sim/weather.h"
#include "node/sync/replica.h"

namespace lockstep::sim {

// Something wrong on purpose, which the run must find and name.
enum class Planted : u8 {
  nothing,
  split,         // two replicas are wrong in two ways: no quorum, so the platform halts
  lost_disk,     // the mirror's: it comes back with an empty one, behind what the log still holds
  bit_flip,      // one bit of one replica's memory: found, named, and the replica comes back
  wrong_build,   // one replica computes one thing otherwise: found, named, stays out
  clock_fault,   // the sequencer's clock runs off: it steps down, log time is not moved
  broken_store,  // the store forgets that it must not overwrite: found by the chain
  double_claim,  // one replica signs two claims for one position: its claims do not count any more
};

struct Options {
  u64 seed = 1;
  u32 voters = 3;
  u32 mirrors = 1;
  i64 storm_us = 20'000'000;
  i64 quiet_us = 60'000'000;  // at most, until everything is right again
  Planted planted = Planted::nothing;
  bool faults = true;
};

struct Report {
  u64 commands = 0;  // in the log
  u64 answered = 0;  // requests with their replies
  u64 outputs = 0;
  u64 faults = 0;    // that were made
  u64 terms = 0;     // of sequencers
  u64 installs = 0;  // snapshots from the store
  Hash128 state;     // of everybody, at the end
  u128 trace = 0;    // over all news, so two runs can be compared
  std::vector<std::string> news;
  std::string broken;  // what is not as it should be; empty: nothing
};

Report run(const Options& options);

}  // namespace lockstep::sim
