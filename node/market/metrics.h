// What a liquidation policy is judged by: a run's records to seven figures, figures of many seeds to means
// with 95 % confidence intervals, and two policies to a verdict per figure.  Less is better in every
// column, and one column alone says nothing: a policy that never liquidates has no overshoot and an empty
// fund.
//
//   excess          accounts liquidated, less those that are below maintenance on the path without impact
//   volume          notional liquidated, over the open interest at the start
//   overshoot       (P_ref,min - P_min) / P_ref,min: how far below the fundamental low the price went
//   bankruptcies    accounts whose equity was below 0 when they were closed
//   fund draw       the most that the fund had lost at any step, over the open interest
//   deleveraged     notional closed against winners (ADL), over the open interest
//   cascade index   excess over the excess of the naive policy on the same seed: 1 is as bad, 0 no cascade
//
// Policies are compared by pairs: the same seed is the same path and the same accounts under both, and what
// differs is the policy.  Estimates are binary numbers made of + - * / and the square root: the same
// everywhere.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/units.h"

namespace lockstep::market {

// One step of a run.  Prices are of the first asset, money is over all assets.
struct StepRecord {
  Price fundamental;
  Price price;           // last
  Value liquidated;      // notional, in this step
  u32 liquidations = 0;  // accounts that were liquidated for the first time
  u32 bankruptcies = 0;
  Value fund;           // what is in it after the step
  Value deleveraged;    // notional, in this step
  Value open_interest;  // of one side, after the step
};

struct RunRecord {
  std::string policy;
  u64 seed = 0;
  Value fund_start;
  Value open_interest_start;
  u32 reference_liquidations = 0;  // accounts below maintenance on the path without impact
  std::vector<StepRecord> steps;
};

enum class Column : u8 { excess, volume, overshoot, bankruptcies, fund_draw, deleveraged, cascade_index };
constexpr std::size_t columns = 7;
struct ColumnText {
  std::string_view name;
  std::string_view unit;
  int decimals;
};
ColumnText text_of(Column column);

struct Metrics {
  i64 excess = 0;  // may be below 0: a policy that closes accounts later or never
  Rate volume;
  Rate overshoot;
  i64 bankruptcies = 0;
  Rate fund_draw;
  Rate deleveraged;
  std::optional<Rate> cascade_index;  // none: the naive policy had no excess
};

// All but the cascade index, which needs the naive run of the same seed.
Metrics metrics_of(const RunRecord& run);
void set_cascade_index(Metrics& metrics, const Metrics& naive);

// In the unit of text_of: shares in percent, fund draw and ADL in basis points.
std::optional<double> value_of(const Metrics& metrics, Column column);

struct Estimate {
  u32 count = 0;
  double mean = 0;
  double half_width = 0;  // of the 95 % interval; 0 if there are fewer than two values
  double low() const { return mean - half_width; }
  double high() const { return mean + half_width; }
};
// Two-sided 95 % quantile of Student's t; between the rows of its table the next lower one, which is wider.
double student_t95(u32 degrees);
Estimate estimate(std::span<const double> values);
std::string to_text(const Estimate& estimate, int decimals);  // "12.3 +- 0.4"

using Summary = std::array<Estimate, columns>;
Summary summarise(std::span<const Metrics> runs);

enum class Verdict : u8 {
  same,       // equal on every seed
  better,     // the interval of the differences is below 0
  worse,      // above 0
  undecided,  // the interval contains 0: more seeds would tell
};
struct Comparison {
  Summary difference;  // of the policy less the baseline, by pairs
  std::array<Verdict, columns> verdict{};
  // Better in at least one column, and in every other one better or the same.
  bool better_on_every_column = false;
  // Worse in none and no mean above the baseline's.
  bool worse_on_no_column = false;
};
// Both in the order of their seeds; sizes must be equal (asserted).
Comparison compare(std::span<const Metrics> policy, std::span<const Metrics> baseline);

// A cascade is prevented: the cascade index below one half, and a fund draw not above the naive one's.
bool prevented(const Summary& policy, const Summary& naive);

}  // namespace lockstep::market
