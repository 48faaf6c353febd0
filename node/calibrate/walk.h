// A calibrator on recorded history, without a book: what it would have proposed, when, and what that would
// have been like to live under.  Everything passes at once; with a book the gate may hold a part back
// (follow.h).
//
// A walk can be stopped and go on from its state: the rest is then what it would have been.
#pragma once

#include <functional>

#include "node/calibrate/calibrator.h"
#include "node/calibrate/history.h"

namespace lockstep::calibrate {

struct WalkRequest {
  std::string folder;
  std::optional<Time> from;  // evaluated from here on; what lies before is only watched.  none: see walk()
  std::optional<Time> to;    // none: the end of the recording
  Rulebook rulebook;         // in force at `from`
  CalibratorPolicy policy;
  std::optional<Bytes> state;  // of a walk before, which then decides `from` and the rulebook
};

// What was read and what could not be used, by reason.
struct WalkCounts {
  u64 hours = 0, chains = 0, rejected_chains = 0;
  u64 evaluations = 0, published = 0, urgent = 0;
  std::array<u64, bad_price_words.size()> dropped_prices{};
  surface::DropCounts dropped_quotes{};
  ChainTroubles dropped_rows{};  // of chains
};

struct WalkReport {
  Time from, to;
  std::vector<std::string> notes;
  WalkCounts counts;
  Rulebook rules;                     // in force at the end
  Proposal last;                      // of the last evaluation: every field and why
  std::vector<RangeMetrics> metrics;  // over the whole walk
  std::vector<RangeHistory> ranges;
  std::vector<History> histories;  // of the underlyings that the scenario grid names, of this walk's hours
  Estimates estimates;             // at the end
  Bytes state;
};

// Called with every evaluation that published something.
using WalkWatcher = std::function<void(const Evaluation&)>;

// Without `from`: where the densest chain begins (replay.h), else the last fourteen days.  Faults: those of
// the recording; a state that is damaged, or of other data or another build.  Data is another if anything up
// to where the state stands was recorded otherwise.
Result<WalkReport, Fault> walk(Disk& disk, const WalkRequest& request, const WalkWatcher& watcher);

}  // namespace lockstep::calibrate
