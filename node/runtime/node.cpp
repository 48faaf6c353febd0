#include "node/runtime/node.h"

#include <unistd.h>

#include <random>

#include "core/wire/codec.h"
#include "node/etcd/keyed_log.h"
#include "node/io/clock.h"
#include "node/log/snapshots.h"
#include "node/runtime/journal.h"

namespace lockstep {
namespace {

// Restores the newest snapshot that fits the log; the frame from which to replay is returned.
Result<u64, Fault> restore_newest(Node& node) {
  Result<SnapshotSearch, Fault> search = load_newest_snapshot(
      *node.disk, snapshot_folder(node.options.folder), 0, node.log->durable_tail().index);
  if (!search) {
    if (search.error().kind == FaultKind::not_found) return u64{1};
    return search.error();
  }
  node.recovered.warnings = search.value().warnings;
  if (!search.value().snapshot) return u64{1};
  const StoredSnapshot& stored = *search.value().snapshot;
  const std::string name = snapshot_name(stored.header);
  Result<std::unique_ptr<LogCursor>, Fault> cursor = node.log->read(stored.header.frame_index + 1);
  if (!cursor) return cursor.error();
  if (cursor.value()->passed().hash != stored.header.chain) {
    return Fault{
        "snapshot " + name + " belongs to another log than the one beside it; move it away and start again",
        FaultKind::corrupt};
  }
  if (!restore(stored.payload, node.engine)) {
    return Fault{
        "snapshot " + name + " was written by another schema of Lockstep; move it away to replay the log",
        FaultKind::corrupt};
  }
  if (state_hash(node.engine) != stored.header.state_hash) {
    return Fault{
        "snapshot " + name + " does not have the state hash of its name; move it away to replay the log",
        FaultKind::corrupt};
  }
  node.recovered.snapshot_position = stored.header.position;
  node.snapshot_position = stored.header.position;
  return stored.header.frame_index + 1;
}

Result<Done, Fault> replay(Node& node, u64 from) {
  Result<std::unique_ptr<LogCursor>, Fault> cursor = node.log->read(from);
  if (!cursor) return cursor.error();
  for (;;) {
    Result<const Frame*, Fault> frame = cursor.value()->next();
    if (!frame) return frame.error();
    if (frame.value() == nullptr) return Done{};
    if (Result<Done, Fault> applied = apply_frame(node.engine, *frame.value(), {}); !applied) return applied;
    node.recovered.frames += 1;
  }
}

// Ends of the batches: as many commands as fit frame_payload_target, at least one.
std::vector<std::size_t> split(std::span<const Command> commands) {
  std::vector<std::size_t> ends;
  std::size_t size = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::size_t next = encode(commands[i]).size();
    if (size != 0 && size + next > frame_payload_target) {
      ends.push_back(i);
      size = 0;
    }
    size += next;
  }
  if (!commands.empty()) ends.push_back(commands.size());
  return ends;
}

}  // namespace

std::string log_folder(const std::string& folder) { return folder + "/log"; }
std::string snapshot_folder(const std::string& folder) { return folder + "/snapshots"; }

Result<std::unique_ptr<EmbeddedLog>, Fault> open_to_read(Disk& disk, const std::string& folder) {
  LogOptions options;
  options.read_only = true;
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, log_folder(folder), options);
  if (log || log.error().kind != FaultKind::not_found) return log;
  log = open_journal(disk, folder, 0, true);  // of a replica
  if (log || log.error().kind != FaultKind::not_found) return log;
  return Fault{folder + ": there is no log here; name the folder that `lockstep run --log` was given",
               FaultKind::not_found};
}

Result<SharedLog, Fault> open_shared(const EtcdOptions& etcd, const std::string& prefix, bool read_only) {
  Result<std::unique_ptr<KeyStore>, Fault> store = open_etcd(etcd);
  if (!store) return store.error();
  SharedLog shared{std::move(store).value(), nullptr, 0};
  KeyedLogOptions options;
  options.prefix = prefix;
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  options.owner = std::string(host) + ":" + std::to_string(::getpid());
  std::random_device random;  // different at every start, and nothing else
  options.nonce = std::to_string(random()) + std::to_string(random());
  Result<std::unique_ptr<KeyedLog>, Fault> log =
      read_only ? KeyedLog::open(*shared.store, options) : KeyedLog::take_over(*shared.store, options);
  if (!log) return log.error();
  shared.term = log.value()->term();
  shared.log = std::move(log).value();
  return shared;
}

