// What agreement costs: a claim, a check, a judgement; and, on a real etcd of three members with three
// replicas of one thread each, how long a request takes to its released reply, and how long the platform is
// silent when its sequencer dies.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "core/engine/engine_testing.h"
#include "core/wire/codec.h"
#include "node/etcd/etcd_store.h"
#include "node/etcd/local_etcd.h"
#include "node/io/linux_disk.h"
#include "node/sync/operator.h"
#include "node/sync/parts.h"

namespace lockstep {
namespace {

SigningKey key_number(u8 number) {
  std::array<u8, 32> secret{};
  secret.fill(number);
  return key_of(secret);
}

Claim some_claim(u32 replica) {
  Claim claim;
  claim.replica = ReplicaId{replica};
  claim.position = 1'024;
  claim.sections.resize(kind_count);
  return claim;
}

void sign_claim(benchmark::State& state) {
  const SigningKey key = key_number(1);
  for (auto _ : state) {
    Bytes bytes;
    encode_claim(some_claim(0), bytes);
    sign(key, bytes);
    benchmark::DoNotOptimize(bytes);
  }
}
BENCHMARK(sign_claim);

void check_claim(benchmark::State& state) {
  const SigningKey key = key_number(1);
  Bytes bytes;
  encode_claim(some_claim(0), bytes);
  sign(key, bytes);
  for (auto _ : state) {
    Claim claim;
    benchmark::DoNotOptimize(decode_claim(signed_data(key.name, bytes), claim));
  }
}
BENCHMARK(check_claim);

void judge_claims(benchmark::State& state) {
  const std::vector<Claim> claims = {some_claim(0), some_claim(1), some_claim(2)};
  const std::vector<ReplicaId> voters = {ReplicaId{0}, ReplicaId{1}, ReplicaId{2}};
  for (auto _ : state) benchmark::DoNotOptimize(judge(claims, ReplicaId{0}, voters, 2));
}
BENCHMARK(judge_claims);

// Three replicas, each stepped by a thread of its own, on three members.
class Threads {
 public:
  Threads() : etcd_({3}), folder_((std::filesystem::temp_directory_path() / "lockstep-sync-bench").string()) {
    LS_ASSERT(etcd_.wait_until_ready());
    std::filesystem::remove_all(folder_);
    store_ = open();
    board_ = {store_.get(), "/bench/0/"};
    for (u8 i = 0; i < 3; ++i) start(i);
    SmallVenue venue;
    send(RegisterAsset{"USDT", 6});
    send(RegisterAsset{"BTC", 8});
    send(RegisterIndex{"BTC-USDT", AssetId{1}, AssetId{0}});
    send(ProposeRulebook{small_rulebook()});
    send(ScheduleEpoch{RulebookId{0}, 1, 0, Time{}});
    send(SmallVenue::perpetual("BTCUSDT"));
    send(OpenParty{"party"});
    send(OpenAccount{"alice", PartyId{0}, RulebookId{0}, MarginMode::cross, false, false});
    for (u8 i = 0; i < 3; ++i) send(RegisterReplica{name(i), key_number(i).name, true});
  }
  ~Threads() {
    for (u8 i = 0; i < 3; ++i) stop(i);
    std::filesystem::remove_all(folder_);
  }
  void send(const Command& command) {
    const Result<Answer, Fault> answer = ask(board_, 7, ++sequence_, command, clock_, 30'000'000);
    LS_ASSERT(answer && answer.value().refusal == 0);
  }
  void start(u8 i) {
    ends_[i] = false;
    threads_[i] = std::thread([this, i] { live(i); });
  }
  void stop(u8 i) {
    ends_[i] = true;
    if (threads_[i].joinable()) threads_[i].join();
  }
  int sequencer() const {
    for (int i = 0; i < 3; ++i) {
      if (leads_[i]) return i;
    }
    return -1;
  }

 private:
  static std::string name(u8 i) { return std::string(1, static_cast<char>('a' + i)); }
  std::unique_ptr<KeyStore> open() const {
    return std::move(open_etcd({etcd_.members(), 250, "", "", "", "", ""})).value();
  }
  void live(u8 i) {
    const std::unique_ptr<KeyStore> store = open();
    LinuxDisk disk;
    LinuxClock clock;
    ReplicaOptions options;
    options.name = name(i);
    options.folder = folder_ + "/" + options.name;
    options.prefix = "/bench";
    options.nonce = std::to_string(clock.monotonic_us());
    World world;
    world.disk = &disk;
    world.store = store.get();
    world.clock = &clock;
    world.key = key_number(i);
    const auto replica = std::move(open_replica(std::move(options), std::move(world))).value();
    while (!ends_[i]) {
      const Result<bool, Fault> done = step(*replica);
      LS_ASSERT(done);
      leads_[i] = replica->leads;
      if (!done.value()) store->wait(replica->board.root + "hint/", 20);
    }
    leads_[i] = false;
  }

  LocalEtcd etcd_;
  std::string folder_;
  std::unique_ptr<KeyStore> store_;
  Board board_;
  LinuxClock clock_;
  u64 sequence_ = 0;
  std::thread threads_[3];
  std::atomic<bool> ends_[3] = {}, leads_[3] = {};
};

// From the sending of a request to its reply, which a quorum has claimed: durable on etcd, journaled,
// applied.
void request_to_reply(benchmark::State& state) {
  Threads threads;
  LinuxClock clock;
  std::vector<double> times;
  for (auto _ : state) {
    const i64 start = clock.monotonic_us();
    threads.send(Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1)});
    times.push_back(static_cast<double>(clock.monotonic_us() - start));
  }
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
}
BENCHMARK(request_to_reply)->Iterations(300)->UseRealTime()->Unit(benchmark::kMillisecond);

// The sequencer ends; until the next request has its reply.
void failover(benchmark::State& state) {
  Threads threads;
  LinuxClock clock;
  double worst = 0;
  for (auto _ : state) {
    const int dead = threads.sequencer();
    LS_ASSERT(dead >= 0);
    threads.stop(static_cast<u8>(dead));
    const i64 start = clock.monotonic_us();
    threads.send(Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1)});
    const double took = static_cast<double>(clock.monotonic_us() - start);
    state.SetIterationTime(took / 1e6);
    worst = std::max(worst, took);
    threads.start(static_cast<u8>(dead));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  state.counters["worst_ms"] = worst / 1e3;
}
BENCHMARK(failover)->Iterations(10)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockstep
