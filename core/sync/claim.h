// Claim: what one replica says, signed, of the state it has reached at a position of the log; and the
// comparison of such claims.  Replicas that claim alike have computed alike; what follows from a command
// leaves the platform when a quorum has claimed alike at or behind it.  The table of cases is
// docs/protocol.md, "Comparison".
//
// Claims are made at the same positions by everybody: the log says which (is_claim_point).
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/units/units.h"

namespace lockstep {

struct Claim {
  u32 shard = 0;
  ReplicaId replica;
  u64 position = 0;               // commands applied
  u64 frame = 0;                  // the frame that ends there
  std::array<u8, 32> chain{};     // its hash: the whole log up to here
  Hash128 state;                  // state_hash: the whole state
  u64 outputs = 0;                // events so far
  u128 outputs_hash = 0;          // over all of them
  u32 activations = 0;            // of epochs so far
  u32 behaviour = 0;              // that was computed
  u128 build = 0;                 // which build computed it; need not be equal
  bool probation = false;         // does not count yet: see docs/protocol.md, "Quarantine"
  std::vector<Hash128> sections;  // of the state, in order of Kind: where two states differ
};

// The bytes that are signed.  decode is false unless the bytes are exactly one claim.
void encode_claim(const Claim& claim, Bytes& out);
bool decode_claim(std::span<const u8> bytes, Claim& claim);

// Whether two claims of one position say the same of the log, and of what was computed from it.
bool same_log(const Claim& a, const Claim& b);
bool same_state(const Claim& a, const Claim& b);

// What the log says about its end.
struct LogMoment {
  u64 position = 0;
  Time time;  // of the frame that ends there
  u32 activations = 0;
  u32 behaviour = 1;
};
constexpr u64 claim_every_positions = 1'024;
constexpr Duration claim_every_time = Duration::from_raw(5'000);
// Whether replicas claim at `now`, the end of a frame, having last claimed at `last`: there is something
// new, and 1,024 positions or 5 ms of log time have been passed, parameters or behaviour have changed, or
// the frame is empty, which is how a sequencer ends a burst.
bool is_claim_point(const LogMoment& last, const LogMoment& now, bool empty_frame);

enum class Verdict : u8 {
  waiting,   // too few have claimed
  agreed,    // a quorum agrees, and so do we, as far as we have claimed
  outvoted,  // a quorum agrees on another state than ours, from the same log
  forked,    // not everybody sees the same log
  split,     // no quorum can agree any more
};

struct Judgement {
  Verdict verdict = Verdict::waiting;
  std::vector<ReplicaId> odd;     // whose claim is another than the quorum's, ascending
  const Claim* agreed = nullptr;  // one of the quorum's, where there is one
};

// Claims at one position, at most one a replica.  Only `voters` make up a quorum, and on
// probation they never do.  quorum 0 (nobody votes): agreed at once.
Judgement judge(std::span<const Claim> claims, ReplicaId self, std::span<const ReplicaId> voters, u32 quorum);

// Two signed claims of one replica at one position that differ prove that it lied, or that two processes use
// its key.
bool contradict(const Claim& a, const Claim& b);

}  // namespace lockstep
