// The main job of `lockstep run`: a feed (recorded market data or a preset) drives a node on an embedded log,
// account books and all, and the outcome is reported.  If the folder already holds a log, the job continues
// it: what the feed says again must be what the log holds, byte for byte, and everything behind that is new.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "node/feed/plan.h"
#include "node/runtime/companion.h"
#include "node/runtime/node.h"
#include "node/runtime/summary.h"

namespace lockstep {

struct MainJobRequest {
  FeedRequest feed;
  std::string folder;  // of the node
  std::string prefix;  // of a log on etcd, and where; empty: the embedded log
  EtcdOptions etcd;
  u32 snapshot_every = 10;  // chain snapshots between two state snapshots
  Companion companion;      // empty: none
  // Between two steps that are new: what others ask of the node while the feed runs, as instructions
  // (core/wire/asked.h).  False: the job ends here.  Called once more when the feed is over.
  std::function<Result<bool, Fault>(Node&, Time, bool over)> between;
};

struct CommandCount {
  std::string name;
  u64 accepted = 0;
  u64 refused = 0;
};

struct RefusalCount {
  Refusal refusal = Refusal::none;
  u64 count = 0;
};

// What was done with accounts that could not go on.
struct LiquidationCount {
  u64 accounts = 0;  // that had orders made for them, were crossed, taken over or deleveraged, once each
  u64 orders = 0;
  u64 crossed = 0;
  u64 taken_over = 0;
  u64 deleveraged = 0;  // closings against winners
  u64 debts = 0;        // bankrupt pools that were brought to zero
  u64 shared = 0;       // winners' parts in them
  u64 below_zero = 0;   // accounts whose equity is below zero at the end: what is not closed yet
};
// One settlement asset's fund: what it has, what it paid for debts, and what winners bore.
struct FundCount {
  std::string asset;
  int decimals = 0;
  Amount fund;
  Amount paid;
  Amount shared;
};

struct MainJobReport {
  FeedReport feed;
  RepriceReport reprice;
  Recovered recovered;
  u64 skipped = 0;                     // commands that the log held already
  std::vector<CommandCount> commands;  // in order of the wire's tags
  std::vector<RefusalCount> refusals;  // in order of number
  std::vector<std::pair<std::string, BookSummary>> by_rulebook;
  u64 state_changes = 0;  // MarginStateChanged events
  LiquidationCount liquidation;
  std::vector<FundCount> funds;  // of assets whose fund is not empty or has paid
  std::string worst_moment;      // the summary line with the most accounts below maintenance
  u64 position = 0;
  Hash128 state_hash;
};

// Callbacks for the person who watches.
struct MainJobWatcher {
  std::function<Result<Done, Fault>(Node&)> on_open;        // recovered, before the first step
  std::function<void(const FeedReport&)> on_start;          // span, source and notes are known
  std::function<void(Time now, u64 position)> on_progress;  // after every step
  std::function<void(const BookSummary&)> on_summary;       // at every snapshot of the chain
};

Result<MainJobReport, Fault> run_main_job(Disk& disk, const MainJobRequest& request,
                                          const MainJobWatcher& watcher);

}  // namespace lockstep
