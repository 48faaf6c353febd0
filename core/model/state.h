// State: everything a replica knows, as plain data.  Only core/engine changes it.  Whatever can be computed
// from it (risk arrays, lookups by name) is kept elsewhere and is not part of the hash or of a snapshot.
#pragma once

#include <vector>

#include "core/model/agreement.h"
#include "core/model/entities.h"
#include "core/model/rulebook.h"

namespace lockstep {

// The house's side of one asset's ledger.  With the accounts' balances, isolated margins and residues the sum
// is zero after every command, exactly.
//   outside   minus what came in by deposits and has not left by withdrawals
//   clearing  the counterpart of every trade, premium, funding payment and profit
//   fund      the insurance fund
//   fees      the venue's income
//   dust      residues of closed holdings, each smaller than one ledger unit
// and what the fund may still pay today, and until when withdrawals are closed:
//   day           the UTC day that paid_today belongs to, as its beginning
//   fund_at_day   what the fund held at its first tick, and was given since
//   paid_today    what it has paid for accounts since
struct House {
  Amount outside;
  Amount fund;
  Amount fees;
  Value clearing;
  Value dust;
  Time day;
  Amount fund_at_day;
  Amount paid_today;
  Time gated_until;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("outside", s.outside), f("fund", s.fund), f("fees", s.fees), f("clearing", s.clearing),
        f("dust", s.dust);
    f("day", s.day), f("fund_at_day", s.fund_at_day), f("paid_today", s.paid_today),
        f("gated_until", s.gated_until);
  }
};

enum class EpochStatus : u8 { proposed, scheduled, active, retired, cancelled };

struct Approval {
  std::string by;
  std::string note;
  Time at;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("by", s.by), f("note", s.note), f("at", s.at);
  }
};

struct Epoch {
  Rulebook rulebook;
  EpochStatus status = EpochStatus::proposed;
  u64 at_position = 0;  // scheduled: see ScheduleEpoch.  active, retired: where it was activated
  Time at_time;
  u32 ramp_to = 0;                    // a step on the way to this epoch; 0: none
  std::vector<ReplicaId> ready = {};  // who has said that it holds this image, ascending
  std::string proposer = {};          // a step of a ramp: of the epoch that it leads to
  std::string note = {};
  std::vector<Approval> approvals = {};  // in the order in which they came
  bool emergency = false;                // scheduled without notice
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("rulebook", s.rulebook), f("status", s.status), f("at_position", s.at_position),
        f("at_time", s.at_time), f("ramp_to", s.ramp_to), f("ready", s.ready);
    f("proposer", s.proposer), f("note", s.note), f("approvals", s.approvals), f("emergency", s.emergency);
  }
};

// Epochs are numbered from 1; epochs[n - 1] is epoch n.  active 0: none yet.
struct RulebookHistory {
  std::string name;
  u32 active = 0;
  std::vector<Epoch> epochs;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("active", s.active), f("epochs", s.epochs);
  }
  const Rulebook& rules() const {
    LS_ASSERT(active != 0);
    return epochs[active - 1].rulebook;
  }
};

// The highest sequence number that a source of prices has used.
struct PriceSource {
  u16 source = 0;
  u64 sequence = 0;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("source", s.source), f("sequence", s.sequence);
  }
};

struct State {
  Time time;         // log time of the latest command
  u64 position = 0;  // commands applied so far; the next one has this position
  std::vector<Asset> assets;
  std::vector<House> house;  // by asset
  std::vector<Index> indexes;
  std::vector<Instrument> instruments;
  std::vector<Market> markets;  // by instrument
  std::vector<Series> series;   // sorted by (index, expiry)
  std::vector<Party> parties;
  std::vector<Account> accounts;
  std::vector<RulebookHistory> rulebooks;
  std::vector<PriceSource> sources;       // sorted by source
  std::vector<Observation> observations;  // sorted by (kind, subject, expiry)
  std::vector<Replica> replicas;
  std::vector<ClientSession> sessions;  // a place of client 0 is vacant, and used again
  std::vector<JudgedFeed> feeds;        // sorted by (index, feed)
  Agreement agreement;

  const Asset& asset(AssetId id) const { return assets[id.index]; }
  const Index& index(IndexId id) const { return indexes[id.index]; }
  const Instrument& instrument(InstrumentId id) const { return instruments[id.index]; }
  const Market& market(InstrumentId id) const { return markets[id.index]; }
  const Account& account(AccountId id) const { return accounts[id.index]; }
  const Replica& replica(ReplicaId id) const { return replicas[id.index]; }
  const RulebookHistory& rulebook(RulebookId id) const { return rulebooks[id.index]; }
};

// The series of an index and expiry, or nullptr.
const Series* find_series(const State& state, IndexId index, Time expiry);

// Where the observation stands, or would stand.
std::size_t observation_place(const State& state, ObservationKind kind, u32 subject, Time expiry);
// What was observed last, or nullptr.
const Observation* find_observation(const State& state, ObservationKind kind, u32 subject, Time expiry = {});

}  // namespace lockstep
