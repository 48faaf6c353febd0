// A calibrator beside a running node: it walks its own recording of the market up to the node's time, and
// answers with commands: forwards and surfaces as they are fitted, proposals, schedules, cancellations.
//
// An hour that lies behind the node's time was decided by somebody: by this calibrator before a crash, or by
// the one that led the cluster before.  What was decided is read from the log, from the epochs that are there
// and the times at which they came into force.  So one that joins late is in the state of one that was there
// all the time.
#pragma once

#include <functional>

#include "node/calibrate/calibrator.h"
#include "node/runtime/companion.h"

namespace lockstep::calibrate {

class Follower {
 public:
  // folder: of recorded data.  rulebook: the one that is calibrated, by name.
  static Result<Follower, Fault> open(Disk& disk, const std::string& folder, std::string rulebook,
                                      const CalibratorPolicy& policy);

  // The engine stands at the log's end.  One call takes some tens of milliseconds at most, so that a
  // sequencer can go on saying that it is there.  Faults are those of the recording.
  Result<Said, Fault> after(const Engine& engine);

  // Whether a command of the log is a calibrator's.
  static bool is_mine(const Command& command);

  const Calibrator& calibrator() const { return calibrator_; }
  const std::vector<std::string>& notes() const { return replay_.notes(); }

  // Called with every evaluation that did something.
  std::function<void(const Evaluation&)> on_evaluation;

 private:
  Follower(Replay replay, std::string rulebook, const CalibratorPolicy& policy);

  bool recall(const RulebookHistory& history);
  bool said_lately(const Command& command, Time now);
  void say_surfaces(const Engine& engine, std::vector<Command>& out);
  void judge_hour(const Engine& engine, RulebookId rulebook, std::vector<Command>& out);
  void say_proposal(const Engine& engine, RulebookId rulebook, std::vector<Command>& out);

  Replay replay_;
  std::string rulebook_;
  Calibrator calibrator_;
  bool hour_open_ = false;   // the last hour that was observed is not judged yet
  bool chain_open_ = false;  // surfaces were fitted that are not said yet
  u32 scheduled_ = 0;        // the last epoch whose schedule was said, and when
  Time scheduled_at_;
};

// The follower must outlive it.
Companion companion_of(Follower& follower);

// What waits for something: the next command about a proposal that is in the log already, if there is one.
//   approved and ready   it is scheduled, at `now` or as soon as notice allows
//   waiting too long     it is cancelled
std::optional<Command> next_of_pending(const State& state, RulebookId rulebook, Time now, Duration patience);

// The epoch that is a calibrator's and neither in force nor over; 0: none.
u32 pending_epoch(const RulebookHistory& history);

}  // namespace lockstep::calibrate
