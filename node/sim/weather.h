// What the world does to one simulated replica: a clock of its own, a link to the store that loses calls and
// answers, and a disk that loses power.  All of it is drawn from the simulation's seed.
#pragma once

#include <functional>

#include "core/base/prng.h"
#include "node/etcd/memory_store.h"
#include "node/io/clock.h"
#include "node/io/memory_disk.h"

namespace lockstep::sim {

// True time, and how far this machine's wall clock is off.
class SimClock final : public Clock {
 public:
  explicit SimClock(const i64& now_us) : now_us_(now_us) {}
  i64 wall_us() override { return start_us + now_us_ + off_us; }
  i64 monotonic_us() override { return 1 + now_us_; }
  static constexpr i64 start_us = 1'770'000'000'000'000;
  i64 off_us = 0;

 private:
  const i64& now_us_;
};

// Shares the store, and may be cut off from it.
class SimLink final : public KeyStore {
 public:
  SimLink(MemoryStore& store, u64 seed) : store_(store), prng_(seed) {}
  Result<Transacted, Fault> transact(const Transaction& transaction) override;
  Result<std::vector<StoredKey>, Fault> read(const KeyRange& range) override;
  Result<Done, Fault> remove(const std::string& from, const std::string& to) override;
  void wait(const std::string&, i64) override {}

  bool cut = false;
  u64 loses_one_in = 0;                       // calls, before or after they are done; 0: none
  bool forgets_conditions = false;            // planted: a store that does not keep its promise
  std::function<void(Transaction&)> tampers;  // planted: what this machine writes besides

 private:
  bool loses() { return cut || (loses_one_in != 0 && prng_.chance(1, loses_one_in)); }
  MemoryStore& store_;
  Prng prng_;
};

}  // namespace lockstep::sim
