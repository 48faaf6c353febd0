// Records to figures, figures to estimates, estimates to verdicts.
#include "node/market/metrics.h"

#include <algorithm>

#include "core/math/elementary.h"
#include "node/market/chance.h"

namespace lockstep::market {
namespace {

Rate ratio(Value part, Value whole) {
  if (whole <= Value{}) return Rate{};
  return Rate::from_raw(static_cast<i64>(mul_div(part.raw(), rate_one, whole.raw(), Round::nearest)));
}

// Two-sided 95 %, from any table of Student's distribution.
struct TRow {
  u32 degrees;
  double value;
};
constexpr TRow t_rows[] = {{1, 12.706}, {2, 4.303},  {3, 3.182},  {4, 2.776},   {5, 2.571},   {6, 2.447},
                           {7, 2.365},  {8, 2.306},  {9, 2.262},  {10, 2.228},  {11, 2.201},  {12, 2.179},
                           {13, 2.160}, {14, 2.145}, {15, 2.131}, {16, 2.120},  {17, 2.110},  {18, 2.101},
                           {19, 2.093}, {20, 2.086}, {21, 2.080}, {22, 2.074},  {23, 2.069},  {24, 2.064},
                           {25, 2.060}, {26, 2.056}, {27, 2.052}, {28, 2.048},  {29, 2.045},  {30, 2.042},
                           {40, 2.021}, {60, 2.000}, {80, 1.990}, {100, 1.984}, {120, 1.980}, {1000, 1.962}};

// x to `decimals` places, halves away from zero.
std::string fixed(double x, int decimals) {
  const double scaled = x * static_cast<double>(static_cast<i64>(pow10(decimals)));
  const i64 raw = scaled < 0 ? -nearest(-scaled) : nearest(scaled);
  return to_decimal(raw, decimals, decimals);
}

Verdict verdict_of(const Estimate& difference, bool all_zero) {
  if (all_zero) return Verdict::same;
  if (difference.count < 2) return Verdict::undecided;
  if (difference.high() < 0) return Verdict::better;
  if (difference.low() > 0) return Verdict::worse;
  return Verdict::undecided;
}

}  // namespace

ColumnText text_of(Column column) {
  switch (column) {
    case Column::excess: return {"excess liquidations", "accounts", 1};
    case Column::volume: return {"volume over open interest", "%", 2};
    case Column::overshoot: return {"overshoot", "%", 2};
    case Column::bankruptcies: return {"bankruptcies", "accounts", 1};
    case Column::fund_draw: return {"fund draw", "bp of open interest", 3};
    case Column::deleveraged: return {"deleveraged", "bp of open interest", 3};
    case Column::cascade_index: return {"cascade index", "", 3};
  }
  LS_ASSERT(false);
  return {};
}

Metrics metrics_of(const RunRecord& run) {
  LS_ASSERT(!run.steps.empty());
  Metrics metrics;
  metrics.excess = -i64{run.reference_liquidations};
  Value liquidated, deleveraged, fund_low = run.fund_start;
  Price low = run.steps[0].price, reference_low = run.steps[0].fundamental;
  for (const StepRecord& step : run.steps) {
    metrics.excess += step.liquidations;
    metrics.bankruptcies += step.bankruptcies;
    liquidated += step.liquidated;
    deleveraged += step.deleveraged;
    fund_low = min(fund_low, step.fund);
    low = std::min(low, step.price);
    reference_low = std::min(reference_low, step.fundamental);
  }
  metrics.volume = ratio(liquidated, run.open_interest_start);
  metrics.deleveraged = ratio(deleveraged, run.open_interest_start);
  metrics.fund_draw = ratio(run.fund_start - fund_low, run.open_interest_start);
  metrics.overshoot = Rate::from_raw(
      static_cast<i64>(mul_div((reference_low - low).raw(), rate_one, reference_low.raw(), Round::nearest)));
  return metrics;
}

void set_cascade_index(Metrics& metrics, const Metrics& naive) {
  metrics.cascade_index.reset();
  if (naive.excess <= 0) return;
  metrics.cascade_index =
      Rate::from_raw(static_cast<i64>(div(i128{metrics.excess} * rate_one, naive.excess, Round::nearest)));
}

std::optional<double> value_of(const Metrics& metrics, Column column) {
  switch (column) {
    case Column::excess: return static_cast<double>(metrics.excess);
    case Column::volume: return to_double(metrics.volume) * 100;
    case Column::overshoot: return to_double(metrics.overshoot) * 100;
    case Column::bankruptcies: return static_cast<double>(metrics.bankruptcies);
    case Column::fund_draw: return to_double(metrics.fund_draw) * 10'000;
    case Column::deleveraged: return to_double(metrics.deleveraged) * 10'000;
    case Column::cascade_index:
      if (!metrics.cascade_index) return std::nullopt;
      return to_double(*metrics.cascade_index);
  }
  LS_ASSERT(false);
  return std::nullopt;
}

double student_t95(u32 degrees) {
  LS_ASSERT(degrees > 0);
  double value = t_rows[0].value;
  for (const TRow& row : t_rows) {
    if (row.degrees <= degrees) value = row.value;
  }
  return value;
}

Estimate estimate(std::span<const double> values) {
  Estimate result;
  result.count = static_cast<u32>(values.size());
  if (values.empty()) return result;
  double sum = 0;
  for (const double value : values) sum += value;
  const double n = static_cast<double>(values.size());
  result.mean = sum / n;
  if (values.size() < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.half_width = student_t95(result.count - 1) * math::square_root(squares / (n - 1.0) / n);
  return result;
}

std::string to_text(const Estimate& estimate, int decimals) {
  if (estimate.count == 0) return "-";
  const std::string mean = fixed(estimate.mean, decimals);
  return estimate.count < 2 ? mean : mean + " +- " + fixed(estimate.half_width, decimals);
}

Summary summarise(std::span<const Metrics> runs) {
  Summary summary;
  for (std::size_t column = 0; column < columns; ++column) {
    std::vector<double> values;
    for (const Metrics& metrics : runs) {
      if (const auto value = value_of(metrics, static_cast<Column>(column))) values.push_back(*value);
    }
    summary[column] = estimate(values);
  }
  return summary;
}

Comparison compare(std::span<const Metrics> policy, std::span<const Metrics> baseline) {
  LS_ASSERT(policy.size() == baseline.size());
  Comparison comparison;
  bool some_better = false, all_better = true, none_worse = true;
  for (std::size_t column = 0; column < columns; ++column) {
    std::vector<double> differences;
    for (std::size_t seed = 0; seed < policy.size(); ++seed) {
      const auto ours = value_of(policy[seed], static_cast<Column>(column));
      const auto theirs = value_of(baseline[seed], static_cast<Column>(column));
      if (ours && theirs) differences.push_back(*ours - *theirs);
    }
    const Estimate difference = estimate(differences);
    const bool all_zero =
        std::all_of(differences.begin(), differences.end(), [](double d) { return d == 0; });
    const Verdict verdict = verdict_of(difference, all_zero);
    comparison.difference[column] = difference;
    comparison.verdict[column] = verdict;
    some_better = some_better || verdict == Verdict::better;
    all_better = all_better && (verdict == Verdict::better || verdict == Verdict::same);
    none_worse = none_worse && difference.mean <= 0;
  }
  comparison.better_on_every_column = all_better && some_better;
  comparison.worse_on_no_column = none_worse;
  return comparison;
}

bool prevented(const Summary& policy, const Summary& naive) {
  const Estimate& index = policy[static_cast<std::size_t>(Column::cascade_index)];
  const std::size_t fund = static_cast<std::size_t>(Column::fund_draw);
  return index.count > 0 && index.mean < 0.5 && policy[fund].mean <= naive[fund].mean;
}

}  // namespace lockstep::market
