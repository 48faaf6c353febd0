// Reference numbers: the quantitative specification's vectors (section 10), made with another package.
#include "node/stats/coverage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/base/prng.h"

namespace lockstep::stats {
namespace {

TEST(Coverage, KupiecGivesThePublishedStatistics) {
  struct Case {
    u64 x, n;
    double p, statistic, p_value;
  };
  for (const Case& c :
       {Case{0, 250, .01, 5.025167926750726, 0.024981503053449705},
        Case{2, 250, .01, 0.10843521623680275, 0.741932700952624},
        Case{4, 250, .01, 0.7691383643858529, 0.380483738238952},
        Case{5, 250, .01, 1.956809788230622, 0.1618549171960425},
        Case{7, 250, .01, 5.496990447792683, 0.01904923089052657},
        Case{10, 250, .01, 12.955491062356018, 0.00031898450821343793},
        Case{8, 500, .01, 1.5382767287717058, 0.21487449298511252},
        Case{15, 1000, .01, 2.189248388847858, 0.13897711831800885},
        Case{18, 1000, .01, 5.225141240006906, 0.022262638356007947},
        Case{3, 250, .005, 1.7651529552252612, 0.18398307833494998}, Case{5, 1000, .005, 0, 1},
        Case{11, 1000, .005, 5.382315778041985, 0.020341859277431817}}) {
    const LikelihoodRatio ratio = kupiec(c.x, c.n, c.p);
    EXPECT_NEAR(ratio.statistic, c.statistic, 1e-11) << c.x << " of " << c.n;
    EXPECT_NEAR(ratio.p_value, c.p_value, 1e-12) << c.x << " of " << c.n;
  }
  EXPECT_NEAR(kupiec(250, 250, 0.01).statistic, 2 * 250 * std::log(100.0), 1e-9);
}

TEST(Coverage, KupiecAcceptsThePublishedIntervals) {
  struct Case {
    u64 n;
    double p;
    u64 least, most;
  };
  for (const Case& c :
       {Case{250, .01, 1, 6}, Case{250, .005, 0, 4}, Case{250, .001, 0, 1}, Case{500, .01, 2, 9},
        Case{500, .005, 1, 6}, Case{500, .001, 0, 2}, Case{1000, .01, 5, 16}, Case{1000, .005, 2, 9},
        Case{1000, .001, 0, 3}, Case{3650, .01, 26, 48}, Case{3650, .005, 11, 27}, Case{3650, .001, 1, 7}}) {
    const Accepted accepted = kupiec_accepts(c.n, c.p);
    EXPECT_EQ(accepted.least, c.least) << c.n << " " << c.p;
    EXPECT_EQ(accepted.most, c.most) << c.n << " " << c.p;
  }
}

Coverage series_with_breaches_at(const std::set<int>& at, int n) {
  Coverage series;
  for (int i = 0; i < n; ++i) EXPECT_TRUE(series.add(at.contains(i) ? 1.5 : 0.5, 1));
  return series;
}

TEST(Coverage, ChristoffersenSeesTheClustersOfTheReferenceSeries) {
  const Coverage series = series_with_breaches_at({10, 11, 12, 40, 70, 71}, 100);
  EXPECT_EQ(series.followed[0][0], 90);
  EXPECT_EQ(series.followed[0][1], 3);
  EXPECT_EQ(series.followed[1][0], 3);
  EXPECT_EQ(series.followed[1][1], 3);
  const LikelihoodRatio independence = christoffersen_independence(series);
  EXPECT_NEAR(independence.statistic, 10.445253467637961, 1e-11);
  EXPECT_NEAR(independence.p_value, 0.0012296503173087059, 1e-13);
  // 6 of 100 at 1 %: 2 (6 ln 6 + 94 ln(94/99)) = 11.7564..., so 22.2017..., and e^(-22.2017/2) = 1.51e-5.
  const LikelihoodRatio joint = christoffersen_joint(series, 0.01);
  EXPECT_NEAR(joint.statistic, 10.445253467637961 + 12 * std::log(6.0) + 188 * std::log(94.0 / 99.0), 1e-10);
  EXPECT_NEAR(joint.p_value, 1.51e-5, 0.01e-5);
}

TEST(Coverage, WithoutBreachesOrWithNothingElseIndependenceHasNothingToSay) {
  EXPECT_EQ(christoffersen_independence(Coverage{}).statistic, 0);
  EXPECT_EQ(christoffersen_joint(Coverage{}, 0.01).p_value, 1);
  EXPECT_EQ(christoffersen_independence(series_with_breaches_at({}, 50)).statistic, 0);
  EXPECT_EQ(christoffersen_independence(series_with_breaches_at({0, 1, 2}, 3)).statistic, 0);
}

TEST(Coverage, ChiSquareHasItsTabulatedCriticalValues) {
  EXPECT_NEAR(chi_square_1(3.841458820694124), 0.05, 1e-15);
  EXPECT_NEAR(chi_square_1(6.6348966010212145), 0.01, 1e-15);
  EXPECT_NEAR(chi_square_2(5.991464547107979), 0.05, 1e-15);
  EXPECT_DOUBLE_EQ(chi_square_1(0), 1);
}

TEST(Coverage, TrafficLightHasTheZonesOfBasel) {
  const double at_most[] = {0.08105851616218143, 0.28575173879395216, 0.5431689733157261, 0.7581166977648832,
                            0.8921876269036252,  0.9588168159301517,  0.9862985521447963, 0.9959746612881922,
                            0.9989434675026432,  0.9997498099312595,  0.999946101370953};
  for (u64 x = 0; x <= 10; ++x) EXPECT_NEAR(binomial_at_most(x, 250, 0.01), at_most[x], 1e-13) << x;
  for (u64 x = 0; x <= 250; ++x) {
    EXPECT_EQ(traffic_light(x, 250, 0.01), x <= 4 ? Zone::green : x <= 9 ? Zone::yellow : Zone::red) << x;
  }
}

TEST(Coverage, BinomialTailsStayAccurateWhereTheFirstTermUnderflows) {
  // A fair coin's middle: P(X <= 999,999 of 1,999,999) is one half by symmetry.
  EXPECT_NEAR(binomial_at_most(999'999, 1'999'999, 0.5), 0.5, 1e-10);
  EXPECT_EQ(binomial_at_least(0, 1000, 0.3), 1);
  EXPECT_NEAR(binomial_at_least(1000, 1000, 0.5) / 0x1p-1000, 1, 1e-10);
  EXPECT_NEAR(binomial_at_least(10, 250, 0.01), 1 - 0.9997498099312595, 1e-14);
}

TEST(Coverage, BreachesAreMeasuredAgainstTheirMargin) {
  Coverage series;
  for (const double loss : {50.0, 100.0, 150.0, -400.0, 300.0}) EXPECT_TRUE(series.add(loss, 100));
  EXPECT_EQ(series.observations, 5);
  EXPECT_EQ(series.breaches, 2);  // a loss equal to the margin is covered
  EXPECT_DOUBLE_EQ(series.mean_excess(), 1.25);
  EXPECT_DOUBLE_EQ(series.excess_max, 2);
  EXPECT_DOUBLE_EQ(series.coverage(), 0.6);
  EXPECT_DOUBLE_EQ(series.mean_margin(), 100);
}

TEST(Coverage, WhatIsNoObservationIsCountedAndChangesNothing) {
  Coverage series;
  const double nan = std::nan("");
  const double infinity = HUGE_VAL;
  for (const auto& [loss, margin] : std::initializer_list<std::pair<double, double>>{
           {nan, 1}, {1, nan}, {infinity, 1}, {1, infinity}, {1, 0}, {1, -1}, {1, 1e-300}, {1e200, 1}}) {
    EXPECT_FALSE(series.add(loss, margin));
  }
  EXPECT_EQ(series.rejected, 8);
  EXPECT_EQ(series.observations, 0);
  ShortfallTest test;
  EXPECT_FALSE(test.add(1, 1, 0));
  EXPECT_FALSE(test.add(nan, 1, 1));
  EXPECT_EQ(test.rejected, 2);
  EXPECT_EQ(test.z2(0.99), 0);
}

TEST(Coverage, ShortfallTestIsZeroWhenTheTailIsAsStated) {
  ShortfallTest test;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(test.add(i < 5 ? 3 : 1, 2, 3));
  EXPECT_NEAR(test.z2(0.95), 0, 1e-14);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(test.add(i < 5 ? 9 : 1, 2, 3));
  EXPECT_NEAR(test.z2(0.95), 1, 1e-14);  // three times as deep in half of the time
}

TEST(Coverage, RestartsFromItsStateAndRefusesWhatIsNone) {
  Prng prng(11);
  Coverage straight, restarted;
  for (int i = 0; i < 300; ++i) {
    const double loss = static_cast<double>(prng.below(1000)) / 900;
    straight.add(loss, 1);
    restarted.add(loss, 1);
    if (i % 97 != 0) continue;
    Bytes bytes;
    Writer writer(bytes);
    restarted.write(writer);
    restarted = Coverage{};
    Reader reader(bytes);
    restarted.read(reader);
    ASSERT_TRUE(reader.done());
  }
  Bytes a, b;
  Writer to_a(a), to_b(b);
  straight.write(to_a);
  restarted.write(to_b);
  EXPECT_EQ(a, b);
  for (std::size_t size = 0; size < a.size(); ++size) {
    Reader reader(std::span<const u8>(a).first(size));
    restarted.read(reader);
    EXPECT_FALSE(reader.done()) << size;
  }
  a[0] ^= 1;  // one observation more than transitions explain
  Reader reader(a);
  restarted.read(reader);
  EXPECT_FALSE(reader.done());
}

}  // namespace
}  // namespace lockstep::stats
