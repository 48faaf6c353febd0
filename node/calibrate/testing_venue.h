// A venue on the market of testing_market.h, for tests: the recorded feed drives an engine, a calibrator
// follows it, and a test may send commands of its own between the steps.
#pragma once

#include <memory>

#include "node/calibrate/follow.h"
#include "node/feed/plan.h"

namespace lockstep::calibrate {

// The project's own rulebook, changed as a text.
Rulebook testing_rulebook(const std::vector<std::pair<std::string, std::string>>& changes = {});
// With half of the range of BTC that the market asks for.
extern const std::vector<std::pair<std::string, std::string>> low_range;

// The feed of its last days, from the chain at 00:05 on so many hours before its end, under one rulebook.
FeedRequest testing_feed(const Rulebook& rules, u32 hours, u32 accounts);

struct Logged {
  Time at;
  Command command;
  Outcome outcome;
  bool by_calibrator = false;
};

class TestingVenue {
 public:
  TestingVenue(Disk& disk, const FeedRequest& request, const CalibratorPolicy& policy);

  // A calibrator of its own for the log so far, in the place of the one that was there.
  void start_calibrator();
  // One step of the feed, then what the calibrator says; false at the feed's end.
  bool step();
  // To the first step at or behind this moment.
  void run_to(Time until);
  void run() {
    while (step()) {
    }
  }
  // At the engine's time; then what the calibrator says to it.
  Outcome send(const Command& command);

  const RulebookHistory& history() const { return engine.state.rulebooks[0]; }
  std::vector<Logged> said() const;  // by the calibrator
  const Epoch& epoch(u32 number) const { return history().epochs[number - 1]; }

  Engine engine;
  std::unique_ptr<Follower> follower;
  std::vector<Logged> log;
  std::vector<Evaluation> evaluations;
  bool loses_schedules = false;  // as if the engine refused them

 private:
  void listen();
  Outcome take(Time at, const Command& command, bool by_calibrator);

  Disk& disk_;
  CalibratorPolicy policy_;
  std::string rulebook_;
  Feed feed_;
  lockstep::Step step_;
};

// Of a calibrator, without what is not stored.
Bytes stored(const Calibrator& calibrator);

}  // namespace lockstep::calibrate
