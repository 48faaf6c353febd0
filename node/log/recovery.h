// Recovery: reads a log folder, changes nothing, and says where the durable prefix ends, or refuses.
//
// A crash may leave the end of the active segment in any state: parts of the frames that were written and not
// yet synced, in any combination.  Such a torn tail must be cut.  A damaged frame that was once acknowledged
// must not be cut, for everything behind it would be lost with it; it must be refused.  Both look alike at
// the first bad byte.  What tells them apart:
//
//   Every frame written first after a successful sync carries the flag `opens_group`.  So if frame j has the
//   flag, all frames below j were durable before j existed.  Therefore: a bad frame k, and behind it a good
//   frame j > k with the flag: k was durable, this is damage.  No such j: everything from k on belongs to one
//   group, whose sync either never returned (torn: nothing of it was acknowledged) or was the last thing the
//   log ever did.
//
// A good frame j > k without the flag proves nothing: the disk may have written the second frame of a group
// and not the first.  A new segment begins only after the one before it is synced, so in all segments but the
// last every bad frame is damage.
//
// The case left open is damage inside the very last group of a log: no file can tell that from a torn tail
// without a second sync per group.  Replicas can (they attest positions), and so can the caller, who knows
// the position of its newest snapshot.  A payload that contains the bytes of a frame, put there on purpose,
// can at worst make recovery refuse where it might have cut: the safe side.
//
// A frame with a right checksum that does not continue the chain was never torn: refused.  Missing segments
// show by the indexes in between, or by the manifest at the ends.
#pragma once

#include "node/log/segment.h"

namespace lockstep {

struct Recovery {
  LogManifest manifest;       // as stored; of a new log: the default with the shard
  bool is_new = false;        // there is no log in this folder yet
  std::vector<u64> segments;  // names (first indexes), ascending
  LogTail tail;               // of the durable prefix
  u64 end_offset = 0;         // in the last segment: where the next frame goes
  u64 group_offset = 0;       // in the last segment: where its last group begins
  u64 last_size = 0;          // of the file of the last segment
  u64 torn_size = 0;  // bytes behind end_offset that a crash left there, up to the last that is not zero
  std::vector<std::string> leftovers;  // files of interrupted steps; of no use to anyone
};

// REQUIRES: nobody appends meanwhile (or the caller accepts a torn tail that is only a frame being written).
Result<Recovery, Fault> recover(Disk& disk, const std::string& folder, u32 shard);

}  // namespace lockstep
