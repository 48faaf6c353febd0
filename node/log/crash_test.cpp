// Power cuts in a loop, on a disk that keeps any part of what was not synced.  A run appends and syncs at
// random, is stopped between two random calls, sometimes only as a process and sometimes with the machine,
// and starts again.  After every start: every frame whose sync returned is there, the chain holds, and what
// is there stays.
#include "node/log/log_testing.h"
#include "node/log/snapshots.h"

namespace lockstep {
namespace {

constexpr u64 seeds = 60;
constexpr u64 lives_per_seed = 40;

struct Model {
  std::vector<Hash256> acknowledged;  // hash of each acknowledged frame, from frame 1
  u64 trimmed_below = 1;
};

void expect_acknowledged(EmbeddedLog& log, const Model& model, u64 seed) {
  ASSERT_GE(log.tail().index, model.acknowledged.size()) << "seed " << seed;
  ASSERT_LE(log.first_index(), std::max<u64>(model.trimmed_below, 1)) << "seed " << seed;
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.read(log.first_index());
  ASSERT_TRUE(cursor) << cursor.error().what;
  while (true) {
    const Result<const Frame*, Fault> frame = cursor.value()->next();
    ASSERT_TRUE(frame) << frame.error().what;
    if (frame.value() == nullptr) break;
    const u64 index = frame.value()->index;
    const Bytes expected = payload_of(index);
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(), frame.value()->payload.begin(),
                           frame.value()->payload.end()));
    if (index <= model.acknowledged.size()) {
      ASSERT_EQ(frame.value()->hash, model.acknowledged[index - 1]) << "seed " << seed << " frame " << index;
    }
  }
  ASSERT_EQ(cursor.value()->passed(), log.tail());
}

// Works until a call fails.
void live(EmbeddedLog& log, Model& model, Prng& prng) {
  std::vector<Hash256> appended;
  for (int step = 0; step < 200; ++step) {
    if (prng.chance(1, 40)) {
      const u64 before = prng.below(model.acknowledged.size() + 2);
      model.trimmed_below = std::max(model.trimmed_below, before);  // even if the call fails
      if (!log.trim(before)) return;
    }
    for (u64 count = 1 + prng.below(4); count > 0; --count) {
      if (!append_next(log)) return;
      appended.push_back(log.tail().hash);
    }
    if (prng.chance(2, 3)) {
      if (!log.sync()) return;
      model.acknowledged.insert(model.acknowledged.end(), appended.begin(), appended.end());
      appended.clear();
    }
  }
}

TEST(Crash, restart_append_crash_restart_loses_nothing_acknowledged) {
  u64 torn_tails = 0;
  u64 frames = 0;
  for (u64 seed = 1; seed <= seeds; ++seed) {
    Prng prng(seed);
    MemoryDisk disk;
    Model model;
    const LogOptions options{.segment_size = 600 + prng.below(3000)};
    for (u64 life = 0; life < lives_per_seed; ++life) {
      disk.fail_from = disk.calls + prng.below(prng.chance(1, 3) ? 30 : 300);
      {
        Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, "log", options);
        if (log) {
          torn_tails += log.value()->recovery().torn_size > 0 ? 1 : 0;
          // What recovery gave out is a promise too.
          const u64 before = model.acknowledged.size();
          disk.fail_from += 100'000;
          expect_acknowledged(*log.value(), model, seed);
          Result<std::unique_ptr<LogCursor>, Fault> cursor = log.value()->read(log.value()->first_index());
          ASSERT_TRUE(cursor);
          for (auto frame = cursor.value()->next(); frame && frame.value(); frame = cursor.value()->next()) {
            if (frame.value()->index > before) model.acknowledged.push_back(frame.value()->hash);
          }
          disk.fail_from = disk.calls + prng.below(200);
          live(*log.value(), model, prng);
        } else {
          ASSERT_EQ(log.error().kind, FaultKind::other) << "seed " << seed << ": " << log.error().what;
        }
        if (HasFatalFailure()) return;
      }
      disk.fail_from = ~u64{0};
      if (prng.chance(2, 3)) disk.crash(prng);  // otherwise the process died and the page cache lived on
    }
    const auto log = open_log(disk, options);
    ASSERT_NE(log, nullptr) << "seed " << seed;
    expect_acknowledged(*log, model, seed);
    frames += model.acknowledged.size();
  }
  EXPECT_GT(torn_tails, seeds / 3);  // the test must test something
  EXPECT_GT(frames, seeds * 100);
}

// A trim that is stopped anywhere, a start that is stopped anywhere, and then the power goes: the old
// segments may be gone only if the manifest that gave them up is durable.
TEST(Crash, between_trim_and_restart_leaves_a_log_that_opens) {
  const LogOptions options{.segment_size = 600};
  MemoryDisk whole;
  { append_synced(*open_log(whole, options), 30); }
  for (u64 seed = 0; seed < 3000; ++seed) {
    Prng prng(seed);
    MemoryDisk disk = whole;
    {
      const auto log = open_log(disk, options);
      disk.fail_from = disk.calls + prng.below(12);
      LS_MAYBE(log->trim(20));
    }
    disk.fail_from = disk.calls + prng.below(120);
    LS_MAYBE(EmbeddedLog::open(disk, "log", options));
    disk.crash(prng);
    const auto log = open_log(disk, options);
    ASSERT_NE(log, nullptr) << "seed " << seed;
    ASSERT_EQ(log->tail().index, 30u) << "seed " << seed;
    ASSERT_LE(log->first_index(), 20u) << "seed " << seed;
  }
}

TEST(Crash, leaves_a_snapshot_whole_or_absent) {
  for (u64 seed = 1; seed <= 300; ++seed) {
    Prng prng(seed);
    MemoryDisk disk;
    u64 written = 0;
    disk.fail_from = prng.below(40);
    for (u64 position = 1; position <= 6; ++position) {
      const SnapshotHeader header{.position = position, .frame_index = position};
      if (!write_snapshot(disk, "log", header, payload_of(position, 300), 2)) break;
      written = position;
    }
    disk.fail_from = ~u64{0};
    disk.crash(prng);
    Result<SnapshotSearch, Fault> search = load_newest_snapshot(disk, "log", 0, 100);
    ASSERT_TRUE(search);
    EXPECT_TRUE(search.value().warnings.empty()) << search.value().warnings[0];
    if (written == 0) continue;
    ASSERT_TRUE(search.value().snapshot.has_value()) << "seed " << seed;
    EXPECT_GE(search.value().snapshot->header.position, written);
    EXPECT_EQ(search.value().snapshot->payload, payload_of(search.value().snapshot->header.position, 300));
  }
}

}  // namespace
}  // namespace lockstep
