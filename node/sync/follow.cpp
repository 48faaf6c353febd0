// Following: every frame is journaled, made durable, applied, and claimed, in this order.
#include "core/wire/codec.h"
#include "node/sync/parts.h"

namespace lockstep {
namespace {

void go_out(ReplicaProcess& r, Standing standing, const std::string& reason) {
  r.standing = standing;
  r.reason = reason;
  news(r, reason);
}

bool computes(const ReplicaProcess& r) {
  return r.standing == Standing::serving || r.standing == Standing::probation;
}

// A reply to a request of the mail leaves when its position is agreed, like any output.
void keep_reply(ReplicaProcess& r, const Command& command, const Outcome& outcome) {
  const Request* request = std::get_if<Request>(&command);
  if (request == nullptr || !r.leads || request->client == source_client) return;
  StoredReply reply = outcome.reply;
  if (reply.sequence == 0) {  // not executed and not stored: said once, by its refusal
    reply.sequence = request->sequence;
    reply.refusal = static_cast<u16>(outcome.refusal);
    reply.position = r.engine->state.position - 1;
  }
  r.replies.emplace_back(reply, request->client);
}

// Null: applied.  Otherwise why this replica computes no further.
Result<Done, Fault> apply_one(ReplicaProcess& r, const Frame& frame) {
  Engine& engine = *r.engine;
  const u64 before_position = engine.state.position;
  if (frame.epoch != 0 && frame.epoch != engine.state.agreement.activations + 1) {
    go_out(r, Standing::out,
           "frame " + std::to_string(frame.index) + " at position " + std::to_string(frame.first_position) +
               " says that " + std::to_string(frame.epoch - 1) + " epochs are in force, and here " +
               std::to_string(engine.state.agreement.activations) + " are: this replica computes no further");
    return Done{};
  }
  std::vector<Command> commands;
  if (!decode_batch(frame.payload, commands) || commands.size() != frame.count ||
      frame.first_position != before_position) {
    go_out(r, Standing::needs_upgrade,
           "frame " + std::to_string(frame.index) + " at position " + std::to_string(frame.first_position) +
               " has commands that this build cannot read; start the newer build in the same folder");
    return Done{};
  }
  for (const Command& command : commands) {
    if (!can_apply_next(engine)) {
      go_out(r, Standing::needs_upgrade,
             "position " + std::to_string(engine.state.position) +
                 " begins a behaviour that this build does not compute; start the newer build in the same "
                 "folder");
      return Done{};
    }
    u64 number = engine.state.agreement.outputs;
    const u64 at = engine.state.position;
    const Outcome outcome = apply(engine, frame.log_time, command);
    for (const Event& event : outcome.events) r.held.push_back({++number, at, event});
    keep_reply(r, command, outcome);
  }
  r.applied_frame = frame.index;
  const LogTail tail = tail_after(frame);
  const LogMoment now{tail.position, frame.log_time, engine.state.agreement.activations,
                      engine.state.agreement.behaviour};
  if (!is_claim_point(r.last_claim, now, frame.count == 0)) return Done{};
  r.last_claim = now;
  r.own[tail.position] = make_claim(r, tail);
  if (!self(r).is_none()) r.to_claim.push_back(r.own[tail.position]);
  const u64 every = r.options.snapshot_every;
  if (before_position / every != tail.position / every) take_snapshot_at(r, tail);
  return Done{};
}

}  // namespace

const char* name_of(Standing standing) {
  static constexpr const char* names[] = {"serving", "on probation", "out", "needs upgrade"};
  return names[static_cast<std::size_t>(standing)];
}

Claim make_claim(ReplicaProcess& r, const LogTail& tail) {
  Engine& engine = *r.engine;
  Claim claim;
  claim.shard = r.options.shard;
  claim.replica = self(r);
  claim.position = tail.position;
  claim.frame = tail.index;
  claim.chain = tail.hash.bytes;
  claim.state = state_hash(engine);
  claim.outputs = engine.state.agreement.outputs;
  claim.outputs_hash = engine.state.agreement.outputs_hash;
  claim.activations = engine.state.agreement.activations;
  claim.behaviour = engine.state.agreement.behaviour;
  claim.build = r.options.build;
  claim.probation = r.standing == Standing::probation;
  for (const Digests::Table& table : engine.digests.tables) claim.sections.push_back(table.sum);
  return claim;
}

LogMoment beginning(const Engine& engine) {
  const State& state = engine.state;
  return {state.position, state.time, state.agreement.activations, state.agreement.behaviour};
}

KeyedLogOptions log_options(ReplicaProcess& r) {
  KeyedLogOptions options;
  options.prefix = r.options.prefix;
  options.shard = r.options.shard;
  options.owner = r.options.name;
  options.nonce = r.options.nonce + "-" + std::to_string(r.world.clock->monotonic_us());
  options.tries = 8;
  options.begin = r.journal->tail();
  options.on_frame = [&r](const Frame& frame) { return take_frame(r, frame); };
  return options;
}

Stepped take_frame(ReplicaProcess& r, const Frame& frame) {
  if (Stepped done = append_frame(*r.journal, frame); !done) return done;
  r.last_frame = frame.index;
  r.last_frame_us = r.world.clock->monotonic_us();
  // What the engine has not had for another reason comes from the journal, in order.
  if (!computes(r) || r.applied_frame + 1 != frame.index) return Done{};
  if (r.leads) {  // its answers may be read at once: durable first
    if (Stepped done = settle_journal(r); !done) return done;
  }
  return apply_one(r, frame);
}

Stepped settle_journal(ReplicaProcess& r) { return r.journal->sync(); }

Result<bool, Fault> apply_journaled(ReplicaProcess& r) {
  if (!computes(r) || r.applied_frame == r.journal->durable_tail().index) return false;
  Result<std::unique_ptr<LogCursor>, Fault> cursor = r.journal->read(r.applied_frame + 1);
  if (!cursor) return cursor.error();
  while (computes(r)) {
    const Result<const Frame*, Fault> frame = cursor.value()->next();
    if (!frame) return frame.error();
    if (frame.value() == nullptr) break;
    if (Stepped done = apply_one(r, *frame.value()); !done) return done.error();
  }
  return true;
}

Stepped follow(ReplicaProcess& r) {
  if (r.log == nullptr) {
    Result<std::unique_ptr<KeyedLog>, Fault> log = KeyedLog::open(*r.world.store, log_options(r));
    if (Stepped done = settle_journal(r); !done) return done;  // also of what came before a fault
    if (!log && log.error().kind == FaultKind::not_found) return install_snapshot(r);
    if (!log) return passing(r, log.error());
    r.log = std::move(log).value();
    return Done{};
  }
  if (r.leads) return Done{};  // it has seen what it wrote
  const Stepped seen = r.log->refresh();
  if (Stepped done = settle_journal(r); !done) return done;
  if (!seen && seen.error().kind == FaultKind::not_found) {
    r.log.reset();
    return install_snapshot(r);
  }
  if (!seen) return passing(r, seen.error());
  return Done{};
}

}  // namespace lockstep
