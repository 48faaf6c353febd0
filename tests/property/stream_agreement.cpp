// What replicas agree on: requests, replicas, readiness, upgrades, feeds.
#include "core/wire/asked.h"
#include "tests/property/stream.h"

namespace lockstep::property {

// Mostly the next of its client, now and then one that was answered, or one ahead.
Command Stream::as_request(const State& state, const Command& command) {
  Request r;
  r.client = 1 + prng_.below(3);
  r.sequence = 1;
  for (const ClientSession& session : state.sessions) {
    if (session.client == r.client) r.sequence = session.answered + 1;
  }
  if (prng_.chance(1, 8)) r.sequence = r.sequence + 1 - prng_.below(4);
  const Bytes bytes = encode(prng_.chance(1, 3) ? instruct("key-1", "", command) : command);
  r.command.assign(bytes.begin(), bytes.end());
  return r;
}

Command Stream::draw_ready(const State& state) {
  EpochReady r;
  r.replica = ReplicaId{static_cast<u32>(prng_.below(state.replicas.size()))};
  r.rulebook = RulebookId{static_cast<u32>(prng_.below(state.rulebooks.size()))};
  const auto& epochs = state.rulebook(r.rulebook).epochs;
  r.epoch = static_cast<u32>(epochs.size());
  r.image = image_hash(epochs.back().rulebook);
  return r;
}

Command Stream::draw_feeds(const State& state) {
  FeedStatus r;
  r.index = IndexId{static_cast<u32>(prng_.below(state.indexes.size()))};
  r.withdrawn = prng_.chance(1, 8);
  const u64 first = prng_.below(4);
  for (u64 i = 0; i < 1 + prng_.below(3); ++i) {
    FeedVerdict row;
    row.feed = static_cast<u16>(first + i);
    row.standing = static_cast<FeedStanding>(prng_.below(3));
    row.reason = static_cast<FeedReason>(prng_.below(8));
    r.rows.push_back(row);
  }
  return r;
}

Command Stream::draw_agreement(const State& state) {
  const u32 replicas = static_cast<u32>(state.replicas.size());
  const UpgradePlan& plan = state.agreement.plan;
  const auto any_replica = [&] { return ReplicaId{static_cast<u32>(prng_.below(replicas))}; };
  switch (prng_.below(8)) {
    case 0: {
      if (replicas == 12) return draw_feeds(state);
      RegisterReplica r;
      r.name = "replica-" + std::to_string(replicas);
      r.key = std::string(64, static_cast<char>('a' + replicas % 6));
      r.votes = replicas % 3 != 2;
      return r;
    }
    case 1:
      if (replicas > 6 && prng_.chance(1, 4)) return RetireReplica{any_replica()};
      return SetResumeRule{{hour, 3}};
    case 2:
    case 3: return replicas == 0 ? draw_feeds(state) : draw_ready(state);
    // One alone is ready for an upgrade, and no build of the tests comes to its position.
    case 4:
      if (replicas < 2) return draw_feeds(state);
      if (plan.behaviour == 0) {
        const u64 deadline = state.position + 1 + prng_.below(400);
        return PlanUpgrade{state.agreement.behaviour + 1, deadline + 1'000'000, deadline};
      }
      if (plan.ready.empty()) return UpgradeReady{any_replica(), plan.behaviour};
      return CancelUpgrade{};
    default: return draw_feeds(state);
  }
}

}  // namespace lockstep::property
