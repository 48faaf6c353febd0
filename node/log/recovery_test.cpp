// Recovery at every byte.  A log of three segments is damaged in each place and each way, opened, and must
// either keep every acknowledged frame, or refuse and name the frame; what it keeps must still be there after
// two more crashes.
#include "node/log/recovery.h"

#include "node/log/log_testing.h"

namespace lockstep {
namespace {

constexpr LogOptions options{.segment_size = 1024};

// Frames, one a sync, in three segments.  `ends[i]` is where frame i+1 ends in the last segment's file.
struct SmallLog {
  MemoryDisk disk;
  u64 frames = 0;
  u64 last_first = 0;  // first frame of the last segment
  std::string last_path;
  std::vector<u64> starts;  // offset of each frame of the last segment, and of the end

  SmallLog() {
    const auto log = open_log(disk, options);
    for (; frames < 18; ++frames) append_synced(*log, 1);
    std::vector<std::string> names = disk.list("log").value();
    for (const std::string& name : names) last_first = std::max(last_first, parse_segment_name(name));
    last_path = "log/" + segment_name(last_first);
    u64 offset = segment_header_size;
    for (u64 index = last_first; index <= frames; ++index) {
      starts.push_back(offset);
      offset += frame_header_size + payload_of(index).size();
    }
    starts.push_back(offset);
  }
  // The frame of the last segment that holds this byte; frames + 1 behind the last.
  u64 frame_at(u64 offset) const {
    u64 index = last_first;
    while (index <= frames && offset >= starts[index - last_first + 1]) ++index;
    return index;
  }
};

// Opens, checks the frames, appends and restarts twice: nothing is lost, which is where the neighbour failed.
void expect_lives_on(MemoryDisk& disk, i64 expected, const std::string& what) {
  for (i64 round = 0; round < 3; ++round) {
    const auto log = open_log(disk, options);
    ASSERT_NE(log, nullptr) << what;
    ASSERT_EQ(count_frames(*log), expected + 2 * round) << what;
    append_synced(*log, 2);
  }
}

void expect_refused(MemoryDisk& disk, u64 frame, const std::string& what) {
  const Fault fault = open_fault(disk, options);
  if (frame == 0) return;  // in a header, where a changed version number is its own refusal
  EXPECT_EQ(fault.kind, FaultKind::corrupt) << what;
  EXPECT_NE(fault.what.find("frame " + std::to_string(frame) + " (position "), std::string::npos)
      << what << ": " << fault.what;
}

TEST(Recovery, of_the_last_segment_cut_at_every_byte_keeps_every_whole_frame) {
  const SmallLog whole;
  ASSERT_GE(whole.starts.size(), 4u);
  const Bytes good = whole.disk.content(whole.last_path);
  for (std::size_t size = 0; size < good.size(); ++size) {
    MemoryDisk disk = whole.disk;
    disk.set_content(whole.last_path, Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
    const std::string what = "cut at " + std::to_string(size);
    if (size < segment_header_size) {
      expect_refused(disk, 0, what);  // a segment has its name only once its header is durable
    } else {
      expect_lives_on(disk, static_cast<i64>(whole.frame_at(size) - 1), what);
    }
  }
}

TEST(Recovery, of_every_flipped_or_zeroed_byte_refuses_the_middle_and_cuts_the_end) {
  const SmallLog whole;
  const Bytes good = whole.disk.content(whole.last_path);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const u8 mask : {u8{0x01}, u8{0x80}, good[at]}) {  // the last one zeroes the byte
      if (mask == 0) continue;
      MemoryDisk disk = whole.disk;
      Bytes bad = good;
      bad[at] ^= mask;
      disk.set_content(whole.last_path, bad);
      const std::string what = "byte " + std::to_string(at) + " xor " + std::to_string(mask);
      const u64 frame = whole.frame_at(at);
      if (at < segment_header_size) {
        expect_refused(disk, 0, what);
      } else if (frame < whole.frames) {
        expect_refused(disk, frame, what);
      } else {
        expect_lives_on(disk, static_cast<i64>(frame - 1), what);
      }
    }
  }
}

TEST(Recovery, of_every_flipped_byte_in_an_older_segment_refuses_or_loses_nothing) {
  const SmallLog whole;
  const std::string path = "log/" + segment_name(1);
  const Bytes good = whole.disk.content(path);
  u64 refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    MemoryDisk disk = whole.disk;
    Bytes bad = good;
    bad[at] ^= 0x10;
    disk.set_content(path, bad);
    Result<Recovery, Fault> found = recover(disk, "log", 0);
    if (!found) {
      ++refused;
    } else {
      EXPECT_EQ(found.value().tail.index, whole.frames)
          << "byte " << at;  // in the zeros behind the last frame
    }
  }
  EXPECT_GT(refused, 700u);
}

