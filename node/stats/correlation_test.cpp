// Reference numbers: the quantitative specification's vectors (section 3), made with another package; and a
// twin that keeps all bars and computes each pair from its definition.
#include "node/stats/correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "node/stats/dcc.h"
#include "node/stats/nearest_correlation.h"
#include "node/stats/seeded_returns.h"

namespace lockstep::stats {
namespace {

using Bar = std::vector<std::optional<double>>;

constexpr double r1[] = {0.012, -0.034, 0.005, 0.021, -0.018, 0.0075, -0.041, 0.016};
constexpr double r2[] = {0.015, -0.029, 0.011, 0.03, -0.022, -0.002, -0.06, 0.025};

template <class State>
Bytes bytes_of(const State& state) {
  Bytes bytes;
  Writer writer(bytes);
  state.write(writer);
  return bytes;
}

// Reads into `state`; whether that worked.
template <class State>
bool decodes(std::span<const u8> bytes, State& state) {
  Reader reader(bytes);
  state.read(reader);
  return reader.done();
}

std::vector<Bar> bars_of(u64 seed, u32 assets, u64 missing_percent, int count) {
  SeededReturns source(seed, assets, missing_percent);
  std::vector<Bar> bars;
  for (int i = 0; i < count; ++i) bars.push_back(source.next());
  return bars;
}

TEST(PairMoments, GiveTheReferenceCorrelation) {
  PairMoments moments(2, 0.94);
  for (int i = 0; i < 8; ++i) moments.add(Bar{r1[i], r2[i]});
  EXPECT_NEAR(moments.covariance(0, 0), 0.0005238025636046564, 1e-17);
  EXPECT_NEAR(moments.covariance(1, 1), 0.0009116233881247211, 1e-17);
  EXPECT_NEAR(moments.correlation(0, 1), 0.9690049030932217, 1e-14);
  EXPECT_NEAR(moments.weight(0, 1), 6.507184357648639, 1e-14);
}

// The pair's sums over the bars where both are there, the newest with weight 1.
struct Twin {
  double cross = 0, first = 0, second = 0, weight = 0;
};
Twin twin_of(const std::vector<Bar>& bars, u32 i, u32 j, double lambda) {
  Twin twin;
  double w = 1;
  for (std::size_t k = bars.size(); k > 0; --k) {
    const Bar& bar = bars[k - 1];
    if (!bar[i] || !bar[j]) continue;
    twin.cross += w * *bar[i] * *bar[j];
    twin.first += w * *bar[i] * *bar[i];
    twin.second += w * *bar[j] * *bar[j];
    twin.weight += w;
    w *= lambda;
  }
  return twin;
}

TEST(PairMoments, EqualTheBatchDefinitionWithMissingReturns) {
  const std::vector<Bar> bars = bars_of(21, 6, 20, 300);
  PairMoments moments(6, 0.97);
  for (const Bar& bar : bars) moments.add(bar);
  for (u32 i = 0; i < 6; ++i) {
    for (u32 j = 0; j < i; ++j) {
      const Twin twin = twin_of(bars, i, j, 0.97);
      EXPECT_NEAR(moments.covariance(i, j), twin.cross / twin.weight, 1e-15);
      EXPECT_NEAR(moments.correlation(i, j), twin.cross / std::sqrt(twin.first * twin.second), 1e-12);
    }
  }
}

TEST(PairMoments, StayPositiveSemidefiniteWhileNothingIsMissing) {
  SeededReturns source(5, 20, 0);
  PairMoments moments(20, 0.94);
  for (int i = 0; i < 200; ++i) {  // the first bars leave the matrix singular
    moments.add(source.next());
    ASSERT_GE(smallest_eigenvalue(moments.correlation()).value(), -1e-12) << i;
  }
}

TEST(PairMoments, AMissingReturnIsNoZero) {
  PairMoments moments(2, 0.94);
  for (int i = 0; i < 8; ++i) moments.add(Bar{r1[i], r2[i]});
  const PairMoments before = moments;
  moments.add(Bar{0.05, std::nullopt});
  EXPECT_EQ(moments.correlation(0, 1), before.correlation(0, 1));
  EXPECT_EQ(moments.covariance(1, 1), before.covariance(1, 1));
  EXPECT_GT(moments.covariance(0, 0), before.covariance(0, 0));
}

TEST(PairMoments, WhatIsNoNumberIsMissingAndCounted) {
  PairMoments moments(3, 0.94);
  moments.add(Bar{std::nan(""), HUGE_VAL, -1501});
  EXPECT_EQ(moments.rejected, 3);
  EXPECT_EQ(moments.weight(0, 0), 0);
  EXPECT_EQ(moments.correlation(0, 1), 0);
  moments.add(Bar{0, 0.01, 0.01});
  EXPECT_EQ(moments.correlation(0, 1), 0);  // an asset that has not moved
  EXPECT_EQ(moments.correlation(1, 2), 1);
}

TEST(PairMoments, PermutingTheAssetsPermutesTheMatrix) {
  const u32 order[] = {3, 0, 4, 1, 2};
  PairMoments one(5, 0.97), other(5, 0.97);
  Dcc one_dcc(5, {}), other_dcc(5, {});
  for (const Bar& bar : bars_of(8, 5, 10, 200)) {
    Bar permuted(5);
    for (u32 i = 0; i < 5; ++i) permuted[i] = bar[order[i]];
    one.add(bar);
    other.add(permuted);
    one_dcc.add(bar);
    other_dcc.add(permuted);
  }
  const Matrix a = one.correlation(), b = other.correlation();
  const Matrix c = one_dcc.correlation(), d = other_dcc.correlation();
  for (u32 i = 0; i < 5; ++i) {
    for (u32 j = 0; j < 5; ++j) {
      EXPECT_EQ(b(i, j), a(order[i], order[j]));
      EXPECT_EQ(d(i, j), c(order[i], order[j]));
    }
  }
}

TEST(Correlation, LowerBoundHasItsReferenceValues) {
  const double z = 2.326347874040841;
  EXPECT_NEAR(correlation_at_least(0.85, 90, z), 0.7644111744806726, 1e-14);
  EXPECT_NEAR(correlation_at_least(0.85, 33, z), 0.6812386760228295, 1e-14);
  EXPECT_NEAR(correlation_at_least(0.6, 90, z), 0.4167368340580595, 1e-14);
  EXPECT_NEAR(correlation_at_least(0.3, 90, z), 0.06003664418995977, 1e-14);
  EXPECT_EQ(correlation_at_least(0.9, 3, z), -1);
  EXPECT_NEAR(correlation_at_least(1, 1000, z), 1, 1e-12);
  EXPECT_NEAR(correlation_at_least(-1, 1000, z), -1, 1e-12);
  EXPECT_NEAR(correlation_at_least(0.5, 50, 0), 0.5, 1e-15);
}

TEST(WorstCorrelation, EqualsTheLowestOverAllStretches) {
  const std::vector<Bar> bars = bars_of(13, 4, 15, 365);
  WorstCorrelation worst(4, 20);
  for (const Bar& bar : bars) worst.add(bar);
  EXPECT_EQ(worst.blocks, 18);
  for (u32 i = 0; i < 4; ++i) {
    for (u32 j = 0; j < i; ++j) {
      double lowest = 1;
      for (std::ptrdiff_t begin = 0; begin + 60 <= 360; begin += 20) {
        const Twin twin = twin_of(std::vector<Bar>(bars.begin() + begin, bars.begin() + begin + 60), i, j, 1);
        lowest = std::min(lowest, twin.cross / std::sqrt(twin.first * twin.second));
      }
      EXPECT_NEAR(worst.worst(i, j), lowest, 1e-12);
    }
  }
}

TEST(WorstCorrelation, IsNotJudgedWhereHalfOfTheBarsAreMissing) {
  WorstCorrelation worst(2, 2);
  for (int i = 0; i < 12; ++i) worst.add(i % 3 == 0 ? Bar{0.01, -0.01} : Bar{0.01, std::nullopt});
  EXPECT_EQ(worst.worst(0, 1), 1);
  for (int i = 0; i < 6; ++i) worst.add(i % 2 == 0 ? Bar{0.01, -0.01} : Bar{0.01, std::nullopt});
  EXPECT_EQ(worst.worst(0, 1), -1);
}

// -1 in the first blocks, 1 ever after: remembered to the end of the span that follows, then forgotten.
TEST(WorstCorrelation, ForgetsSpanBySpan) {
  WorstCorrelation worst(2, 2);
  const u64 span = WorstCorrelation::blocks_per_span;
  for (u64 bar = 0; bar < 2 * (2 * span); ++bar) {
    EXPECT_EQ(worst.lowest(0, 1), bar < 6 ? 1 : -1) << bar;
    worst.add(bar < 6 ? Bar{0.01, -0.01} : Bar{0.01, 0.01});
  }
  EXPECT_NEAR(worst.lowest(0, 1), 1, 1e-12);
}

TEST(Correlations, NoticeThatACorrelationBroke) {
  Correlations correlations(2, {});
  SeededReturns source(2, 2, 0);
  EXPECT_EQ(correlations.pair(0, 1).reliable, -1);  // nothing is known yet
  for (int i = 0; i < 400; ++i) {
    const double r = *source.next()[0];
    correlations.add(Bar{r, r + 0.1 * *source.next()[0]});
  }
  const PairOutlook calm = correlations.pair(0, 1);
  EXPECT_GT(calm.estimate, 0.95);
  EXPECT_FALSE(calm.regime_break);
  EXPECT_EQ(calm.reliable, std::min({calm.lower, calm.long_run, calm.worst}));
  EXPECT_NEAR(calm.effective_size, 65.66666666666661, 0.01);
  for (int i = 0; i < 15; ++i) {
    const double r = *source.next()[0];
    correlations.add(Bar{r, -r});
  }
  EXPECT_TRUE(correlations.pair(0, 1).regime_break);
  for (int i = 0; i < 60; ++i) {
    const double r = *source.next()[0];
    correlations.add(Bar{r, -r});
  }
  for (int i = 0; i < 400; ++i) {
    const double r = *source.next()[0];
    correlations.add(Bar{r, r});
  }
  const PairOutlook after = correlations.pair(0, 1);
  EXPECT_GT(after.estimate, 0.95);
  EXPECT_LT(after.worst, -0.5);
  EXPECT_EQ(after.reliable, after.worst);
}

TEST(Correlations, CutAFalsePrintAndCountWhatIsMissing) {
  Correlations correlations(2, {});
  for (int i = 0; i < 100; ++i) correlations.add(Bar{i % 2 == 0 ? 0.01 : -0.01, 0.01});
  correlations.add(Bar{-9.0, std::nullopt});
  correlations.add(Bar{0.08, std::nan("")});
  EXPECT_EQ(correlations.winsorised, 1);
  EXPECT_EQ(correlations.missing, 1);
  EXPECT_EQ(correlations.rejected, 1);
  EXPECT_LT(correlations.slow.covariance(0, 0), 1e-4 * (1 + 64 * 0.07));
}

TEST(Dcc, FollowsTheReferenceRecursion) {
  // sigma 2 % and 2.5 % before the first bar, long run 0.8 throughout.
  Matrix long_run = identity(2);
  long_run(0, 1) = long_run(1, 0) = 0.8;
  Matrix q = long_run;
  const auto seeded = [](double sigma) {
    return Ewma{.sum = sigma * sigma / 0.06, .weight = 1 / 0.06, .squares = 0};
  };
  Ewma variance[] = {seeded(0.02), seeded(0.025)};
  for (int i = 0; i < 8; ++i) {
    const double r[] = {r1[i], r2[i]};
    Bar e(2);
    for (int k = 0; k < 2; ++k) {
      e[static_cast<std::size_t>(k)] = r[k] / std::sqrt(variance[k].mean());
      variance[k].add(r[k] * r[k], 0.94);
    }
    dcc_step(q, long_run, e, 0.02, 0.95);
  }
  EXPECT_NEAR(std::sqrt(variance[0].mean()), 0.021173954905012463, 1e-15);
  EXPECT_NEAR(std::sqrt(variance[1].mean()), 0.027146025006701928, 1e-15);
  EXPECT_NEAR(q(0, 0), 1.043829941654511, 1e-13);
  EXPECT_NEAR(q(1, 1), 1.0714514041592609, 1e-13);
  EXPECT_NEAR(q(0, 1), 0.8777348344923743, 1e-13);
  Dcc dcc(2, {});
  dcc.q = q;
  EXPECT_NEAR(dcc.correlation()(0, 1), 0.8299696665182936, 1e-13);
}

// The pair (i, j) from all its bars: sums over ages instead of recursions.
double dcc_twin(const std::vector<Bar>& bars, u32 i, u32 j) {
  std::vector<std::pair<double, double>> e;  // where both have one
  std::vector<double> past[2];
  for (const Bar& bar : bars) {
    const std::optional<double> r[2] = {bar[i], bar[j]};
    double standardised[2] = {};
    bool both = true;
    for (int k = 0; k < 2; ++k) {
      double sum = 0, weight = 0, squares = 0, w = 1;
      for (std::size_t age = 0; age < past[k].size(); ++age, w *= 0.94) {
        sum += w * std::pow(past[k][past[k].size() - 1 - age], 2);
        weight += w;
        squares += w * w;
      }
      const bool ready = r[k] && weight * weight >= 10 * squares && weight > 0;
      both = both && ready;
      if (!r[k]) continue;
      const double most = ready ? 8 * std::sqrt(sum / weight) : 1e9;
      const double used = std::clamp(*r[k], -most, most);
      if (ready) standardised[k] = used / std::sqrt(sum / weight);
      past[k].push_back(used);
    }
    if (both) e.emplace_back(standardised[0], standardised[1]);
  }
  const double start = i == j ? 1 : 0;
  const auto long_run = [&](std::size_t count) {  // after that many bars, the identity weighing ten
    double sum = 10 * start * std::pow(0.995, count), weight = 10 * std::pow(0.995, count);
    for (std::size_t k = 0; k < count; ++k) {
      sum += std::pow(0.995, count - 1 - k) * e[k].first * e[k].second;
      weight += std::pow(0.995, count - 1 - k);
    }
    return sum / weight;
  };
  double q = start * std::pow(0.95, e.size());
  for (std::size_t k = 0; k < e.size(); ++k) {
    q += std::pow(0.95, e.size() - 1 - k) * (0.03 * long_run(k + 1) + 0.02 * e[k].first * e[k].second);
  }
  return q;
}

TEST(Dcc, EqualsTheBatchDefinitionWithMissingReturns) {
  const std::vector<Bar> bars = bars_of(77, 3, 15, 250);
  Dcc dcc(3, {});
  for (const Bar& bar : bars) dcc.add(bar);
  for (u32 i = 0; i < 3; ++i) {
    for (u32 j = 0; j <= i; ++j) EXPECT_NEAR(dcc.q(i, j), dcc_twin(bars, i, j), 1e-12);
  }
}

TEST(Dcc, StaysPositiveSemidefiniteAndFindsTheCorrelation) {
  SeededReturns source(5, 10, 0);
  Dcc dcc(10, {});
  double sum = 0;
  for (int i = 0; i < 3000; ++i) {
    dcc.add(source.next());
    if (i % 10 == 0) {
      ASSERT_GE(smallest_eigenvalue(dcc.correlation()).value(), -1e-12) << i;
    }
    if (i >= 1000) sum += dcc.correlation()(4, 9);
  }
  EXPECT_NEAR(sum / 2000, 0.5, 0.05);  // two assets that are half the market and half their own
}

TEST(Dcc, ScalingAnAssetsReturnsChangesNothing) {
  Dcc one(2, {}), other(2, {});
  for (Bar& bar : bars_of(6, 2, 10, 300)) {
    one.add(bar);
    if (bar[1]) *bar[1] *= 8;  // a power of two: to the bit
    other.add(bar);
  }
  EXPECT_EQ(one.q.values, other.q.values);
}

// Straight through, and through bytes every few bars: the same bits.
template <class State>
void expect_restart(State straight, const State& fresh) {
  State restarted = straight;
  int i = 0;
  for (const Bar& bar : bars_of(31, 4, 10, 150)) {
    straight.add(bar);
    restarted.add(bar);
    if (++i % 13 != 0) continue;
    const Bytes bytes = bytes_of(restarted);
    restarted = fresh;
    ASSERT_TRUE(decodes(bytes, restarted));
    ASSERT_EQ(bytes_of(restarted), bytes_of(straight));
  }
  const Bytes bytes = bytes_of(straight);
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_FALSE(decodes(std::span<const u8>(bytes).first(size), restarted)) << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decodes(longer, restarted));
}

TEST(Correlation, EveryStateRestartsWithTheSameBits) {
  expect_restart(PairMoments(4, 0.97), PairMoments{});
  expect_restart(WorstCorrelation(4, 20), WorstCorrelation{});
  expect_restart(Correlations(4, {}), Correlations{});
  expect_restart(Dcc(4, {}), Dcc{});
}

TEST(Correlation, AStateOfAnotherRuleOrWithoutSymmetryIsRefused) {
  CorrelationRule other;
  other.slow = 0.98;
  Correlations correlations(2, other);
  EXPECT_FALSE(decodes(bytes_of(Correlations(2, {})), correlations));
  PairMoments moments(2, 0.94);
  moments.add(Bar{0.1, 0.2});
  moments.sum(0, 1) = 0.3;
  EXPECT_FALSE(decodes(bytes_of(moments), correlations.fast));
  moments.sum(0, 1) = moments.sum(1, 0);
  moments.own(0, 1) = -1;
  EXPECT_FALSE(decodes(bytes_of(moments), correlations.fast));
}

}  // namespace
}  // namespace lockstep::stats
