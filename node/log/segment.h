// Segments and the manifest: the files of an embedded log.
//
//   data/log/manifest                      which segments must be there
//   data/log/00000000000000000001.log      frames 1, 2, 3 ... named by the first
//   data/log/00000000000000004711.log      the last one is the active one; zeros behind its last frame
//   data/log/lock                          held by the writing process
//
// Segment file: a header of 88 bytes, frames without gaps, zeros up to the preallocated size.
//   0 8 checksum (XXH3 of bytes 8 to 88) | 8 4 magic "LSSG" | 12 2 version | 14 2 zero | 16 4 shard | 20 4
//   zero 24 8 index | 32 8 term | 40 8 position | 48 8 log_time | 56 32 hash      the tail before the first
//   frame
// The header repeats the tail of everything before it, so that a log whose older segments were trimmed is
// complete in itself.  A segment gets its name only after its header is durable: a broken header is never
// torn.
//
// Manifest: what cannot be seen from the segments alone, namely that a whole file at either end is missing.
//   0 8 checksum | 8 4 magic "LSMF" | 12 2 version | 14 2 sealed | 16 4 shard | 20 4 zero
//   24 8 first: index that names the oldest segment | 32 8 last: that of the newest that must be there, 0
//   none 40 8 durable: the log is known to reach at least this frame
#pragma once

#include "node/io/disk.h"
#include "node/log/frame.h"

namespace lockstep {

constexpr u16 segment_version = 1;
constexpr std::size_t segment_header_size = 88;
constexpr u64 segment_size_max = u64{1} << 30;

struct SegmentHeader {
  u32 shard = 0;
  LogTail before;
};

std::string segment_name(u64 first_index);
// The first index, or 0 if this is not the name of a segment.
u64 parse_segment_name(std::string_view name);
Bytes encode_segment_header(const SegmentHeader& header);
// A fault's text lacks the name of the file: the caller says it.
Result<SegmentHeader, Fault> decode_segment_header(std::span<const u8> bytes);

struct LogManifest {
  u32 shard = 0;
  bool sealed = false;
  u64 first = 1;
  u64 last = 0;
  u64 durable = 0;
};

constexpr std::string_view manifest_name = "manifest";
Bytes encode_manifest(const LogManifest& manifest);
Result<LogManifest, Fault> decode_manifest(std::span<const u8> bytes);

// Reads the frames of one segment in order and checks each against the chain.
class SegmentReader {
 public:
  // Opens the segment and reads its header.  A fault names the file.
  static Result<SegmentReader, Fault> open(Disk& disk, const std::string& folder, u64 first_index);

  // The next frame of the chain, valid until the next call; null where the chain ends, and then `stop` says
  // why.
  Result<const Frame*, Fault> next();
  // All bytes from offset() to the end of the file.
  Result<Bytes, Fault> rest();

  const SegmentHeader& header() const { return header_; }
  const LogTail& passed() const { return passed_; }
  u64 offset() const { return offset_; }  // of the next frame
  u64 size() const { return size_; }

  struct Stop {
    FrameStatus status = FrameStatus::good;
    const char* broken_chain = nullptr;  // a frame with a right checksum that does not follow: why
  };
  const Stop& stop() const { return stop_; }

 private:
  Result<FrameStatus, Fault> decode_at_offset();

  std::unique_ptr<File> file_;
  u64 size_ = 0;
  SegmentHeader header_;
  LogTail passed_;
  u64 offset_ = segment_header_size;
  u64 buffer_offset_ = 0;
  Bytes buffer_;
  Frame frame_;
  Stop stop_;
  std::unique_ptr<Sha256> sha256_ = std::make_unique<Sha256>();
};

}  // namespace lockstep
