#include "node/sim/weather.h"

namespace lockstep::sim {
namespace {

const Fault lost{"the store did not answer", FaultKind::unreachable};

}  // namespace

Result<Transacted, Fault> SimLink::transact(const Transaction& transaction) {
  if (loses()) return lost;
  Transaction sent = transaction;
  if (forgets_conditions) sent.conditions.clear();
  if (tampers) tampers(sent);
  Result<Transacted, Fault> done = store_.transact(sent);
  if (loses()) return lost;
  return done;
}

Result<std::vector<StoredKey>, Fault> SimLink::read(const KeyRange& range) {
  if (loses()) return lost;
  return store_.read(range);
}

Result<Done, Fault> SimLink::remove(const std::string& from, const std::string& to) {
  if (loses()) return lost;
  return store_.remove(from, to);
}

}  // namespace lockstep::sim
