// The fake must be harsh enough, or the tests on it prove nothing.
#include "node/io/memory_disk.h"

#include <gtest/gtest.h>

#include <set>

namespace lockstep {
namespace {

Bytes after_crash(u64 seed, bool synced) {
  MemoryDisk disk;
  Prng prng(seed);
  disk.set_content("d/f", Bytes(100, u8{1}));
  std::unique_ptr<File> file = std::move(disk.open("d/f", OpenMode::write).value());
  EXPECT_TRUE(file->pwrite(0, Bytes(100, u8{2})));
  if (synced) {
    EXPECT_TRUE(file->sync());
  }
  file.reset();
  disk.crash(prng);
  return disk.content("d/f");
}

TEST(MemoryDisk, keeps_synced_bytes_and_any_part_of_the_others) {
  std::set<Bytes> outcomes;
  for (u64 seed = 0; seed < 200; ++seed) {
    EXPECT_EQ(after_crash(seed, true), Bytes(100, u8{2}));
    outcomes.insert(after_crash(seed, false));
  }
  EXPECT_TRUE(outcomes.contains(Bytes(100, u8{1})));
  EXPECT_TRUE(outcomes.contains(Bytes(100, u8{2})));
  EXPECT_GT(outcomes.size(), 50u);
}

TEST(MemoryDisk, forgets_names_that_were_not_synced) {
  u64 kept = 0;
  for (u64 seed = 0; seed < 100; ++seed) {
    MemoryDisk disk;
    Prng prng(seed);
    ASSERT_TRUE(disk.open("d/old", OpenMode::create));
    ASSERT_TRUE(disk.sync_folder("d"));
    ASSERT_TRUE(disk.rename("d/old", "d/new"));
    disk.crash(prng);
    const std::vector<std::string> names = disk.list("d").value();
    ASSERT_EQ(names.size(), 1u);
    kept += names[0] == "new" ? 1 : 0;
  }
  EXPECT_GT(kept, 20u);
  EXPECT_LT(kept, 80u);
}

TEST(MemoryDisk, loses_after_every_other_failed_sync_what_can_still_be_read) {
  u64 lost = 0;
  for (u64 calls = 0; calls < 2; ++calls) {
    MemoryDisk disk;
    Prng prng(1);
    disk.calls = calls;
    disk.set_content("d/f", Bytes(4, u8{1}));
    {
      const std::unique_ptr<File> file = std::move(disk.open("d/f", OpenMode::write).value());
      ASSERT_TRUE(file->pwrite(0, Bytes(4, u8{2})));
      disk.fail_from = disk.calls;
      EXPECT_FALSE(file->sync());
      disk.fail_from = ~u64{0};
      ASSERT_TRUE(file->sync());  // a lie, if the first one lost it
    }
    EXPECT_EQ(disk.content("d/f"), Bytes(4, u8{2}));
    disk.crash(prng);
    lost += disk.content("d/f") == Bytes(4, u8{1}) ? 1 : 0;
  }
  EXPECT_EQ(lost, 1u);
}

}  // namespace
}  // namespace lockstep
