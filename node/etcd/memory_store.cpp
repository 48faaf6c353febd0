#include "node/etcd/memory_store.h"

#include <algorithm>

namespace lockstep {
namespace {

const Fault lost{"the store did not answer", FaultKind::unreachable};

}  // namespace

Result<Transacted, Fault> MemoryStore::transact(const Transaction& transaction) {
  const u64 call = calls++;
  if (fails_before == call) return lost;
  const bool holds = std::all_of(
      transaction.conditions.begin(), transaction.conditions.end(), [&](const Condition& condition) {
        const auto it = keys.find(condition.key);
        if (it == keys.end()) return condition.revision == 0;
        const i64 is = condition.of == Condition::Of::created ? it->second.created : it->second.modified;
        return is == condition.revision;
      });
  Transacted done;
  done.written = holds;
  if (holds) {
    ++revision;
    for (const Put& put : transaction.puts) {
      StoredKey& stored = keys[put.key];
      if (stored.created == 0) stored.created = revision;
      stored.key = put.key;
      stored.value = put.value;
      stored.modified = revision;
    }
    for (const std::string& key : transaction.removes) keys.erase(key);
  } else {
    for (const std::string& key : transaction.otherwise_read) {
      const auto it = keys.find(key);
      done.found.push_back(it == keys.end() ? std::nullopt : std::optional<StoredKey>(it->second));
    }
  }
  done.revision = revision;
  if (fails_after == call) return lost;
  return done;
}

Result<std::vector<StoredKey>, Fault> MemoryStore::read(const KeyRange& range) {
  if (fails_before == calls++) return lost;
  std::vector<StoredKey> found;
  for (auto it = keys.lower_bound(range.from); it != keys.end() && it->first < range.to; ++it) {
    if (!range.from_end && range.limit != 0 && found.size() == range.limit) break;
    found.push_back(it->second);
  }
  if (range.from_end) std::reverse(found.begin(), found.end());
  if (range.limit != 0 && found.size() > range.limit) found.resize(range.limit);
  return found;
}

Result<Done, Fault> MemoryStore::remove(const std::string& from, const std::string& to) {
  if (fails_before == calls++) return lost;
  keys.erase(keys.lower_bound(from), keys.lower_bound(to));
  ++revision;
  return Done{};
}

}  // namespace lockstep
