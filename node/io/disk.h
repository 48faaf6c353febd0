// Disk and File: everything the node asks of a file system, small enough that the whole of it can be faked
// with faults (memory_disk.h).  The log's promises rest on the meaning of three calls:
//
//   File::sync         what was written to this file, and its size, survives a power cut
//   Disk::sync_folder  which names exist in this folder survives a power cut
//   Disk::rename       a crash leaves the old name or the new one, never half of either
//
// Until the matching sync returns, any part of a write may survive, in any order.  Paths are as the caller
// gave them; a fault's text is "<call> <path>: <reason>".  Not thread-safe per File.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "node/io/fault.h"

namespace lockstep {

class File {
 public:
  virtual ~File() = default;
  // Bytes read from `offset` on; fewer than asked for only where the file ends.
  virtual Result<std::size_t, Fault> pread(u64 offset, std::span<u8> out) = 0;
  // Writes all of `data`, or is a fault and may have written a part.
  virtual Result<Done, Fault> pwrite(u64 offset, std::span<const u8> data) = 0;
  // Extends the file to `size` bytes that read as zero and have their disk space, so that writing there later
  // neither runs out of space nor changes metadata.  A file already that long stays as it is.
  virtual Result<Done, Fault> preallocate(u64 size) = 0;
  virtual Result<Done, Fault> truncate(u64 size) = 0;
  // fdatasync.  After a fault the state of the file is unknown: close it and read it again.
  virtual Result<Done, Fault> sync() = 0;
  virtual Result<u64, Fault> size() = 0;
};

// Held while it exists; the system releases it when the process dies.
class Lock {
 public:
  virtual ~Lock() = default;
};

enum class OpenMode : u8 {
  read,
  write,   // read and write an existing file
  create,  // read and write a new file; one that exists is emptied
};

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<File>, Fault> open(const std::string& path, OpenMode mode) = 0;
  virtual Result<Done, Fault> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<Done, Fault> remove(const std::string& path) = 0;
  // Names in the folder, without "." and "..", sorted.
  virtual Result<std::vector<std::string>, Fault> list(const std::string& folder) = 0;
  // Creates the folder and its parents where absent, durably.
  virtual Result<Done, Fault> make_folder(const std::string& folder) = 0;
  virtual Result<Done, Fault> sync_folder(const std::string& folder) = 0;
  // Creates the file if absent and locks it; FaultKind::busy if it is locked already.
  virtual Result<std::unique_ptr<Lock>, Fault> lock(const std::string& path) = 0;
};

// The whole file; a fault if it is longer than size_max.
Result<Bytes, Fault> read_file(Disk& disk, const std::string& path, u64 size_max);

// Replaces folder/name by `content`, durably and at once: a crash leaves the old file or the new one.  Uses
// folder/name.tmp on the way.
Result<Done, Fault> replace_file(Disk& disk, const std::string& folder, const std::string& name,
                                 std::span<const u8> content);

}  // namespace lockstep
