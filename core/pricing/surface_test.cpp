// Smiles: published values, the slices that must be refused, calendar order against a dense grid,
// interpolation.
#include "core/pricing/surface.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/prng.h"

namespace lockstep {
namespace {

i64 raw(double x) { return static_cast<i64>(x * 0x1p40 + (x < 0 ? -0.5 : 0.5)); }

SurfaceSlice svi(double a, double b, double rho, double m, double sigma) {
  return {.kind = SliceKind::svi, .p0 = raw(a), .p1 = raw(b), .p2 = raw(rho), .p3 = raw(m), .p4 = raw(sigma)};
}
SurfaceSlice essvi(double theta, double rho, double psi) {
  return {.kind = SliceKind::essvi, .p0 = raw(theta), .p1 = raw(rho), .p2 = raw(psi)};
}

// Slices fitted to synthetic quotes by two independent fitters, with their w(-0.2), w(0), w(0.2) and the
// smallest g(k).
struct Fitted {
  SurfaceSlice svi, essvi;
  double years, w_left, w_middle, w_right, g_min_svi, g_min_essvi;
  double k_low, k_high;  // where the smallest g was looked for: 2.5 times the quoted strikes
};
const Fitted fitted[] = {
    {svi(.00490644357140402, .0106960459371643, -.1920716696602112, .021432507778783288, .07703731085247514),
     essvi(.00584707415786398, -.12287195076229392, .03154648030568273), 7.0 / 365, .007869050973682738,
     .0058057638181597164, .006619722427303621, .4366419921994881, .36008160480529655, 2.5 * -0.34275,
     2.5 * 0.304667},
    {svi(.024122975389277723, .019074346677465708, -.29220664427296644, .08601181723118495,
         .13852659588454214),
     essvi(.027850987446010354, -.18510881395451348, .061577776991287844), 30.0 / 365, .031778798841969706,
     .0277125847871441, .026909506490036497, .46354674618801384, .3721625764797465, 2.5 * -0.748264,
     2.5 * 0.665123},
    {svi(.16735940694299775, .03615436248075513, -.6361524652310158, .28237946524486623, .3320129381711199),
     essvi(.18991965992468482, -.272276623419393, .1387738452047061), 180.0 / 365, .19962582943744894,
     .189612154496146, .18162180589751226, .5242693887763159, .4268346354451469, 2.5 * -1.523876,
     2.5 * 1.306179},
};

TEST(Surface, ReferenceVariances) {
  for (const Fitted& f : fitted) {
    ASSERT_EQ(smile_defect(f.svi), SmileDefect::none);
    ASSERT_EQ(smile_defect(f.essvi), SmileDefect::none);
    const Smile smile = smile_of(f.svi);  // parameters are rounded to 2^-40, so 12 decimals at best
    EXPECT_NEAR(total_variance(smile, -0.2), f.w_left, 2e-12);
    EXPECT_NEAR(total_variance(smile, 0), f.w_middle, 2e-12);
    EXPECT_NEAR(total_variance(smile, 0.2), f.w_right, 2e-12);
    const Smile robust = smile_of(f.essvi);
    EXPECT_NEAR(total_variance(robust, 0), static_cast<double>(f.essvi.p0) * 0x1p-40, 1e-17);  // theta
    double g_svi = 1, g_essvi = 1;
    for (int i = 0; i <= 2000; ++i) {
      const double k = f.k_low + (f.k_high - f.k_low) * i / 2000;
      g_svi = std::min(g_svi, butterfly(smile, k));
      g_essvi = std::min(g_essvi, butterfly(robust, k));
    }
    EXPECT_NEAR(g_svi, f.g_min_svi, 1e-6);
    EXPECT_NEAR(g_essvi, f.g_min_essvi, 1e-6);
  }
}

TEST(Surface, VolatilityIsTheRootOfVarianceOverTime) {
  const Smile smile = smile_of(fitted[1].svi);
  EXPECT_NEAR(volatility(smile, 30.0 / 365, 0), 0.580663225610956, 1e-10);
  EXPECT_EQ(volatility(smile, 1e-8, 0), 100.0);
  EXPECT_EQ(volatility(smile, 1e6, 0), 0.01);
}

TEST(Surface, FrozenSmileHoldsMoneynessAndVariance) {
  const Smile smile{.kind = SliceKind::svi, .p0 = 0.01, .p1 = 0.01, .p2 = -0.04, .p3 = 0.03, .p4 = 0.05};
  EXPECT_EQ(frozen_volatility(smile, 2000, 0.03, 0), 0);
  EXPECT_EQ(frozen_volatility(smile, 2000, 0.03, 20000), frozen_volatility(smile, 2000, 0.03, 200000));
  EXPECT_LT(frozen_volatility(smile, 2000, 0.03, 2500), frozen_volatility(smile, 2000, 0.03, 20000));
  const Smile wild{.kind = SliceKind::svi, .p0 = 150, .p1 = 0.6, .p2 = 0, .p3 = 0, .p4 = 0.3};
  EXPECT_EQ(frozen_volatility(wild, 2000, 1, 2000), 12);
}

TEST(Surface, EssviEqualsItsRawSvi) {
  const double theta = 0.0278, rho = -0.185, psi = 0.0616;
  const double phi = psi / theta;
  const double root = math::square_root(1 - rho * rho);
  const Smile robust = smile_of(essvi(theta, rho, psi));
  const Smile mapped = smile_of(svi(0.5 * theta * root * root, 0.5 * psi, rho, -rho / phi, root / phi));
  for (int i = -100; i <= 100; ++i) {
    EXPECT_NEAR(total_variance(robust, i * 0.02), total_variance(mapped, i * 0.02), 1e-11);
    EXPECT_NEAR(butterfly(robust, i * 0.02), butterfly(mapped, i * 0.02), 1e-8);
  }
}

// The example of Vogt, in Gatheral and Jacquier 2014: every parameter is in range and every variance
// positive, but the density is negative around k = 0.879.  Below it the repair of the same paper.
TEST(Surface, VogtsSliceIsDetected) {
  const SurfaceSlice vogt = svi(-.0410, .1331, .3060, .3586, .4153);
  EXPECT_EQ(smile_defect(vogt), SmileDefect::butterfly);
  EXPECT_NEAR(butterfly(smile_of(vogt), 0.879), -0.0328635, 1e-7);
  EXPECT_NEAR(butterfly(smile_of(vogt), -1.0), 0.2678703587364596, 1e-9);
  EXPECT_NEAR(butterfly(smile_of(vogt), 0.5), 0.06937921130082883, 1e-9);
  EXPECT_NEAR(butterfly(smile_of(vogt), 1.2), -0.00691518183828615, 1e-9);
  const SurfaceSlice repaired = svi(.00774091242, .06924203449, -.33403648, .04203374523, .11860781);
  EXPECT_EQ(smile_defect(repaired), SmileDefect::none);
}

TEST(Surface, DefectsAreNamed) {
  EXPECT_EQ(smile_defect({}), SmileDefect::parameter_range);
  EXPECT_EQ(smile_defect(svi(0.04, -0.1, 0, 0, 0.1)), SmileDefect::parameter_range);
  EXPECT_EQ(smile_defect(svi(0.04, 0.1, 1, 0, 0.1)), SmileDefect::parameter_range);
  EXPECT_EQ(smile_defect(svi(0.04, 0.1, 0, 0, 0)), SmileDefect::parameter_range);
  EXPECT_EQ(smile_defect(svi(-0.04, 0.1, 0, 0, 0.4)), SmileDefect::variance);
  EXPECT_EQ(smile_defect(svi(0.04, 1.1, -0.9, 0, 0.4)), SmileDefect::wing);
  EXPECT_EQ(smile_defect(essvi(0, 0, 0.1)), SmileDefect::parameter_range);
  EXPECT_EQ(smile_defect(essvi(0.04, -1, 0.1)), SmileDefect::parameter_range);
  EXPECT_EQ(smile_defect(essvi(0.04, 0, -0.1)), SmileDefect::parameter_range);
  EXPECT_EQ(smile_defect(essvi(100, 0.5, 3)), SmileDefect::wing);
  EXPECT_EQ(smile_defect(essvi(0.04, 0.5, 0.35)), SmileDefect::butterfly);
  EXPECT_EQ(smile_defect(essvi(0.04, 0.5, 0.32)), SmileDefect::none);
  EXPECT_EQ(smile_defect(essvi(0.04, 0.5, 0)), SmileDefect::none);  // flat
  SurfaceSlice large = essvi(0.04, 0.5, 0.1);
  large.p0 = (i64{1} << 50) + 1;
  EXPECT_EQ(smile_defect(large), SmileDefect::parameter_range);
  large.p0 = -(i64{1} << 62) * 2;
  EXPECT_EQ(smile_defect(large), SmileDefect::parameter_range);
}

double uniform(Prng& prng, double low, double high) {
  return low + (high - low) * (static_cast<double>(prng.next() >> 11) * 0x1p-53);
}

Smile admissible(Prng& prng, double theta) {
  const double rho = uniform(prng, -0.95, 0.95);
  const double side = 1 + math::absolute(rho);
  const double limit = std::min(4 / side, 2 * math::square_root(theta / side));
  return {.kind = SliceKind::essvi, .p0 = theta, .p1 = rho, .p2 = uniform(prng, 0.01, 1) * limit};
}

bool ordered_on_a_dense_grid(const Smile& earlier, const Smile& later) {
  for (int i = -1000; i <= 1000; ++i) {
    const double size = math::exp(-13.8 + 0.023 * math::absolute(static_cast<double>(i)));  // 1e-6 .. 1e4
    const double k = i < 0 ? -size : size;
    const double w = total_variance(later, k);
    if (w - total_variance(earlier, k) < -1e-11 * (1 + w)) return false;
  }
  return true;
}

TEST(Surface, CalendarOrderOfEssviIsExact) {
  Prng prng(41);
  int consistent = 0, crossed = 0, wings_ordered = 0;
  for (int i = 0; i < 6000; ++i) {
    const double theta = math::exp(uniform(prng, -7, 0));
    const Smile earlier = admissible(prng, theta);
    Smile later = admissible(prng, theta * (1 + math::exp(uniform(prng, -7, 1))));
    if (prng.chance(1, 2)) {  // close shapes, where the difference is decided in the middle
      later.p1 = earlier.p1 + uniform(prng, -0.03, 0.03);
      later.p2 = earlier.p2 * uniform(prng, 1.0, 1.2);
    }
    const bool decided = calendar_consistent(earlier, later);
    EXPECT_EQ(decided, ordered_on_a_dense_grid(earlier, later)) << i;
    ++(decided ? consistent : crossed);
    if (!decided && later.p2 * (1 + later.p1) >= earlier.p2 * (1 + earlier.p1) &&
        later.p2 * (1 - later.p1) >= earlier.p2 * (1 - earlier.p1)) {
      ++wings_ordered;
    }
  }
  EXPECT_GT(consistent, 500);
  EXPECT_GT(crossed, 500);
  EXPECT_GT(wings_ordered, 50);  // refused although both wings are in order: the quadratic was needed
}

TEST(Surface, CalendarOrderOfTheFittedSlices) {
  for (const bool robust : {false, true}) {
    for (int i = 0; i < 2; ++i) {
      const Smile near = smile_of(robust ? fitted[i].essvi : fitted[i].svi);
      const Smile far = smile_of(robust ? fitted[i + 1].essvi : fitted[i + 1].svi);
      EXPECT_FALSE(calendar_consistent(far, near));
      EXPECT_TRUE(calendar_consistent(near, near));
      if (robust) {
        EXPECT_TRUE(calendar_consistent(near, far));
      }
    }
  }
  EXPECT_TRUE(calendar_consistent(smile_of(fitted[0].svi), smile_of(fitted[1].essvi)));
}

// In calendar order at both ends means in calendar order at every time between.  Where psi/theta falls, the
// mixture is moreover one eSSVI smile without butterfly arbitrage.
TEST(Surface, BetweenAdmissibleExpiriesThereIsNoArbitrage) {
  Prng prng(42);
  int mixed = 0, blended = 0;
  for (int i = 0; i < 20000 && (mixed < 300 || blended < 300); ++i) {
    const double theta = math::exp(uniform(prng, -6, 0));
    const Expiry near{.years = 0.1, .smile = admissible(prng, theta)};
    const Expiry far{.years = 0.35, .smile = admissible(prng, theta * uniform(prng, 1.0, 4.0))};
    if (!calendar_consistent(near.smile, far.smile)) continue;
    const Expiry expiries[] = {near, far};
    SmileAt before = smile_at(expiries, 0.1);
    const bool is_mixed = far.smile.p2 / far.smile.p0 <= near.smile.p2 / near.smile.p0;
    ++(is_mixed ? mixed : blended);
    for (int step = 1; step <= 6; ++step) {
      const SmileAt at = smile_at(expiries, step == 6 ? 0.35 : 0.1 + 0.04 * step);
      EXPECT_EQ(at.far_weight == 0, is_mixed);
      for (int j = -60; j <= 60; ++j) {
        const double w = total_variance(at, j * 0.05);
        EXPECT_GE(w - total_variance(before, j * 0.05), -1e-12 * w) << step << " " << j;
        if (is_mixed) {
          EXPECT_GE(butterfly(at.near, j * 0.05), -1e-9);
        }
      }
      if (is_mixed && step > 1) {
        EXPECT_TRUE(calendar_consistent(before.near, at.near));
      }
      before = at;
    }
  }
  EXPECT_GE(mixed, 300);
  EXPECT_GE(blended, 300);
}

TEST(Surface, InterpolationMeetsTheExpiriesAndItsRules) {
  const Expiry robust[] = {{fitted[0].years, smile_of(fitted[0].essvi)},
                           {fitted[1].years, smile_of(fitted[1].essvi)}};
  const Expiry raw_svi[] = {{fitted[0].years, smile_of(fitted[0].svi)},
                            {fitted[1].years, smile_of(fitted[1].svi)}};
  for (const double k : {-0.3, 0.0, 0.1}) {
    for (const auto& expiries : {robust, raw_svi}) {
      const std::span<const Expiry> both(expiries, 2);
      const double near = total_variance(expiries[0].smile, k), far = total_variance(expiries[1].smile, k);
      const double t1 = expiries[0].years, t2 = expiries[1].years;
      EXPECT_EQ(total_variance(smile_at(both, t1), k), near);
      EXPECT_NEAR(total_variance(smile_at(both, t2), k), far, 1e-16);
      // Half-way: exactly linear at fixed k for raw SVI; eSSVI stays between.
      const double middle = total_variance(smile_at(both, 0.5 * (t1 + t2)), k);
      if (expiries == raw_svi) {
        EXPECT_NEAR(middle, 0.5 * (near + far), 1e-16);
      }
      EXPECT_TRUE(middle > near && middle < far);
      // Before the first expiry the volatility of each k stays.
      EXPECT_NEAR(volatility(smile_at(both, 0.25 * t1), k), volatility(expiries[0].smile, t1, k), 1e-15);
    }
  }
  // Beyond the last: at the money by the forward variance of the last interval, 0.0220039 over 23 days.
  const double rate = (0.027850987446 - 0.005847074158) / (23.0 / 365);
  EXPECT_NEAR(total_variance(smile_at(robust, fitted[1].years + 0.5), 0), 0.027850987446 + 0.5 * rate, 1e-10);
  EXPECT_TRUE(calendar_consistent(robust[1].smile, smile_at(robust, 2.0).near));
  // A single expiry grows at its own rate: the at-the-money volatility stays.
  const std::span<const Expiry> alone(robust, 1);
  EXPECT_NEAR(volatility(smile_at(alone, 1.0), 0), volatility(robust[0].smile, fitted[0].years, 0), 1e-12);
}

// Anything that passes the door evaluates to a positive variance, on which no assertion stops.
TEST(Surface, WhateverPassesTheDoorHasPositiveVariance) {
  Prng prng(43);
  int passed = 0;
  for (int i = 0; i < 20000; ++i) {
    const bool robust = prng.chance(1, 2);
    const SurfaceSlice slice =
        robust ? essvi(uniform(prng, 0, 1) * uniform(prng, 0, 1), uniform(prng, -1, 1), uniform(prng, 0, 1))
               : svi(uniform(prng, -0.05, 0.1), uniform(prng, 0, 0.3), uniform(prng, -1, 1),
                     uniform(prng, -1, 1), uniform(prng, 0, 1));
    if (smile_defect(slice) != SmileDefect::none) continue;
    ++passed;
    const Smile smile = smile_of(slice);
    for (const double k : {-100.0, -3.0, -0.1, 0.0, 0.1, 3.0, 100.0}) {
      const double sigma = volatility(smile, 0.5, k);
      EXPECT_TRUE(sigma >= 0.01 && sigma <= 100);
    }
  }
  EXPECT_GT(passed, 2000);
}

}  // namespace
}  // namespace lockstep
