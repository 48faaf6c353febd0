// What a proposed rulebook would do to the accounts that live under its name, before anybody schedules it:
// who crosses which level, and how much more is required on which underlying.  Methodology 8.3.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/engine/engine.h"

namespace lockstep::whatif {

// What is counted of an account before and after.  In the account's first pool unless said otherwise.
struct Reading {
  MarginState state = MarginState::normal;
  Obstacle obstacle = Obstacle::none;  // price_missing or worse: the rest says nothing
  AssetId asset;                       // of the pool with the least room
  Value room;                          // there: margin balance less maintenance
  Value initial;                       // there
  Value maintenance;                   // there
  std::vector<std::string> below;      // the levels that a pool is below: call, liquidation, bankrupt, the
                                       // scheme's own
};
struct AccountChange {
  AccountId account;
  Reading before, after;
  bool crosses() const { return before.below != after.below || before.obstacle != after.obstacle; }
};

// By name: how many accounts are below it.
struct LevelCount {
  std::string level;
  u64 before = 0, after = 0;
  u64 entered = 0, left = 0;
};

// What all accounts' units on one underlying require, in the asset that they are margined in.
struct UnderlyingTotal {
  AssetId base;
  AssetId asset;
  Value initial_before, initial_after;
  Value maintenance_before, maintenance_after;
};

struct Preview {
  RulebookId rulebook;
  u32 epoch = 0;                        // the number that it would have
  std::vector<AccountChange> accounts;  // all, by id
  std::vector<LevelCount> levels;
  std::vector<UnderlyingTotal> underlyings;  // by base, then asset
};

// The engine is not changed.  The error is one line: the rulebook is not one of this state, or what the
// engine refuses.
Result<Preview, std::string> preview(const Engine& engine, const Rulebook& proposed);

}  // namespace lockstep::whatif
