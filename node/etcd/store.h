// KeyStore: the little that the distributed log needs of etcd, so that the log can be run over memory in
// tests and simulations, and gRPC stays behind one source file.  Linearizable unless said otherwise.
//
// Keys and values are bytes.  Every write gives the store a new revision; a key remembers the revision that
// created it and the one that last changed it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/io/fault.h"

namespace lockstep {

struct StoredKey {
  std::string key;
  std::string value;
  i64 created = 0;   // revision
  i64 modified = 0;  // revision
};

// True if the key's revision of that kind is `revision`; 0: the key does not exist.
struct Condition {
  enum class Of : u8 { created, modified } of = Of::created;
  std::string key;
  i64 revision = 0;
};

struct Put {
  std::string key;
  std::string value;
};

// All puts and removes if all conditions hold, else nothing is written and the keys are read.
struct Transaction {
  std::vector<Condition> conditions = {};
  std::vector<Put> puts = {};
  std::vector<std::string> otherwise_read = {};
  std::vector<std::string> removes = {};  // single keys; their history goes with the next remove()
};
struct Transacted {
  bool written = false;
  i64 revision = 0;                             // of the store after it
  std::vector<std::optional<StoredKey>> found;  // if not written: by otherwise_read
};

// Keys from..to (to excluded), ascending or from the end.
struct KeyRange {
  std::string from;
  std::string to;
  u64 limit = 0;  // 0: all
  bool from_end = false;
  bool may_lag = false;  // a local read of one member: may be old, never other than what was written
};

class KeyStore {
 public:
  virtual ~KeyStore() = default;
  // Faults: unreachable (nobody answered in time: it is not known whether it was written), no_space (quota),
  // permission, other.
  virtual Result<Transacted, Fault> transact(const Transaction& transaction) = 0;
  virtual Result<std::vector<StoredKey>, Fault> read(const KeyRange& range) = 0;
  virtual Result<Done, Fault> remove(const std::string& from, const std::string& to) = 0;  // and its history
  // Returns when a key below the prefix may have changed since the last call, or after so many
  // milliseconds.  A hint only: what changed, and whether, is for read() to say.  One prefix a store.
  virtual void wait(const std::string& prefix, i64 milliseconds) = 0;
};

}  // namespace lockstep
