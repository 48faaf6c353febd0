// What the service keeps so that people can look at the whole book: where its commands come from, the table
// of accounts, counts of what liquidation did, samples over time, replicas and their hashes.  Filled by the
// service's loop: observe() behind every command, settle() behind every frame and when there is nothing else
// to do, tick() when hashes were compared.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "node/api/api.h"
#include "node/view/table.h"

namespace lockstep::view {

struct Source {
  std::string kind;  // "run", "serve", "replica"
  std::string name;  // of the preset, folder or log
  bool running = false;
  std::string pace;  // "60", log seconds a second; "" if nothing is played
  bool allows_market_moves = false;
};

// Since the service began to follow.
struct LiquidationCounts {
  u64 accounts = 0;  // entered liquidation
  u64 orders = 0, crossed = 0, taken_over = 0, deleveraged = 0, debts = 0;
};

struct RulebookSample {
  Value initial, maintenance, notional;
};
struct BookSample {
  Time at;
  Price lead;  // of the first index
  Value equity, initial, maintenance, notional, fund;
  u64 below = 0;   // accounts in liquidation or bankrupt
  u64 called = 0;  // in a call, or told to reduce
  std::vector<RulebookSample> rulebooks;
};
// From the first moment to now in at most samples_max; when they are full, every second one goes and the
// distance doubles.  Log time.
constexpr std::size_t samples_max = 4'000;
struct BookSamples {
  std::vector<BookSample> rows;
  Duration every = second;
  Time next;
};

struct ReplicaRow {
  std::string name, role;  // "sequencer", "follower", "mirror", "service"
  std::string standing;
  u64 position = 0;
  std::string hash;  // 32 hexadecimal digits; empty: none was said
  u64 hash_at = 0;   // position of it
  std::optional<bool> hash_agrees;
  bool votes = false, silent = false;
  i64 at_ms = 0;  // when it said so, milliseconds since 1970
};
struct HashTick {
  u64 position = 0;
  Hash128 hash;  // of the service's own engine
  bool agrees = true;
};
constexpr std::size_t ticks_max = 240;

struct Desk {
  Source source;
  LiquidationCounts liquidations;
  std::vector<LiquidationCounts> of_party;
  AccountTable table;
  BookSamples samples;
  std::vector<ReplicaRow> replicas;
  std::deque<HashTick> ticks;  // the latest ticks_max
  u64 ticked = 0;              // of all there have been

  // Behind apply(): `engine` is as the command left it.
  void observe(const Engine& engine, const Command& command, const Outcome& outcome);
  // Refreshes at most `accounts` rows and takes a sample if one is due.  True: nothing is left to refresh.
  bool settle(Engine& engine, i64 accounts);
  // The writer's and the service's own hash behind the same number of commands.
  void tick(u64 position, Hash128 writer, Hash128 own);
};

// The methods lockstep/... of this module.  The desk must outlive them.
std::vector<api::Method> methods(Desk& desk);

}  // namespace lockstep::view
