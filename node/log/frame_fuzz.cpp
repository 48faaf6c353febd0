// Arbitrary bytes as a frame, as the body of a log's only segment (with a right header, so that the reader
// gets that far), as a whole segment, as damage to a good segment, as a manifest and as a snapshot: nothing
// may crash, and what recovery accepts, opening for writing accepts with the same tail, and every frame of it
// can be read.
#include "node/io/memory_disk.h"
#include "node/log/embedded.h"
#include "node/log/snapshots.h"

namespace {

using namespace lockstep;

const std::string segment_path = "log/" + segment_name(1);

void require(bool condition) { LS_ASSERT(condition); }

void open_twice(MemoryDisk& disk) {
  Result<Recovery, Fault> found = recover(disk, "log", 0);
  Result<std::unique_ptr<EmbeddedLog>, Fault> log =
      EmbeddedLog::open(disk, "log", {.shard = 0, .segment_size = 4096, .read_only = false});
  if (!found) {
    require(!log);
    return;
  }
  if (!log)
    return;  // a manifest may say what no folder can be, for instance that the first frame is 2^64 - 1
  require(log.value()->tail() == found.value().tail);
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.value()->read(log.value()->first_index());
  require(static_cast<bool>(cursor));
  while (true) {
    const Result<const Frame*, Fault> frame = cursor.value()->next();
    require(static_cast<bool>(frame));
    if (frame.value() == nullptr) break;
  }
  require(cursor.value()->passed() == found.value().tail);
}

// A segment of five good frames, damaged as the input says: each three bytes are an offset and what is added
// there.
Bytes damaged_segment(std::span<const u8> input) {
  Bytes segment = encode_segment_header({0, genesis(0)});
  LogTail tail = genesis(0);
  Sha256 sha256;
  for (u8 i = 0; i < 5; ++i) {
    const Bytes payload(i * 9u, i);
    encode_frame(tail, 0, i % 2 == 0 ? frame_opens_group : u16{0},
                 {.first_position = tail.position, .count = i, .payload = payload}, sha256, segment);
  }
  segment.resize(segment.size() + 300);
  for (Reader reader(input); reader.left() >= 3;) {
    const std::size_t offset = reader.integer<u16>() % segment.size();
    segment[offset] = static_cast<u8>(segment[offset] + reader.integer<u8>());
  }
  return segment;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const u8> input(data, size);
  Frame frame;
  LS_MAYBE(decode_frame(input, frame) == FrameStatus::good);
  LS_MAYBE(find_later_group(input, 0, 0) == 0);

  const Bytes manifest = encode_manifest({.shard = 0, .sealed = false, .first = 1, .last = 1, .durable = 0});
  Bytes body = encode_segment_header({0, genesis(0)});
  body.insert(body.end(), input.begin(), input.end());
  for (const Bytes& segment : {body, Bytes(input.begin(), input.end()), damaged_segment(input)}) {
    MemoryDisk disk;
    disk.set_content("log/manifest", manifest);
    disk.set_content(segment_path, segment);
    open_twice(disk);
  }
  MemoryDisk disk;
  disk.set_content("log/manifest", Bytes(input.begin(), input.end()));
  disk.set_content(segment_path, encode_segment_header({0, genesis(0)}));
  open_twice(disk);
  const std::string name = snapshot_name({});
  disk.set_content("log/" + name, Bytes(input.begin(), input.end()));
  LS_MAYBE(read_snapshot(disk, "log", name));
  return 0;
}
