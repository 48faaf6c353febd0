// What replicas must agree on beyond the market itself: who they are, which clients they have answered, which
// behaviour their builds compute, which upgrade is planned, and how many outputs there have been.  All of it
// is part of the State, so it is hashed, saved and restored like a balance.
#pragma once

#include <string>
#include <vector>

#include "core/units/units.h"

namespace lockstep {

// A process that applies the log.  Those that vote make up the quorum; a mirror only reads.
struct Replica {
  std::string name;
  std::string key;  // Ed25519 public key, 64 hexadecimal digits: its attestations are signed with it
  bool votes = true;
  bool retired = false;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("key", s.key), f("votes", s.votes), f("retired", s.retired);
  }
};

// What a client's request was answered, kept so that a repeated request is answered alike.
struct StoredReply {
  u64 sequence = 0;
  u64 position = 0;  // where it was executed
  u16 refusal = 0;   // number; 0: accepted
  AccountId account;
  AssetId asset;
  Value missing;         // with margin_insufficient: of the asset, by the account
  u64 first_output = 0;  // number of the first output that followed
  u32 outputs = 0;       // how many did
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("sequence", s.sequence), f("position", s.position), f("refusal", s.refusal), f("account", s.account),
        f("asset", s.asset), f("missing", s.missing), f("first_output", s.first_output),
        f("outputs", s.outputs);
  }
};

constexpr std::size_t replies_kept = 64;  // of one client; it may have as many requests under way

// One client: the requests it has had answered, the last `replies_kept` of them, ascending.
struct ClientSession {
  u64 client = 0;
  u64 answered = 0;  // sequence of the latest
  Time used;         // log time of the latest request; idle ones end (see Tick)
  std::vector<StoredReply> replies;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("client", s.client), f("answered", s.answered), f("used", s.used), f("replies", s.replies);
  }
};

// From at_position on the engine behaves as `behaviour` says, if at deadline_position a quorum was ready.
// behaviour 0: none is planned.
struct UpgradePlan {
  u32 behaviour = 0;
  u64 at_position = 0;
  u64 deadline_position = 0;
  bool confirmed = false;  // the deadline has passed with a quorum
  std::vector<ReplicaId> ready;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("behaviour", s.behaviour), f("at_position", s.at_position), f("deadline_position", s.deadline_position),
        f("confirmed", s.confirmed), f("ready", s.ready);
  }
};

// A jump of log time above `jump` means that the sequencer stood still and the first prices after it are not
// to be trusted: for `ticks` ticks no account's margin state gets worse.  jump 0: off.
struct ResumeRule {
  Duration jump;
  u32 ticks = 0;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("jump", s.jump), f("ticks", s.ticks);
  }
};

struct Agreement {
  u32 behaviour = 1;      // what the engine computes; see core/engine/behaviour.h
  u32 activations = 0;    // of rulebook epochs so far: a frame names this number, see node/sync
  u64 outputs = 0;        // events so far; they are numbered from 1
  u128 outputs_hash = 0;  // over all of them, each chained to the one before
  UpgradePlan plan;
  ResumeRule resume;
  u32 resuming = 0;  // ticks still to come in which no margin state gets worse
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("behaviour", s.behaviour), f("activations", s.activations), f("outputs", s.outputs),
        f("outputs_hash", s.outputs_hash), f("plan", s.plan), f("resume", s.resume),
        f("resuming", s.resuming);
  }
};

// How one source of an index's price was last judged, by whoever brings the prices: the log remembers.
enum class FeedStanding : u8 { used, unused, muted };
enum class FeedReason : u8 { good, stale, late, gap, invalid, crossed, deviating, recovering };
struct JudgedFeed {
  IndexId index;
  u16 feed = 0;
  FeedStanding standing = FeedStanding::used;
  FeedReason reason = FeedReason::good;
  Time since;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("index", s.index), f("feed", s.feed), f("standing", s.standing), f("reason", s.reason),
        f("since", s.since);
  }
};

}  // namespace lockstep
