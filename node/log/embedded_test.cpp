#include "node/log/embedded.h"

#include "node/log/log_testing.h"

namespace lockstep {
namespace {

constexpr LogOptions small{.shard = 0, .segment_size = 1024};
const std::string first_segment = "log/00000000000000000001.log";

std::vector<std::string> segment_files(MemoryDisk& disk) {
  std::vector<std::string> names = disk.list("log").value();
  std::erase_if(names, [](const std::string& name) { return parse_segment_name(name) == 0; });
  return names;
}

TEST(EmbeddedLog, gives_back_what_was_appended_now_and_after_a_restart) {
  MemoryDisk disk;
  LogTail tail;
  {
    const auto log = open_log(disk, small);
    append_synced(*log, 100);
    EXPECT_EQ(count_frames(*log), 100);
    EXPECT_EQ(count_frames(*log, 60), 41);
    EXPECT_EQ(count_frames(*log, 101), 0);
    EXPECT_GT(segment_files(disk).size(), 5u);
    tail = log->tail();
  }
  const auto log = open_log(disk, small);
  EXPECT_EQ(log->tail(), tail);
  EXPECT_EQ(log->durable_tail(), tail);
  EXPECT_EQ(count_frames(*log), 100);
  append_synced(*log, 1);
  EXPECT_EQ(count_frames(*log), 101);
}

TEST(EmbeddedLog, begins_empty_with_the_genesis_of_its_shard) {
  MemoryDisk disk;
  const auto log = open_log(disk, {.shard = 3});
  EXPECT_EQ(log->tail(), genesis(3));
  EXPECT_EQ(count_frames(*log), 0);
  EXPECT_EQ(log->first_index(), 1u);
}

TEST(EmbeddedLog, one_sync_covers_a_group_of_frames) {
  MemoryDisk disk;
  const auto log = open_log(disk, {.segment_size = u64{1} << 20});
  const u64 calls = disk.calls;
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(append_next(*log));
  ASSERT_TRUE(log->sync());
  EXPECT_EQ(disk.calls - calls, 2u);  // a write and a sync
  EXPECT_EQ(count_frames(*log), 500);
}

TEST(EmbeddedLog, gives_a_frame_larger_than_a_segment_its_own) {
  MemoryDisk disk;
  const auto log = open_log(disk, small);
  append_synced(*log, 1);
  const Bytes image(frame_payload_max, u8{5});
  ASSERT_TRUE(log->append(2, {.term = 1,
                              .first_position = log->tail().position,
                              .count = 1,
                              .log_time = log->tail().log_time,
                              .payload = image}));
  ASSERT_TRUE(log->sync());
  append_synced(*log, 1);
  const auto cursor = std::move(log->read(2).value());
  EXPECT_EQ(cursor->next().value()->payload.size(), frame_payload_max);
  EXPECT_EQ(cursor->next().value()->index, 3u);
}

TEST(EmbeddedLog, never_rewrites_an_index_and_fences_an_older_term) {
  MemoryDisk disk;
  const auto log = open_log(disk, small);
  append_synced(*log, 20);
  const LogTail tail = log->tail();
  FrameBatch batch{
      .term = tail.term, .first_position = tail.position, .log_time = tail.log_time, .payload = {}};
  EXPECT_EQ(log->append(20, batch).error().kind, FaultKind::conflict);
  EXPECT_EQ(log->append(22, batch).error().kind, FaultKind::conflict);
  batch.term = tail.term - 1;
  EXPECT_EQ(log->append(21, batch).error().what,
            "log log: frame 21 of term 2 does not follow frame 20 of term 3; another sequencer has written");
  batch.term = tail.term;
  EXPECT_TRUE(log->append(21, batch));
}

TEST(EmbeddedLog, stays_sealed_after_a_restart) {
  MemoryDisk disk;
  {
    const auto log = open_log(disk, small);
    append_synced(*log, 3);
    ASSERT_TRUE(append_next(*log));
    ASSERT_TRUE(log->seal());
    EXPECT_EQ(append_next(*log).error().kind, FaultKind::conflict);
  }
  {
    const auto log = open_log(disk, small);
    EXPECT_TRUE(log->is_sealed());
    EXPECT_EQ(append_next(*log).error().what, "log log: was sealed at frame 4; no frame can follow");
    EXPECT_EQ(count_frames(*log), 4);
  }
  Bytes bytes = disk.content(first_segment);  // a sealed log knows its last frame: no torn tail is possible
  bytes.resize(bytes.size() - 600);
  std::fill(bytes.begin() + 250, bytes.end(), u8{0});
  disk.set_content(first_segment, bytes);
  EXPECT_EQ(open_fault(disk, small).kind, FaultKind::corrupt);
}

TEST(EmbeddedLog, trims_whole_segments_and_remembers_it) {
  MemoryDisk disk;
  u64 first = 0;
  {
    const auto log = open_log(disk, small);
    append_synced(*log, 100);
    ASSERT_TRUE(log->trim(60));
    first = log->first_index();
    EXPECT_GT(first, 50u);
    EXPECT_LE(first, 60u);
    EXPECT_EQ(count_frames(*log, first), static_cast<i64>(101 - first));
    EXPECT_EQ(log->read(first - 1).error().kind, FaultKind::not_found);
  }
  const auto log = open_log(disk, small);
  EXPECT_EQ(log->first_index(), first);
  EXPECT_EQ(count_frames(*log, 60), 41);
  ASSERT_TRUE(log->trim(1'000'000));  // never the active segment
  EXPECT_EQ(segment_files(disk).size(), 1u);
  append_synced(*log, 1);
  EXPECT_EQ(log->tail().index, 101u);
}

TEST(EmbeddedLog, removes_what_an_interrupted_trim_left) {
  MemoryDisk disk;
  {
    const auto log = open_log(disk, small);
    append_synced(*log, 100);
    const Bytes oldest = disk.content(first_segment);
    ASSERT_TRUE(log->trim(60));
    disk.set_content(first_segment, oldest);  // as if the crash came between manifest and removal
  }
  const auto log = open_log(disk, small);
  EXPECT_GT(log->first_index(), 50u);
  EXPECT_NE("log/" + segment_files(disk).front(), first_segment);
}

TEST(EmbeddedLog, lets_one_process_write_and_tells_the_other) {
  MemoryDisk disk;
  const auto log = open_log(disk, small);
  append_synced(*log, 5);
  const Fault fault = open_fault(disk, small);
  EXPECT_EQ(fault.kind, FaultKind::busy);
  EXPECT_NE(fault.what.find("another process writes this log: stop it, or choose another folder"),
            std::string::npos);
  const auto reader = open_log(disk, {.segment_size = 1024, .read_only = true});  // needs no lock
  EXPECT_EQ(count_frames(*reader), 5);
}

TEST(EmbeddedLog, opened_for_reading_changes_nothing) {
  MemoryDisk disk;
  { append_synced(*open_log(disk, small), 3); }
  Bytes torn = disk.content(first_segment);
  torn[800] = 0xee;
  disk.set_content(first_segment, torn);
  const auto log = open_log(disk, {.segment_size = 1024, .read_only = true});
  EXPECT_EQ(count_frames(*log), 3);
  EXPECT_GT(log->recovery().torn_size, 0u);
  EXPECT_EQ(append_next(*log).error().kind, FaultKind::permission);
  EXPECT_EQ(log->trim(2).error().kind, FaultKind::permission);
  EXPECT_EQ(log->seal().error().kind, FaultKind::permission);
  EXPECT_EQ(disk.content(first_segment), torn);
  MemoryDisk empty;
  EXPECT_EQ(open_fault(empty, {.read_only = true}).what, "log log: there is no log in this folder");
}

TEST(EmbeddedLog, leaves_files_of_others_alone) {
  MemoryDisk disk;
  disk.set_content("log/notes.txt", {1, 2, 3});
  disk.set_content("log/notes.tmp", {1, 2, 3});
  { append_synced(*open_log(disk, small), 3); }
  EXPECT_EQ(count_frames(*open_log(disk, small)), 3);
  EXPECT_EQ(disk.content("log/notes.tmp"), Bytes({1, 2, 3}));
}

TEST(EmbeddedLog, refuses_another_shard) {
  MemoryDisk disk;
  { append_synced(*open_log(disk, small), 1); }
  EXPECT_EQ(open_fault(disk, {.shard = 4}).what, "log log: belongs to shard 0, this node runs shard 4");
}

TEST(EmbeddedLog, refuses_another_format_version_by_name) {
  MemoryDisk disk;
  { append_synced(*open_log(disk, small), 1); }
  for (const char* file : {"log/00000000000000000001.log", "log/manifest"}) {
    Bytes bytes = disk.content(file);
    bytes[12] = 9;
    const Bytes good = disk.content(file);
    disk.set_content(file, bytes);
    EXPECT_NE(
        open_fault(disk, small)
            .what.find("has log format version 9, this build reads version 1; use the build that wrote it"),
        std::string::npos);
    disk.set_content(file, good);
  }
}

// A fault of the disk is final: the frame is not acknowledged, and no later call pretends that all is well.
TEST(EmbeddedLog, accepts_nothing_after_a_failed_sync) {
  MemoryDisk disk;
  {
    const auto log = open_log(disk, small);
    append_synced(*log, 3);
    ASSERT_TRUE(append_next(*log));
    disk.fail_from = disk.calls + 1;  // the write passes, the sync does not
    const Result<Done, Fault> failed = log->sync();
    EXPECT_EQ(failed.error().what,
              "log log: cannot sync segment 00000000000000000001.log (sync log/00000000000000000001.log: "
              "Input/output error); check the disk and start again, nothing acknowledged was lost");
    disk.fail_from = ~u64{0};
    EXPECT_EQ(log->sync().error().what, failed.error().what);
    EXPECT_EQ(append_next(*log).error().what, failed.error().what);
    EXPECT_EQ(log->durable_tail().index, 3u);
    EXPECT_EQ(count_frames(*log), 3);
  }
  EXPECT_GE(count_frames(*open_log(disk, small)), 3);
}

TEST(EmbeddedLog, on_a_full_disk_says_so_and_goes_on_when_there_is_space) {
  MemoryDisk disk;
  i64 acknowledged = 0;
  {
    const auto log = open_log(disk, small);
    disk.capacity = 3500;
    Result<Done, Fault> done = Done{};
    while (done) {
      done = append_next(*log);
      if (done) done = log->sync();
      if (done) ++acknowledged;
    }
    EXPECT_EQ(done.error().kind, FaultKind::no_space);
    EXPECT_NE(done.error().what.find("cannot create segment"), std::string::npos);
    EXPECT_NE(
        done.error().what.find("No space left on device); free space and start again, nothing acknowledged "
                               "was lost"),
        std::string::npos);
    const std::vector<std::string> names = disk.list("log").value();
    for (const std::string& name : names) EXPECT_FALSE(name.ends_with(".tmp")) << name;
  }
  {
    const auto log = open_log(disk, small);  // a full disk does not keep it from reading
    EXPECT_EQ(count_frames(*log), acknowledged);
  }
  disk.capacity = ~u64{0};
  const auto log = open_log(disk, small);
  append_synced(*log, 50);
  EXPECT_EQ(count_frames(*log), acknowledged + 50);
}

}  // namespace
}  // namespace lockstep
