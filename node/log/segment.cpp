#include "node/log/segment.h"

#include <algorithm>

#include "core/base/hash.h"

namespace lockstep {
namespace {

constexpr u32 segment_magic = 0x4753534c;   // "LSSG"
constexpr u32 manifest_magic = 0x464d534c;  // "LSMF"
constexpr std::size_t manifest_size = 48;
constexpr std::size_t digits_in_name = 20;
constexpr std::string_view extension = ".log";
constexpr std::size_t read_size = 1 << 20;
constexpr std::size_t checksum_size = 8;

u64 checksum(std::span<const u8> bytes) { return hash_bytes(bytes.subspan(checksum_size)).low; }

// Both kinds of file begin alike: checksum, magic, version, one u16.  The rest is the caller's.
Bytes begin_record(u32 magic, u16 extra) {
  Bytes bytes;
  Writer writer(bytes);
  writer.integer(u64{0});
  writer.integer(magic);
  writer.integer(segment_version);
  writer.integer(extra);
  return bytes;
}

void end_record(Bytes& bytes) {
  Bytes sum;
  Writer(sum).integer(checksum(bytes));
  std::copy(sum.begin(), sum.end(), bytes.begin());
}

// The version is judged before the checksum: another version may well have another layout.
Result<Reader, Fault> open_record(std::span<const u8> bytes, u32 magic, std::size_t size, const char* what) {
  Reader reader(bytes);
  const u64 sum = reader.integer<u64>();
  if (reader.integer<u32>() != magic || reader.failed()) {
    return Fault{std::string("is not a ") + what + " of a Lockstep log", FaultKind::corrupt};
  }
  const u16 version = reader.integer<u16>();
  if (version != segment_version && !reader.failed()) {
    return Fault{"has log format version " + std::to_string(version) + ", this build reads version " +
                 std::to_string(segment_version) + "; use the build that wrote it"};
  }
  if (bytes.size() != size || sum != checksum(bytes)) {
    return Fault{std::string("has a damaged ") + what, FaultKind::corrupt};
  }
  return reader;
}

}  // namespace

std::string segment_name(u64 first_index) {
  const std::string digits = std::to_string(first_index);
  return std::string(digits_in_name - digits.size(), '0') + digits + std::string(extension);
}

u64 parse_segment_name(std::string_view name) {
  if (name.size() != digits_in_name + extension.size() || !name.ends_with(extension)) return 0;
  u64 index = 0;
  for (const char digit : name.substr(0, digits_in_name)) {
    if (digit < '0' || digit > '9') return 0;
    index = index * 10 + static_cast<u64>(digit - '0');
  }
  return segment_name(index) == name ? index : 0;  // a number beyond 64 bits does not come back
}

Bytes encode_segment_header(const SegmentHeader& header) {
  Bytes bytes = begin_record(segment_magic, 0);
  Writer writer(bytes);
  writer.integer(header.shard);
  writer.integer(u32{0});
  writer.integer(header.before.index);
  writer.integer(header.before.term);
  writer.integer(header.before.position);
  writer.integer(header.before.log_time.raw());
  writer.bytes(header.before.hash.bytes);
  LS_ASSERT(bytes.size() == segment_header_size);
  end_record(bytes);
  return bytes;
}

Result<SegmentHeader, Fault> decode_segment_header(std::span<const u8> bytes) {
  Result<Reader, Fault> record = open_record(bytes, segment_magic, segment_header_size, "segment header");
  if (!record) return record.error();
  Reader& reader = record.value();
  SegmentHeader header;
  reader.integer<u16>();
  header.shard = reader.integer<u32>();
  reader.integer<u32>();
  header.before.index = reader.integer<u64>();
  header.before.term = reader.integer<u64>();
  header.before.position = reader.integer<u64>();
  header.before.log_time = Time::from_raw(reader.integer<i64>());
  const std::span<const u8> hash = reader.bytes(header.before.hash.bytes.size());
  std::copy(hash.begin(), hash.end(), header.before.hash.bytes.begin());
  LS_ASSERT(reader.done());
  return header;
}

Bytes encode_manifest(const LogManifest& manifest) {
  Bytes bytes = begin_record(manifest_magic, manifest.sealed ? 1 : 0);
  Writer writer(bytes);
  writer.integer(manifest.shard);
  writer.integer(u32{0});
  writer.integer(manifest.first);
  writer.integer(manifest.last);
  writer.integer(manifest.durable);
  LS_ASSERT(bytes.size() == manifest_size);
  end_record(bytes);
  return bytes;
}

Result<LogManifest, Fault> decode_manifest(std::span<const u8> bytes) {
  Result<Reader, Fault> record = open_record(bytes, manifest_magic, manifest_size, "manifest");
  if (!record) return record.error();
  Reader& reader = record.value();
  LogManifest manifest;
  manifest.sealed = reader.integer<u16>() != 0;
  manifest.shard = reader.integer<u32>();
  reader.integer<u32>();
  manifest.first = reader.integer<u64>();
  manifest.last = reader.integer<u64>();
  manifest.durable = reader.integer<u64>();
  LS_ASSERT(reader.done());
  return manifest;
}

Result<SegmentReader, Fault> SegmentReader::open(Disk& disk, const std::string& folder, u64 first_index) {
  const std::string name = segment_name(first_index);
  Result<std::unique_ptr<File>, Fault> file = disk.open(folder + "/" + name, OpenMode::read);
  if (!file) return file.error();
  const Result<u64, Fault> size = file.value()->size();
  if (!size) return size.error();
  if (size.value() > segment_size_max) {
    return Fault{name + " has " + std::to_string(size.value()) + " bytes, more than any segment",
                 FaultKind::corrupt};
  }
  Bytes head(segment_header_size);
  const Result<std::size_t, Fault> got = file.value()->pread(0, head);
  if (!got) return got.error();
  head.resize(got.value());
  const Result<SegmentHeader, Fault> header = decode_segment_header(head);
  if (!header) return Fault{name + " " + header.error().what, header.error().kind};
  if (header.value().before.index + 1 != first_index) {
    return Fault{
        name + " begins with frame " + std::to_string(header.value().before.index + 1) + "; it was renamed",
        FaultKind::corrupt};
  }
  SegmentReader reader;
  reader.file_ = std::move(file.value());
  reader.size_ = size.value();
  reader.header_ = header.value();
  reader.passed_ = header.value().before;
  return reader;
}

Result<FrameStatus, Fault> SegmentReader::decode_at_offset() {
  // What the buffer holds is tried first, then a normal read, then one that the largest frame fits.
  for (const std::size_t wanted : {std::size_t{0}, read_size, frame_header_size + frame_payload_max}) {
    if (wanted > 0) {
      buffer_.resize(std::min<u64>(wanted, size_ - offset_));
      buffer_offset_ = offset_;
      const Result<std::size_t, Fault> got = file_->pread(offset_, buffer_);
      if (!got) return got.error();
      buffer_.resize(got.value());
    }
    const std::span<const u8> bytes = std::span(buffer_).subspan(
        buffer_.empty() ? 0 : std::min<u64>(buffer_.size(), offset_ - buffer_offset_));
    const FrameStatus status = decode_frame(bytes, frame_);
    const bool more_may_help =
        status == FrameStatus::cut || (status == FrameStatus::blank && bytes.size() < frame_header_size);
    if (!more_may_help || offset_ + bytes.size() >= size_) return status;
  }
  return FrameStatus::cut;
}

Result<const Frame*, Fault> SegmentReader::next() {
  const Result<FrameStatus, Fault> status = decode_at_offset();
  if (!status) return status.error();
  stop_.status = status.value();
  if (stop_.status != FrameStatus::good) return static_cast<const Frame*>(nullptr);
  stop_.broken_chain = check_follows(passed_, header_.shard, frame_, *sha256_);
  if (stop_.broken_chain != nullptr) return static_cast<const Frame*>(nullptr);
  passed_ = tail_after(frame_);
  offset_ += frame_.bytes.size();
  return static_cast<const Frame*>(&frame_);
}

Result<Bytes, Fault> SegmentReader::rest() {
  Bytes bytes(size_ - offset_);
  const Result<std::size_t, Fault> got = file_->pread(offset_, bytes);
  if (!got) return got.error();
  bytes.resize(got.value());
  return bytes;
}

}  // namespace lockstep
