#include "core/sync/claim.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr std::string_view domain = "lockstep claim 1";
constexpr u32 sections_max = 64;

void put(Writer& out, Hash128 hash) {
  out.integer(hash.high);
  out.integer(hash.low);
}
Hash128 take_hash(Reader& in) {
  const u64 high = in.integer<u64>();
  return {high, in.integer<u64>()};
}

bool has(std::span<const ReplicaId> ids, ReplicaId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

void encode_claim(const Claim& claim, Bytes& out) {
  Writer writer(out);
  writer.bytes({reinterpret_cast<const u8*>(domain.data()), domain.size()});
  writer.integer(claim.shard);
  writer.integer(claim.replica.index);
  writer.integer(claim.position);
  writer.integer(claim.frame);
  writer.bytes(claim.chain);
  put(writer, claim.state);
  writer.integer(claim.outputs);
  writer.integer(claim.outputs_hash);
  writer.integer(claim.activations);
  writer.integer(claim.behaviour);
  writer.integer(claim.build);
  writer.integer(static_cast<u8>(claim.probation ? 1 : 0));
  writer.integer(static_cast<u32>(claim.sections.size()));
  for (const Hash128 section : claim.sections) put(writer, section);
}

bool decode_claim(std::span<const u8> bytes, Claim& claim) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()),
                              std::min(bytes.size(), domain.size()));
  if (head != domain) return false;
  Reader in(bytes.subspan(domain.size()));
  claim.shard = in.integer<u32>();
  claim.replica.index = in.integer<u32>();
  claim.position = in.integer<u64>();
  claim.frame = in.integer<u64>();
  for (u8& byte : claim.chain) byte = in.integer<u8>();
  claim.state = take_hash(in);
  claim.outputs = in.integer<u64>();
  claim.outputs_hash = in.integer<u128>();
  claim.activations = in.integer<u32>();
  claim.behaviour = in.integer<u32>();
  claim.build = in.integer<u128>();
  const u8 probation = in.integer<u8>();
  const u32 sections = in.integer<u32>();
  if (in.failed() || probation > 1 || sections > sections_max) return false;
  claim.probation = probation == 1;
  claim.sections.clear();
  for (u32 i = 0; i < sections; ++i) claim.sections.push_back(take_hash(in));
  return !in.failed() && in.left() == 0;
}

bool same_log(const Claim& a, const Claim& b) {
  return a.shard == b.shard && a.position == b.position && a.frame == b.frame && a.chain == b.chain;
}

bool same_state(const Claim& a, const Claim& b) {
  return same_log(a, b) && a.state == b.state && a.outputs == b.outputs && a.outputs_hash == b.outputs_hash &&
         a.activations == b.activations && a.behaviour == b.behaviour;
}

bool contradict(const Claim& a, const Claim& b) {
  return a.shard == b.shard && a.replica == b.replica && a.position == b.position && !same_state(a, b);
}

bool is_claim_point(const LogMoment& last, const LogMoment& now, bool empty_frame) {
  if (now.position == last.position) return false;
  return empty_frame || now.position / claim_every_positions != last.position / claim_every_positions ||
         now.time - last.time >= claim_every_time || now.activations != last.activations ||
         now.behaviour != last.behaviour;
}

Judgement judge(std::span<const Claim> claims, ReplicaId self, std::span<const ReplicaId> voters,
                u32 quorum) {
  Judgement result;
  const auto counts = [&](const Claim& c) { return !c.probation && has(voters, c.replica); };
  const Claim* mine = nullptr;
  u32 heard = 0;
  u32 most = 0;
  bool one_log = true;
  for (const Claim& claim : claims) {
    if (claim.replica == self) mine = &claim;
    heard += has(voters, claim.replica) ? 1 : 0;
    if (!counts(claim)) continue;
    u32 alike = 0;
    for (const Claim& other : claims) {
      if (!counts(other)) continue;
      alike += same_state(claim, other) ? 1 : 0;
      one_log = one_log && same_log(claim, other);
    }
    if (alike > most) {
      most = alike;
      result.agreed = &claim;
    }
  }
  const u32 silent = static_cast<u32>(voters.size()) - std::min(heard, static_cast<u32>(voters.size()));
  if (quorum != 0 && most < quorum) {
    result.agreed = nullptr;
    result.verdict = !one_log ? Verdict::forked : most + silent < quorum ? Verdict::split : Verdict::waiting;
    return result;
  }
  if (result.agreed == nullptr) result.agreed = mine;  // nobody votes
  result.verdict = Verdict::agreed;
  if (result.agreed == nullptr) return result;
  for (const Claim& claim : claims) {
    if (!same_state(claim, *result.agreed)) result.odd.push_back(claim.replica);
  }
  std::sort(result.odd.begin(), result.odd.end());
  if (mine != nullptr && !same_state(*mine, *result.agreed)) {
    result.verdict = same_log(*mine, *result.agreed) ? Verdict::outvoted : Verdict::forked;
  }
  return result;
}

}  // namespace lockstep
