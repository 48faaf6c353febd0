#include "apps/lockstep/replay.h"

#include <sys/stat.h>

#include <algorithm>

#include "core/wire/codec.h"
#include "node/log/embedded.h"
#include "node/log/snapshots.h"
#include "node/runtime/node.h"

namespace lockstep {
namespace {

bool is_file(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// Restores the newest snapshot of this log at or before the position; the frame after it, or the first there
// is.
Result<u64, Fault> restore_before(Disk& disk, const std::string& folder, EmbeddedLog& log, u64 at,
                                  Engine& engine) {
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, snapshot_folder(folder));
  if (!names && names.error().kind != FaultKind::not_found) return names.error();
  for (const std::string& name : names ? names.value() : std::vector<std::string>()) {
    const Result<StoredSnapshot, Fault> stored = read_snapshot(disk, snapshot_folder(folder), name);
    if (!stored) continue;  // damaged: `verify` says so; the log is the record
    const SnapshotHeader& header = stored.value().header;
    if (header.position > at || header.frame_index > log.durable_tail().index) continue;
    if (header.frame_index + 1 < log.first_index()) continue;
    const Result<std::unique_ptr<LogCursor>, Fault> cursor = log.read(header.frame_index + 1);
    if (!cursor) return cursor.error();
    if (cursor.value()->passed().hash != header.chain || !restore(stored.value().payload, engine)) continue;
    return header.frame_index + 1;
  }
  engine = Engine{};
  if (log.first_index() == 1) return u64{1};
  return Fault{folder + ": the log begins at frame " + std::to_string(log.first_index()) +
                   " and no snapshot reaches position " + std::to_string(at) + "; choose a later one",
               FaultKind::not_found};
}

Result<Done, Fault> apply_until(Engine& engine, const Frame& frame, u64 at) {
  if (frame.first_position + frame.count <= at) return apply_frame(engine, frame, {});
  std::vector<Command> commands;
  if (!decode_batch(frame.payload, commands))
    return apply_frame(engine, frame, {});  // which says what is wrong
  for (const Command& command : commands) {
    if (engine.state.position == at) break;
    apply(engine, frame.log_time, command);
  }
  return Done{};
}

// The position of the oldest snapshot from which this log can be replayed; 0 where the log has its beginning.
u64 oldest_position(Disk& disk, const std::string& folder, EmbeddedLog& log) {
  if (log.first_index() == 1) return 0;
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, snapshot_folder(folder));
  u64 oldest = log.durable_tail().position;
  for (const std::string& name : names ? names.value() : std::vector<std::string>()) {
    const Result<StoredSnapshot, Fault> stored = read_snapshot(disk, snapshot_folder(folder), name);
    if (stored && stored.value().header.frame_index + 1 >= log.first_index()) {
      oldest = std::min(oldest, stored.value().header.position);
    }
  }
  return oldest;
}

}  // namespace

Result<Done, Fault> watch_log(Disk& disk, const std::string& folder, std::optional<u64> at,
                              const std::function<void(Engine&)>& watch) {
  if (is_file(folder)) return Fault{folder + " is a snapshot, of one position; name the folder of a node"};
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = open_to_read(disk, folder);
  if (!log) return log.error();
  const u64 end = log.value()->durable_tail().position;
  const u64 position = std::min(at.value_or(end), end);
  Engine engine;
  const u64 begin = oldest_position(disk, folder, *log.value());
  const Result<u64, Fault> from = restore_before(disk, folder, *log.value(), begin, engine);
  if (!from) return from.error();
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.value()->read(from.value());
  if (!cursor) return cursor.error();
  while (engine.state.position < position) {
    Result<const Frame*, Fault> frame = cursor.value()->next();
    if (!frame) return frame.error();
    LS_ASSERT(frame.value() != nullptr);
    if (Result<Done, Fault> done = apply_until(engine, *frame.value(), position); !done) return done.error();
    watch(engine);
  }
  return Done{};
}

Result<std::unique_ptr<Engine>, Fault> engine_at(Disk& disk, const std::string& folder,
                                                 std::optional<u64> at) {
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = open_to_read(disk, folder);
  if (!log) return log.error();
  const u64 end = log.value()->durable_tail().position;
  const u64 position = at.value_or(end);
  if (position > end) {
    return Fault{folder + ": position " + std::to_string(position) +
                 " lies behind the end of the log, which is at " + std::to_string(end)};
  }
  auto engine = std::make_unique<Engine>();
  const Result<u64, Fault> from = restore_before(disk, folder, *log.value(), position, *engine);
  if (!from) return from.error();
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.value()->read(from.value());
  if (!cursor) return cursor.error();
  while (engine->state.position < position) {
    Result<const Frame*, Fault> frame = cursor.value()->next();
    if (!frame) return frame.error();
    LS_ASSERT(frame.value() != nullptr);
    if (Result<Done, Fault> done = apply_until(*engine, *frame.value(), position); !done) return done.error();
  }
  return engine;
}

Result<std::unique_ptr<Engine>, Fault> engine_of_snapshot(Disk& disk, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const Result<StoredSnapshot, Fault> stored = read_snapshot(disk, folder, name);
  if (!stored) return stored.error();
  auto engine = std::make_unique<Engine>();
  if (!restore(stored.value().payload, *engine)) {
    return Fault{path + ": written by another schema of Lockstep; use the build that wrote it",
                 FaultKind::corrupt};
  }
  return engine;
}

Result<std::unique_ptr<Engine>, Fault> engine_of(Disk& disk, const std::string& path, std::optional<u64> at) {
  if (!is_file(path)) return engine_at(disk, path, at);
  if (at) return Fault{path + " is a snapshot, of one position; --at needs the folder of a node"};
  return engine_of_snapshot(disk, path);
}

}  // namespace lockstep
