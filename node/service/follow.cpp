// The service's own engine on its way behind the writer's.
#include "core/wire/asked.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

constexpr i64 slice_us = 8'000;         // of applying, before the network has its turn
constexpr u64 news_commands = 500;      // that channels hear of at once: a page of lockstep/log
constexpr i64 settle_accounts = 2'000;  // rows of the table between two turns of the network

void apply_one(ServiceState& s, Time time, const Command& command, u64 ticket) {
  s.past->before(s.engine, command);
  const i64 began_us = s.clock.monotonic_us();
  const Outcome outcome = apply(s.engine, time, command);
  note_applied(s, command, outcome, s.clock.monotonic_us() - began_us);
  s.past->after(s.engine, command, outcome);
  s.desk.observe(s.engine, command, outcome);
  // Whoever asked is answered first: by then the label of an order is kept, and channels show it.
  const u64 position = s.engine.state.position - 1;
  if (ticket != 0) {
    Asked asked;
    LS_ASSERT(unwrap(command, asked));  // this service wrapped it
    complete(s, ticket,
             api::Submitted{asked.command, outcome.repeated ? outcome.reply.position : position, outcome});
  }
  note_command(s, position, command, outcome);
}

void compare(ServiceState& s, Hash128 writer) {
  const Hash128 own = state_hash(s.engine);
  s.desk.tick(s.engine.state.position, writer, own);
  s.compared = s.engine.state.position, s.writer_hash = writer, s.own_hash = own;
  if (writer == own || s.mismatch) return;
  s.mismatch = true;
  s.metrics->hash_mismatch();
  s.logger->write(metrics::Level::error, "state_hash_mismatch",
                  {{"position", s.engine.state.position}, {"writer", to_hex(writer)}, {"own", to_hex(own)}});
}

// The two that compute the state here, each by itself.
void note_replicas(ServiceState& s) {
  std::vector<view::ReplicaRow>& rows = s.desk.replicas;
  if (rows.empty()) {
    rows.resize(2);
    rows[0].name = "writer", rows[0].role = "sequencer", rows[0].standing = "writes the log";
    rows[1].name = "service", rows[1].role = "service", rows[1].standing = "follows the log";
  }
  u64 waiting = s.line->waiting();
  for (const Written& written : s.written) waiting += written.commands.size();
  rows[1].position = s.engine.state.position;
  rows[0].position = rows[1].position + waiting;
  rows[0].at_ms = rows[1].at_ms = s.clock.wall_us() / 1'000;
  if (s.compared == 0) return;
  rows[0].hash = to_hex(s.writer_hash), rows[1].hash = to_hex(s.own_hash);
  rows[0].hash_at = rows[1].hash_at = s.compared;
  rows[0].hash_agrees = rows[1].hash_agrees = s.writer_hash == s.own_hash;
}

// A database that cannot be written is said once; the log, which is the truth, is not concerned.
void tell(ServiceState& s) {
  if (const Result<Done, Fault> kept = s.past->commit(); !kept) note_past_failure(s, kept.error());
  send_news(s);
}

void settle(ServiceState& s) {
  const i64 began_us = s.clock.monotonic_us();
  s.settling = !s.desk.settle(s.engine, settle_accounts);
  keep_samples(s);
  s.metrics->recomputed(metrics::Scope::table, static_cast<double>(s.clock.monotonic_us() - began_us) / 1e6);
  if (s.settling) s.server->post([&s] { settle(s); });
}

}  // namespace

void note_past_failure(ServiceState& s, const Fault& fault) {
  if (s.past_failure) return;
  s.past_failure = fault;
  s.logger->write(metrics::Level::error, "history_failed", {{"reason", fault.what}});
}

void receive(ServiceState& s) {
  u64 applied = 0;
  s.woken = false;
  // What is not taken makes the writer wait; so no more is taken before this is done.
  if (s.written.empty() || s.ending) {
    for (Written& written : s.line->receive()) s.written.push_back(std::move(written));
  }
  const i64 began_us = s.clock.monotonic_us();
  while (!s.written.empty()) {
    const Written written = std::move(s.written.front());
    s.written.pop_front();
    for (std::size_t i = 0; i < written.commands.size(); ++i) {
      apply_one(s, written.time, written.commands[i], written.tickets[i]);
      if (++applied % news_commands == 0) tell(s);
    }
    if (written.hash) compare(s, *written.hash);
    if (!s.ending && s.clock.monotonic_us() - began_us > slice_us) break;
  }
  tell(s);
  note_replicas(s);
  if (!s.settling) settle(s);
  const bool more = !s.written.empty() || s.line->waiting() > 0;
  if (more && !s.woken.exchange(true)) s.server->post([&s] { receive(s); });
  if (const std::optional<Fault> failure = s.line->failure()) {
    fail_pending(
        s, api::Error{api::code::system_maintenance, "system_maintenance",
                      "the log failed, and it is not known whether this was written: " + failure->what, ""});
  }
}

void finish(ServiceState& s, i64 patience_us) {
  s.ending = true;
  receive(s);
  if (const Result<Done, Fault> kept = s.past->commit(); !kept) note_past_failure(s, kept.error());
  s.server->stop(patience_us);
}

}  // namespace lockstep::service
