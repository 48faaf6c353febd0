// What a margin requirement is made of: one component is one rule with its parameters, row by row, as data.
// What each kind computes is written above its row; core/risk/components.h and core/risk/grid.h do it.
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
struct BracketRow {
  RowKey key;
  std::vector<Bracket> brackets;  // floors rise from 0
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("brackets", s.brackets);
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
//   put   initial      max(max(initial - O, initial_min) + m, its maintenance margin)
//         maintenance  maintenance max(1, m) + m
struct ShortOptionRow {
  RowKey key;
  Rate initial;
  Rate initial_min;
  Rate maintenance;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("initial", s.initial), f("initial_min", s.initial_min),
        f("maintenance", s.maintenance);
  }
};

// Worst loss of a unit over price moves x three volatilities, and over extreme moves with volatility up, of
// which only the share extreme_range/|move| counts and the dampener is forgiven.  Volatility v of an option
// with d days left:
//   up max(v (1 + volatility_up (30/d)^p), volatility_up_min)   down max(v (1 - volatility_down (30/d)^p), 0)
//   p = power_short if d < 30, else power_long; d is at least days_min.
struct GridRow {
  RowKey key;
  std::vector<Rate> moves;  // rising, 0 among them, all above -100 %
  Rate volatility_up;
  Rate volatility_down;
  Rate volatility_up_min;
  Rate power_short;
  Rate power_long;
  Rate days_min;
  std::vector<Rate> extreme_moves;
  Rate extreme_range;
  Value dampener;  // quote units
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("moves", s.moves), f("volatility_up", s.volatility_up);
    f("volatility_down", s.volatility_down), f("volatility_up_min", s.volatility_up_min);
    f("power_short", s.power_short), f("power_long", s.power_long), f("days_min", s.days_min);
    f("extreme_moves", s.extreme_moves), f("extreme_range", s.extreme_range), f("dampener", s.dampener);
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

// Nothing while |delta of the unit| x index stays below the threshold; from there on the component's gap.
struct DeltaRow {
  RowKey key;
  Value threshold;  // quote units
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("threshold", s.threshold);
  }
};

enum class ComponentKind : u8 {
  brackets,
  linear_in_size,
  short_option,
  scenario_grid,
  roll_charge,
  delta_charge
};

// Bit for a class of instruments: kind and inverse.
constexpr u16 class_bit(InstrumentKind kind, bool inverse) {
  return static_cast<u16>(1u << (static_cast<unsigned>(kind) * 2 + (inverse ? 1 : 0)));
}

// Only the rows of its own kind are filled.
struct Component {
  std::string name;
  ComponentKind kind = ComponentKind::brackets;
  u16 applies = 0;  // class_bits
  Rounding rounding;
  u16 gap = no_gap;  // delta_charge: what is missing above the threshold
  std::vector<BracketRow> brackets;
  std::vector<SizeRow> sizes;
  std::vector<ShortOptionRow> short_options;
  std::vector<GridRow> grids;
  std::vector<RollRow> rolls;
  std::vector<DeltaRow> deltas;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("kind", s.kind), f("applies", s.applies), f("rounding", s.rounding), f("gap", s.gap);
    f("brackets", s.brackets), f("sizes", s.sizes), f("short_options", s.short_options), f("grids", s.grids);
    f("rolls", s.rolls), f("deltas", s.deltas);
  }
};

}  // namespace lockstep
