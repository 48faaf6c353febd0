// The estimator on markets that are known by hand, over restarts, gaps and lies.
#include "node/calibrate/estimator.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/prng.h"
#include "node/feed/calendar.h"

namespace lockstep::calibrate {
namespace {

const Time start = time_of_date(2024, 1, 1);
Time at_hour(int n) { return start + Duration::from_raw(n * hour.raw()); }

// A walk of two underlyings, of which the second follows the first; hour by hour at two venues.
struct Walk {
  Prng prng{7};
  double one = 100, two = 10;

  double draw() { return static_cast<double>(prng.between(-1000, 1000)) / 1000; }
  std::vector<HourClose> next(int n) {
    const double common = 0.01 * draw();
    one *= std::exp(common);
    two *= std::exp(common + 0.003 * draw());
    const Time at = at_hour(n);
    return {{at, at, 0, 0, one, 1000},
            {at, at, 0, 1, one * 1.0001, 0},
            {at, at, 1, 0, two, 1000},
            {at, at, 1, 1, two * 0.9999, 0}};
  }
};

constexpr int days_400 = 400 * 24;

Estimator walked(int from, int to, Walk& walk, Estimator estimator) {
  for (int n = from; n <= to; ++n) add_hour(estimator, at_hour(n), walk.next(n));
  return estimator;
}
Estimator fresh() { return Estimator({"AAA", "BBB"}, EstimatorPolicy{}); }

Bytes stored(const Estimator& estimator) {
  Bytes bytes;
  Writer writer(bytes);
  estimator.write(writer);
  return bytes;
}

TEST(Estimator, KnowsWhatItHasSeenAndSaysWhatItLacks) {
  Walk walk;
  const Estimates early = estimates_of(walked(1, 100 * 24, walk, fresh()));
  ASSERT_EQ(early.assets.size(), 2u);
  EXPECT_FALSE(early.assets[0].scan_range);
  ASSERT_FALSE(early.assets[0].lacking.empty());
  EXPECT_EQ(early.assets[0].lacking[0], "price scan range: only 100 daily returns; 250 are needed");

  Walk again;
  const Estimates late = estimates_of(walked(1, days_400, again, fresh()));
  const AssetEstimates& one = late.assets[0];
  ASSERT_TRUE(one.scan_range && one.deviation && one.haircut && one.volume && one.depth && one.price);
  // 24 uniform steps of at most 1 % a day: 0.01 / sqrt(3) x sqrt(24) = 2.83 %.
  EXPECT_NEAR(one.deviation->value, 0.0283, 0.003);
  EXPECT_GT(one.scan_range->value, 2 * one.deviation->value);
  EXPECT_LT(one.haircut->value, one.crash->value);
  EXPECT_NEAR(one.volume->value / (24 * 1000 * one.price->value), 1, 0.5);
  EXPECT_NEAR(one.depth->value, one.volume->value * 0.005, 1e-6 * one.volume->value);
  ASSERT_EQ(late.pairs.size(), 1u);
  // 1 / sqrt(1 + 0.3^2) = 0.958
  EXPECT_NEAR(late.pairs[0].correlation->value, 0.958, 0.03);
  EXPECT_LT(late.pairs[0].lower->value, late.pairs[0].correlation->value);
  EXPECT_FALSE(late.pairs[0].stale);
}

TEST(Estimator, ARestartGoesOnWithTheSameBits) {
  Walk walk, again;
  const Estimator whole = walked(1, days_400, walk, fresh());
  const Estimator half = walked(1, days_400 / 2 + 5, again, fresh());
  const Bytes bytes = stored(half);
  Estimator restored = fresh();
  Reader reader(bytes);
  restored.read(reader);
  ASSERT_TRUE(reader.done());
  EXPECT_EQ(stored(walked(days_400 / 2 + 6, days_400, again, std::move(restored))), stored(whole));
  for (std::size_t cut = 0; cut < bytes.size(); cut += bytes.size() / 50) {
    Estimator broken = fresh();
    Reader short_reader(std::span<const u8>(bytes).first(cut));
    broken.read(short_reader);
    EXPECT_FALSE(short_reader.done());
  }
  Estimator other({"AAA", "CCC"}, EstimatorPolicy{});
  Reader wrong(bytes);
  other.read(wrong);
  EXPECT_FALSE(wrong.done());
}

// Crossed with a factor of 100, zero, negative, out of order: at one venue of three.
TEST(Estimator, AVenueThatLiesMovesNothing) {
  const auto run = [](bool lies) {
    Walk walk;
    Prng prng(3);
    Estimator estimator = fresh();
    for (int n = 1; n <= days_400; ++n) {
      std::vector<HourClose> closes = walk.next(n);
      HourClose third = closes[0];
      third.venue = 2;
      const bool now = lies && n % 7 == 0;
      const double wrong[] = {third.price * 100, third.price / 100, 0, -third.price, std::nan("")};
      if (now) third.price = wrong[prng.below(5)];
      if (now && n % 14 == 0) third.closed = at_hour(n - 10);
      closes.insert(closes.begin() + 2, third);
      add_hour(estimator, at_hour(n), closes);
    }
    return estimates_of(estimator);
  };
  const Estimates honest = run(false), lied = run(true);
  const auto same = [](const std::optional<Estimate>& a, const std::optional<Estimate>& b, double within) {
    ASSERT_TRUE(a && b);
    EXPECT_NEAR(a->value / b->value, 1, within);
  };
  same(honest.assets[0].scan_range, lied.assets[0].scan_range, 1e-3);
  same(honest.assets[0].haircut, lied.assets[0].haircut, 1e-2);
  same(honest.assets[0].recent_move, lied.assets[0].recent_move, 1e-2);
  same(honest.pairs[0].correlation, lied.pairs[0].correlation, 1e-3);
}

TEST(Estimator, WhatFellSilentIsStale) {
  Walk walk;
  Estimator estimator = walked(1, days_400, walk, fresh());
  for (int n = days_400 + 1; n <= days_400 + 4; ++n) {
    const std::vector<HourClose> closes = walk.next(n);
    add_hour(estimator, at_hour(n), std::span(closes).first(2));
  }
  const Estimates estimates = estimates_of(estimator);
  EXPECT_TRUE(estimates.assets[0].scan_range);
  EXPECT_FALSE(estimates.assets[1].scan_range);
  EXPECT_EQ(estimates.assets[1].lacking[0], "everything: no price since " + format_time(at_hour(days_400)));
  EXPECT_TRUE(estimates.pairs[0].stale);
}

// Two days without a midnight: no return, neither of volatility's days nor of correlations.
TEST(Estimator, AMissingMidnightIsNoReturn) {
  Walk walk;
  Estimator estimator = walked(1, days_400, walk, fresh());
  const u64 returns = estimator.assets[0].risk.returns;
  for (int n = days_400 + 1; n < days_400 + 60; ++n) {
    const std::vector<HourClose> closes = walk.next(n);
    const int of_day = n % 24;
    if (of_day >= 20 || of_day <= 2) continue;
    add_hour(estimator, at_hour(n), closes);
  }
  EXPECT_EQ(estimator.assets[0].risk.returns, returns);
  add_hour(estimator, at_hour(days_400 + 72), walk.next(days_400 + 72));
  EXPECT_EQ(estimator.assets[0].risk.returns, returns + 1);  // one over three days
  EXPECT_EQ(estimator.assets[0].risk.missing, 2u);
}

}  // namespace
}  // namespace lockstep::calibrate
