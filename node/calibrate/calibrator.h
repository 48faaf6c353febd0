// The calibrator: watches a market (replay.h, estimator.h, node/surface), and from time to time derives the
// parameters that the market asks for (parameters.h), shows whom they would hurt (gate.h) and puts them into
// the log as an epoch.  It decides nothing by itself that the log does not show: what is in force it reads
// from the engine, what it proposed it finds there again, so one that crashed goes on where the log stands,
// and two that saw the same market and the same log propose the same.
//
//   evaluated   at every full hour
//   published   once a day, at 00:00 UTC; at once if something is urgent, or the gate let only a part pass
//   proposed    with the evidence in short as its note; scheduled when a quorum of replicas is ready and
//               the rulebook in force has the approvals it asks for, as soon as its notice allows
//
// One proposal is on its way at a time.  One that waits for approvals longer than `patience` is cancelled.
// Source: quant.md 4.6; methodology 12.
#pragma once

#include "node/calibrate/estimator.h"
#include "node/calibrate/gate.h"
#include "node/calibrate/parameters.h"
#include "node/calibrate/replay.h"
#include "node/stats/procyclicality.h"
#include "node/surface/surface.h"

namespace lockstep::calibrate {

constexpr std::string_view calibrator_name = "calibrator";  // the proposer's, in the log
constexpr u16 calibrator_source = 900;                      // of forwards and surfaces

struct CalibratorPolicy {
  EstimatorPolicy estimator;
  ParameterPolicy parameters;
  GatePolicy gate;
  surface::SurfaceRules surface;
  Duration publish_every = day;  // at 00:00 UTC
  Duration patience = day;
};

// One coin's options.
struct CoinState {
  surface::SurfaceState surface;
  std::optional<surface::Surface> last;  // as it was fitted; not stored
  u64 chains = 0;
  u64 rejected = 0;  // chains that were none
  surface::DropCounts drops{};
};

// The scan range of one underlying that was in force, at each change: what a position of one dollar was asked
// for, which is what procyclicality is measured on.
struct RangeHistory {
  std::string base;
  std::vector<stats::MarginPoint> points;
};

struct Calibrator {
  Calibrator(std::vector<std::string> bases, const CalibratorPolicy& policy);

  CalibratorPolicy policy;
  Estimator estimator;
  std::vector<CoinState> coins;      // as in node/feed/contracts.h
  PublishState published;            // what steps remember; changes when something is published
  bool ramping = false;              // the gate let only a part pass
  std::vector<RangeHistory> ranges;  // of the rulebook's scenario rows, in their order

  void write(Writer& writer) const;
  void read(Reader& reader);
};

// What a replay tells, in its order.
void observe(Calibrator& calibrator, const Event& event);

// Whether it is time to publish at the hour that was observed last.
bool is_publishing_hour(const Calibrator& calibrator);

// The parameters that the market asks for now.  Pure.
Proposal propose(const Calibrator& calibrator, const Rulebook& in_force);
bool is_urgent(const Proposal& proposal);

// Whether a proposal of the hour that was observed last is acted on.
bool acts_now(const Calibrator& calibrator, const Proposal& proposal);
// What became of it.
enum class Accepted : u8 { none, part, whole };
void accept(Calibrator& calibrator, const Proposal& proposal, Accepted accepted);

// If these rules came into force now: how far the margin would have moved in 1, 5 and 30 days, and peak to
// trough.
struct RangeMetrics {
  std::string base;
  double before = 0, after = 0;
  stats::Procyclicality cycle;
};
// What came of one evaluation.
enum class Action : u8 {
  unchanged,  // nothing to change
  proposed,   // the whole proposal
  partly,     // what the gate let pass
  held,       // the gate let nothing pass
  refused,    // the engine would refuse it: a bug of a rule, or an instrument without parameters
};
std::string_view text_of(Action action);

struct Evaluation {
  Time at;
  Action action = Action::unchanged;
  Proposal proposal;
  Rulebook rules;                     // what goes into the log, of `proposed` and `partly`
  Passed gate;                        // empty where there is no book
  std::string why;                    // one line: of `held` and `refused`
  std::vector<RangeMetrics> metrics;  // of `rules`
};

// Evaluates against a book.  Changes `published`, `ramping` and `ranges`.
Evaluation evaluate(Calibrator& calibrator, const Engine& engine, RulebookId rulebook);
// Without a book everything passes.
Evaluation evaluate(Calibrator& calibrator, const Rulebook& in_force);

// The scan range of each row of the rulebook's scenario grid that names an underlying.
std::vector<std::pair<std::string, double>> scan_ranges(const Rulebook& rules);
// In force since the hour that was observed last.
void note_ranges(Calibrator& calibrator, const Rulebook& in_force);
std::vector<RangeMetrics> metrics_of(const Calibrator& calibrator, const Rulebook& in_force,
                                     const Rulebook& next);

// The evidence in short: one line per field that changed, and the gate's verdict; at most
// limits::note_size_max bytes.
std::string note_of(const Evaluation& evaluation);

// dollars within 1 % by base, of the estimates.
std::map<std::string, double> depth_of(const Estimates& estimates);

}  // namespace lockstep::calibrate
