// Replica: one member of a platform that computes alike.  It follows the log (journal, apply), signs claims
// of what it computed, compares them with the others', and lets outputs go once a quorum has claimed the
// same.  One of those that may is the sequencer: it stamps commands, and appends them.  Sequencer, replica
// and mirror are the same process by configuration; nothing is decided by who is which, only by the log.
// docs/protocol.md.
//
// Nothing here waits, spawns (but for deferrable work, see Work) or reads a clock that was not handed in:
// step() does a little and returns, so that a simulation can run a whole cluster in one thread.
#pragma once

#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/sync/claim.h"
#include "core/sync/clock_bound.h"
#include "node/etcd/keyed_log.h"
#include "node/io/clock.h"
#include "node/log/snapshots.h"
#include "node/runtime/companion.h"
#include "node/runtime/journal.h"
#include "node/sync/board.h"

namespace lockstep {

struct ReplicaOptions {
  std::string name;
  std::string folder;  // journal, snapshots, key, reports
  std::string prefix = "/lockstep";
  u32 shard = 0;
  bool may_lead = true;                     // a mirror never does
  u128 build = 0;                           // named in its claims
  std::string nonce;                        // different at every start
  u64 snapshot_every = 65'536;              // positions; a multiple of claim_every_positions
  std::size_t snapshots_kept = 3;           // on disk; on the store the newest two
  i64 patience_us = 600'000;                // without a frame, before another takes over
  i64 beat_us = 100'000;                    // an idle sequencer says so this often
  std::launch launch = std::launch::async;  // of work on the side; deferred: within step()
};

// Commands that the sequencer itself brings: a feed.  They go into the log as requests of client
// source_client, so whoever becomes sequencer goes on behind the last one that is there.
constexpr u64 source_client = 1;
struct Sourced {
  std::vector<Command> commands;  // empty: nothing now
  std::optional<Time> time;       // recorded data brings its own log time; none: the agreed clock
};
using Source = std::function<Result<Sourced, Fault>(u64 answered)>;

// The clocks of the others, as they stand to ours (wall_us) now; null: nobody is asked, ours alone counts.
using ClockOffsets = std::function<std::vector<Offset>(i64 now)>;

// An event that a quorum stands behind.
struct Output {
  u64 number = 0;
  u64 position = 0;
  Event event;
};

struct World {
  Disk* disk = nullptr;
  KeyStore* store = nullptr;
  Clock* clock = nullptr;
  SigningKey key;
  Source source = {};
  Companion companion = {};  // asked while this replica is the sequencer
  ClockOffsets clocks = {};
  std::function<void(const Output&)> on_output = {};
  std::function<void(const std::string&)> on_news = {};  // one line for the operator
};

enum class Standing : u8 {
  serving,
  probation,      // back after a transient fault: claims, does not count
  out,            // computes otherwise than the quorum: journals, computes nothing
  needs_upgrade,  // the next command is for a build with another behaviour: journals, computes nothing
};
const char* name_of(Standing standing);

using Work = std::future<Result<std::string, Fault>>;  // ready: what to tell, or nothing

struct PendingSnapshot {
  SnapshotHeader header;
  LogTail tail;
  Bytes payload;
  std::vector<Bytes> certificate;  // signed claims of a quorum, once it is agreed
  bool agreed = false;
};

// What a quorum has claimed at one position, with its signatures.
struct Agreed {
  Claim claim;
  std::vector<Bytes> certificate;
};

// What a replica that is out asks the others, and what it knows: see quarantine.h.
struct Inquiry {
  u64 from = 0, to = 0;                        // the first wrong command lies in (from, to]
  std::map<u64, Hash128> own;                  // state behind each command there
  u64 first_wrong = 0;                         // found: behind this position states differ
  std::string command;                         // its name
  std::vector<std::pair<Kind, u32>> entities;  // that it touched, and how they stand here
  std::vector<Hash128> digests;
  bool done = false;
};

// A command that lies in the mail.
struct SeenMail {
  i64 created = 0;  // revision: sent again after its answer it is another one
  i64 first_seen_us = 0;
  bool sequenced = false;
};

struct ReplicaProcess {
  ReplicaOptions options;
  World world;
  Board board;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<EmbeddedLog> journal;
  std::unique_ptr<KeyedLog> log;
  u64 applied_frame = 0;
  Standing standing = Standing::serving;
  std::string reason;  // of a standing that is not serving
  bool leads = false;
  bool halted = false;  // no quorum can agree: only what reduces risk is sequenced

  // Following
  i64 last_frame_us = 0;  // monotonic, when the last frame was seen
  u64 last_frame = 0;
  std::optional<Fault> trouble;  // of the last step, passing
  bool troubled = false;         // it was said

  // Comparing
  Claimed claimed;
  LogMoment last_claim;          // where we last claimed, or began
  std::vector<Claim> to_claim;   // computed and journaled, not published
  std::map<u64, Claim> own;      // computed, not compared
  std::map<u64, Agreed> agreed;  // by the quorum, not compared with ours
  u64 agreed_position = 0;       // the quorum's latest
  u64 matched_position = 0;      // the latest at which ours was the quorum's
  u64 probation_until = 0;
  Time transient_at;         // of the last transient fault
  CheckedClaims checked;     // of the board
  std::set<u32> odd;         // replicas that last differed from the quorum
  std::set<u32> liars;       // replicas that signed two claims for one position
  std::deque<Output> held;   // not released yet
  u64 released = 0;          // outputs
  u64 written_released = 0;  // the position in the file of that name
  std::optional<Inquiry> inquiry;

  // Leading
  std::map<std::string, SeenMail> seen_mail;        // by key
  std::deque<std::pair<StoredReply, u64>> replies;  // to mail (with its client), not released yet
  std::set<std::string> said;                       // own statements of readiness that are on the board
  i64 last_beat_us = 0;
  i64 last_wall_us = 0, last_monotonic_us = 0;
  i64 refuses_to_lead_until_us = 0;  // after its clock was stepped
  i64 clock_agreed_us = 0;           // monotonic, when a quorum of clocks last agreed with ours
  std::string clock_complaint;       // the last one that was said

  // On the side
  std::optional<PendingSnapshot> snapshot;  // waits to be agreed
  std::optional<PendingSnapshot> offered;   // agreed: to be put on the store by the sequencer
  std::size_t offered_parts = 0;
  Work snapshot_work, answer_work;
  std::string answer_to;
  std::map<std::string, std::string> answered;  // by who asked: the latest question
  i64 last_status_us = 0, last_errand_us = 0;
};

// Recovers the folder: the newest snapshot and the journal behind it.  Faults: those of the journal and of
// snapshots; conflict if another process holds the folder.  Needs the store only in step().
Result<std::unique_ptr<ReplicaProcess>, Fault> open_replica(ReplicaOptions options, World world);

// One round; true if it did something worth another at once.  Faults are final: the process should end and
// say why.  A store that does not answer is not one.
Result<bool, Fault> step(ReplicaProcess& replica);

ReplicaId self(const ReplicaProcess& replica);  // none: not registered
u64 position(const ReplicaProcess& replica);
std::string status_json(ReplicaProcess& replica);

}  // namespace lockstep
