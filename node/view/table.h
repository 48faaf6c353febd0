// Every account in one row: its sums in dollars and its state, refreshed a bounded number of accounts at a
// time, so that an overview of 100,000 accounts is a sum that is kept and not an assessment of everybody.
// Rows are therefore of different ages: each says at which position it was assessed.  States are those of
// the log at once.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "core/engine/engine.h"

namespace lockstep::view {

// Dollars at the index of the moment it was assessed, 10^-16 to nearest, a pool at a time; for reading only.
struct Row {
  Value equity, initial, maintenance, available;
  Value called;    // what pools of free money miss to their initial margin
  Value notional;  // of everything held, both sides added
  // Of the pool that is nearest to liquidation, 1 is there; at most usage_max, which also stands for a pool
  // that has nothing and needs something.
  Rate usage;
  MarginState state = MarginState::normal;
  bool known = false;       // assessed at all
  bool judged = false;      // and its usage may be used
  bool in_dollars = false;  // and all of it can be said in dollars; else its amounts are 0
  u32 pools = 0, holdings = 0, orders = 0;
  u64 position = 0;
};
constexpr Rate usage_max = Rate::from_raw(1'000 * rate_one);
// maintenance / margin balance.
Rate usage_of(const PoolTotals& pool);
// "0.8312"
std::string usage_text(Rate usage);

// Of those in dollars, but for the states, which everybody has; unjudged: the others.
struct Sums {
  u64 accounts = 0, unjudged = 0;
  std::array<u64, 6> by_state{};  // by MarginState
  Value equity, initial, maintenance, called, notional;
  void add(const Row& row);
  void subtract(const Row& row);
};

// Prices of assets and worths of lots in dollars, kept until prices change.
struct DollarPrices {
  std::vector<Price> assets;
  std::vector<Value> lots;     // by instrument
  std::vector<u64> lots_from;  // the generation of prices that each is of
  u64 generation = 1, assets_from = 0;
  Price of(const State& state, AssetId asset);
  Value lot(const State& state, InstrumentId instrument);
};

// The account's row as it is now.  Uses the engine's scratch.
Row assess_row(Engine& engine, AccountId account, DollarPrices& prices);

struct AccountTable {
  std::vector<Row> rows;  // by account
  Sums all;
  std::vector<Sums> by_rulebook;
  std::vector<std::vector<AccountId>> of_party;  // ascending
  DollarPrices prices;
  std::deque<AccountId> touched;  // to be refreshed before others
  std::vector<bool> is_touched;
  u32 cursor = 0;   // whose turn it is ...
  u32 left = 0;     // ... of so many that prices have passed by
  u32 unknown = 0;  // rows that were never assessed: until there are none, sums are of a part

  // New accounts get a row without sums.
  void grow(const State& state);
  // Something happened to this account: its state is taken at once, its sums with the next refresh.
  void touch(const State& state, AccountId account);
  // Prices changed: everybody's sums are out of date.
  void all_stale();
  // At most so many accounts.  True: no row is out of date any more.
  bool refresh(Engine& engine, i64 accounts);
  // That of the row that was refreshed longest ago.
  u64 oldest_position() const;

 private:
  void renew(Engine& engine, AccountId account);
};

}  // namespace lockstep::view
