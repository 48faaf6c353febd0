// Replicas, upgrades at a position, the numbering of outputs, log time that jumps.  docs/methodology.md 9.
#include <algorithm>

#include "core/engine/context.h"
#include "core/wire/codec.h"

namespace lockstep {
namespace {

bool valid_key(std::string_view key) {
  return key.size() == 64 && std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

std::vector<ReplicaId> voters_of(const State& state) {
  std::vector<ReplicaId> voters;
  for (u32 i = 0; i < state.replicas.size(); ++i) {
    if (state.replicas[i].votes && !state.replicas[i].retired) voters.push_back(ReplicaId{i});
  }
  return voters;
}

u32 quorum_of(const State& state) {
  const u32 all = static_cast<u32>(voters_of(state).size());
  return all == 0 ? 0 : all / 2 + 1;
}

void add_ready(std::vector<ReplicaId>& ready, ReplicaId replica) {
  const auto place = std::lower_bound(ready.begin(), ready.end(), replica);
  if (place == ready.end() || *place != replica) ready.insert(place, replica);
}

void count_outputs(Context& c) {
  if (c.outcome.events.empty()) return;
  Agreement& agreement = c.state().agreement;
  Bytes& bytes = c.engine.digests.scratch;
  for (const Event& event : c.outcome.events) {
    bytes.clear();
    Writer writer(bytes);
    writer.integer(agreement.outputs_hash);
    writer.integer(c.position);
    encode(writer, event);
    agreement.outputs_hash = hash_number(hash_bytes(bytes));
    agreement.outputs += 1;
  }
  c.touch(Kind::agreement, 0);
}

void notice_jump(Context& c) {
  Agreement& agreement = c.state().agreement;
  if (agreement.resume.jump == Duration{} || c.now - c.state().time <= agreement.resume.jump) return;
  c.emit(TimeJumped{c.now - c.state().time, agreement.resume.ticks});
  agreement.resuming = agreement.resume.ticks;
  c.touch(Kind::agreement, 0);
}

void advance_upgrade(Context& c) {
  Agreement& agreement = c.state().agreement;
  UpgradePlan& plan = agreement.plan;
  if (plan.behaviour == 0) return;
  if (!plan.confirmed && c.position >= plan.deadline_position) {
    if (plan.ready.size() < quorum_of(c.state())) {
      c.emit(UpgradeLapsed{plan.behaviour});
      plan = UpgradePlan{};
    } else {
      c.emit(UpgradeConfirmed{plan.behaviour, plan.at_position});
      plan.confirmed = true;
    }
    c.touch(Kind::agreement, 0);
  }
  if (!plan.confirmed || c.position < plan.at_position) return;
  agreement.behaviour = plan.behaviour;
  plan = UpgradePlan{};
  c.emit(UpgradeActivated{agreement.behaviour});
  c.touch(Kind::agreement, 0);
}

u64 stops_before(const Engine& engine) {
  const State& state = engine.state;
  if (state.agreement.behaviour > engine.build->newest) return state.position;
  const UpgradePlan& plan = state.agreement.plan;
  return plan.confirmed && plan.behaviour > engine.build->newest ? plan.at_position : ~u64{0};
}

bool can_apply_next(const Engine& engine) { return engine.state.position < stops_before(engine); }

bool valid_replica_name(std::string_view name) {
  return valid_name(name) && name.find('/') == std::string_view::npos;
}

Refusal handle(Context& c, const RegisterReplica& r) {
  State& state = c.state();
  if (!valid_replica_name(r.name)) return Refusal::name_invalid;
  for (const Replica& replica : state.replicas) {
    if (replica.name == r.name && !replica.retired) return Refusal::name_taken;
  }
  if (!valid_key(r.key)) return Refusal::replica_key_invalid;
  if (state.replicas.size() == limits::replicas_max) return Refusal::table_full;
  const u32 id = static_cast<u32>(state.replicas.size());
  state.replicas.push_back(Replica{r.name, r.key, r.votes, false});
  c.touch(Kind::replica, id);
  c.emit(Registered{id});
  return Refusal::none;
}

// What a replica that leaves had said of epochs and of an upgrade does not count any more.
Refusal handle(Context& c, const RetireReplica& r) {
  State& state = c.state();
  if (!known(state, r.replica)) return Refusal::unknown_replica;
  state.replicas[r.replica.index].retired = true;
  c.touch(Kind::replica, r.replica.index);
  for (u32 i = 0; i < state.rulebooks.size(); ++i) {
    for (Epoch& epoch : state.rulebooks[i].epochs) std::erase(epoch.ready, r.replica);
    c.touch(Kind::rulebook, i);
  }
  std::erase(state.agreement.plan.ready, r.replica);
  c.touch(Kind::agreement, 0);
  return Refusal::none;
}

Refusal handle(Context& c, const PlanUpgrade& r) {
  Agreement& agreement = c.state().agreement;
  if (r.behaviour != agreement.behaviour + 1) return Refusal::behaviour_not_next;
  if (agreement.plan.behaviour != 0) return Refusal::upgrade_planned;
  if (r.deadline_position <= c.position || r.at_position <= r.deadline_position) {
    return Refusal::activation_in_the_past;
  }
  agreement.plan = UpgradePlan{};
  agreement.plan.behaviour = r.behaviour;
  agreement.plan.at_position = r.at_position;
  agreement.plan.deadline_position = r.deadline_position;
  c.touch(Kind::agreement, 0);
  return Refusal::none;
}

Refusal handle(Context& c, const UpgradeReady& r) {
  State& state = c.state();
  if (!known(state, r.replica)) return Refusal::unknown_replica;
  UpgradePlan& plan = state.agreement.plan;
  if (plan.behaviour == 0 || plan.behaviour != r.behaviour) return Refusal::upgrade_not_planned;
  if (state.replica(r.replica).votes) add_ready(plan.ready, r.replica);
  c.touch(Kind::agreement, 0);
  return Refusal::none;
}

Refusal handle(Context& c, const CancelUpgrade&) {
  Agreement& agreement = c.state().agreement;
  if (agreement.plan.behaviour == 0) return Refusal::upgrade_not_planned;
  agreement.plan = UpgradePlan{};
  c.touch(Kind::agreement, 0);
  return Refusal::none;
}

Refusal handle(Context& c, const SetResumeRule& r) {
  if (r.rule.jump < Duration{} || r.rule.ticks > 1'000) return Refusal::number_out_of_range;
  c.state().agreement.resume = r.rule;
  c.touch(Kind::agreement, 0);
  return Refusal::none;
}

}  // namespace lockstep
