// Frame: one batch of commands as it lies in the log, hash-chained to the frame before.  The embedded log
// stores frames in segment files, a distributed log stores one frame per key; the bytes from `hash` on are
// the same.
//
//   offset size  field            (little-endian, no padding)
//        0    8  checksum         low half of XXH3-128 over bytes 8 to the end
//        8    4  magic            "LSFR"
//       12    2  version          1
//       14    2  flags            bit 0: opens a group.  Of this copy, not part of the identity
//       16   32  hash             SHA-256 of "lockstep frame 1" and bytes 48 to the end: the identity
//       48   32  previous         hash of the frame before; of frame 1: genesis_hash(shard)
//       80    4  shard
//       84    4  epoch            the sequencer's claim of the rulebook epoch
//       88    8  index            number of the frame, from 1, dense
//       96    8  term             of the sequencer; never falls
//      104    8  first_position   log position of the first command, dense; the first command of a log has 0
//      112    8  log_time         microseconds since 1970; the time of every command in it; never falls
//      120    4  count            commands in the payload; 0 is legal (a new term announces itself)
//      124    4  payload_size     bytes
//      128       payload          what core/wire made of the commands; opaque here
//
// Two sums because they answer two questions.  The checksum finds damage at memory speed and without knowing
// the frame before, which the search behind a damaged frame needs; XXH3 rather than a CRC because core/base
// has it already and 64 bits make a false match in garbage implausible.  The hash is made against attackers
// and proves the whole history; it costs 0.7 ns a byte with SHA instructions, once per frame instead of once
// per command.
//
// A sequencer closes a batch at 256 KiB (frame_payload_target); one command that is larger by itself (a
// rulebook image) travels alone, up to frame_payload_max.
#pragma once

#include "core/base/bytes.h"
#include "core/units/units.h"
#include "node/io/sha256.h"

namespace lockstep {

constexpr u32 frame_magic = 0x5246534c;  // "LSFR"
constexpr u16 frame_version = 1;
constexpr u16 frame_opens_group = 1;
constexpr std::size_t frame_header_size = 128;
constexpr std::size_t frame_payload_target = 256 * 1024;
constexpr std::size_t frame_payload_max = 4 * 1024 * 1024;

// What a caller wants to append.  The log adds index, chain and sums.
struct FrameBatch {
  u64 term = 0;
  u64 first_position = 0;
  u32 count = 0;
  u32 epoch = 0;
  Time log_time = Time::from_raw(0);
  std::span<const u8> payload{};
};

// The end of a log, or of a part of it: what the next frame must follow.
struct LogTail {
  u64 index = 0;     // of the last frame; 0: none yet
  u64 term = 0;      // of the last frame
  u64 position = 0;  // commands so far; the next one has this position
  Time log_time = Time::from_raw(0);
  Hash256 hash{};  // of the last frame
  friend bool operator==(const LogTail&, const LogTail&) = default;
};

// A frame in a buffer of somebody else's; valid as long as that buffer is.
struct Frame {
  u16 flags = 0;
  u32 shard = 0;
  u32 epoch = 0;
  u64 index = 0;
  u64 term = 0;
  u64 first_position = 0;
  Time log_time = Time::from_raw(0);
  u32 count = 0;
  Hash256 hash;
  Hash256 previous;
  std::span<const u8> payload{};
  std::span<const u8> bytes;  // the whole frame, header included
};

// The tail of the empty log of a shard.
LogTail genesis(u32 shard);

// Appends the bytes of the frame that follows `tail` to `out` and moves `tail` behind it.
// REQUIRES: payload <= frame_payload_max; term, first_position and log_time follow the tail.
void encode_frame(LogTail& tail, u32 shard, u16 flags, const FrameBatch& batch, Sha256& sha256, Bytes& out);

enum class FrameStatus : u8 {
  good,     // magic, version, sizes and checksum are right
  blank,    // nothing was written here: all bytes that are there are zero (up to a header's worth)
  cut,      // the bytes end before the frame does
  damaged,  // anything else
};

// Reads the frame at the beginning of `bytes`.  Does not look at the chain.
FrameStatus decode_frame(std::span<const u8> bytes, Frame& frame);

// Null if a good frame follows `tail` (shard, index, previous, hash, term, position, time), else what is
// wrong.
const char* check_follows(const LogTail& tail, u32 shard, const Frame& frame, Sha256& sha256);
LogTail tail_after(const Frame& frame);

// A good frame with an index above `index` and an opened group, anywhere in `bytes`; its index, or 0.  Its
// presence proves that everything up to and including frame `index` was once durable (see embedded.h).
u64 find_later_group(std::span<const u8> bytes, u32 shard, u64 index);

}  // namespace lockstep
