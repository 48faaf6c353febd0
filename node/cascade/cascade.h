// The engine's own liquidation in a market that falls: accounts of node/market are opened in a real engine
// under a real rulebook, prices of its book become indexes and marks, each second has a tick, and the orders
// that the engine sends are filled by the book, which they move.  What the rulebook says of liquidation is
// exchanged from run to run; path, accounts, book and money stay.
//
// The venue's money is the same under every policy: a fund, of which a policy with a backstop gives the
// backstop half.  What the fund is worth includes what the backstop has.
#pragma once

#include <string>
#include <vector>

#include "core/model/rulebook.h"
#include "node/market/metrics.h"
#include "node/market/path.h"

namespace lockstep::cascade {

struct Policy {
  std::string name;
  std::string what;  // one line for a person
  StateRules states;
  LiquidationRules liquidation;
  Rate bound;  // of PriceRules; 0: the mark is the last price
  Duration bound_over;
};

// From the crudest to the rulebook's own, which is the last: full at the last price, full at a bounded mark,
// partial at either, with pace, and what `rules` says itself.
std::vector<Policy> policies(const Rulebook& rules);

struct Setup {
  market::Scenario scenario;
  u32 assets = 1;  // 1 to 4, BTC first
  u32 accounts = 1'000;
  Value open_interest = Value::from_raw(1'000'000'000 * value_one);  // of the first asset, at the start
  Rate depth = Rate::from_raw(rate_one / 25);                        // usual, a side within 50 bp, of it
  Rate fund = Rate::from_raw(rate_one / 50);                         // of the open interest of all
};

// Accounts that are below maintenance somewhere on the path if nobody trades.
u32 reference(const Rulebook& rules, const Setup& setup, u64 seed);

// rules: has parameters for linear perpetuals in USDT, a scheme `cross`.  What is wrong with the outcome,
// such as money that does not sum to zero, is an assertion.
market::RunRecord run(const Rulebook& rules, const Policy& policy, const Setup& setup, u64 seed,
                      u32 reference_liquidations);

// A policy over all seeds: figures of each, their summary, and against the first policy.
struct Row {
  Policy policy;
  std::vector<market::Metrics> runs;
  market::Summary summary;
  market::Comparison against_first;
  bool prevents = false;                       // market::prevented
  std::vector<market::StepRecord> first_seed;  // for a picture
};

struct Table {
  std::string scenario;
  std::vector<Row> rows;
};
// seeds from `seed` on.  progress: called after each run, may be empty.
Table compare_policies(const Rulebook& rules, const std::vector<Policy>& policies, const Setup& setup,
                       u64 seed, u32 seeds);

}  // namespace lockstep::cascade
