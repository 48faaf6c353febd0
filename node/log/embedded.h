// EmbeddedLog: the Log on files of this machine.
//
// Append encodes into a buffer; sync writes the buffer and calls fdatasync once for everything since the last
// one (group commit).  Segments are preallocated with zeros, so a sync is one write to the disk and changes
// no metadata.  A frame that does not fit begins a new segment, which is made under a temporary name, synced,
// named, and entered in the manifest before it takes a frame.
//
// Open recovers (recovery.h has the argument) and then, before the first append:
//   1. cuts a torn tail: truncates the segment there, fills it with zeros again, syncs.  Otherwise old bytes
//      could reappear behind new frames, and an implementation that appends behind them loses, at the next
//      start, everything it acknowledged since;
//   2. writes the last group again and syncs.  After a crash of the process alone (not of the machine) those
//      frames may exist in the page cache only, and after a failed sync even marked there as written. Without
//      this, recovery would call them durable and a power cut could still take them.
//
// Disk traffic of a frame: its bytes once, plus the zeros of the preallocation once.  Not thread-safe.
#pragma once

#include <optional>

#include "node/log/log.h"
#include "node/log/recovery.h"

namespace lockstep {

struct LogOptions {
  u32 shard = 0;
  u64 segment_size = u64{64} << 20;   // bytes; a larger frame gets a larger segment
  std::optional<LogTail> begin = {};  // of a log without frames: it goes on behind this, as after a snapshot
  bool read_only = false;  // verify: takes no lock, changes nothing, a torn tail is left where it is
};

class EmbeddedLog final : public Log {
 public:
  // Opens the log in `folder`, or begins one where there is none (not if read-only).  Faults: busy (another
  // process writes it), corrupt, permission, no_space, other (other version, other shard).
  static Result<std::unique_ptr<EmbeddedLog>, Fault> open(Disk& disk, std::string folder, LogOptions options);

  Result<Done, Fault> append(u64 index, const FrameBatch& batch) override;
  Result<Done, Fault> sync() override;
  LogTail tail() const override { return tail_; }
  LogTail durable_tail() const override { return durable_; }
  u64 first_index() const override { return segments_.empty() ? 1 : segments_.front(); }
  Result<std::unique_ptr<LogCursor>, Fault> read(u64 from) override;
  Result<Done, Fault> trim(u64 before) override;
  Result<Done, Fault> seal() override;

  // What open found: for the operator's eyes (torn_size > 0: an unacknowledged tail was cut) and for verify.
  const Recovery& recovery() const { return recovery_; }
  bool is_sealed() const { return manifest_.sealed; }

 private:
  EmbeddedLog(Disk& disk, std::string folder, LogOptions options);
  Result<Done, Fault> prepare_to_write();
  Result<Done, Fault> restore_tail();
  Result<Done, Fault> start_segment(u64 frame_size);
  Result<Done, Fault> write_manifest(const LogManifest& manifest);
  Result<Done, Fault> flush();
  Fault describe(const std::string& doing, const Fault& cause) const;
  Fault fail(const std::string& doing, const Fault& cause);  // final, see the contract of Log
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  Disk& disk_;
  std::string folder_;
  LogOptions options_;
  std::unique_ptr<Lock> lock_;
  Recovery recovery_;
  LogManifest manifest_;
  std::vector<u64> segments_;
  std::unique_ptr<File> active_;
  u64 active_size_ = 0;
  u64 end_offset_ =
      0;  // in the active segment, of what was appended; the last pending_ bytes are not written yet
  Bytes pending_;
  LogTail tail_;
  LogTail durable_;
  std::optional<Fault> broken_;
  Sha256 sha256_;
};

}  // namespace lockstep
