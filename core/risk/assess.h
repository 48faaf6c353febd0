// What margin does this account need, and what does it have?  One computation, asked with or without its
// explanation: with a Statement it also writes down every line it adds up, and the last line of a pool is its
// total.  Nothing else in the project computes these numbers.  docs/methodology.md sections 4 and 5.
//
//   State --(one row per instrument, cached in RiskBook)--> holdings --> units --> pools
//
// All sums are integers, so the order of holdings does not matter and a cached row equals a fresh one.
// Requirements are rounded up and credits down to ledger units of the pool's asset, last of all, after what
// the rulebook rounds.
#pragma once

#include <array>
#include <vector>

#include "core/model/state.h"
#include "core/risk/risk_book.h"
#include "core/risk/statement.h"

namespace lockstep {

// One pot of margin: the account's holdings that settle in `asset` (pooled: all of them, in the rulebook's
// money), or, in isolated mode, one holding (`isolated`, `leg`) and the margin set aside for it.
struct PoolTotals {
  AssetId asset;
  InstrumentId isolated;
  Leg leg = Leg::net;
  Value equity;           // everything at mark
  Value margin_balance;   // what is tested against maintenance; Scheme::basis
  Value initial_balance;  // what is tested against initial; another one where weights differ by level
  Value initial;          // orders included
  Value maintenance;
  Value available;                       // initial_balance - initial, may be negative
  std::array<Value, levels_max> levels;  // as many as Scheme::levels
  friend bool operator==(const PoolTotals&, const PoolTotals&) = default;
};

// Why the totals cannot be used as they are, best first; the worst one that was met is reported.  With
// price_stale and price_diverged the totals are complete; whether an action may use them says allowed(). With
// price_missing what lacks a price counts as nothing.  gap and no_parameters: no totals.
enum class Obstacle : u8 { none, price_stale, price_diverged, price_missing, gap, no_parameters };

struct Assessment {
  std::vector<PoolTotals> pools;            // by asset; isolated: the free balances first, then the holdings
  MarginState state = MarginState::normal;  // the worst of the pools
  Obstacle obstacle = Obstacle::none;
  u32 obstacle_detail = 0;  // gap: index into Rulebook::gaps
  InstrumentId instrument;  // other obstacles: the instrument concerned, or ...
  IndexId index;            // ... the index
  // The pool of free money in this asset, or nullptr.
  const PoolTotals* find(AssetId asset) const {
    for (const PoolTotals& pool : pools) {
      if (pool.asset == asset && pool.isolated.is_none()) return &pool;
    }
    return nullptr;
  }
  // The pool that stands for the same as this one, or nullptr.
  const PoolTotals* find_like(const PoolTotals& pool) const {
    for (const PoolTotals& other : pools) {
      const bool same = other.asset == pool.asset && other.isolated == pool.isolated && other.leg == pool.leg;
      if (same) return &other;
    }
    return nullptr;
  }
};

// The account's rulebook must have an active epoch (asserted).  `account` need not be part of the state:
// what-if and pre-trade checks pass a changed copy.
Assessment assess(const State& state, RiskBook& book, const Account& account, Statement* statement = nullptr);
// The same into memory that is used again.
void assess_into(const State& state, RiskBook& book, const Account& account, Statement* statement,
                 Assessment& out);

// What one unit of an account requires, in the asset that it is margined in; orders are not part of it.
struct UnitTotals {
  AssetId base;  // of its underlying
  AssetId asset;
  Value initial;
  Value maintenance;
};
// Of the account that was assessed last with this book, in the order of its units; empty after an obstacle of
// gap or no_parameters.
std::vector<UnitTotals> last_units(const RiskBook& book);

// May an account do this in this situation?  Never with gap or no_parameters.
bool allowed(const Rulebook& rules, Obstacle obstacle, Action action);

// normal; call: available < 0 (not of an isolated holding); liquidation: margin balance <
// maintenance (or equal to it, if the scheme says so and it is not 0); bankrupt: equity < 0.
MarginState margin_state(const Scheme& scheme, const PoolTotals& pool);
// The same with the rulebook's further lines, each raised by `raised` of its requirement: methodology 4.10.
MarginState margin_state(const Scheme& scheme, const StateRules& rules, const PoolTotals& pool, Rate raised);

// How much of the asset may leave: min(balance, initial balance) - initial, not below zero, and in a pooled
// account also what the pool can miss of it.  Zero with an obstacle of price_missing or worse.
Amount available_for_withdrawal(const State& state, RiskBook& book, const Account& account, AssetId asset);

}  // namespace lockstep
