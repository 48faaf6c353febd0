// Leading: the sequencer collects commands, stamps them with the agreed time and appends them.  There is no
// lease: whoever finds the log quiet takes the term, and the log itself refuses what an older sequencer
// still sends.
#include <algorithm>

#include "core/wire/asked.h"
#include "core/wire/codec.h"
#include "node/runtime/venue.h"
#include "node/sync/parts.h"

namespace lockstep {
namespace {

constexpr std::size_t mail_per_round = 512;
constexpr std::size_t commands_per_round = 4'096;
constexpr i64 gap_patience_us = 1'000'000;
constexpr i64 clock_penance_us = 5'000'000;
constexpr i64 clock_grace_us = 2'000'000;

std::optional<ClockBound> clock_bound(ReplicaProcess& r, i64 wall) {
  if (!r.world.clocks) return ClockBound{0, 0, 1};
  const std::vector<Offset> offsets = r.world.clocks(wall);
  return agreed_bound(offsets, std::max(1u, quorum_of(r.engine->state)));
}

// A sequencer whose clock was agreed a moment ago goes on for that moment: answers get lost, and whoever
// has just been registered has not been asked yet.
bool clock_is_sound(ReplicaProcess& r, i64 wall, i64 monotonic, std::string& why) {
  const bool first = r.last_monotonic_us == 0;
  const bool jumped = !first && has_jumped(r.last_wall_us, r.last_monotonic_us, wall, monotonic);
  r.last_wall_us = wall;
  r.last_monotonic_us = monotonic;
  if (jumped) {
    r.clock_agreed_us = 0;
    r.refuses_to_lead_until_us = monotonic + clock_penance_us;
    why = "the clock of this machine was stepped";
    return false;
  }
  if (clock_bound(r, wall)) r.clock_agreed_us = monotonic;
  const i64 grace = r.leads ? clock_grace_us : 0;
  if (r.clock_agreed_us != 0 && monotonic - r.clock_agreed_us <= grace) return true;
  why = "no quorum of clocks agrees with the clock of this machine";
  return false;
}

bool quiet(const ReplicaProcess& r, i64 now) {
  // Not all at the same moment: by their places, a third of the patience apart.
  const i64 place = self(r).is_none() ? 3 : static_cast<i64>(self(r).index % 8);
  return now - r.last_frame_us > r.options.patience_us + place * r.options.patience_us / 3;
}

// Whether it would do any good to lead: a mirror, one that is out, or one behind the log does not.
bool fit_to_lead(const ReplicaProcess& r, i64 now) {
  if (!r.options.may_lead || r.log == nullptr || now < r.refuses_to_lead_until_us) return false;
  if (r.standing != Standing::serving || r.applied_frame != r.journal->durable_tail().index) return false;
  if (!can_apply_next(*r.engine)) return false;
  const ReplicaId me = self(r);
  // Where nobody is registered yet, the first who comes; else those that vote.
  return voters_of(r.engine->state).empty() || (!me.is_none() && r.engine->state.replica(me).votes);
}

Result<bool, Fault> take_over(ReplicaProcess& r) {
  KeyedLogOptions options = log_options(r);
  Result<std::unique_ptr<KeyedLog>, Fault> log = KeyedLog::take_over(*r.world.store, std::move(options));
  if (Stepped done = settle_journal(r); !done) return done.error();
  r.last_frame_us = r.world.clock->monotonic_us();
  if (!log) {
    r.log.reset();
    if (Stepped done = passing(r, log.error()); !done) return done.error();
    return false;
  }
  r.log = std::move(log).value();
  r.leads = true;
  r.clock_complaint.clear();
  r.seen_mail.clear();
  r.replies.clear();
  news(r, "is the sequencer, in term " + std::to_string(r.log->term()));
  return true;
}

u64 answered(const Engine& engine, u64 client) {
  const auto it = engine.lookup.sessions.find(client);
  return it == engine.lookup.sessions.end() ? 0 : engine.state.sessions[it->second].answered;
}

// "<client>/<sequence>" and a command.  What can be none, or is for the sequencer alone to say (it checks
// the signature), goes into the log as nothing, so that its sender is told.
std::optional<Request> request_of(const std::string& name, const std::string& value) {
  Request request;
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos || !parse_number(name.substr(0, slash), request.client) ||
      !parse_number(name.substr(slash + 1), request.sequence)) {
    return std::nullopt;
  }
  Command inner;
  const bool readable = value.size() <= text_size_max && decode(bytes_of(value), inner);
  const bool reserved =
      std::holds_alternative<EpochReady>(inner) || std::holds_alternative<UpgradeReady>(inner);
  if (readable && !reserved) request.command = value;
  return request;
}

// The mail that we have not sequenced yet, in order of client and number.  A number ahead of its client's
// next waits for those between, but not for long: then its sender is told.
Stepped collect_mail(ReplicaProcess& r, i64 now, std::vector<Command>& out) {
  const Result<std::vector<StoredKey>, Fault> mail = list(r.board, "mail/");
  if (!mail) return passing(r, mail.error());
  const std::size_t behind = r.board.root.size() + std::string("mail/").size();
  std::map<std::string, SeenMail> seen;
  std::map<u64, u64> next;
  for (const StoredKey& stored : mail.value()) {
    const auto known = r.seen_mail.find(stored.key);
    const bool again = known != r.seen_mail.end() && known->second.created == stored.created;
    SeenMail& mark = seen[stored.key] = again ? known->second : SeenMail{stored.created, now, false};
    if (mark.sequenced || out.size() == mail_per_round) continue;
    std::optional<Request> request = request_of(stored.key.substr(behind), stored.value);
    if (!request || (r.halted && !reduces_risk(*request))) continue;  // it stays until the halt is over
    u64& expected = next.try_emplace(request->client, answered(*r.engine, request->client) + 1).first->second;
    if (request->sequence > expected && now - mark.first_seen_us < gap_patience_us) continue;
    if (request->sequence == expected) expected += 1;
    mark.sequenced = true;
    out.push_back(std::move(*request));
  }
  r.seen_mail = std::move(seen);
  return Done{};
}

Stepped collect_source(ReplicaProcess& r, std::vector<Command>& out, std::optional<Time>& time) {
  if (!r.world.source) return Done{};
  u64 sequence = answered(*r.engine, source_client);
  Result<Sourced, Fault> sourced = r.world.source(sequence);
  if (!sourced) return sourced.error();
  time = sourced.value().time;
  for (const Command& command : sourced.value().commands) {
    const Bytes bytes = encode(command);
    out.push_back(Request{source_client, ++sequence, text_of(bytes)});
  }
  return Done{};
}

// As many commands as fit a frame, and none that a frame must not reach: a new behaviour begins with a frame.
std::size_t frame_end(const Engine& engine, std::span<const Command> commands, std::size_t begin) {
  const UpgradePlan& plan = engine.state.agreement.plan;
  const u64 border = plan.behaviour == 0 ? ~u64{0} : plan.at_position;
  const u64 position = engine.state.position;
  std::size_t size = 0;
  std::size_t end = begin;
  while (end < commands.size() && end - begin < commands_per_round) {
    const std::size_t next = encode(commands[end]).size();
    if (end > begin && (size + next > frame_payload_target || position + (end - begin) == border)) break;
    size += next;
    ++end;
  }
  return end;
}

Result<bool, Fault> append(ReplicaProcess& r, i64 time_us, std::span<const Command> commands) {
  std::size_t begin = 0;
  do {
    if (!can_apply_next(*r.engine)) {
      step_down(r, "a behaviour begins that this build does not compute");
      return true;
    }
    const std::size_t end = frame_end(*r.engine, commands, begin);
    const Bytes payload = encode_batch(commands.subspan(begin, end - begin));
    FrameBatch batch;
    batch.term = r.log->term();
    batch.first_position = r.engine->state.position;
    batch.count = static_cast<u32>(end - begin);
    batch.epoch = r.engine->state.agreement.activations + 1;
    batch.log_time = Time::from_raw(std::max(time_us, r.log->tail().log_time.raw()));
    batch.payload = payload;
    Result<Done, Fault> done = r.log->append(r.log->tail().index + 1, batch);
    if (done) done = r.log->sync();
    if (!done) {
      step_down(r, done.error().what);
      if (done.error().kind == FaultKind::conflict) return true;
      if (Stepped passed = passing(r, done.error()); !passed) return passed.error();
      return true;
    }
    if (r.standing != Standing::serving) {
      step_down(r, r.reason);
      return true;
    }
    begin = end;
  } while (begin < commands.size());
  return true;
}

}  // namespace

