// Parameters of the components that look at one holding at a time, row by row, as data.  What each kind
// computes is written above its row.
//
// Numbers: Rate 10^-12, Value 10^-16 of the asset named in the comment.
#pragma once

#include <string>
#include <vector>

#include "core/model/entities.h"
#include "core/units/units.h"

namespace lockstep {

constexpr u16 no_gap = 0xffff;

// How a named intermediate result is rounded.  decimals 16: not at all.
struct Rounding {
  Round direction = Round::up;
  u8 decimals = value_decimals;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("direction", s.direction), f("decimals", s.decimals);
  }
};

// The price at which a rule looks.  reference: the index, whatever the venue calls it (oracle, spot).
enum class PriceUse : u8 { mark, reference, forward };

// Selects a row by the names of the underlying's base asset and of the settlement asset; empty: any.  The
// most specific row wins.
struct RowKey {
  std::string base;
  std::string settle;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("base", s.base), f("settle", s.settle);
  }
};

// One bracket of notional value, in the settlement asset.  Margin of a holding worth N in bracket n:
// maintenance = N rate_n - deduction_n, initial = N / leverage with leverage <= leverage_max_n.
struct Bracket {
  Value floor;
  Rate rate;
  Rate leverage_max;
  Value deduction;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("floor", s.floor), f("rate", s.rate), f("leverage_max", s.leverage_max), f("deduction", s.deduction);
  }
};
// whole: the bracket's rate holds for the whole holding, deductions are 0 and the margin jumps at a floor.
// by_coins: floors count coins of the underlying, not notional; only of whole brackets.
struct BracketRow {
  RowKey key;
  std::vector<Bracket> brackets;  // floors rise from 0
  bool whole = false;
  bool by_coins = false;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("brackets", s.brackets), f("whole", s.whole), f("by_coins", s.by_coins);
  }
};

// N x rate, N the notional.  The initial rate may be raised, the highest holds:
//   interest  initial + (1 - initial)(OI - lower)/(upper - lower), between the open-interest caps; 0: off
//   size      premium_share initial + size_factor sqrt(coins)        (also the maintenance rate); 0: off
//   the account's own leverage: 1 / leverage, if it chose one and by_leverage
// relaxed: an account whose leverage is above 1 / initial pays this instead of initial, blended back to
// initial as the size premium of `initial` grows (core/risk/weights.h); 0: off.
// maintenance: a rate, or, with of_initial, that fraction of N x initial as rounded.
struct NotionalRow {
  RowKey key;
  Rate initial;
  Rate maintenance;
  bool of_initial = false;
  bool by_leverage = false;
  Value interest_lower;
  Value interest_upper;
  Rate premium_share;
  Rate size_factor;
  Rate relaxed;
  Rounding notional;  // of N
  Rounding rate;      // of each rate
  Rounding amount;    // of each N x rate
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("initial", s.initial), f("maintenance", s.maintenance), f("of_initial", s.of_initial);
    f("by_leverage", s.by_leverage), f("interest_lower", s.interest_lower);
    f("interest_upper", s.interest_upper), f("premium_share", s.premium_share);
    f("size_factor", s.size_factor), f("relaxed", s.relaxed);
    f("notional", s.notional), f("rate", s.rate), f("amount", s.amount);
  }
};

// Risk factors by direction, with orders: of the holding v (>= 0 on this side), buys b and mark M
//   M (slippage v + slippage_squared v^2) + (v + b) factor M + max(0, funding_factor x funding owed by v)
// the larger of the two sides.  cap, if not 0: the market settles at most there, and the short side's M is
// cap - M.
struct SideRow {
  RowKey key;
  Value long_factor;  // 10^-16: a Rate is too coarse for a ceil at 18 decimals
  Value short_factor;
  Rate slippage;
  Rate slippage_squared;
  Rate funding_factor;
  Value cap;  // quote units per coin
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("long_factor", s.long_factor), f("short_factor", s.short_factor);
    f("slippage", s.slippage), f("slippage_squared", s.slippage_squared);
    f("funding_factor", s.funding_factor), f("cap", s.cap);
  }
};

// Below the threshold of confidence c in the inputs of a holding: (1 - c) rate x reference price x |coins|,
// initial margin only.  shorts_only: options count where written.  depeg: c is the money's own price.
struct ConfidenceRow {
  RowKey key;
  Rate threshold;
  Rate rate;
  bool shorts_only = false;
  bool depeg = false;  // (threshold - price of the money) x rate instead of (1 - c) x rate
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("threshold", s.threshold), f("rate", s.rate), f("shorts_only", s.shorts_only);
    f("depeg", s.depeg);
  }
};

// |q| (base + |q| per_coin) of the coins q held; times the index if linear.
struct SizeRow {
  RowKey key;
  Rate initial;
  Rate maintenance;
  Rate per_coin;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("initial", s.initial), f("maintenance", s.maintenance), f("per_coin", s.per_coin);
  }
};

// Short options, in fractions of the underlying per coin (linear: times the index).  O: out-of-the-money
// share, m: mark.
//   call  initial      max(initial - O, initial_min) + m
//         maintenance  maintenance + m
//   put   initial      max(max(initial - O, initial_min) + m, cover x its maintenance margin)
//         maintenance  max(maintenance_put, of_mark m) + m
// fee is added to every maintenance margin.  O is measured against the forward, or against the index.
struct ShortOptionRow {
  RowKey key;
  Rate initial;
  Rate initial_min;
  Rate maintenance;      // calls
  Rate maintenance_put;  // 0: as calls
  Rate of_mark;          // puts: share of the mark; 0: as maintenance_put.  Calls: only if of_mark_calls
  bool of_mark_calls = false;
  Rate cover = Rate::from_raw(rate_one);  // 0: none
  Rate fee;
  PriceUse distance = PriceUse::forward;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("initial", s.initial), f("initial_min", s.initial_min);
    f("maintenance", s.maintenance), f("maintenance_put", s.maintenance_put), f("of_mark", s.of_mark);
    f("of_mark_calls", s.of_mark_calls), f("cover", s.cover), f("fee", s.fee), f("distance", s.distance);
  }
};

// Sum over instruments, without netting, of |delta| max(annualised T, minimum); T years to expiry, 0 for
// perpetuals.
struct RollRow {
  RowKey key;
  Rate annualised;
  Rate minimum;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("annualised", s.annualised), f("minimum", s.minimum);
  }
};

}  // namespace lockstep
