// The fits, the checker and the jump-wings reading against numbers from elsewhere: scipy's least squares and
// the published example of Vogt (quant.md section 2.4, vectors key s2_vol_surface).
#include <gtest/gtest.h>

#include <algorithm>

#include "core/pricing/convert.h"
#include "node/surface/jump_wings.h"
#include "node/surface/testing_slices.h"

namespace lockstep::surface {
namespace {

using math::absolute;
using math::square_root;

std::vector<Sample> samples_of(const ReferenceSlice& r) {
  std::vector<Sample> samples;
  double sum = 0;
  for (std::size_t i = 0; i < r.k.size(); ++i) {
    const double half = 2.0 * r.volatility[i] * r.years * std::max(r.half_spread[i], 0.001);
    samples.push_back({r.k[i], r.volatility[i] * r.volatility[i] * r.years, 1.0 / (half * half)});
    sum += samples.back().weight;
  }
  for (Sample& s : samples) s.weight /= sum;
  return samples;
}

template <class Model>
double share_inside(const ReferenceSlice& r, const Model& smile) {
  double inside = 0;
  for (std::size_t i = 0; i < r.k.size(); ++i) {
    const double fitted = square_root(variance(smile, r.k[i]) / r.years);
    if (absolute(fitted - r.volatility[i]) <= r.half_spread[i]) inside += 1;
  }
  return inside / static_cast<double>(r.k.size());
}

#define EXPECT_RELATIVE(got, wanted, error) \
  EXPECT_LT(absolute((got) / (wanted)-1.0), error) << (got) << " instead of " << (wanted)

TEST(Svi, FindsTheSmilesAndCostsOfTheReference) {
  for (const ReferenceSlice& r : reference_slices) {
    SCOPED_TRACE(r.name);
    const std::vector<Sample> samples = samples_of(r);
    const double theta = r.w_middle;
    const SviFit fit = fit_svi(samples, usual_start(theta));
    EXPECT_RELATIVE(fit.cost, r.svi_cost, 1e-6);
    EXPECT_RELATIVE(variance(fit.smile, -0.2), r.w_left, 1e-6);
    EXPECT_RELATIVE(variance(fit.smile, 0), r.w_middle, 1e-6);
    EXPECT_RELATIVE(variance(fit.smile, 0.2), r.w_right, 1e-6);
    EXPECT_RELATIVE(fit.smile.a, r.svi.a, 1e-4);
    EXPECT_RELATIVE(fit.smile.b, r.svi.b, 1e-4);
    EXPECT_RELATIVE(fit.smile.rho, r.svi.rho, 1e-4);
    EXPECT_RELATIVE(fit.smile.m, r.svi.m, 1e-4);
    EXPECT_RELATIVE(fit.smile.sigma, r.svi.sigma, 1e-4);
    EXPECT_EQ(share_inside(r, fit.smile), r.svi_inside);
    EXPECT_EQ(smile_defect(slice_of(fit.smile)), SmileDefect::none);
  }
}

TEST(Svi, TwiceAsManyEvaluationsReachTheReferenceParameters) {
  for (const ReferenceSlice& r : reference_slices) {
    SCOPED_TRACE(r.name);
    const SviFit fit = fit_svi(samples_of(r), usual_start(r.w_middle), {}, 200);
    EXPECT_RELATIVE(fit.cost, r.svi_cost, 1e-9);
    EXPECT_RELATIVE(fit.smile.b, r.svi.b, 1e-6);
    EXPECT_RELATIVE(fit.smile.m, r.svi.m, 1e-6);
  }
}

TEST(Essvi, FindsTheSmilesOfTheReference) {
  for (const ReferenceSlice& r : reference_slices) {
    SCOPED_TRACE(r.name);
    const std::vector<Sample> samples = samples_of(r);
    const double theta = samples[samples.size() / 2].w;
    const EssviFit fit = fit_essvi(samples, {theta, -0.1, 0.3 * psi_max(theta, -0.1)}, {});
    EXPECT_RELATIVE(fit.smile.theta, r.essvi.theta, 1e-6);
    EXPECT_RELATIVE(fit.smile.rho, r.essvi.rho, 1e-6);
    EXPECT_RELATIVE(fit.smile.psi, r.essvi.psi, 1e-6);
    EXPECT_NEAR(share_inside(r, fit.smile), r.essvi_inside, 1e-12);
    EXPECT_EQ(smile_defect(slice_of(fit.smile)), SmileDefect::none);
  }
}

constexpr Svi vogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};

// Its least variance is fine; only the density is negative.
TEST(Vogt, IsRefusedForButterflyArbitrageWhereItIsWorst) {
  const SurfaceSlice slice = slice_of(vogt);
  EXPECT_EQ(smile_defect(slice), SmileDefect::butterfly);
  EXPECT_NEAR(butterfly(smile_of(slice), 0.879), -0.0328635, 1e-7);
  EXPECT_NEAR(butterfly(smile_of(slice), -1.0), 0.2678703587364596, 1e-9);
  EXPECT_NEAR(butterfly(smile_of(slice), 1.2), -0.00691518183828615, 1e-9);
}

TEST(Vogt, JumpWingsAndRepairAreThePublishedOnes) {
  const JumpWings j = jump_wings(vogt, 1.0);
  EXPECT_NEAR(j.variance, 0.01742625, 1e-8);
  EXPECT_NEAR(j.skew, -0.1752111, 1e-7);
  EXPECT_NEAR(j.put_slope, 0.6997381, 1e-7);
  EXPECT_NEAR(j.call_slope, 1.316798, 1e-6);
  EXPECT_NEAR(j.least_variance, 0.0116249, 1e-7);
  const std::optional<Svi> fixed = repaired(vogt, 1.0);
  ASSERT_TRUE(fixed);
  const JumpWings after = jump_wings(*fixed, 1.0);
  EXPECT_NEAR(after.call_slope, 0.3493158225, 1e-10);
  EXPECT_NEAR(after.least_variance, 0.0154818248, 1e-10);
  EXPECT_NEAR(fixed->a, 0.00774091242, 1e-9);
  EXPECT_NEAR(fixed->b, 0.06924203449, 1e-9);
  EXPECT_NEAR(fixed->rho, -0.33403648, 1e-7);
  EXPECT_NEAR(fixed->m, 0.04203374523, 1e-9);
  EXPECT_NEAR(fixed->sigma, 0.11860781, 1e-7);
  EXPECT_EQ(smile_defect(slice_of(*fixed)), SmileDefect::none);
  double least = 1;
  for (int i = -1500; i <= 1500; ++i) {
    least = std::min(least, butterfly(smile_of(slice_of(*fixed)), static_cast<double>(i) / 1000.0));
  }
  EXPECT_NEAR(least, 0.27783, 1e-4);
}

TEST(JumpWings, ComeBackAsTheSameRawSmile) {
  for (const ReferenceSlice& r : reference_slices) {
    const std::optional<Svi> back = raw_svi(jump_wings(r.svi, r.years), r.years);
    ASSERT_TRUE(back) << r.name;
    EXPECT_RELATIVE(back->a, r.svi.a, 1e-9);
    EXPECT_RELATIVE(back->b, r.svi.b, 1e-9);
    EXPECT_RELATIVE(back->rho, r.svi.rho, 1e-9);
    EXPECT_RELATIVE(back->m, r.svi.m, 1e-9);
    EXPECT_RELATIVE(back->sigma, r.svi.sigma, 1e-9);
  }
  EXPECT_FALSE(
      raw_svi({.variance = 0.1, .skew = 5, .put_slope = 0.1, .call_slope = 0.1, .least_variance = 0.05}, 1));
}

// The reference's own reading of the 30-day smile.
TEST(JumpWings, OfTheReferenceSmile) {
  const JumpWings j = jump_wings(reference_slices[1].svi, reference_slices[1].years);
  EXPECT_NEAR(j.variance, 0.3371697815769199, 1e-12);
  EXPECT_NEAR(j.skew, -0.04696094561082554, 1e-12);
  EXPECT_NEAR(j.put_slope, 0.148061833821542, 1e-12);
  EXPECT_NEAR(j.call_slope, 0.08109939898553113, 1e-12);
  EXPECT_NEAR(j.least_variance, 0.32424114193799286, 1e-12);
}

}  // namespace
}  // namespace lockstep::surface
