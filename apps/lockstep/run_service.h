// The service inside `lockstep run`: keys that are made for this run, a trader to try things with, and the
// pace at which recorded days pass so that people can watch.
#pragma once

#include <memory>

#include "apps/lockstep/hosted.h"
#include "apps/lockstep/options.h"
#include "node/feed/plan.h"

namespace lockstep {

class RunService {
 public:
  static Result<std::unique_ptr<RunService>, Fault> open(const RunOptions& options,
                                                         const std::string& folder);

  Result<Done, Fault> start(Node& node);
  Result<bool, Fault> between(Node& node, Time time, bool over);  // see MainJobRequest
  void stop() { hosted_->stop(); }

 private:
  explicit RunService(const RunOptions& options) : options_(options) {}
  Result<Done, Fault> seat_trader(Node& node, Time time);
  void say_where();

  const RunOptions& options_;
  std::unique_ptr<Hosted> hosted_;
  std::string operator_secret_, trader_secret_;
  AccountId trader_;
};

}  // namespace lockstep