Result<std::unique_ptr<Node>, Fault> open_node(Disk& disk, NodeOptions options) {
  auto node = std::make_unique<Node>();
  node->options = std::move(options);
  node->disk = &disk;
  if (!node->options.read_only) {
    for (const std::string& folder :
         {log_folder(node->options.folder), snapshot_folder(node->options.folder)}) {
      if (folder == log_folder(node->options.folder) && !node->options.prefix.empty()) continue;
      if (Result<Done, Fault> made = disk.make_folder(folder); !made) return made.error();
    }
  }
  u64 term = 0;  // 0: the embedded log counts its own up
  if (node->options.prefix.empty()) {
    LogOptions log_options;
    log_options.read_only = node->options.read_only;
    Result<std::unique_ptr<EmbeddedLog>, Fault> log =
        EmbeddedLog::open(disk, log_folder(node->options.folder), log_options);
    if (!log) return log.error();
    node->recovered.torn_size = log.value()->recovery().torn_size;
    node->log = std::move(log).value();
  } else {
    Result<SharedLog, Fault> shared =
        open_shared(node->options.etcd, node->options.prefix, node->options.read_only);
    if (!shared) return shared.error();
    term = shared.value().term;
    node->store = std::move(shared.value().store);
    node->log = std::move(shared.value().log);
  }
  const Result<u64, Fault> from = restore_newest(*node);
  if (!from) return from.error();
  if (Result<Done, Fault> replayed = replay(*node, from.value()); !replayed) return replayed.error();
  node->term = term != 0 ? term : node->log->tail().term + 1;
  return node;
}

Result<Done, Fault> apply_frame(Engine& engine, const Frame& frame, const OutcomeSink& sink) {
  std::vector<Command> commands;
  const bool readable = decode_batch(frame.payload, commands) && commands.size() == frame.count &&
                        frame.first_position == engine.state.position && frame.log_time >= engine.state.time;
  if (!readable) {
    return Fault{"frame " + std::to_string(frame.index) + " at position " +
                     std::to_string(frame.first_position) +
                     ": its commands cannot be read by this build; use the build that wrote the log",
                 FaultKind::corrupt};
  }
  for (const Command& command : commands) {
    const Outcome outcome = apply(engine, frame.log_time, command);
    if (sink) sink(command, outcome);
  }
  return Done{};
}

Result<Done, Fault> submit(Node& node, Time time, std::span<const Command> commands,
                           const OutcomeSink& sink) {
  if (time < node.engine.state.time) time = node.engine.state.time;
  std::size_t begin = 0;
  u64 position = node.log->tail().position;
  for (const std::size_t end : split(commands)) {
    const Bytes payload = encode_batch(commands.subspan(begin, end - begin));
    FrameBatch batch;
    batch.term = node.term;
    batch.first_position = position;
    batch.count = static_cast<u32>(end - begin);
    batch.log_time = time;
    batch.payload = payload;
    if (Result<Done, Fault> done = node.log->append(node.log->tail().index + 1, batch); !done) return done;
    position += batch.count;
    begin = end;
  }
  LinuxClock clock;
  const i64 began_us = clock.monotonic_us();
  if (Result<Done, Fault> done = node.log->sync(); !done) return done;
  if (node.on_synced) node.on_synced(static_cast<double>(clock.monotonic_us() - began_us) / 1e6);
  for (const Command& command : commands) {
    const Outcome outcome = apply(node.engine, time, command);
    if (sink) sink(command, outcome);
  }
  if (node.on_applied) node.on_applied(time, commands);
  return Done{};
}

Result<Done, Fault> take_snapshot(Node& node) {
  SnapshotHeader header;
  header.position = node.engine.state.position;
  header.frame_index = node.log->durable_tail().index;
  header.state_hash = state_hash(node.engine);
  header.chain = node.log->durable_tail().hash;
  LS_ASSERT(node.log->durable_tail().position == header.position);
  Bytes payload;
  save(node.engine, payload);
  const Result<Done, Fault> written = write_snapshot(*node.disk, snapshot_folder(node.options.folder), header,
                                                     payload, node.options.snapshots_kept);
  if (written) node.snapshot_position = header.position;
  return written;
}

}  // namespace lockstep
