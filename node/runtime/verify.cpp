#include "node/runtime/verify.h"

#include <map>

#include "core/ledger/ledger.h"
#include "node/log/snapshots.h"
#include "node/runtime/node.h"

namespace lockstep {
namespace {

// Snapshots by the frame after which they were taken; damaged ones become problems.
Result<std::map<u64, StoredSnapshot>, Fault> load_snapshots(Disk& disk, const std::string& folder,
                                                            Verification& v) {
  std::map<u64, StoredSnapshot> by_frame;
  if (folder.empty()) return by_frame;
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, snapshot_folder(folder));
  if (!names) {
    if (names.error().kind == FaultKind::not_found) return by_frame;
    return names.error();
  }
  for (const std::string& name : names.value()) {
    Result<StoredSnapshot, Fault> stored = read_snapshot(disk, snapshot_folder(folder), name);
    if (stored) {
      const u64 frame = stored.value().header.frame_index;
      by_frame.emplace(frame, std::move(stored.value()));
    } else {
      v.problems.push_back(stored.error().what);
    }
  }
  return by_frame;
}

void check_snapshot(Engine& engine, const StoredSnapshot& stored, const Hash256& chain, Verification& v) {
  v.snapshots_checked += 1;
  const std::string name = snapshot_name(stored.header);
  if (stored.header.chain != chain) {
    v.problems.push_back("snapshot " + name + " belongs to another log");
  } else if (stored.header.state_hash != state_hash(engine)) {
    v.problems.push_back("snapshot " + name + " has state " + to_hex(stored.header.state_hash) +
                         ", but the replay has " + to_hex(state_hash(engine)));
  }
}

void check_conservation(const State& state, Verification& v) {
  for (u32 i = 0; i < state.assets.size(); ++i) {
    const Value sum = conservation(state, AssetId{i});
    if (sum == Value{}) continue;
    v.problems.push_back("asset " + state.assets[i].name +
                         " does not sum to zero: " + to_decimal(sum.raw(), value_decimals));
  }
}

// where: the log, for messages.
Result<Verification, Fault> verify_log(Disk& disk, const std::string& folder, const std::string& where,
                                       Log& log, const std::function<void(u64)>& progress) {
  Verification v;
  Result<std::map<u64, StoredSnapshot>, Fault> snapshots = load_snapshots(disk, folder, v);
  if (!snapshots) return snapshots.error();

  Engine engine;
  u64 from = log.first_index();
  if (from > 1) {  // the beginning was trimmed: some snapshot must carry us over
    const auto oldest = snapshots.value().lower_bound(from - 1);
    if (oldest == snapshots.value().end() || !restore(oldest->second.payload, engine)) {
      return Fault{where + ": the log begins at frame " + std::to_string(from) +
                       " and no snapshot reaches it; restore one from a backup",
                   FaultKind::corrupt};
    }
    from = oldest->first + 1;
  }
  v.from_position = engine.state.position;
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.read(from);
  if (!cursor) return cursor.error();
  const OutcomeSink count = [&v](const Command&, const Outcome& outcome) {
    v.commands += 1;
    v.refused += outcome.accepted() ? 0 : 1;
  };
  for (;;) {
    const auto stored = snapshots.value().find(cursor.value()->passed().index);
    if (stored != snapshots.value().end())
      check_snapshot(engine, stored->second, cursor.value()->passed().hash, v);
    Result<const Frame*, Fault> frame = cursor.value()->next();
    if (!frame) return frame.error();
    if (frame.value() == nullptr) break;
    if (Result<Done, Fault> done = apply_frame(engine, *frame.value(), count); !done) return done.error();
    v.frames += 1;
    if (progress) progress(engine.state.position);
  }
  check_conservation(engine.state, v);
  v.state_hash = state_hash(engine);
  v.position = engine.state.position;
  return v;
}

}  // namespace

Result<Verification, Fault> verify_folder(Disk& disk, const std::string& folder,
                                          const std::function<void(u64)>& progress) {
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = open_to_read(disk, folder);
  if (!log) return log.error();
  Result<Verification, Fault> v = verify_log(disk, folder, folder, *log.value(), progress);
  if (v) v.value().torn_size = log.value()->recovery().torn_size;
  return v;
}

Result<Verification, Fault> verify_shared(Disk& disk, const std::string& folder, const EtcdOptions& etcd,
                                          const std::string& prefix,
                                          const std::function<void(u64)>& progress) {
  const Result<SharedLog, Fault> shared = open_shared(etcd, prefix, true);
  if (!shared) return shared.error();
  return verify_log(disk, folder, prefix, *shared.value().log, progress);
}

}  // namespace lockstep
