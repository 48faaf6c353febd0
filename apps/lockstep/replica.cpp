// `lockstep replica`: one process of a cluster: sequencer, replica or mirror (node/sync/replica.h).
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "apps/lockstep/build.h"
#include "apps/lockstep/feed_source.h"
#include "apps/lockstep/options_sync.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/terminal.h"
#include "core/wire/codec.h"
#include "node/calibrate/follow.h"
#include "node/etcd/etcd_store.h"
#include "node/io/linux_disk.h"
#include "node/io/sha256.h"
#include "node/sync/clock_exchange.h"
#include "node/sync/replica.h"

namespace lockstep {
namespace {

constexpr i64 peers_every_us = 1'000'000;

volatile std::sig_atomic_t stop_asked = 0;
void ask_to_stop(int) { stop_asked = 1; }

// The registered replicas that say on the board where their clocks can be asked.
void find_peers(ReplicaProcess& replica, ClockExchange& exchange, i64& looked_us, i64 now) {
  if (now - looked_us < peers_every_us) return;
  looked_us = now;
  const Board& board = replica.board;
  if (Result<Done, Fault> done = put(board, "clock/" + replica.options.name, exchange.address()); !done)
    return;
  const Result<std::vector<StoredKey>, Fault> addresses = list(board, "clock/");
  if (!addresses) return;
  std::vector<ClockPeer> peers;
  for (const StoredKey& stored : addresses.value()) {
    const std::string name = stored.key.substr(stored.key.rfind('/') + 1);
    if (name == replica.options.name) continue;
    for (const ReplicaId voter : voters_of(replica.engine->state)) {
      const Replica& other = replica.engine->state.replica(voter);
      if (other.name == name) peers.push_back({other.key, stored.value});
    }
  }
  exchange.set_peers(std::move(peers));
}

Result<int, Fault> run(ReplicaProcess& replica, ClockExchange* exchange, KeyStore& store) {
  LinuxClock clock;
  i64 looked_us = 0;
  while (stop_asked == 0) {
    const Result<bool, Fault> done = step(replica);
    if (!done) return done.error();
    if (replica.standing == Standing::needs_upgrade) return exit_needs_upgrade;
    if (exchange != nullptr) find_peers(replica, *exchange, looked_us, clock.monotonic_us());
    if (!done.value()) store.wait(replica.board.root + "hint/", 20);
  }
  print_line(replica.options.name + ": stopped at position " + std::to_string(position(replica)));
  return exit_success;
}

}  // namespace

int replica_verb(const ReplicaVerbOptions& options) {
  const Result<EtcdPlace, Fault> place = etcd_place(options.etcd);
  if (!place) return unusable(place.error());
  if (!valid_replica_name(options.name)) {
    return unusable("--name \"" + options.name +
                    "\": a name has 1 to 64 characters out of A-Z a-z 0-9 . _ : -");
  }
  if (options.snapshot_every % claim_every_positions != 0) {
    return unusable("--snapshot-every " + std::to_string(options.snapshot_every) + ": a multiple of " +
                    std::to_string(claim_every_positions) + " is needed, where all replicas claim");
  }
  ::umask(0077);  // the folder has the replica's secret key
  std::signal(SIGTERM, ask_to_stop);
  std::signal(SIGINT, ask_to_stop);
  LinuxDisk disk;
  LinuxClock clock;
  if (Result<Done, Fault> made = disk.make_folder(options.folder); !made) return unusable(made.error());
  Result<SigningKey, Fault> key = load_key(disk, options.folder);
  if (!key) return unusable(key.error());
  Result<std::unique_ptr<KeyStore>, Fault> store = open_etcd(place.value().options);
  if (!store) return unusable(store.error());
  std::unique_ptr<ClockExchange> exchange;
  if (!options.clock.empty()) {
    Result<std::unique_ptr<ClockExchange>, Fault> opened =
        open_clock_exchange(options.clock, key.value(), clock);
    if (!opened) return unusable(Fault{"--clock: " + opened.error().what});
    exchange = std::move(opened).value();
  }
  std::unique_ptr<FeedSource> feed;
  std::optional<calibrate::Follower> calibrator;
  if (options.feeds) {
    Result<FeedRequest, Fault> request = feed_request(options.feed);
    if (!request) return unusable(request.error());
    if (options.feed.calibrate) {
      Result<calibrate::Follower, Fault> opened = calibrate::Follower::open(
          disk, options.feed.data, request.value().first_rulebook.name, calibrate::CalibratorPolicy{});
      if (!opened) return unusable(opened.error());
      calibrator.emplace(std::move(opened).value());
    }
    feed = std::make_unique<FeedSource>(disk, std::move(request).value(), options.pace, clock);
  }
  ReplicaOptions settings;
  settings.name = options.name;
  settings.folder = options.folder;
  settings.prefix = place.value().prefix;
  settings.may_lead = !options.mirror;
  settings.build = build_of(disk);
  std::random_device random;  // different at every start, and nothing else
  settings.nonce = std::to_string(random()) + std::to_string(random());
  settings.snapshot_every = options.snapshot_every;
  World world;
  world.disk = &disk;
  world.store = store.value().get();
  world.clock = &clock;
  world.key = key.value();
  if (feed != nullptr) world.source = [&feed](u64 answered) { return feed->after(answered); };
  if (calibrator) world.companion = calibrate::companion_of(*calibrator);
  if (exchange != nullptr) world.clocks = [&exchange](i64 now) { return exchange->offsets(now); };
  world.on_news = [&options](const std::string& line) { print_line(options.name + ": " + line); };
  Result<std::unique_ptr<ReplicaProcess>, Fault> replica =
      open_replica(std::move(settings), std::move(world));
  if (!replica) return unusable(replica.error());
  print_line(options.name + ": key " + key.value().name + ", at position " +
             std::to_string(position(*replica.value())));
  const Result<int, Fault> result = run(*replica.value(), exchange.get(), *store.value());
  return result ? result.value() : unusable(result.error());
}

}  // namespace lockstep
