// A KeyStore in memory, for tests and simulations: what etcd promises and nothing more.  A failing call can
// be planted: before it is done, or after (the answer is lost and the write is there).
#pragma once

#include <map>

#include "node/etcd/store.h"

namespace lockstep {

class MemoryStore final : public KeyStore {
 public:
  Result<Transacted, Fault> transact(const Transaction& transaction) override;
  Result<std::vector<StoredKey>, Fault> read(const KeyRange& range) override;
  Result<Done, Fault> remove(const std::string& from, const std::string& to) override;
  void wait(const std::string&, i64) override {}

  std::map<std::string, StoredKey> keys;
  i64 revision = 1;
  u64 calls = 0;
  std::optional<u64> fails_before;  // the number of the call that is not done
  std::optional<u64> fails_after;   // the number of the call whose answer is lost
};

}  // namespace lockstep
