// lockstep/epochs, lockstep/replicas: what the log says of rulebooks, and who follows it.
#include "core/wire/codec.h"
#include "node/book/words.h"
#include "node/rules/decimal_text.h"
#include "node/runtime/summary.h"
#include "node/view/parts.h"
#include "node/view/rulebook_words.h"

namespace lockstep::view {
namespace {

void write_rules(Json& json, const RulebookHistory& history) {
  json.key("rules");
  if (history.active == 0) {
    json.null();
    return;
  }
  const EpochRules& rules = history.rules().epochs;
  json.begin_object().field("approvals", u32{rules.approvals});
  json.field("emergency_approvals", u32{rules.emergency_approvals});
  json.field("notice", span_text(rules.notice)).field("grace", span_text(rules.grace)).end_object();
}

void write_epoch(Json& json, const State& state, const RulebookHistory& history, std::size_t number) {
  const Epoch& epoch = history.epochs[number - 1];
  json.begin_object().field("epoch", u64{number}).field("version", epoch.rulebook.version);
  json.field("identity", epoch.rulebook.identity).field("status", word(epoch.status));
  json.field("proposer", epoch.proposer).field("note", epoch.note).key("approvals").begin_array();
  for (const Approval& approval : epoch.approvals) {
    json.begin_object().field("by", approval.by).field("note", approval.note);
    write_ms(json, "time", approval.at);
    json.end_object();
  }
  json.end_array().field("at_position", epoch.at_position);
  write_ms(json, "at_time", epoch.at_time);
  json.field("emergency", epoch.emergency).field("step_to", epoch.ramp_to).key("ready").begin_array();
  for (const ReplicaId id : epoch.ready) json.text(state.replica(id).name);
  json.end_array();
  const bool waits = epoch.status == EpochStatus::proposed || epoch.status == EpochStatus::scheduled;
  if (waits) write_differences(json, history, epoch.rulebook);
  json.end_object();
}

}  // namespace

api::Reply epochs(api::Context& context, api::Params& params) {
  const State& state = context.engine.state;
  const std::string wanted = params.text("rulebook", "");
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!wanted.empty() && !context.engine.lookup.rulebooks.contains(wanted)) {
    return api::failed(api::not_found("there is no rulebook " + json_shown(wanted)));
  }
  Json json;
  begin_result(json, state);
  json.key("rulebooks").begin_array();
  for (const RulebookHistory& history : state.rulebooks) {
    if (!wanted.empty() && history.name != wanted) continue;
    json.begin_object().field("rulebook", history.name).field("active", history.active);
    write_rules(json, history);
    json.key("epochs").begin_array();
    for (std::size_t n = 1; n <= history.epochs.size(); ++n) write_epoch(json, state, history, n);
    json.end_array().end_object();
  }
  json.end_array();
  return api::answered(json.end_object().str());
}

api::Reply replicas(Desk& desk, api::Context& context, api::Params& params) {
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  const State& state = context.engine.state;
  u64 furthest = state.position;
  for (const ReplicaRow& row : desk.replicas) furthest = std::max(furthest, row.position);
  Json json;
  begin_result(json, state);
  json.field("behaviour", state.agreement.behaviour).field("schema", u32{schema_version});
  json.field("state_hash", to_hex(state_hash(context.engine))).key("replicas").begin_array();
  for (const ReplicaRow& row : desk.replicas) {
    json.begin_object().field("name", row.name).field("role", row.role).field("standing", row.standing);
    json.field("position", row.position).field("lag", furthest - row.position).field("hash", row.hash);
    json.field("hash_at", row.hash_at).key("hash_agrees");
    if (row.hash_agrees) {
      json.boolean(*row.hash_agrees);
    } else {
      json.null();
    }
    json.field("votes", row.votes).field("silent", row.silent).field("at_ms", row.at_ms).end_object();
  }
  json.end_array().key("ticks").begin_array();
  for (const HashTick& tick : desk.ticks) {
    json.begin_object().field("position", tick.position).field("hash", to_hex(tick.hash));
    json.field("agrees", tick.agrees).end_object();
  }
  json.end_array();
  return api::answered(json.end_object().str());
}

}  // namespace lockstep::view
