// The inner problem of the SVI fit against brute force, and the constraints that it has to keep.
#include "node/surface/svi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/base/prng.h"

namespace lockstep::surface {
namespace {

double between(Prng& prng, double low, double high) {
  return low + (high - low) * static_cast<double>(prng.below(1'000'001)) / 1e6;
}

std::vector<Sample> random_samples(Prng& prng, std::size_t count) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < count; ++i) {
    samples.push_back({between(prng, -0.5, 0.5), between(prng, 0.001, 0.1), between(prng, 0.1, 10)});
  }
  return samples;
}

double cost(const std::vector<Sample>& samples, const Svi& s) {
  double sum = 0;
  for (const Sample& x : samples) {
    const double error = x.w - variance(s, x.k);
    sum += x.weight * error * error;
  }
  return sum;
}

// No point of a fine grid over the polyhedron is better than the solution, whatever planes it lies on.
TEST(SviInner, IsTheMinimumOverTheWholePolyhedron) {
  Prng prng(3);
  int at_a_bound = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const std::vector<Sample> samples = random_samples(prng, 8);
    const double m = between(prng, -0.2, 0.2), sigma = between(prng, 0.05, 0.5);
    SviBounds bounds;
    bounds.left_min = between(prng, 0, 0.1);
    bounds.right_min = between(prng, 0, 0.1);
    bounds.left_max = bounds.left_min + between(prng, 0, 0.3);
    bounds.right_max = bounds.right_min + between(prng, 0, 0.3);
    const SviFit fit = fit_svi_inner(samples, m, sigma, bounds);
    ASSERT_LT(fit.cost, 1e299);
    EXPECT_NEAR(cost(samples, fit.smile), fit.cost, 1e-9 * fit.cost + 1e-15);
    const double left = fit.smile.b * (1 - fit.smile.rho), right = fit.smile.b * (1 + fit.smile.rho);
    EXPECT_GE(left, bounds.left_min - 1e-9);
    EXPECT_LE(left, bounds.left_max + 1e-9);
    EXPECT_GE(right, bounds.right_min - 1e-9);
    EXPECT_LE(right, bounds.right_max + 1e-9);
    EXPECT_GE(fit.smile.a, -1e-12);
    if (left < bounds.left_min + 1e-9 || right > bounds.right_max - 1e-9) ++at_a_bound;
    double most = 0;
    for (const Sample& s : samples) most = std::max(most, s.w);
    for (int i = 0; i <= 30; ++i) {
      for (int j = 0; j <= 30; ++j) {
        for (int n = 0; n <= 30; ++n) {
          const double l = bounds.left_min + (bounds.left_max - bounds.left_min) * i / 30;
          const double r = bounds.right_min + (bounds.right_max - bounds.right_min) * j / 30;
          const double b = 0.5 * (l + r);
          const Svi other{most * n / 30, b, b > 0 ? (r - l) / (r + l) : 0, m, sigma};
          ASSERT_GE(cost(samples, other), fit.cost * (1 - 1e-9)) << "trial " << trial;
        }
      }
    }
  }
  EXPECT_GT(at_a_bound, 10);  // the constraints were at work
}

TEST(Svi, FindsTheSmileThatItsSamplesCameFrom) {
  const Svi truth{0.01, 0.08, -0.35, 0.03, 0.12};
  std::vector<Sample> samples;
  for (int i = -10; i <= 10; ++i) {
    const double k = 0.05 * static_cast<double>(i);
    samples.push_back({k, variance(truth, k), 1e6});
  }
  const SviFit fit = fit_svi(samples, usual_start(variance(truth, 0)));
  for (const Sample& s : samples) EXPECT_NEAR(variance(fit.smile, s.k), s.w, 1e-6);
}

// A straight line has no curvature to find, and equal variances no slope: both are smiles all the same.
TEST(Svi, DegenerateQuotesGiveAFiniteSmile) {
  for (const double slope : {0.0, 0.05}) {
    std::vector<Sample> samples;
    for (int i = -4; i <= 4; ++i) {
      const double k = 0.1 * static_cast<double>(i);
      samples.push_back({k, 0.04 + slope * k, 1});
    }
    const SviFit fit = fit_svi(samples, usual_start(0.04));
    for (const Sample& s : samples) EXPECT_NEAR(variance(fit.smile, s.k), s.w, 2e-3) << slope;
    EXPECT_GT(fit.smile.sigma, 0);
    EXPECT_LT(math::absolute(fit.smile.rho), 1);
  }
}

}  // namespace
}  // namespace lockstep::surface
