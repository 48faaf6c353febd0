// The simulation's inside: what cluster.cpp moves, storm.cpp hurts and check.cpp looks at.
#pragma once

#include "node/sim/client.h"
#include "node/sim/cluster.h"

namespace lockstep::sim {

struct Machine {
  std::string name;
  bool votes = true;
  SigningKey key;
  std::unique_ptr<SimClock> clock;
  std::unique_ptr<SimLink> link;
  std::unique_ptr<MemoryDisk> disk;
  std::unique_ptr<ReplicaProcess> replica;  // null: not running
  const Build* build = &this_build;
  i64 sleeps_until = 0;  // paused, or dead until it is started again
  i64 cut_until = 0, loses_until = 0, clock_until = 0;
  u64 starts = 0;
  std::vector<Output> outputs;  // as its consumer got them, resuming by number after a restart
  std::string ended;            // why its process ended by itself
};

struct Simulation {
  Options options;
  Prng prng;
  i64 now_us = 0;
  MemoryStore store;
  std::vector<Machine> machines;
  std::vector<Client> clients;
  Board board;
  Report report;
  bool planted = false;
  i64 next_fault_us = 1'000'000;
  i64 next_epoch_us = 3'000'000;
  u32 epochs = 1;
  explicit Simulation(const Options& o) : options(o), prng(o.seed) {}
};

constexpr u32 accounts = 12;

void hear(Simulation& s, const Machine& machine, const std::string& line);
void start(Simulation& s, Machine& machine);
void stop(Simulation& s, Machine& machine, bool power_cut);

// storm.cpp
void make_faults(Simulation& s);
void heal(Simulation& s);
void plant(Simulation& s);

// check.cpp: "" if everything is as it should be.
std::string unfinished(Simulation& s);  // what is still to come: not wrong yet
std::string wrong(Simulation& s);       // at the end

}  // namespace lockstep::sim
