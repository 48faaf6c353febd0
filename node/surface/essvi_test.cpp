// The projection of eSSVI smiles against dense grids, and partial fits.
#include "node/surface/essvi.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/prng.h"

namespace lockstep::surface {
namespace {

double between(Prng& prng, double low, double high) {
  return low + (high - low) * static_cast<double>(prng.below(1'000'001)) / 1e6;
}

Essvi any_smile(Prng& prng) {
  Essvi e{math::exp(between(prng, -9, 0)), between(prng, -0.9, 0.9), 0};
  e.psi = between(prng, 0.02, 0.99) * psi_max(e.theta, e.rho);
  return e;
}

// Logarithmic in both directions, as far as 10,000.
std::vector<double> dense_grid() {
  std::vector<double> grid;
  for (int i = 0; i <= 400; ++i) {
    const double k = math::exp(-12.0 + 21.2 * static_cast<double>(i) / 400.0);
    grid.push_back(k);
    grid.push_back(-k);
  }
  grid.push_back(0);
  return grid;
}

bool in_order_on(const std::vector<double>& grid, const Essvi& earlier, const Essvi& later) {
  for (const double k : grid) {
    if (variance(later, k) < variance(earlier, k) * (1 - 1e-12)) return false;
  }
  return true;
}

TEST(Projection, OfAnySmileIsInOrderWithItsNeighboursAndRounded) {
  Prng prng(11);
  const std::vector<double> grid = dense_grid();
  int moved = 0;
  for (int trial = 0; trial < 2'000; ++trial) {
    const Essvi earlier = projected(any_smile(prng), {});
    const Essvi wish = any_smile(prng);
    const Essvi later = projected(wish, {earlier, {}});
    ASSERT_TRUE(in_order_on(grid, earlier, later)) << trial;
    const Essvi middle = projected(any_smile(prng), {earlier, later});
    const SurfaceSlice slices[] = {slice_of(earlier), slice_of(middle), slice_of(later)};
    for (const SurfaceSlice& slice : slices) ASSERT_EQ(smile_defect(slice), SmileDefect::none) << trial;
    ASSERT_TRUE(calendar_consistent(smile_of(slices[0]), smile_of(slices[2]))) << trial;
    if (later.theta > earlier.theta * 1.001) {
      ASSERT_TRUE(calendar_consistent(smile_of(slices[0]), smile_of(slices[1]))) << trial;
      ASSERT_TRUE(calendar_consistent(smile_of(slices[1]), smile_of(slices[2]))) << trial;
    }
    moved += later.psi != wish.psi ? 1 : 0;
  }
  EXPECT_GT(moved, 1'000);  // most pairs of random smiles are out of order
}

TEST(Projection, LeavesAnAdmissibleSmileAlone) {
  const Essvi earlier{0.01, -0.2, 0.08}, later{0.02, -0.25, 0.11};
  const Essvi same = projected(later, {earlier, {}});
  EXPECT_EQ(same.theta, later.theta);
  EXPECT_EQ(same.rho, later.rho);
  EXPECT_EQ(same.psi, later.psi);
}

// The exact test of the checker against dense grids, on pairs of both kinds.
TEST(Calendar, CheckerAgreesWithDenseGrids) {
  Prng prng(5);
  const std::vector<double> grid = dense_grid();
  int ordered = 0, crossed = 0;
  for (int trial = 0; trial < 3'000; ++trial) {
    const Essvi a = any_smile(prng);
    Essvi b = any_smile(prng);
    if (trial % 2 == 0)
      b = {a.theta * between(prng, 1, 1.5), a.rho * between(prng, 0.9, 1.1),
           a.psi * between(prng, 0.95, 1.2)};
    if (b.psi > psi_max(b.theta, b.rho)) continue;
    const SurfaceSlice earlier = slice_of(a), later = slice_of(b);
    const bool said = calendar_consistent(smile_of(earlier), smile_of(later));
    const bool seen = in_order_on(grid, essvi_of(earlier), essvi_of(later));
    // A grid can miss a crossing, never invent one beyond rounding.
    ASSERT_TRUE(seen || !said) << trial;
    ordered += said ? 1 : 0;
    crossed += said ? 0 : 1;
    if (!said && seen) {
      // Then it is between two nodes or beyond them: a finer look there must find it.
      bool found = false;
      for (int i = 0; i < 200'000 && !found; ++i) {
        const double size = math::exp(-12.0 + 32.0 * static_cast<double>(i / 2) / 100'000.0);
        const double k = i % 2 == 0 ? size : -size;
        found = variance(essvi_of(later), k) < variance(essvi_of(earlier), k);
      }
      ASSERT_TRUE(found) << trial;
    }
  }
  EXPECT_GT(ordered, 200);
  EXPECT_GT(crossed, 1'000);
}

TEST(EssviFit, FreesOnlyWhatItIsToldTo) {
  const Essvi truth{0.02, -0.3, 0.09};
  std::vector<Sample> samples;
  for (const double k : {-0.2, 0.0, 0.2}) samples.push_back({k, variance(truth, k), 1e8});
  const Essvi start{0.015, 0.1, 0.06};
  const Essvi level = fit_essvi(samples, start, {}, Free::level).smile;
  EXPECT_EQ(level.rho, start.rho);
  EXPECT_NEAR(level.psi / level.theta, start.psi / start.theta, 1e-12);
  const Essvi skew = fit_essvi(samples, start, {}, Free::level_and_skew).smile;
  EXPECT_NEAR(skew.psi / skew.theta, start.psi / start.theta, 1e-12);
  EXPECT_LT(skew.rho, 0);
  const Essvi all = fit_essvi(samples, start, {}).smile;
  EXPECT_NEAR(all.theta, truth.theta, 1e-9);
  EXPECT_NEAR(all.rho, truth.rho, 1e-7);
  EXPECT_NEAR(all.psi, truth.psi, 1e-8);
}

}  // namespace
}  // namespace lockstep::surface