bool reduces_risk(const Command& command) {
  Asked asked;
  if (!unwrap(command, asked)) return false;
  if (asked.command.index() != command.index()) return reduces_risk(asked.command);
  if (const PlaceOrder* order = std::get_if<PlaceOrder>(&command)) return order->reduce_only;
  return std::holds_alternative<CancelOrder>(command) || std::holds_alternative<Deposit>(command) ||
         std::holds_alternative<RetireReplica>(command) || std::holds_alternative<RegisterReplica>(command);
}

void step_down(ReplicaProcess& r, const std::string& why) {
  if (!r.leads) return;
  r.leads = false;
  r.log.reset();  // opened anew to read
  r.last_frame_us = r.world.clock->monotonic_us();
  news(r, "is not the sequencer any more: " + why);
}

Result<bool, Fault> lead(ReplicaProcess& r) {
  const i64 now = r.world.clock->monotonic_us();
  const i64 wall = r.world.clock->wall_us();
  std::string why;
  const bool sound = clock_is_sound(r, wall, now, why);
  if (!r.leads) {
    if (!fit_to_lead(r, now) || !quiet(r, now)) return false;
    if (sound) return take_over(r);
    if (why != r.clock_complaint) news(r, "does not take over: " + why);
    r.clock_complaint = why;
    return false;
  }
  if (r.standing != Standing::serving) {
    step_down(r, r.reason);
    return true;
  }
  if (!sound) {
    step_down(r, why);
    return true;
  }
  std::vector<Command> commands;
  std::optional<Time> time;
  if (Stepped done = collect_mail(r, now, commands); !done) return done.error();
  // Recorded data has no venue: what the last tick asked for is filled before the data goes on.  An order
  // that is filled is gone, so whoever becomes sequencer fills none twice.
  std::vector<Command> fills;
  if (r.world.source && !r.halted) fills = fill_liquidations(r.engine->state);
  bool waits = !fills.empty();
  for (Command& command : fills) commands.push_back(std::move(command));
  if (!r.halted && !waits && r.world.companion.after) {
    Result<Said, Fault> said = r.world.companion.after(*r.engine);
    if (!said) return said.error();
    waits = said.value().behind || !said.value().commands.empty();
    for (Command& command : said.value().commands) commands.push_back(std::move(command));
  }
  if (!r.halted && !waits) {
    if (Stepped done = collect_source(r, commands, time); !done) return done.error();
  }
  const bool beat = now - r.last_beat_us >= r.options.beat_us;
  if (beat && !r.halted) {
    Result<std::vector<Command>, Fault> ready = readiness(r);
    if (!ready) return ready.error();
    for (Command& command : ready.value()) commands.push_back(std::move(command));
  }
  if (beat && !r.halted && !r.world.source) commands.push_back(Tick{});
  // What nobody has claimed yet is not left lying: an empty frame ends a burst.
  const bool unclaimed =
      r.last_claim.position != position(r) && now - r.last_frame_us >= claim_every_time.raw();
  if (commands.empty() && !beat && !unclaimed) return false;
  if (beat) r.last_beat_us = now;
  const i64 last = r.log->tail().log_time.raw();
  if (r.world.source) return append(r, time ? std::max(time->raw(), last) : last, commands);
  return append(r, std::max(wall, last + 1), commands);
}

}  // namespace lockstep
