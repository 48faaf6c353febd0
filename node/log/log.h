// Log: the one interface behind which a totally ordered log of frames lies.  Small on purpose: the embedded
// log (embedded.h) implements it on files of this machine, and a distributed log can implement it as a
// write-once store addressed by index (one key a frame; append = "key absent and term unchanged"), without
// its callers noticing.  The idea is Delos's loglet.
//
// The contract:
//
// 1. One writer.  append(index, batch) succeeds only at tail().index + 1 and with a term not older than the
//    last; anything else is FaultKind::conflict, which means: another sequencer was here, step down.  An
//    index that was written never changes.
// 2. Durable means sync() returned.  A frame may be acknowledged, and anything that depends on it may leave
// the
//    process, only after a sync() that began after its append.  sync() covers everything appended so far
//    (group commit).  After a crash the log holds all acknowledged frames and perhaps some later ones, in
//    order, with no hole: the caller must accept both outcomes for what was appended and not acknowledged.
// 3. A fault of append or sync is final for this object: every later append and sync returns it again.  Open
// the
//    log anew; recovery says what is durable.  (A disk that failed to write once may claim success next
//    time.)
// 4. read(from) gives the frames from..durable tail of the moment of the call, in order, each checked against
// the
//    chain.  `from` may be one past the end.  Frames that were trimmed are FaultKind::not_found.
// 5. trim(before) gives up frames below `before`, as far as the storage unit allows; it never gives up the
// tail.
// 6. seal() ends the log for good: what is appended is durable, nothing can be appended, now or after a
// restart.
//
// One thread at a time, cursors included.
#pragma once

#include <memory>

#include "core/base/result.h"
#include "node/io/fault.h"
#include "node/log/frame.h"

namespace lockstep {

class LogCursor {
 public:
  virtual ~LogCursor() = default;
  // The next frame, valid until the next call; null at the end.
  virtual Result<const Frame*, Fault> next() = 0;
  // What has been passed: before the first next(), the state just below `from`.  A snapshot fits this log if
  // its frame index and chain hash equal this tail's for read(frame_index + 1).
  virtual const LogTail& passed() const = 0;
};

class Log {
 public:
  virtual ~Log() = default;
  // REQUIRES: payload <= frame_payload_max, first_position == tail().position, log_time >= tail().log_time.
  virtual Result<Done, Fault> append(u64 index, const FrameBatch& batch) = 0;
  virtual Result<Done, Fault> sync() = 0;
  virtual LogTail tail() const = 0;          // of what was appended
  virtual LogTail durable_tail() const = 0;  // of what may be acknowledged
  virtual u64 first_index() const = 0;       // of the oldest frame that read() can give
  virtual Result<std::unique_ptr<LogCursor>, Fault> read(u64 from) = 0;
  virtual Result<Done, Fault> trim(u64 before) = 0;
  virtual Result<Done, Fault> seal() = 0;
};

}  // namespace lockstep
