// What balances and unrealised profits count for, as data.  core/risk/collateral.h computes.
//
// Numbers: Rate 10^-12, Value 10^-16 of the asset named in the comment.
#pragma once

#include <string>
#include <vector>

#include "core/model/unit_rows.h"

namespace lockstep {

// What one unit of an asset counts for at one level.  1: its whole value.
struct Weights {
  Rate asset = Rate::from_raw(rate_one);
  Rate liability = Rate::from_raw(rate_one);
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("asset", s.asset), f("liability", s.liability);
  }
};
// Pooled accounts: balances in money.  Worth of a balance b at the asset's index, in this order:
//   steps     assets: each slice of b x index at its own factor, then the weight; none: the weight alone
//   scale     initial only: weight x deposits_start / all deposits (in money) above deposits_start; debts:
//             weight x all debts / debts_start above it
//   size      asset: min(weight, discount / (1 + size_factor root(b)));  debt: max(weight, premium_share
//             weight + size_factor root(|b|)); 0: off.  root: core/risk/weights.h
//   slow      initial takes the lower of index and slow price for assets, the higher for debts
// An asset that is not listed is no collateral (and its debts count in full).
struct Collateral {
  std::string asset;
  Weights initial;
  Weights maintenance;
  std::vector<FactorStep> steps;
  Value deposits_start;
  Value debts_start;
  Rate size_factor;
  Rate discount;
  Rate premium_share;
  bool slow = false;
  Rate confidence_threshold;  // initial: (1 - c) confidence_rate of the value less below it; 0: off
  Rate confidence_rate;
  Rounding worth = {Round::down};  // of value (debts: away from zero), then of weighted value
  Rounding weights;                // of each weight
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("asset", s.asset), f("initial", s.initial), f("maintenance", s.maintenance), f("steps", s.steps);
    f("deposits_start", s.deposits_start), f("debts_start", s.debts_start), f("size_factor", s.size_factor);
    f("discount", s.discount), f("premium_share", s.premium_share), f("slow", s.slow);
    f("confidence_threshold", s.confidence_threshold), f("confidence_rate", s.confidence_rate);
    f("worth", s.worth), f("weights", s.weights);
  }
};
// What unrealised profit of an instrument counts for (losses in full).
struct ProfitRow {
  RowKey key;
  Rate initial = Rate::from_raw(rate_one);
  Rate maintenance = Rate::from_raw(rate_one);
  Value initial_max;  // 0: no limit
  Rate size_factor;   // as Collateral, of the profit; 0: off
  Rate discount;
  Value imbalance_max;  // initial x imbalance_max / the users' net profit above it; 0: off
  Rounding rounding = {Round::down};
  Rounding weights;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("initial", s.initial), f("maintenance", s.maintenance);
    f("initial_max", s.initial_max), f("size_factor", s.size_factor), f("discount", s.discount);
    f("imbalance_max", s.imbalance_max), f("rounding", s.rounding), f("weights", s.weights);
  }
};

}  // namespace lockstep
