#include "node/history/fill.h"

#include <algorithm>
#include <cstdlib>

#include "core/wire/codec.h"
#include "node/log/snapshots.h"

namespace lockstep::history {
namespace {

constexpr u64 commands_per_commit = 10'000;

// The position in a snapshot's name.
u64 position_of(const std::string& name) {
  const std::size_t begin = name.find('-') + 1;
  return std::strtoull(name.c_str() + begin, nullptr, 10);
}

// Whether the snapshot is of this log and whole; the engine is then at it.
bool restore_from(Disk& disk, const std::string& place, const std::string& name, Log& log, Engine& engine,
                  u64& frame) {
  const Result<StoredSnapshot, Fault> stored = read_snapshot(disk, place, name);
  if (!stored) return false;
  const SnapshotHeader& header = stored.value().header;
  if (header.frame_index > log.durable_tail().index || header.frame_index + 1 < log.first_index())
    return false;
  const Result<std::unique_ptr<LogCursor>, Fault> cursor = log.read(header.frame_index + 1);
  if (!cursor || cursor.value()->passed().hash != header.chain) return false;
  engine = Engine{};
  if (!restore(stored.value().payload, engine) || state_hash(engine) != header.state_hash) return false;
  frame = header.frame_index;
  return true;
}

// Brings the engine to where recording goes on.
Result<Done, Fault> begin_at(Disk& disk, const std::string& folder, Log& log, History& history,
                             Engine& engine, Filled& filled) {
  const std::string place = snapshot_folder(folder);
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, place);
  if (!names && names.error().kind != FaultKind::not_found) return names.error();
  std::vector<std::string> newest_first;
  if (names) newest_first = names.value();
  for (const std::string& name : newest_first) {
    const bool reached = position_of(name) <= history.position();
    if (reached && restore_from(disk, place, name, log, engine, filled.frame)) return Done{};
  }
  engine = Engine{};
  filled.frame = 0;
  if (log.first_index() <= 1) return Done{};
  std::reverse(newest_first.begin(), newest_first.end());
  for (const std::string& name : newest_first) {
    if (!restore_from(disk, place, name, log, engine, filled.frame)) continue;
    filled.warnings.push_back("the history does not have what happened from position " +
                              std::to_string(history.position()) + " to " +
                              std::to_string(engine.state.position) + ": the log of " + folder +
                              " was trimmed, and its oldest snapshot is behind that");
    return Done{};
  }
  return Fault{folder +
                   ": the log was trimmed and no snapshot fits what is left of it; restore one from a "
                   "backup or from another replica",
               FaultKind::not_found};
}

}  // namespace

Result<std::string, Fault> log_identity(Log& log) {
  if (log.first_index() > 1 || log.durable_tail().index == 0) return std::string();
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.read(1);
  if (!cursor) return cursor.error();
  const Result<const Frame*, Fault> frame = cursor.value()->next();
  if (!frame) return frame.error();
  return frame.value() == nullptr ? std::string() : to_hex(frame.value()->hash);
}

Result<Done, Fault> record_frame(Engine& engine, const Frame& frame, History& history,
                                 const OutcomeSink& sink) {
  std::vector<Command> commands;
  const bool readable = decode_batch(frame.payload, commands) && commands.size() == frame.count &&
                        frame.first_position == engine.state.position && frame.log_time >= engine.state.time;
  for (const Command& command : commands) {
    if (!readable || !can_apply_next(engine)) break;
    history.before(engine, command);
    const Outcome outcome = apply(engine, frame.log_time, command);
    history.after(engine, command, outcome);
    if (sink) sink(command, outcome);
  }
  if (readable && engine.state.position == frame.first_position + frame.count) return Done{};
  return Fault{"frame " + std::to_string(frame.index) + " at position " +
                   std::to_string(engine.state.position) +
                   ": its commands cannot be read or applied by this build; use the build that wrote the log",
               FaultKind::corrupt};
}

Result<Filled, Fault> fill_from_log(Disk& disk, const std::string& folder, History& history, Engine& out) {
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = open_to_read(disk, folder);
  if (!log) return log.error();
  Filled filled;
  const u64 end = log.value()->durable_tail().position;
  if (history.position() > end) {
    filled.warnings.push_back("the history reaches position " + std::to_string(history.position()) +
                              " and the log of " + folder + " only " + std::to_string(end) +
                              ": it was of another log, and is made anew");
    if (Result<Done, Fault> forgotten = history.forget(); !forgotten) return forgotten.error();
  }
  if (Result<Done, Fault> there = begin_at(disk, folder, *log.value(), history, out, filled); !there) {
    return there.error();
  }
  Result<std::unique_ptr<LogCursor>, Fault> cursor = log.value()->read(filled.frame + 1);
  if (!cursor) return cursor.error();
  u64 committed = out.state.position;
  const u64 before = std::max(history.position(), out.state.position);
  for (;;) {
    const Result<const Frame*, Fault> frame = cursor.value()->next();
    if (!frame) return frame.error();
    if (frame.value() == nullptr) break;
    if (Result<Done, Fault> done = record_frame(out, *frame.value(), history, {}); !done) return done.error();
    filled.frame = frame.value()->index;
    if (out.state.position - committed < commands_per_commit) continue;
    if (Result<Done, Fault> done = history.commit(); !done) return done.error();
    committed = out.state.position;
  }
  if (Result<Done, Fault> done = history.commit(); !done) return done.error();
  filled.recorded = std::max(history.position(), before) - before;
  return filled;
}

}  // namespace lockstep::history