TEST(Recovery, of_an_older_segment_cut_at_every_byte_refuses_or_loses_nothing) {
  const SmallLog whole;
  const std::string path = "log/" + segment_name(1);
  const Bytes good = whole.disk.content(path);
  for (std::size_t size = 0; size < good.size(); ++size) {
    MemoryDisk disk = whole.disk;
    disk.set_content(path, Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
    Result<Recovery, Fault> found = recover(disk, "log", 0);
    if (found) {
      EXPECT_EQ(found.value().tail.index, whole.frames) << "cut at " << size;
    } else {
      EXPECT_EQ(found.error().kind, FaultKind::corrupt);
    }
  }
}

TEST(Recovery, of_every_flipped_byte_of_the_manifest_refuses) {
  const SmallLog whole;
  const Bytes good = whole.disk.content("log/manifest");
  for (std::size_t at = 0; at < good.size(); ++at) {
    MemoryDisk disk = whole.disk;
    Bytes bad = good;
    bad[at] ^= 0x04;
    disk.set_content("log/manifest", bad);
    EXPECT_FALSE(recover(disk, "log", 0)) << "byte " << at;
  }
}

TEST(Recovery, names_file_offset_and_position_of_the_damage) {
  SmallLog log;
  Bytes bytes = log.disk.content(log.last_path);
  bytes[log.starts[1] + 130] ^= 1;
  log.disk.set_content(log.last_path, bytes);
  u64 position = 0;
  for (u64 index = 1; index <= log.last_first; ++index) position += payload_of(index).size() / 8;
  EXPECT_EQ(
      open_fault(log.disk, options).what,
      "log log: " + segment_name(log.last_first) + ": frame " + std::to_string(log.last_first + 1) +
          " (position " + std::to_string(position) + ") at byte " + std::to_string(log.starts[1]) +
          " is damaged, but frame " + std::to_string(log.last_first + 2) +
          " behind it is intact: this is damage, not a torn tail; restore it from a replica or a backup, "
          "nothing was changed");
}

TEST(Recovery, refuses_a_missing_segment_wherever_it_was) {
  const SmallLog whole;
  const std::vector<std::string> names = MemoryDisk(whole.disk).list("log").value();
  for (const std::string& name : names) {
    if (parse_segment_name(name) == 0) continue;
    MemoryDisk disk = whole.disk;
    ASSERT_TRUE(disk.remove("log/" + name));
    const Fault fault = open_fault(disk, options);
    EXPECT_EQ(fault.kind, FaultKind::corrupt);
    EXPECT_NE(fault.what.find("missing"), std::string::npos) << fault.what;
  }
  MemoryDisk disk = whole.disk;
  ASSERT_TRUE(disk.remove("log/manifest"));
  EXPECT_NE(open_fault(disk, options).what.find("its manifest is missing"), std::string::npos);
}

// A crash between naming a segment and entering it in the manifest: the next start makes up for it.
TEST(Recovery, enters_a_segment_in_the_manifest_before_it_takes_a_frame) {
  MemoryDisk disk;
  const LogOptions one_frame_each{.segment_size = segment_header_size};
  Bytes manifest;
  {
    const auto log = open_log(disk, one_frame_each);
    append_synced(*log, 2);
    manifest = disk.content("log/manifest");
    append_synced(*log, 1);
  }
  disk.set_content("log/manifest", manifest);
  { EXPECT_EQ(count_frames(*open_log(disk, one_frame_each)), 3); }
  ASSERT_TRUE(disk.remove("log/" + segment_name(3)));
  EXPECT_NE(open_fault(disk, one_frame_each).what.find("segment " + segment_name(3) + " is missing"),
            std::string::npos);
}

TEST(Recovery, refuses_a_segment_of_another_log) {
  SmallLog ours;
  MemoryDisk other;
  {
    const auto log = open_log(other, options);
    for (int i = 0; i < 18; ++i) {  // same sizes and positions, other content
      const LogTail tail = log->tail();
      Bytes payload = payload_of(tail.index + 1);
      if (!payload.empty()) payload[0] ^= 1;
      ASSERT_TRUE(
          log->append(tail.index + 1, {.term = 1 + tail.index / 7,
                                       .first_position = tail.position,
                                       .count = static_cast<u32>(payload.size() / 8),
                                       .epoch = 1,
                                       .log_time = Time::from_raw(static_cast<i64>(1000 + tail.index)),
                                       .payload = payload}));
      ASSERT_TRUE(log->sync());
    }
  }
  ours.disk.set_content(ours.last_path, other.content(ours.last_path));
  EXPECT_NE(open_fault(ours.disk, options).what.find("does not continue the chain before it"),
            std::string::npos);
}

// Three frames in one group, unsynced: the disk may keep the third and not the first.  That is no damage.
TEST(Recovery, cuts_a_group_of_which_only_a_later_frame_reached_the_disk) {
  MemoryDisk disk;
  const std::string path = "log/" + segment_name(1);
  u64 first_end = 0;
  {
    const auto log = open_log(disk, options);
    append_synced(*log, 1);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(append_next(*log));
    ASSERT_TRUE(log->sync());
    first_end = segment_header_size + frame_header_size + payload_of(1).size();
  }
  Bytes bytes = disk.content(path);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(first_end), frame_header_size, u8{0});
  disk.set_content(path, bytes);
  expect_lives_on(disk, 1, "frame 2 lost, frames 3 and 4 kept");
}

// The neighbour's defect: recovery found the intact prefix, left the torn bytes, appended behind them, and
// the next start found neither them nor what came after.
TEST(Recovery, loses_nothing_that_was_appended_behind_a_torn_tail) {
  MemoryDisk disk;
  const std::string path = "log/" + segment_name(1);
  constexpr LogOptions roomy{.segment_size = 16384};
  { append_synced(*open_log(disk, roomy), 10); }
  Bytes bytes = disk.content(path);
  u64 end = segment_header_size;
  for (u64 index = 1; index <= 10; ++index) end += frame_header_size + payload_of(index).size();
  for (u64 i = 0; i < 20; ++i) bytes[end + i] = static_cast<u8>(0xa0 + i);
  disk.set_content(path, bytes);
  {
    const auto log = open_log(disk, roomy);
    EXPECT_EQ(log->recovery().torn_size, 20u);
    append_synced(*log, 10);
  }
  EXPECT_EQ(count_frames(*open_log(disk, roomy)), 20);
}

}  // namespace
}  // namespace lockstep
