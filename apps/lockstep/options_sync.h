// What a user asks of the verbs about clusters, as options.h.
#pragma once

#include "apps/lockstep/options.h"

namespace lockstep {

// A replica whose build does not compute what begins at the next position: the supervisor starts the newer
// build.
constexpr int exit_needs_upgrade = 42;

struct SimClusterOptions {
  u64 seed = 1;
  u32 seeds = 1;  // so many, from `seed` on
  std::string plant = "nothing";
  u32 storm = 20;     // seconds of simulated faults
  bool calm = false;  // no faults
  bool news = false;  // print what replicas say
  bool json = false;
};
int sim_cluster_verb(const SimClusterOptions& options);

struct SimCascadeOptions {
  std::vector<std::string> scenarios = {"slow", "fast", "thin"};
  std::string rulebook;                            // empty: lockstep.toml of the project
  std::vector<std::string> only;                   // policies besides the first; empty: all
  std::string data, symbol = "BTCUSDT", from, to;  // recorded prices instead of scenarios
  std::string depth;                               // with them: what is left of the usual depth
  u64 seed = 1;
  u32 seeds = 5;
  u32 accounts = 1'000;
  u32 assets = 1;
  std::string svg;
  bool json = false;
};
int sim_cascade_verb(const SimCascadeOptions& options);

// One process of a cluster.
struct ReplicaVerbOptions {
  std::string name, folder;
  EtcdArguments etcd;
  std::string clock;  // HOST:PORT where the others ask for the time; empty: clocks are not compared
  u64 snapshot_every = 65'536;
  bool mirror = false;
  bool feeds = false;  // as sequencer it brings the commands of the feed
  RunOptions feed;
  u32 pace = 0;  // steps of the feed a second; 0: as fast as it goes
  bool json = false;
};
int replica_verb(const ReplicaVerbOptions& options);

struct ClusterUpOptions {
  std::string folder;  // empty: a new one under the system's for temporary files
  RunOptions feed;
  u32 pace = 20;
  bool once = false;  // until the feed is at its end
  bool json = false;
};
int cluster_up_verb(const ClusterUpOptions& options);

struct ClusterStatusOptions {
  EtcdArguments etcd;
  bool json = false;
};
int cluster_status_verb(const ClusterStatusOptions& options);

// One command of an operator, sent to whoever is sequencer; its answer is printed.
struct OperateOptions {
  EtcdArguments etcd;
  std::string what;            // register, retire, propose, ...
  std::string subject;         // replica, rulebook, file
  std::string key;             // register
  bool mirror = false;         // register
  u32 number = 0;              // epoch, or behaviour
  std::string at_time, in;     // schedule
  bool emergency = false;      // schedule
  std::string by, note;        // propose, approve
  u64 at_position = 0;         // schedule, upgrade
  u64 deadline = 0;            // upgrade
  u32 jump_ms = 0, ticks = 0;  // resume-rule
  u32 wait = 10;               // seconds for an answer
  bool json = false;
};
int operate_verb(const OperateOptions& options);

struct OutputsOptions {
  std::string folder;
  u64 from = 1;
  bool follow = false;
  bool json = false;
};
int outputs_verb(const OutputsOptions& options);

struct ShadowOptions {
  std::string folder;
  u64 from = 0;  // position from which the newest behaviour counts
  bool json = false;
};
int shadow_verb(const ShadowOptions& options);

}  // namespace lockstep
