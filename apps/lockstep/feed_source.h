// The feed that a command line asks for: as `run` takes it, and as the commands that a sequencer brings.
#pragma once

#include "apps/lockstep/options.h"
#include "node/feed/plan.h"
#include "node/io/clock.h"
#include "node/sync/replica.h"

namespace lockstep {

Result<FeedRequest, Fault> feed_request(const RunOptions& options);

// The feed's commands, numbered: what comes behind the first `answered` of them.  Whoever becomes sequencer
// opens the feed anew and passes over what is in the log. pace: steps a second; 0: as fast as it goes.
class FeedSource {
 public:
  FeedSource(Disk& disk, FeedRequest request, u32 pace, Clock& clock);
  Result<Sourced, Fault> after(u64 answered);
  bool is_over() const { return over_; }

 private:
  Disk& disk_;
  FeedRequest request_;
  u32 pace_;
  Clock& clock_;
  std::optional<Feed> feed_;
  Step step_;
  u64 begin_ = 0;  // commands before step_
  i64 next_us_ = 0;
  bool over_ = false;
};

}  // namespace lockstep
