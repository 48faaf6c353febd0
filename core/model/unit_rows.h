// Parameters of the components that look at a whole unit, or at all units of a pool, row by row, as data.
// What each kind computes is written above its row.
//
// Numbers: Rate 10^-12, Value 10^-16 of the asset named in the comment.
#pragma once

#include <string>
#include <vector>

#include "core/model/grid_row.h"

namespace lockstep {

// Of written options that nothing covers, rate x price (or amount per coin).  paired: per strike of an
// expiry, short minus long of either type when both types are held with opposite signs; else every short
// coin.
struct ShortMinimumRow {
  RowKey key;
  Rate initial;
  Rate maintenance;
  Value per_coin;  // quote units
  bool paired = false;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("initial", s.initial), f("maintenance", s.maintenance), f("per_coin", s.per_coin);
    f("paired", s.paired);
  }
};

// Per expiry the lesser of what its short options need one by one (short) and its worst payoff: over
// settlement prices 0 and every strike held, plus unpaired x forward for every call that no long call stands
// behind.
struct ExpiryLossRow {
  RowKey key;
  ShortOptionRow short_options;  // its key is not used
  Rate unpaired_initial;
  Rate unpaired_maintenance;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("short_options", s.short_options), f("unpaired_initial", s.unpaired_initial);
    f("unpaired_maintenance", s.unpaired_maintenance);
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

// Per expiry min(0, V(up) - V, V(down) - V) x (add + per_year T), forwards moved, volatility unmoved.  As a
// loss.
struct BasisRow {
  RowKey key;
  Rate up, down;  // moves
  Rate add, per_year;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("up", s.up), f("down", s.down), f("add", s.add), f("per_year", s.per_year);
  }
};

// (net |sum of deltas| + hedged (sum of |deltas| - |sum of deltas|)) x price, then times the factor of the
// step in which that lies (no steps: 1).
struct FactorStep {
  Value floor;
  Rate factor;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("floor", s.floor), f("factor", s.factor);
  }
};
struct MinimumRow {
  RowKey key;
  Rate net, hedged;
  std::vector<FactorStep> steps;  // floors rise from 0
  bool marginal = false;          // each slice at its own factor; the factors are then the rates
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("net", s.net), f("hedged", s.hedged), f("steps", s.steps), f("marginal", s.marginal);
  }
};

// Between expiries of a unit: charge per matched delta, nearest expiry first; spreads x rate x price.
struct SpreadRow {
  RowKey key;
  Rate rate;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("rate", s.rate);
  }
};

// Pool rules.  borrow: rate of every negative balance of the asset (key.settle), in money.
// offset: between the units of two bases (key.base, other): credit x the lesser of their requirements, in
// opposite directions of delta.
struct BorrowRow {
  RowKey key;
  Rate initial, maintenance;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("initial", s.initial), f("maintenance", s.maintenance);
  }
};
struct OffsetRow {
  RowKey key;
  std::string other;
  Rate credit;
  bool same_direction = false;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("other", s.other), f("credit", s.credit), f("same_direction", s.same_direction);
  }
};

}  // namespace lockstep
