// Changes of volatility, skew and basis on surfaces that are known by hand: flat ones, and straight lines of
// carry.
#include "node/calibrate/option_moves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep::calibrate {
namespace {

const Time start = Time::from_raw(1'700'006'400 * i64{1'000'000});
Time at_hour(int n) { return start + Duration::from_raw(n * hour.raw()); }

// The same volatility at every strike.
Expiry flat(double days, double volatility) {
  Expiry expiry;
  expiry.years = days / 365;
  expiry.smile.kind = SliceKind::svi;
  expiry.smile.p0 = volatility * volatility * expiry.years;
  expiry.smile.p4 = 1;
  return expiry;
}

bool add(OptionMoves& moves, int at, double near, double far, double index = 100, double forward = 100) {
  const std::vector<Expiry> expiries = {flat(1, near), flat(30, near), flat(365, far)};
  const std::vector<ForwardAt> forwards = {{1.0, forward}};
  return moves.add(at_hour(at), expiries, forwards, index);
}

TEST(OptionMoves, ChangesOfADayAreLogarithmsAndTheLargestOfSixtyCounts) {
  OptionMoves moves;
  double level = 0.5;
  for (int n = 0; n <= 60; ++n) {
    EXPECT_EQ(moves.up(), std::nullopt);  // fewer than sixty changes
    ASSERT_TRUE(add(moves, 24 * n, level, level));
    level *= n == 30 ? 1.2 : (n % 2 == 0 ? 1.01 : 1 / 1.01);
  }
  EXPECT_EQ(moves.changes(), 60u);
  ASSERT_TRUE(moves.up() && moves.down());
  EXPECT_NEAR(*moves.up(), std::log(1.2), 1e-9);
  EXPECT_NEAR(*moves.down(), std::log(1.01), 1e-9);
  EXPECT_NEAR(*moves.skew_change(), 0, 1e-9);
}

// Six hours apart, as recorded: the surface of a day before is the fourth one back; of ones 30 hours apart
// the change is scaled to a day.
TEST(OptionMoves, ComparesWithTheSurfaceOfADayBefore) {
  OptionMoves moves;
  for (int n = 0; n < 5; ++n) ASSERT_TRUE(add(moves, 6 * n, n == 4 ? 0.55 : 0.5, 0.5));
  EXPECT_EQ(moves.changes(), 2u);  // 18 and 24 hours
  EXPECT_NEAR(moves.levels[OptionMoves::reference].newest(0), std::log(1.1), 1e-9);
  ASSERT_TRUE(add(moves, 24 + 30, 0.605, 0.5));
  EXPECT_NEAR(moves.levels[OptionMoves::reference].newest(0), std::log(1.1) / std::sqrt(1.25), 1e-9);
  ASSERT_TRUE(add(moves, 24 + 30 + 48, 0.9, 0.5));  // two days without a surface: no change
  EXPECT_EQ(moves.changes(), 3u);
}

TEST(OptionMoves, BasisIsAYearsCarry) {
  OptionMoves moves;
  ASSERT_TRUE(add(moves, 0, 0.5, 0.5, 100, 105));  // ln 1.05 a year, straight through 0
  ASSERT_TRUE(add(moves, 24, 0.5, 0.5, 100, 102));
  EXPECT_NEAR(moves.bases.newest(0), std::log(1.05 / 1.02), 1e-12);
}

// Shocks that fall with the root of time: (30/d)^0.5.
TEST(OptionMoves, PowersAreThoseThatTheShocksWereMadeFrom) {
  OptionMoves moves;
  for (int n = 0; n <= 120; ++n) {
    const double up = n % 2 == 0 ? 0 : 0.1;
    std::vector<Expiry> expiries;
    for (const double days : OptionMoves::tenors) {
      const double power = days < 30 ? 0.5 : 0.2;
      expiries.push_back(flat(days, 0.5 * std::exp(up * std::pow(30 / days, power))));
    }
    const std::vector<ForwardAt> forwards = {{1.0, 100.0}};
    ASSERT_TRUE(moves.add(at_hour(24 * n), expiries, forwards, 100));
  }
  EXPECT_NEAR(moves.up().value(), 0.1, 1e-9);
  EXPECT_NEAR(moves.power_short().value(), 0.5, 1e-6);
  EXPECT_NEAR(moves.power_long().value(), 0.2, 1e-6);
}

TEST(OptionMoves, WhatIsNoSurfaceIsCounted) {
  OptionMoves moves;
  const std::vector<ForwardAt> forwards = {{1.0, 100.0}};
  EXPECT_FALSE(moves.add(at_hour(0), {}, forwards, 100));
  EXPECT_FALSE(add(moves, 0, 0.5, 0.5, 0));
  EXPECT_FALSE(add(moves, 0, 0.5, 0.5, 100, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(add(moves, 6, 0.5, 0.5));
  EXPECT_FALSE(add(moves, 6, 0.5, 0.5));
  EXPECT_FALSE(add(moves, 3, 0.5, 0.5));
  EXPECT_EQ(moves.rejected, 5u);
  EXPECT_EQ(moves.surfaces, 1u);
}

TEST(OptionMoves, ARestartGoesOnWithTheSameBits) {
  OptionMoves whole, first;
  const auto level = [](int n) { return 0.5 + 0.05 * std::sin(n); };
  for (int n = 0; n < 200; ++n) add(whole, 6 * n, level(n), level(2 * n), 100, 100 + std::cos(n));
  for (int n = 0; n < 90; ++n) add(first, 6 * n, level(n), level(2 * n), 100, 100 + std::cos(n));
  Bytes bytes;
  Writer writer(bytes);
  first.write(writer);
  OptionMoves second;
  Reader reader(bytes);
  second.read(reader);
  ASSERT_TRUE(reader.done());
  for (int n = 90; n < 200; ++n) add(second, 6 * n, level(n), level(2 * n), 100, 100 + std::cos(n));
  Bytes a, b;
  Writer write_a(a), write_b(b);
  whole.write(write_a);
  second.write(write_b);
  EXPECT_EQ(a, b);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 97) {
    OptionMoves broken;
    Reader short_reader(std::span<const u8>(bytes).first(cut));
    broken.read(short_reader);
    EXPECT_FALSE(short_reader.done());
  }
}

}  // namespace
}  // namespace lockstep::calibrate
