// Metrics: a run of five steps by hand, intervals from a textbook, verdicts of pairs.
#include "node/market/metrics.h"

#include <gtest/gtest.h>

#include "node/market/chance.h"

namespace lockstep::market {
namespace {

Price dollars(i64 n) { return Price::from_raw(n * price_one); }
Value money(i64 n) { return Value::from_raw(n * value_one); }

// The fundamental goes 100, 95, 90, 92, 94 and the price 100, 94, 87, 91, 94.
RunRecord five_steps() {
  RunRecord run;
  run.policy = "naive";
  run.fund_start = money(50);
  run.open_interest_start = money(10'000);
  run.reference_liquidations = 4;
  const auto step = [&](i64 fundamental, i64 price, i64 liquidated, u32 count, u32 bankrupt, i64 fund,
                        i64 adl) {
    run.steps.push_back({dollars(fundamental), dollars(price), money(liquidated), count, bankrupt,
                         money(fund), money(adl), money(10'000)});
  };
  step(100, 100, 0, 0, 0, 50, 0);
  step(95, 94, 400, 3, 0, 52, 0);
  step(90, 87, 900, 6, 2, 38, 0);
  step(92, 91, 200, 1, 1, 43, 15);
  step(94, 94, 0, 0, 0, 45, 0);
  return run;
}

TEST(Metrics, OfFiveStepsByHand) {
  const Metrics metrics = metrics_of(five_steps());
  EXPECT_EQ(metrics.excess, 6);                        // 3 + 6 + 1 - 4
  EXPECT_EQ(metrics.volume, percent(15));              // (400 + 900 + 200) / 10,000
  EXPECT_EQ(metrics.overshoot.raw(), 33'333'333'333);  // (90 - 87) / 90
  EXPECT_EQ(metrics.bankruptcies, 3);
  EXPECT_EQ(metrics.fund_draw, basis_points(12));  // (50 - 38) / 10,000, although 45 are left at the end
  EXPECT_EQ(metrics.deleveraged.raw(), rate_one * 15 / 10'000);
  EXPECT_FALSE(metrics.cascade_index);
}

TEST(Metrics, AFundThatOnlyGrowsHasNoDraw) {
  RunRecord run = five_steps();
  for (StepRecord& step : run.steps) step.fund = money(60);
  EXPECT_EQ(metrics_of(run).fund_draw, Rate{});
}

TEST(Metrics, CascadeIndexIsTheShareOfTheNaiveExcess) {
  const Metrics naive = metrics_of(five_steps());
  Metrics policy = naive;
  policy.excess = 2;
  set_cascade_index(policy, naive);
  EXPECT_EQ(policy.cascade_index->raw(), 333'333'333'333);  // (6 - 4) / (10 - 4)
  Metrics itself = naive;
  set_cascade_index(itself, naive);
  EXPECT_EQ(itself.cascade_index->raw(), rate_one);
  Metrics calm = naive;
  calm.excess = 0;
  set_cascade_index(policy, calm);
  EXPECT_FALSE(policy.cascade_index);  // no cascade to compare with
}

// The textbook's: n = 10, mean 20, standard deviation 3: 20 +- 2.262 * 3 / sqrt 10 = 20 +- 2.146.
TEST(Estimate, IsTheTextbooksInterval) {
  // Nine times the variance is 81: deviations 4, -4, 3, -3, 3, -3, 2, -2, 0 and 0 have squares that sum to
  // 76; with sqrt 2.5 and its negative in place of the zeros to 81.
  const double rest = math::square_root(2.5);
  const double values[] = {24, 16, 23, 17, 23, 17, 22, 18, 20 + rest, 20 - rest};
  const Estimate result = estimate(values);
  EXPECT_EQ(result.count, 10u);
  EXPECT_NEAR(result.mean, 20, 1e-12);
  EXPECT_NEAR(result.half_width, 2.146, 0.0005);
  EXPECT_EQ(to_text(result, 2), "20.00 +- 2.15");
}

TEST(Estimate, NeedsTwoValuesForAnInterval) {
  const double one[] = {7};
  EXPECT_EQ(estimate(one).half_width, 0);
  EXPECT_EQ(to_text(estimate(one), 1), "7.0");
  EXPECT_EQ(to_text(estimate({}), 1), "-");
  const double two[] = {-1, -2};  // 12.706 * sqrt(.5 / 2) = 6.353
  EXPECT_EQ(to_text(estimate(two), 3), "-1.500 +- 6.353");
}

TEST(Estimate, StudentsTIsWidestForFewSeeds) {
  EXPECT_EQ(student_t95(1), 12.706);
  EXPECT_EQ(student_t95(9), 2.262);
  EXPECT_EQ(student_t95(35), 2.042);  // the row of 30
  EXPECT_EQ(student_t95(1'000'000), 1.962);
}

// Three seeds on which the policy has less of everything, by amounts that differ little.
std::vector<Metrics> seeds(i64 scale) {
  std::vector<Metrics> runs;
  for (const i64 seed : {10, 11, 12}) {
    const i64 x = seed * scale;
    runs.push_back({x, percent(x), percent(x), x, basis_points(x), basis_points(x), percent(x)});
  }
  return runs;
}

Verdict of(const Comparison& comparison, Column column) {
  return comparison.verdict[static_cast<std::size_t>(column)];
}

TEST(Comparison, BetterInEveryColumn) {
  const Comparison comparison = compare(seeds(1), seeds(2));
  EXPECT_TRUE(comparison.better_on_every_column);
  EXPECT_TRUE(comparison.worse_on_no_column);
  // Differences -10, -11, -12: mean -11, 4.303 * 1 / sqrt 3 = 2.484.
  EXPECT_EQ(to_text(comparison.difference[0], 3), "-11.000 +- 2.484");
  EXPECT_FALSE(compare(seeds(2), seeds(1)).better_on_every_column);
  EXPECT_EQ(of(compare(seeds(2), seeds(1)), Column::excess), Verdict::worse);
}

TEST(Comparison, OneWorseColumnDecides) {
  std::vector<Metrics> policy = seeds(1);
  for (Metrics& metrics : policy) metrics.fund_draw = basis_points(60);
  const Comparison comparison = compare(policy, seeds(2));
  EXPECT_EQ(of(comparison, Column::fund_draw), Verdict::worse);
  EXPECT_FALSE(comparison.better_on_every_column);
  EXPECT_FALSE(comparison.worse_on_no_column);
}

TEST(Comparison, ColumnsThatAreEqualOnEverySeedDoNotDecide) {
  std::vector<Metrics> policy = seeds(1), naive = seeds(2);
  for (auto* runs : {&policy, &naive}) {
    for (Metrics& metrics : *runs) metrics.bankruptcies = 0;
  }
  const Comparison comparison = compare(policy, naive);
  EXPECT_EQ(of(comparison, Column::bankruptcies), Verdict::same);
  EXPECT_TRUE(comparison.better_on_every_column);
  EXPECT_FALSE(compare(naive, naive).better_on_every_column);
}

TEST(Comparison, DifferencesThatScatterAroundZeroAreUndecided) {
  std::vector<Metrics> policy = seeds(1);
  policy[0].excess = 50;  // against 20, 22, 24: +30, -11, -12
  const Comparison comparison = compare(policy, seeds(2));
  EXPECT_EQ(of(comparison, Column::excess), Verdict::undecided);
  EXPECT_FALSE(comparison.better_on_every_column);
}

TEST(Comparison, PreventedNeedsAFundThatIsNotWorse) {
  const Summary naive = summarise(seeds(2));
  Summary policy = summarise(seeds(1));
  EXPECT_TRUE(prevented(policy, naive));  // index .11, fund draw 11 of 22 bp
  policy[static_cast<std::size_t>(Column::fund_draw)].mean = 23;
  EXPECT_FALSE(prevented(policy, naive));
}

}  // namespace
}  // namespace lockstep::market
