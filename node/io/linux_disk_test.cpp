#include "node/io/linux_disk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "node/io/clock.h"

namespace lockstep {
namespace {

class LinuxDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "lockstep_linux_disk_test";
    std::filesystem::remove_all(folder_);
    ASSERT_TRUE(disk_.make_folder(folder_ + "/a/b"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  LinuxDisk disk_;
  std::string folder_;
};

TEST_F(LinuxDiskTest, reads_what_was_written_and_less_at_the_end) {
  const std::unique_ptr<File> file = std::move(disk_.open(folder_ + "/file", OpenMode::create).value());
  ASSERT_TRUE(file->pwrite(10, Bytes{1, 2, 3}));
  ASSERT_TRUE(file->sync());
  EXPECT_EQ(file->size().value(), 13u);
  Bytes read(8, u8{9});
  EXPECT_EQ(file->pread(8, read).value(), 5u);
  EXPECT_EQ(read, Bytes({0, 0, 1, 2, 3, 9, 9, 9}));
}

TEST_F(LinuxDiskTest, preallocates_zeros_and_keeps_what_is_there) {
  const std::unique_ptr<File> file = std::move(disk_.open(folder_ + "/file", OpenMode::create).value());
  ASSERT_TRUE(file->pwrite(0, Bytes{7}));
  ASSERT_TRUE(file->preallocate(3 << 20));
  EXPECT_EQ(file->size().value(), u64{3} << 20);
  Bytes read(3 << 20);
  ASSERT_EQ(file->pread(0, read).value(), read.size());
  EXPECT_EQ(read[0], 7);
  EXPECT_EQ(std::count(read.begin(), read.end(), u8{0}), (3 << 20) - 1);
  ASSERT_TRUE(file->preallocate(10));
  EXPECT_EQ(file->size().value(), u64{3} << 20);
  ASSERT_TRUE(file->truncate(1));
  EXPECT_EQ(file->size().value(), 1u);
}

TEST_F(LinuxDiskTest, lists_renames_and_removes) {
  ASSERT_TRUE(replace_file(disk_, folder_ + "/a", "z", Bytes{1}));
  ASSERT_TRUE(replace_file(disk_, folder_ + "/a", "z", Bytes{1, 2}));
  ASSERT_TRUE(disk_.rename(folder_ + "/a/z", folder_ + "/a/y"));
  EXPECT_EQ(disk_.list(folder_ + "/a").value(), std::vector<std::string>({"b", "y"}));
  EXPECT_EQ(read_file(disk_, folder_ + "/a/y", 10).value(), Bytes({1, 2}));
  EXPECT_EQ(read_file(disk_, folder_ + "/a/y", 1).error().what,
            "read " + folder_ + "/a/y: has 2 bytes, at most 1 are expected");
  ASSERT_TRUE(disk_.remove(folder_ + "/a/y"));
  EXPECT_EQ(disk_.open(folder_ + "/a/y", OpenMode::read).error().kind, FaultKind::not_found);
  EXPECT_EQ(disk_.open(folder_ + "/a/y", OpenMode::read).error().what,
            "open " + folder_ + "/a/y: No such file or directory");
}

TEST_F(LinuxDiskTest, locks_once) {
  std::unique_ptr<Lock> lock = std::move(disk_.lock(folder_ + "/lock").value());
  EXPECT_EQ(disk_.lock(folder_ + "/lock").error().kind, FaultKind::busy);
  lock.reset();
  EXPECT_TRUE(disk_.lock(folder_ + "/lock"));
}

TEST_F(LinuxDiskTest, says_why_a_folder_cannot_be) {
  ASSERT_TRUE(replace_file(disk_, folder_, "file", Bytes{1}));
  EXPECT_EQ(disk_.make_folder(folder_ + "/file").error().what,
            "create folder " + folder_ + "/file: Not a directory");
  EXPECT_FALSE(disk_.make_folder(folder_ + "/file/below"));
  EXPECT_EQ(disk_.list(folder_ + "/none").error().kind, FaultKind::not_found);
}

TEST(LinuxClock, gives_a_time_of_this_century_and_never_steps_back) {
  LinuxClock clock;
  EXPECT_GT(clock.wall_us(), 1'600'000'000'000'000);
  const i64 before = clock.monotonic_us();
  EXPECT_GE(clock.monotonic_us(), before);
}

}  // namespace
}  // namespace lockstep
