#include "node/log/frame.h"

#include <algorithm>
#include <cstring>

#include "core/base/hash.h"

namespace lockstep {
namespace {

constexpr std::string_view frame_domain = "lockstep frame 1";
constexpr std::string_view genesis_domain = "lockstep genesis 1";
constexpr std::size_t magic_offset = 8;
constexpr std::size_t hash_offset = 16;
constexpr std::size_t hashed_offset = 48;
constexpr std::size_t payload_size_offset = 124;

template <class T>
void put(Bytes& bytes, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[at + i] = static_cast<u8>(value >> (8 * i));
}

template <class T>
T get(std::span<const u8> bytes, std::size_t at) {
  return Reader(bytes.subspan(at, sizeof(T))).integer<T>();
}

Hash256 read_hash(Reader& reader) {
  Hash256 hash;
  const std::span<const u8> bytes = reader.bytes(hash.bytes.size());
  std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
  return hash;
}

u64 checksum(std::span<const u8> frame) { return hash_bytes(frame.subspan(magic_offset)).low; }

}  // namespace

LogTail genesis(u32 shard) {
  Bytes bytes;
  Writer(bytes).integer(shard);
  LogTail tail;
  tail.hash = Sha256()(genesis_domain, bytes);
  return tail;
}

void encode_frame(LogTail& tail, u32 shard, u16 flags, const FrameBatch& batch, Sha256& sha256, Bytes& out) {
  LS_ASSERT(batch.payload.size() <= frame_payload_max);
  LS_ASSERT(batch.term >= tail.term);
  LS_ASSERT(batch.first_position == tail.position);
  LS_ASSERT(batch.log_time >= tail.log_time);
  const std::size_t start = out.size();
  Writer writer(out);
  writer.integer(u64{0});  // the checksum, below
  writer.integer(frame_magic);
  writer.integer(frame_version);
  writer.integer(flags);
  writer.bytes(Hash256().bytes);  // the hash, below
  writer.bytes(tail.hash.bytes);
  writer.integer(shard);
  writer.integer(batch.epoch);
  writer.integer(tail.index + 1);
  writer.integer(batch.term);
  writer.integer(batch.first_position);
  writer.integer(batch.log_time.raw());
  writer.integer(batch.count);
  writer.integer(static_cast<u32>(batch.payload.size()));
  LS_ASSERT(out.size() - start == frame_header_size);
  writer.bytes(batch.payload);

  const Hash256 hash = sha256(frame_domain, std::span(out).subspan(start + hashed_offset));
  std::copy(hash.bytes.begin(), hash.bytes.end(),
            out.begin() + static_cast<std::ptrdiff_t>(start + hash_offset));
  put(out, start, checksum(std::span(out).subspan(start)));
  tail = {.index = tail.index + 1,
          .term = batch.term,
          .position = batch.first_position + batch.count,
          .log_time = batch.log_time,
          .hash = hash};
}

FrameStatus decode_frame(std::span<const u8> bytes, Frame& frame) {
  const std::span<const u8> head = bytes.first(std::min(bytes.size(), frame_header_size));
  if (std::all_of(head.begin(), head.end(), [](u8 byte) { return byte == 0; })) return FrameStatus::blank;
  if (head.size() < frame_header_size) return FrameStatus::cut;
  const std::size_t payload_size = get<u32>(bytes, payload_size_offset);
  if (get<u32>(bytes, magic_offset) != frame_magic || payload_size > frame_payload_max)
    return FrameStatus::damaged;
  if (bytes.size() < frame_header_size + payload_size) return FrameStatus::cut;

  frame.bytes = bytes.first(frame_header_size + payload_size);
  frame.payload = frame.bytes.subspan(frame_header_size);
  Reader reader(frame.bytes);
  if (reader.integer<u64>() != checksum(frame.bytes)) return FrameStatus::damaged;
  reader.integer<u32>();  // magic, seen above
  if (reader.integer<u16>() != frame_version) return FrameStatus::damaged;
  frame.flags = reader.integer<u16>();
  if ((frame.flags & ~frame_opens_group) != 0) return FrameStatus::damaged;
  frame.hash = read_hash(reader);
  frame.previous = read_hash(reader);
  frame.shard = reader.integer<u32>();
  frame.epoch = reader.integer<u32>();
  frame.index = reader.integer<u64>();
  frame.term = reader.integer<u64>();
  frame.first_position = reader.integer<u64>();
  frame.log_time = Time::from_raw(reader.integer<i64>());
  frame.count = reader.integer<u32>();
  LS_ASSERT(!reader.failed());
  return FrameStatus::good;
}

const char* check_follows(const LogTail& tail, u32 shard, const Frame& frame, Sha256& sha256) {
  if (frame.shard != shard) return "it belongs to another shard";
  if (frame.index != tail.index + 1) return "its index is out of sequence";
  if (frame.previous != tail.hash) return "its chain hash does not continue the frame before";
  if (frame.term < tail.term) return "its term is older than the term before";
  if (frame.first_position != tail.position) return "its first position is out of sequence";
  if (frame.log_time < tail.log_time) return "its log time is before the time of the frame before";
  if (frame.hash != sha256(frame_domain, frame.bytes.subspan(hashed_offset))) return "its SHA-256 is wrong";
  return nullptr;
}

LogTail tail_after(const Frame& frame) {
  return {.index = frame.index,
          .term = frame.term,
          .position = frame.first_position + frame.count,
          .log_time = frame.log_time,
          .hash = frame.hash};
}

u64 find_later_group(std::span<const u8> bytes, u32 shard, u64 index) {
  u8 magic[4];
  for (std::size_t i = 0; i < sizeof(magic); ++i) magic[i] = static_cast<u8>(frame_magic >> (8 * i));
  for (std::size_t at = magic_offset; at + sizeof(magic) <= bytes.size(); ++at) {
    const void* found = ::memmem(bytes.data() + at, bytes.size() - at, magic, sizeof(magic));
    if (found == nullptr) return 0;
    at = static_cast<std::size_t>(static_cast<const u8*>(found) - bytes.data());
    const std::span<const u8> candidate = bytes.subspan(at - magic_offset);
    if (candidate.size() < frame_header_size) return 0;
    // The cheap questions first: hostile payloads may be full of headers that each claim four mebibytes.
    if (get<u32>(candidate, 80) != shard || get<u64>(candidate, 88) <= index) continue;
    Frame frame;
    if (decode_frame(candidate, frame) == FrameStatus::good && (frame.flags & frame_opens_group) != 0) {
      return frame.index;
    }
  }
  return 0;
}

}  // namespace lockstep
