// The engine: State, and the one function that changes it.  apply() is synchronous and pure in the sense that
// counts: the same state, time and command give the same outcome and the same state, bit for bit, on every
// machine.
//
// It decides before it writes.  A command that touches an account is tried on a copy of that account; all
// refusals come first; what is written then cannot fail.  A refused command changes nothing but the log
// position and time. The order of checks is part of the specification: docs/methodology.md 3.1 and
// order_of_checks_test.cpp.
//
// Not here: bytes (core/wire), durability (node/log), names (adapters resolve them; names_of gives the
// tables).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/hash.h"
#include "core/engine/behaviour.h"
#include "core/engine/digest.h"
#include "core/model/commands.h"
#include "core/model/events.h"
#include "core/model/refusals.h"
#include "core/model/state.h"
#include "core/risk/assess.h"

namespace lockstep {

// What apply() says.  For refusals that turn on margin, prices or gaps the other fields say how much or
// which.
struct Outcome {
  Refusal refusal = Refusal::none;
  Events events;
  AccountId account;  // margin_insufficient: whose, in which asset, and by how much
  AssetId asset;
  Value missing;
  std::string binds;  // margin_insufficient, with Engine::explains: the rule that asks for most of it
  InstrumentId
      instrument;         // price_missing, price_stale, price_diverged, instrument_without_parameters: which
  IndexId index;          // the same, when it is an index
  u16 gap = no_gap;       // rulebook_gap: index into Rulebook::gaps
  bool repeated = false;  // a Request that had been answered before: refusal and details are the stored ones
  StoredReply reply;      // of a Request that has an answer, now or from before
  bool accepted() const { return refusal == Refusal::none; }
};

using NameTable = std::map<std::string, u32, std::less<>>;

// Lookups that can be rebuilt from the State at any time; neither hashed nor saved.
struct Lookup {
  NameTable assets, indexes, instruments, parties, accounts, rulebooks;
  std::map<std::pair<IndexId, Time>, std::vector<InstrumentId>> options;  // options by series, ascending
  // Orders that wait for their trigger, by instrument, ascending; an instrument without any has no entry.
  std::map<InstrumentId, std::vector<std::pair<AccountId, OrderId>>> waiting;
  std::vector<std::pair<RulebookId, u32>>
      scheduled;                     // epochs that wait for their position or time, ascending
  std::map<u64, u32> sessions;       // by client
  std::vector<u32> vacant_sessions;  // ascending
};

struct Engine {
  const Build* build = build_in_use;  // what it computes
  bool explains = false;  // refusals say which rule binds; for people, because it costs a statement each
  State state;
  RiskBook risk;
  Lookup lookup;
  Digests digests;
  Account trial;          // scratch: the account copy on which a command is tried
  Assessment assessment;  // scratch: what it would have and need
};

// Whether this build can apply the command at the next position: false if an upgrade to a behaviour that it
// does not compute begins there, or has begun.  A replica then stops before it; apply() asserts it.
bool can_apply_next(const Engine& engine);
// The position before which this build must stop, if one is known: ~0 if none.
u64 stops_before(const Engine& engine);

// Applies one command at log time `now` (>= state.time, asserted).  Takes position state.position and
// advances it.
Outcome apply(Engine& engine, Time now, const Command& command);

// The hash of everything that is replicated, with position and time.  Cost: the entities touched since the
// last call.
Hash128 state_hash(Engine& engine);
// The same without position and time: equal before and after a refused command.
Hash128 entities_hash(Engine& engine);

// The replicas that vote and were not retired, ascending; and how many of them are a quorum: more than half,
// 0 where nobody votes, which is a node on its own.
std::vector<ReplicaId> voters_of(const State& state);
u32 quorum_of(const State& state);
// As other names, without "/", which separates keys.
bool valid_replica_name(std::string_view name);

// What a replica says of a proposed epoch's image: EpochReady.
u128 image_hash(const Rulebook& image);
constexpr u128 hash_number(Hash128 hash) { return (u128{hash.high} << 64) | hash.low; }

// One account's margin now, and with `statement` its explanation.
Assessment assess_account(Engine& engine, AccountId account, Statement* statement = nullptr);

// The whole state as bytes, and back.  restore() is false if the bytes are not a snapshot of this schema; the
// engine is then unspecified.  A restored engine behaves bit-identically to the one that was saved.
void save(const Engine& engine, Bytes& out);
bool restore(std::span<const u8> bytes, Engine& engine);

}  // namespace lockstep
