// Comparing: ours with the quorum's, position by position; what a quorum stands behind is released.
#include <algorithm>

#include "node/sync/parts.h"

namespace lockstep {
namespace {

constexpr u64 lag_max = 10'000;  // agreed claims that are remembered until we have computed so far

// Nobody votes: what is durable here is agreed.
void agree_alone(ReplicaProcess& r) {
  r.to_claim.clear();
  r.own.clear();
  r.matched_position = r.agreed_position = position(r);
  if (r.snapshot) r.snapshot->agreed = true;
}

Stepped publish(ReplicaProcess& r) {
  if (self(r).is_none()) r.to_claim.clear();  // retired
  if (r.to_claim.empty()) return Done{};
  if (r.claimed.nonce.empty()) {
    Result<Claimed, Fault> claimed = read_claimed(r.board, r.options.name, r.options.nonce);
    if (!claimed) return passing(r, claimed.error());
    r.claimed = std::move(claimed).value();
  }
  const Stepped done = publish_claims(r.board, r.options.name, r.world.key, r.to_claim, r.claimed);
  if (!done) return passing(r, done.error());
  r.to_claim.clear();
  return Done{};
}

void remember_liars(ReplicaProcess& r, const ClaimsRead& read) {
  for (std::size_t i = 0; i < read.liars.size(); ++i) {
    if (!r.liars.insert(read.liars[i].index).second) continue;
    const std::string name = r.engine->state.replica(read.liars[i]).name;
    news(r,
         "replica " + name + " has signed two claims for one position: its claims do not count; retire it");
    Bytes proof;
    Writer writer(proof);
    for (const Bytes* claim : {&read.lies[i].first, &read.lies[i].second}) {
      writer.text({reinterpret_cast<const char*>(claim->data()), claim->size()});
    }
    if (Stepped done = put(r.board, "lie/" + name, text_of(proof)); !done) {
      r.trouble = done.error();
      r.liars.erase(read.liars[i].index);  // once more with the next look
    }
  }
}

void judge_position(ReplicaProcess& r, u64 at_position, const ClaimsAt& at,
                    const std::vector<ReplicaId>& voters) {
  std::vector<Claim> claims;
  for (const Claim& claim : at.claims) {
    if (claim.replica != self(r) && r.liars.count(claim.replica.index) == 0) claims.push_back(claim);
  }
  // Ours is what we computed, even if an earlier life of this replica has claimed something else.
  const auto mine = r.own.find(at_position);
  for (const Claim& claim : at.claims) {
    if (claim.replica == self(r)) claims.push_back(mine == r.own.end() ? claim : mine->second);
  }
  std::vector<ReplicaId> heard_of = voters;  // a liar is not waited for
  std::erase_if(heard_of, [&r](ReplicaId id) { return r.liars.count(id.index) != 0; });
  const Judgement judgement = judge(claims, self(r), heard_of, quorum_of(r.engine->state));
  if (judgement.verdict == Verdict::waiting) return;
  if (judgement.agreed == nullptr) {
    if (!r.halted) {
      news(r, std::string(judgement.verdict == Verdict::forked ? "replicas see different logs"
                                                               : "no quorum can agree on a state") +
                  " at position " + std::to_string(at_position) +
                  ": halted; only what reduces risk is accepted, and no output leaves");
    }
    r.halted = true;
    return;
  }
  Agreed& agreed = r.agreed[at_position];
  agreed.claim = *judgement.agreed;
  for (std::size_t i = 0; i < at.claims.size(); ++i) {
    if (same_state(at.claims[i], agreed.claim)) agreed.certificate.push_back(at.signed_bytes[i]);
  }
  r.agreed_position = at_position;
  if (r.halted) news(r, "a quorum agrees again at position " + std::to_string(at_position));
  r.halted = false;
  std::set<u32> odd;
  for (const ReplicaId id : judgement.odd) {
    odd.insert(id.index);
    if (id == self(r) || r.odd.count(id.index) != 0) continue;
    news(r, "replica " + r.engine->state.replica(id).name + " differs from the quorum at position " +
                std::to_string(at_position));
  }
  r.odd = std::move(odd);
}

// Ours against the quorum's, as far as both are known.  The first that differs: a pair; null: none does.
const Claim* first_mismatch(ReplicaProcess& r) {
  while (!r.own.empty() && r.own.begin()->first <= r.agreed_position) {
    const auto mine = r.own.begin();
    const auto theirs = r.agreed.find(mine->first);
    if (theirs != r.agreed.end()) {
      if (!same_state(mine->second, theirs->second.claim)) return &mine->second;
      r.matched_position = mine->first;
      if (r.snapshot && r.snapshot->header.position == mine->first) {
        r.snapshot->agreed = true;
        r.snapshot->certificate = theirs->second.certificate;
      }
    }
    r.own.erase(mine);
  }
  while (!r.agreed.empty() && (r.agreed.begin()->first <= r.matched_position || r.agreed.size() > lag_max)) {
    r.agreed.erase(r.agreed.begin());
  }
  return nullptr;
}

Stepped release_replies(ReplicaProcess& r) {
  constexpr std::size_t replies_per_transaction = 32;
  while (r.leads && !r.replies.empty() && r.replies.front().first.position < r.matched_position) {
    Transaction write;
    std::size_t count = 0;
    std::set<std::string> places;  // a key once a transaction, though a request may have come twice
    for (const auto& [reply, client] : r.replies) {
      if (count == replies_per_transaction || reply.position >= r.matched_position) break;
      const std::string place = padded(client) + "/" + padded(reply.sequence);
      if (!places.insert(place).second) break;
      std::string text = std::to_string(reply.position) + " " + std::to_string(reply.refusal) + " " +
                         std::to_string(reply.first_output) + " " + std::to_string(reply.outputs);
      write.puts.push_back({r.board.root + "reply/" + place, std::move(text)});
      write.removes.push_back(r.board.root + "mail/" + place);
      ++count;
    }
    write.puts.push_back({r.board.root + "hint/reply", std::to_string(r.matched_position)});
    const Result<Transacted, Fault> done = r.world.store->transact(write);
    if (!done) return passing(r, done.error());
    r.replies.erase(r.replies.begin(), r.replies.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return Done{};
}

void release_outputs(ReplicaProcess& r) {
  while (!r.held.empty() && r.held.front().position < r.matched_position) {
    r.released = r.held.front().number;
    if (r.world.on_output) r.world.on_output(r.held.front());
    r.held.pop_front();
  }
}

}  // namespace

Stepped compare(ReplicaProcess& r) {
  if (r.standing == Standing::out) return Done{};
  const std::vector<ReplicaId> voters = voters_of(r.engine->state);
  if (voters.empty()) {
    agree_alone(r);
  } else {
    if (Stepped done = publish(r); !done) return done;
    Result<ClaimsRead, Fault> read =
        read_claims(r.board, r.engine->state.replicas, r.agreed_position, r.checked);
    if (!read) return passing(r, read.error());
    for (const std::string& warning : read.value().warnings) news(r, warning);
    remember_liars(r, read.value());
    for (const auto& [at, claims] : read.value().by_position) judge_position(r, at, claims, voters);
    if (const Claim* mine = first_mismatch(r)) {
      const Claim ours = *mine;
      const Claim theirs = r.agreed.at(ours.position).claim;
      release_outputs(r);  // of before
      return quarantine(r, ours, theirs);
    }
  }
  if (r.standing == Standing::probation && r.matched_position >= r.probation_until) {
    r.standing = Standing::serving;
    r.reason.clear();
    news(r, "the probation is over at position " + std::to_string(r.matched_position));
  }
  release_outputs(r);
  return release_replies(r);
}

}  // namespace lockstep
