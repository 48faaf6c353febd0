#include "node/runtime/journal.h"

#include <chrono>
#include <cstdio>
#include <thread>

#include "core/wire/codec.h"
#include "node/log/snapshots.h"
#include "node/runtime/node.h"

namespace lockstep {
namespace {

constexpr std::string_view base_name = "journal.base";

struct Base {
  std::string folder = "journal";
  std::optional<LogTail> tail;  // none: the log's beginning
};

std::string folder_name(u64 index) {
  char text[40];
  std::snprintf(text, sizeof text, "journal-%020llu", static_cast<unsigned long long>(index));
  return text;
}

void encode_base(const LogTail& tail, Bytes& out) {
  Writer writer(out);
  writer.integer(tail.index);
  writer.integer(tail.term);
  writer.integer(tail.position);
  writer.integer(tail.log_time.raw());
  writer.bytes(tail.hash.bytes);
}

Result<Base, Fault> read_base(Disk& disk, const std::string& folder) {
  const std::string path = folder + "/" + std::string(base_name);
  const Result<Bytes, Fault> bytes = read_file(disk, path, 4'096);
  if (!bytes && bytes.error().kind == FaultKind::not_found) return Base{};
  if (!bytes) return bytes.error();
  Reader in(bytes.value());
  LogTail tail;
  tail.index = in.integer<u64>();
  tail.term = in.integer<u64>();
  tail.position = in.integer<u64>();
  tail.log_time = Time::from_raw(in.integer<i64>());
  for (u8& byte : tail.hash.bytes) byte = in.integer<u8>();
  if (in.failed() || in.left() != 0) {
    return Fault{path + ": is not what a replica wrote; remove the folder and let it join anew",
                 FaultKind::corrupt};
  }
  return Base{folder_name(tail.index), tail};
}

Result<std::unique_ptr<EmbeddedLog>, Fault> open_base(Disk& disk, const std::string& folder, u32 shard,
                                                      const Base& base, bool read_only) {
  const std::string path = folder + "/" + base.folder;
  if (!read_only) {
    if (Result<Done, Fault> made = disk.make_folder(path); !made) return made.error();
  }
  LogOptions options;
  options.shard = shard;
  options.begin = base.tail;
  options.read_only = read_only;
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, path, options);
  // Looked at while it is written, a frame can be read before it is there and the next one after: damage
  // that is gone when one looks again.
  for (int again = 0; read_only && !log && log.error().kind == FaultKind::corrupt && again < 4; ++again) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5 << again));
    log = EmbeddedLog::open(disk, path, options);
  }
  return log;
}

// The newest snapshot at or before `snapshot_max` that can be read and restored; nothing: from the beginning.
Result<Done, Fault> restore_newest(Disk& disk, const std::string& folder, u32 shard, u64 snapshot_max,
                                   Rebuilt& out) {
  const std::string place = snapshot_folder(folder);
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, place);
  if (!names && names.error().kind != FaultKind::not_found) return names.error();
  for (std::size_t i = 0; names && i < names.value().size(); ++i) {
    const Result<StoredSnapshot, Fault> stored = read_snapshot(disk, place, names.value()[i]);
    if (!stored || stored.value().header.shard != shard) continue;
    if (stored.value().header.position > snapshot_max) continue;
    auto engine = std::make_unique<Engine>();
    if (!restore(stored.value().payload, *engine)) continue;
    if (state_hash(*engine) != stored.value().header.state_hash) continue;
    out.engine = std::move(engine);
    out.snapshot_position = stored.value().header.position;
    out.frame = stored.value().header.frame_index;
    return Done{};
  }
  out.engine = std::make_unique<Engine>();
  return Done{};
}

}  // namespace

Result<std::unique_ptr<EmbeddedLog>, Fault> open_journal(Disk& disk, const std::string& folder, u32 shard,
                                                         bool read_only) {
  const Result<Base, Fault> base = read_base(disk, folder);
  if (!base) return base.error();
  return open_base(disk, folder, shard, base.value(), read_only);
}

Result<std::unique_ptr<EmbeddedLog>, Fault> begin_journal(Disk& disk, const std::string& folder, u32 shard,
                                                          const LogTail& tail) {
  const Base base{folder_name(tail.index), tail};
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = open_base(disk, folder, shard, base, false);
  if (!log) return log;
  Bytes bytes;
  encode_base(tail, bytes);
  if (Result<Done, Fault> done = replace_file(disk, folder, std::string(base_name), bytes); !done) {
    return done.error();
  }
  return log;
}

Result<Done, Fault> append_frame(EmbeddedLog& journal, const Frame& frame) {
  FrameBatch batch;
  batch.term = frame.term;
  batch.first_position = frame.first_position;
  batch.count = frame.count;
  batch.epoch = frame.epoch;
  batch.log_time = frame.log_time;
  batch.payload = frame.payload;
  if (Result<Done, Fault> done = journal.append(frame.index, batch); !done) return done;
  LS_ASSERT(journal.tail().hash == frame.hash);  // the same frame, byte for byte
  return Done{};
}

Result<bool, Fault> advance(Disk& disk, const std::string& folder, u32 shard, Rebuilt& at, u64 position,
                            const CommandSink& sink) {
  Engine& engine = *at.engine;
  Result<std::unique_ptr<EmbeddedLog>, Fault> journal = open_journal(disk, folder, shard, true);
  if (!journal) return journal.error();
  Result<std::unique_ptr<LogCursor>, Fault> cursor = journal.value()->read(at.frame + 1);
  if (!cursor) return false;
  std::vector<Command> commands;
  while (engine.state.position < position) {
    const Result<const Frame*, Fault> next = cursor.value()->next();
    if (!next) return next.error();
    if (next.value() == nullptr) return false;
    const Frame& frame = *next.value();
    commands.clear();
    if (!decode_batch(frame.payload, commands) || frame.first_position != engine.state.position) return false;
    for (const Command& command : commands) {
      if (!can_apply_next(engine)) return false;
      const Outcome outcome = apply(engine, frame.log_time, command);
      if (sink) sink(engine, command, outcome);
    }
    at.frame = frame.index;
  }
  return true;
}

Result<Rebuilt, Fault> rebuild(Disk& disk, const std::string& folder, u32 shard, u64 snapshot_max,
                               u64 position, const CommandSink& sink) {
  Rebuilt out;
  if (Result<Done, Fault> found = restore_newest(disk, folder, shard, snapshot_max, out); !found) {
    return found.error();
  }
  const Result<bool, Fault> there = advance(disk, folder, shard, out, position, sink);
  if (!there) return there.error();
  return there.value() ? std::move(out) : Rebuilt{};
}

}  // namespace lockstep
