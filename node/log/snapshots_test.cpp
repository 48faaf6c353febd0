#include "node/log/snapshots.h"

#include "node/log/log_testing.h"

namespace lockstep {
namespace {

SnapshotHeader header_at(u64 position) {
  SnapshotHeader header{.shard = 2, .position = position, .frame_index = position / 10};
  header.state_hash = {position * 3, position * 5};
  header.chain.bytes[0] = static_cast<u8>(position);
  return header;
}

void write(MemoryDisk& disk, u64 position, std::size_t keep = 3) {
  const Result<Done, Fault> written =
      write_snapshot(disk, "log", header_at(position), payload_of(position), keep);
  ASSERT_TRUE(written) << written.error().what;
}

TEST(Snapshots, come_back_as_they_were_written) {
  MemoryDisk disk;
  write(disk, 120);
  const Result<StoredSnapshot, Fault> stored = read_snapshot(disk, "log", snapshot_name(header_at(120)));
  ASSERT_TRUE(stored) << stored.error().what;
  EXPECT_EQ(stored.value().header.shard, 2u);
  EXPECT_EQ(stored.value().header.position, 120u);
  EXPECT_EQ(stored.value().header.frame_index, 12u);
  EXPECT_EQ(stored.value().header.state_hash, (Hash128{360, 600}));
  EXPECT_EQ(stored.value().header.chain.bytes[0], 120);
  EXPECT_EQ(stored.value().payload, payload_of(120));
}

TEST(Snapshots, are_listed_newest_first_and_only_the_last_are_kept) {
  MemoryDisk disk;
  disk.set_content("log/snapshot-of-the-harbour.jpg", {1});
  disk.set_content("log/" + snapshot_name(header_at(15)) + ".tmp", {1});
  for (const u64 position : {9u, 100u, 20u, 300u}) write(disk, position);
  const std::vector<std::string> expected = {snapshot_name(header_at(300)), snapshot_name(header_at(100)),
                                             snapshot_name(header_at(20))};
  EXPECT_EQ(list_snapshots(disk, "log").value(), expected);
  EXPECT_EQ(disk.list("log").value().size(), 4u);  // the picture stays, the interrupted one does not
}

TEST(Snapshots, damaged_at_any_byte_are_passed_over_with_a_warning) {
  MemoryDisk disk;
  write(disk, 10);
  write(disk, 20);
  const std::string newest = "log/" + snapshot_name(header_at(20));
  const Bytes good = disk.content(newest);
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= 0x20;
    for (const Bytes& damaged : {bad, Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at))}) {
      disk.set_content(newest, damaged);
      const Result<SnapshotSearch, Fault> search = load_newest_snapshot(disk, "log", 2, 100);
      ASSERT_TRUE(search);
      ASSERT_EQ(search.value().warnings.size(), 1u) << "byte " << at;
      EXPECT_NE(search.value().warnings[0].find(newest), std::string::npos);
      ASSERT_TRUE(search.value().snapshot.has_value());
      EXPECT_EQ(search.value().snapshot->header.position, 10u);
    }
  }
}

TEST(Snapshots, ahead_of_the_log_or_of_another_shard_are_passed_over) {
  MemoryDisk disk;
  write(disk, 100);
  write(disk, 200);
  EXPECT_EQ(load_newest_snapshot(disk, "log", 2, 20).value().snapshot->header.position, 200u);
  const SnapshotSearch behind = load_newest_snapshot(disk, "log", 2, 19).value();
  EXPECT_EQ(behind.snapshot->header.position, 100u);
  EXPECT_NE(behind.warnings[0].find("is at frame 20, the log ends at 19"), std::string::npos);
  const SnapshotSearch other = load_newest_snapshot(disk, "log", 7, 20).value();
  EXPECT_FALSE(other.snapshot.has_value());
  EXPECT_EQ(other.warnings.size(), 2u);
}

TEST(Snapshots, on_a_full_disk_leave_the_older_ones_alone) {
  MemoryDisk disk;
  write(disk, 10, 1);
  disk.capacity = disk.used() + 20;
  const Result<Done, Fault> written = write_snapshot(disk, "log", header_at(20), payload_of(20), 1);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, FaultKind::no_space);
  EXPECT_NE(written.error().what.find("the log and the older snapshots are untouched"), std::string::npos);
  EXPECT_EQ(load_newest_snapshot(disk, "log", 2, 100).value().snapshot->header.position, 10u);
}

}  // namespace
}  // namespace lockstep
