// What the log's tests share: batches with a recognisable content, and a model of what was acknowledged.
#pragma once

#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "node/io/memory_disk.h"
#include "node/log/embedded.h"

namespace lockstep {

// The payload of frame `index`: size and bytes follow from the index, so that a reader can tell what it has
// got.
inline Bytes payload_of(u64 index, std::size_t size_max = 40) {
  Prng prng(index);
  Bytes payload(prng.below(size_max + 1));
  for (u8& byte : payload) byte = static_cast<u8>(prng.next());
  return payload;
}

inline Result<Done, Fault> append_next(Log& log, std::size_t size_max = 40) {
  const LogTail tail = log.tail();
  const Bytes payload = payload_of(tail.index + 1, size_max);
  return log.append(tail.index + 1, {.term = 1 + tail.index / 7,
                                     .first_position = tail.position,
                                     .count = static_cast<u32>(payload.size() / 8),
                                     .epoch = 1,
                                     .log_time = Time::from_raw(static_cast<i64>(1000 + tail.index)),
                                     .payload = payload});
}

inline void append_synced(Log& log, u64 frames) {
  for (u64 i = 0; i < frames; ++i) {
    ASSERT_TRUE(append_next(log));
    const Result<Done, Fault> synced = log.sync();
    ASSERT_TRUE(synced) << synced.error().what;
  }
}

// Reads from..end and checks every payload; the number of frames, or -1 after a failed expectation.
inline i64 count_frames(Log& log, u64 from = 1, std::size_t size_max = 40) {
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.read(from);
  if (!cursor) {
    ADD_FAILURE() << cursor.error().what;
    return -1;
  }
  for (i64 count = 0;; ++count) {
    const Result<const Frame*, Fault> frame = cursor.value()->next();
    if (!frame) {
      ADD_FAILURE() << frame.error().what;
      return -1;
    }
    if (frame.value() == nullptr) return count;
    const Bytes expected = payload_of(from + static_cast<u64>(count), size_max);
    if (!std::equal(expected.begin(), expected.end(), frame.value()->payload.begin(),
                    frame.value()->payload.end())) {
      ADD_FAILURE() << "frame " << frame.value()->index << " has another payload";
      return -1;
    }
  }
}

inline std::unique_ptr<EmbeddedLog> open_log(Disk& disk, const LogOptions& options,
                                             const std::string& folder = "log") {
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, folder, options);
  if (log) return std::move(log.value());
  ADD_FAILURE() << log.error().what;
  return nullptr;
}

inline Fault open_fault(Disk& disk, const LogOptions& options, const std::string& folder = "log") {
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, folder, options);
  if (!log) return log.error();
  ADD_FAILURE() << "the log opened with " << log.value()->tail().index << " frames";
  return {};
}

}  // namespace lockstep
