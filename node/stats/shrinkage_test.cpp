// Reference numbers: the quantitative specification's vectors (section 3), made with another package; and
// twins that keep all bars.
#include "node/stats/shrinkage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "node/stats/nearest_correlation.h"
#include "node/stats/seeded_returns.h"

namespace lockstep::stats {
namespace {

const std::vector<std::vector<double>> reference_bars = {
    {0.012, 0.015, 0.02, -0.004},    {-0.034, -0.029, -0.045, 0.002}, {0.005, 0.011, -0.003, 0.001},
    {0.021, 0.03, 0.041, -0.002},    {-0.018, -0.022, -0.01, 0.006},  {0.0075, -0.002, 0.012, 0.0},
    {-0.041, -0.06, -0.055, 0.003},  {0.016, 0.025, 0.018, -0.001},   {0.002, -0.004, 0.009, 0.004},
    {-0.009, -0.012, -0.021, -0.003}};
const std::vector<double> reference_identity = {
    0.0004161009941227345,  0.0004025475337156186,   0.0004425755767410633,   -2.748661962321657e-05,
    0.0004025475337156186,  0.0006339338615271714,   0.0005467417453453386,   -3.6595230337783506e-05,
    0.0004425755767410633,  0.0005467417453453386,   0.0007452631123438733,   -3.0437069872330486e-05,
    -2.748661962321657e-05, -3.6595230337783506e-05, -3.0437069872330486e-05, 0.00010034453200622092};
const std::vector<double> reference_constant_correlation = {
    0.0004020025000000001,  0.0004262271983986075,   0.00046858132389620546,  -2.520429703059436e-05,
    0.0004262271983986075,  0.0006729599999999999,   0.000580218309062503,    -3.3649078504930884e-05,
    0.00046858132389620546, 0.000580218309062503,    0.0008114400000000001,   -2.7137674822794522e-05,
    -2.520429703059436e-05, -3.3649078504930884e-05, -2.7137674822794522e-05, 9.240000000000001e-06};

void expect_near(const Matrix& matrix, const std::vector<double>& expected) {
  ASSERT_EQ(matrix.values.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(matrix.values[i], expected[i], 1e-16) << i;
}

TEST(Shrinkage, GivesTheReferenceMatrices) {
  const Shrunk to_identity = shrink(reference_bars, Target::identity);
  EXPECT_NEAR(to_identity.intensity, 0.19606260242127618, 1e-12);
  expect_near(to_identity.covariance, reference_identity);
  const Shrunk to_constant = shrink(reference_bars, Target::constant_correlation);
  EXPECT_NEAR(to_constant.intensity, 0.19076033540064188, 1e-12);
  expect_near(to_constant.covariance, reference_constant_correlation);
}

// b^2 / d^2 with weighted means and the effective number of bars, from the definition.
double identity_intensity(const std::vector<std::vector<double>>& bars, double lambda) {
  const std::size_t p = bars[0].size();
  std::vector<double> w(bars.size());
  double weight = 0, squares = 0;
  for (std::size_t k = 0; k < bars.size(); ++k) {
    w[k] = std::pow(lambda, static_cast<double>(bars.size() - 1 - k));
    weight += w[k];
    squares += w[k] * w[k];
  }
  std::vector<double> s(p * p, 0);
  double mean = 0;
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) {
      for (std::size_t k = 0; k < bars.size(); ++k) s[i * p + j] += w[k] / weight * bars[k][i] * bars[k][j];
    }
    mean += s[i * p + i] / static_cast<double>(p);
  }
  double d2 = 0, b2 = 0;
  for (std::size_t i = 0; i < p * p; ++i) {
    const double target = i % (p + 1) == 0 ? mean : 0;
    d2 += (s[i] - target) * (s[i] - target);
    for (std::size_t k = 0; k < bars.size(); ++k) {
      const double apart = bars[k][i / p] * bars[k][i % p] - s[i];
      b2 += w[k] / weight * apart * apart;
    }
  }
  return std::min(1.0, b2 * squares / (weight * weight) / d2);
}

TEST(Shrinkage, ExponentiallyWeightedEqualsItsDefinition) {
  SeededReturns source(3, 6, 0);
  ShrinkageMoments moments(6, 0.97);
  std::vector<std::vector<double>> bars;
  for (int k = 0; k < 250; ++k) {
    moments.add(source.next());
    bars.emplace_back();
    SeededReturns again(3, 6, 0);
    for (int skip = 0; skip < k; ++skip) again.next();
    for (const std::optional<double>& r : again.next()) bars.back().push_back(*r);
  }
  EXPECT_NEAR(shrink(moments, Target::identity).intensity, identity_intensity(bars, 0.97), 1e-10);
}

TEST(Shrinkage, MoreAssetsThanBarsGiveAMatrixThatCanBeInverted) {
  SeededReturns source(4, 30, 0);
  ShrinkageMoments moments(30, 1);
  for (int k = 0; k < 15; ++k) moments.add(source.next());
  EXPECT_LT(smallest_eigenvalue(moments.second.covariance()).value(), 1e-18);
  for (const Target target : {Target::identity, Target::constant_correlation}) {
    const Shrunk shrunk = shrink(moments, target);
    EXPECT_GT(shrunk.intensity, 0.01);
    EXPECT_LE(shrunk.intensity, 1);
    EXPECT_GT(smallest_eigenvalue(shrunk.covariance).value(), 1e-7);
  }
}

TEST(Shrinkage, WhatHasNothingToShrinkStaysAsItIs) {
  for (const Target target : {Target::identity, Target::constant_correlation}) {
    EXPECT_EQ(shrink(ShrinkageMoments(3, 0.97), target).covariance.values, Matrix(3).values);
    const std::vector<std::vector<double>> one_asset = {{0.01}, {-0.03}};
    EXPECT_NEAR(shrink(one_asset, target).covariance(0, 0), 4e-4, 1e-18);
    const std::vector<std::vector<double>> one_still = {{0.01, 0}, {-0.03, 0}, {0.02, 0}};
    EXPECT_EQ(shrink(one_still, Target::constant_correlation).covariance(0, 1), 0);
  }
}

TEST(Shrinkage, RestartsWithTheSameBits) {
  SeededReturns source(7, 3, 20);
  ShrinkageMoments straight(3, 0.97), restarted(3, 0.97);
  for (int k = 0; k < 60; ++k) {
    const std::vector<std::optional<double>>& bar = source.next();
    straight.add(bar);
    restarted.add(bar);
    Bytes a, b;
    Writer to_a(a), to_b(b);
    straight.write(to_a);
    restarted.write(to_b);
    ASSERT_EQ(a, b);
    restarted = ShrinkageMoments{};
    Reader reader(b);
    restarted.read(reader);
    ASSERT_TRUE(reader.done());
    Reader truncated(std::span<const u8>(a).first(a.size() - 1));
    ShrinkageMoments none;
    none.read(truncated);
    ASSERT_FALSE(truncated.done());
  }
}

}  // namespace
}  // namespace lockstep::stats
