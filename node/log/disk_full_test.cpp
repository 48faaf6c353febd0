// The log on real file systems that refuse: one of 256 KiB that fills up, one that is read-only, and a path
// that leads through a file.  The first two need the right to mount; without it they are skipped and say so.
#include <sys/mount.h>

#include <cstring>
#include <filesystem>

#include "node/io/linux_disk.h"
#include "node/log/log_testing.h"
#include "node/log/snapshots.h"

namespace lockstep {
namespace {

constexpr LogOptions options{.segment_size = 32768};

class Mounted : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "lockstep_disk_full_test";
    std::filesystem::create_directories(folder_);
    if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=256k") != 0) {
      GTEST_SKIP() << "cannot mount a small file system here: " << std::strerror(errno);
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
    std::filesystem::remove_all(folder_);
  }
  std::string folder_;
  bool mounted_ = false;
};

TEST_F(Mounted, full_file_system_is_a_clear_fault_and_loses_nothing) {
  LinuxDisk disk;
  const std::string path = folder_ + "/log";
  i64 acknowledged = 0;
  {
    const auto log = open_log(disk, options, path);
    ASSERT_NE(log, nullptr);
    Result<Done, Fault> done = Done{};
    while (done) {
      done = append_next(*log);
      if (done) done = log->sync();
      if (done) ++acknowledged;
    }
    EXPECT_EQ(done.error().kind, FaultKind::no_space);
    EXPECT_NE(
        done.error().what.find("No space left on device); free space and start again, nothing acknowledged "
                               "was lost"),
        std::string::npos)
        << done.error().what;
    const SnapshotHeader header{.position = 1, .frame_index = 1};
    EXPECT_EQ(write_snapshot(disk, path, header, Bytes(200'000), 2).error().kind, FaultKind::no_space);
  }
  EXPECT_GT(acknowledged, 500);
  const auto log = open_log(disk, options, path);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(count_frames(*log), acknowledged);
  ASSERT_TRUE(log->trim(static_cast<u64>(acknowledged)));
  append_synced(*log, 300);
  EXPECT_EQ(log->durable_tail().index, static_cast<u64>(acknowledged) + 300);
}

TEST_F(Mounted, read_only_file_system_is_a_clear_fault_and_can_still_be_verified) {
  LinuxDisk disk;
  const std::string path = folder_ + "/log";
  { append_synced(*open_log(disk, options, path), 10); }
  ASSERT_EQ(::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const Fault fault = open_fault(disk, options, path);
  EXPECT_EQ(fault.kind, FaultKind::permission);
  EXPECT_NE(fault.what.find("make the folder writable for this user and start again"), std::string::npos);
  const auto log = open_log(disk, {.segment_size = 32768, .read_only = true}, path);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(count_frames(*log), 10);
}

TEST(UnusableFolder, is_a_clear_fault) {
  LinuxDisk disk;
  const std::string folder = testing::TempDir() + "lockstep_unusable_test";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(disk.make_folder(folder));
  ASSERT_TRUE(replace_file(disk, folder, "file", Bytes{1}));
  EXPECT_EQ(open_fault(disk, options, folder + "/file/log").what,
            "log " + folder + "/file/log: cannot create the folder (create folder " + folder +
                "/file/log: Not a directory); check the disk and start again, nothing acknowledged was lost");
  const auto log = open_log(disk, options, folder + "/log");
  ASSERT_NE(log, nullptr);
  append_synced(*log, 3);
  EXPECT_EQ(open_fault(disk, options, folder + "/log").kind, FaultKind::busy);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lockstep
