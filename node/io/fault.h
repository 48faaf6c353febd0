// Fault: what a disk, a peer or an operator did to us.  The second of the three kinds of wrong (house rule
// R17): a refusal is an answer to a command and lives in core/, a bug stops the process through LS_ASSERT,
// and a fault is this value, returned as Result<T, Fault> by everything in node/ that touches the world.
//
// `what` is one line for a person: what failed, where (file, line or offset, frame, field), and what to do or
// what would have been right.  No trailing newline.  `kind` exists only where a caller can react differently.
#pragma once

#include <string>

#include "core/base/int.h"

namespace lockstep {

enum class FaultKind : u8 {
  other,
  not_found,    // no such file, or a part of the log that was trimmed
  no_space,     // disk or quota full
  permission,   // the folder or the file system does not let us write
  busy,         // another process holds the lock
  corrupt,      // stored bytes are not what was written
  conflict,     // the log has moved on: other writer, sealed, or older term
  unreachable,  // a peer did not answer in time: it is not known what it did
};

struct Fault {
  std::string what;
  FaultKind kind = FaultKind::other;
};

}  // namespace lockstep
