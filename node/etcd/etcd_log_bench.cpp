// Commit latency and throughput of the log on etcd, one member and three on this machine, one append in
// flight: what a sequencer does with a batch of `range(0)` commands of 64 bytes.  p50 and p99 in
// microseconds, from append to sync.  The servers share the processors with the client, so this is a floor
// for latency, not for throughput.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>

#include "node/etcd/keyed_log.h"
#include "node/etcd/local_etcd.h"

namespace lockstep {
namespace {

constexpr u64 command_size = 64;

LocalEtcd& cluster_of(int size) {
  static std::unique_ptr<LocalEtcd> cluster_of_size;  // the other one is stopped, not only idle
  static int running = 0;
  if (running != size) {
    cluster_of_size.reset();
    cluster_of_size = std::make_unique<LocalEtcd>(LocalEtcdOptions{size});
    running = size;
  }
  LocalEtcd& cluster = *cluster_of_size;
  LS_ASSERT(cluster.wait_until_ready());
  return cluster;
}

void commit(benchmark::State& run, int members) {
  const auto store = open_etcd({cluster_of(members).members(), 2000, "", "", "", "", ""}).value();
  KeyedLogOptions options;
  options.owner = "bench";
  static u64 starts = 0;
  options.nonce = std::to_string(++starts);
  options.prefix = "/bench/" + options.nonce;
  const auto log = std::move(KeyedLog::take_over(*store, options).value());
  const Bytes payload(static_cast<u64>(run.range(0)) * command_size, u8{0x5a});
  std::vector<i64> latencies;
  for (auto _ : run) {
    const auto begin = std::chrono::steady_clock::now();
    const LogTail tail = log->tail();
    const bool done = static_cast<bool>(log->append(tail.index + 1, {.term = log->term(),
                                                                     .first_position = tail.position,
                                                                     .count = static_cast<u32>(run.range(0)),
                                                                     .log_time = tail.log_time,
                                                                     .payload = payload})) &&
                      static_cast<bool>(log->sync());
    if (!done) {
      run.SkipWithError("the cluster did not take a frame");
      break;
    }
    latencies.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  run.SetItemsProcessed(run.iterations() * run.range(0));
  if (latencies.empty()) return;
  std::sort(latencies.begin(), latencies.end());
  run.counters["p50_us"] = static_cast<double>(latencies[latencies.size() / 2]);
  run.counters["p99_us"] = static_cast<double>(latencies[latencies.size() * 99 / 100]);
  run.counters["p99.9_us"] = static_cast<double>(latencies[latencies.size() * 999 / 1000]);
}

void sizes(benchmark::internal::Benchmark* run) {
  run->Arg(1)->Arg(64)->Arg(1024)->Arg(4000)->UseRealTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(commit, one_member, 1)->Apply(sizes);
BENCHMARK_CAPTURE(commit, three_members, 3)->Apply(sizes);

}  // namespace
}  // namespace lockstep
