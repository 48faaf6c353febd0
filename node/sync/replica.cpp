#include "node/sync/replica.h"

#include <sstream>

#include "node/runtime/node.h"
#include "node/sync/parts.h"

namespace lockstep {
namespace {

constexpr i64 status_every_us = 500'000;

const char* role_of(const ReplicaProcess& r) {
  return r.leads ? "sequencer" : r.options.may_lead ? "replica" : "mirror";
}

// A probation outlives the process.
Stepped recall_transient(ReplicaProcess& r) {
  const Result<Bytes, Fault> bytes = read_file(*r.world.disk, r.options.folder + "/probation", 1'024);
  if (!bytes && bytes.error().kind == FaultKind::not_found) return Done{};
  if (!bytes) return bytes.error();
  i64 since = 0;
  std::istringstream words(text_of(bytes.value()));
  words >> r.probation_until >> since;
  r.transient_at = Time::from_raw(since);
  if (r.probation_until > r.journal->durable_tail().position) {
    r.standing = Standing::probation;
    r.reason = "on probation until position " + std::to_string(r.probation_until);
  }
  return Done{};
}

// For consumers that read the folder: how many outputs a quorum stands behind, and up to which position.
Stepped write_released(ReplicaProcess& r) {
  if (r.matched_position == r.written_released) return Done{};
  const std::string text = std::to_string(r.released) + " " + std::to_string(r.matched_position) + "\n";
  if (Stepped done = replace_file(*r.world.disk, r.options.folder, "released", bytes_of(text)); !done)
    return done;
  r.written_released = r.matched_position;
  return Done{};
}

Stepped put_status(ReplicaProcess& r, i64 now) {
  if (now - r.last_status_us < status_every_us) return Done{};
  r.last_status_us = now;
  const Stepped done = put(r.board, "status/" + r.options.name, status_json(r));
  if (!done) return passing(r, done.error());
  return Done{};
}

}  // namespace

ReplicaId self(const ReplicaProcess& r) {
  const State& state = r.engine->state;
  for (u32 i = static_cast<u32>(state.replicas.size()); i-- > 0;) {
    if (state.replicas[i].key == r.world.key.name && !state.replicas[i].retired) return ReplicaId{i};
  }
  return ReplicaId{};
}

u64 position(const ReplicaProcess& r) { return r.engine->state.position; }

void news(ReplicaProcess& r, const std::string& line) {
  if (r.world.on_news) r.world.on_news(line);
}

Stepped passing(ReplicaProcess& r, const Fault& fault) {
  if (fault.kind != FaultKind::unreachable && fault.kind != FaultKind::no_space) return fault;
  r.trouble = fault;
  return Done{};
}

std::string status_json(ReplicaProcess& r) {
  const LogTail tail = r.journal->durable_tail();
  std::string text = "{\"name\":\"" + r.options.name + "\",\"role\":\"" + role_of(r) + "\",\"standing\":\"" +
                     name_of(r.standing) + "\"";
  text += ",\"position\":" + std::to_string(position(r)) + ",\"frame\":" + std::to_string(tail.index);
  text += ",\"at\":" + std::to_string(r.world.clock->wall_us());
  text += ",\"term\":" + std::to_string(tail.term) + ",\"agreed\":" + std::to_string(r.matched_position);
  text += ",\"outputs\":" + std::to_string(r.released);
  text += ",\"activations\":" + std::to_string(r.engine->state.agreement.activations);
  text += ",\"behaviour\":" + std::to_string(r.engine->state.agreement.behaviour);
  text += ",\"state\":\"" + to_hex(state_hash(*r.engine)) + "\"";
  text += std::string(",\"halted\":") + (r.halted ? "true" : "false");
  text += ",\"replicas\":[";
  const State& state = r.engine->state;
  for (std::size_t i = 0; i < state.replicas.size(); ++i) {
    text +=
        (i == 0 ? "\"" : ",\"") + (state.replicas[i].retired ? std::string() : state.replicas[i].name) + "\"";
  }
  text += "],\"rulebooks\":[";
  for (std::size_t i = 0; i < state.rulebooks.size(); ++i) {
    text += (i == 0 ? "\"" : ",\"") + state.rulebooks[i].name + "\"";
  }
  text += "]";
  std::string reason;
  for (const char c : r.reason) {
    if (c == '"' || c == '\\') reason += '\\';
    reason += c;
  }
  return text + ",\"reason\":\"" + reason + "\"}";
}

Result<std::unique_ptr<ReplicaProcess>, Fault> open_replica(ReplicaOptions options, World world) {
  LS_ASSERT(options.snapshot_every % claim_every_positions == 0);
  auto r = std::make_unique<ReplicaProcess>();
  r->options = std::move(options);
  r->world = std::move(world);
  r->board = {r->world.store, r->options.prefix + "/" + std::to_string(r->options.shard) + "/"};
  Disk& disk = *r->world.disk;
  const std::string& folder = r->options.folder;
  for (const std::string& made : {folder, snapshot_folder(folder)}) {
    if (Stepped done = disk.make_folder(made); !done) return done.error();
  }
  Result<std::unique_ptr<EmbeddedLog>, Fault> journal = open_journal(disk, folder, r->options.shard, false);
  if (!journal) return journal.error();
  r->journal = std::move(journal).value();
  // Snapshots on disk were agreed by the quorum: the newest one that the journal reaches.
  const u64 end = r->journal->durable_tail().position;
  Result<Rebuilt, Fault> start = rebuild(disk, folder, r->options.shard, end, 0, {});
  if (!start) return start.error();
  if (start.value().engine == nullptr) {
    return Fault{folder +
                     ": the journal begins behind the snapshots that are left; remove the folder and let the "
                     "replica join anew",
                 FaultKind::corrupt};
  }
  r->engine = std::move(start.value().engine);
  r->applied_frame = start.value().frame;
  if (start.value().snapshot_position != 0) r->last_claim = beginning(*r->engine);
  r->agreed_position = r->matched_position = start.value().snapshot_position;
  r->released = r->engine->state.agreement.outputs;
  if (Stepped done = recall_transient(*r); !done) return done.error();
  const Result<bool, Fault> applied = apply_journaled(*r);
  if (!applied) return applied.error();
  r->last_frame_us = r->world.clock->monotonic_us();
  return r;
}

Result<bool, Fault> step(ReplicaProcess& r) {
  r.trouble.reset();
  const u64 before = r.journal->tail().index;
  if (Stepped done = follow(r); !done) return done.error();
  const Result<bool, Fault> caught_up = apply_journaled(r);
  if (!caught_up) return caught_up.error();
  const Result<bool, Fault> led = lead(r);
  if (!led) return led.error();
  if (Stepped done = compare(r); !done) return done.error();
  if (Stepped done = tend_snapshots(r); !done) return done.error();
  if (r.trouble && !r.troubled) news(r, r.trouble->what);
  if (!r.trouble && r.troubled) news(r, "the store answers again");
  r.troubled = r.trouble.has_value();
  const i64 now = r.world.clock->monotonic_us();
  if (now - r.last_errand_us >= r.options.beat_us) {
    r.last_errand_us = now;
    for (const auto errand : {write_released, say_ready, inquire, answer}) {
      if (Stepped done = errand(r); !done) return done.error();
    }
    if (Stepped done = put_status(r, now); !done) return done.error();
  }
  return led.value() || r.journal->tail().index != before;
}

}  // namespace lockstep
