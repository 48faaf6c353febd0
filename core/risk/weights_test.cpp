#include "core/risk/weights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/prng.h"
#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::rate;
using testing::value;

constexpr Rounding cut4{.direction = Round::zero, .decimals = 4};
constexpr Rounding down6{.direction = Round::down, .decimals = 6};

TEST(SizeRoot, IsCutToFiveDecimals) {
  EXPECT_EQ(size_root(value("4")), rate("2"));
  EXPECT_EQ(size_root(value("2")), rate("1.41421"));
  EXPECT_EQ(size_root(value("-2")), rate("1.41421"));
  EXPECT_EQ(size_root(value("0")), rate("0.00001"));            // sqrt(10^-10)
  EXPECT_EQ(size_root(value("0.000000001")), rate("0.00003"));  // sqrt(11) = 3.3
  EXPECT_EQ(size_root(value("0.0000000019")), rate("0.00003"));
  EXPECT_EQ(size_root(value("10000000000000")), rate("3162277.66016"));
}

TEST(SizePremium, AFifthIsReplacedByTheRoot) {
  // 1000 - 200 + floor(10000 x 0.003 x 20) = 1400 of 10^-4
  EXPECT_EQ(size_premium(rate("0.1"), rate("0.8"), rate("0.003"), value("400"), cut4, true), rate("0.14"));
  // 1001/5 is 200.2, cut to 200
  EXPECT_EQ(size_premium(rate("0.1001"), rate("0.8"), rate("0.003"), value("400"), cut4, false),
            rate("0.1401"));
  EXPECT_EQ(size_premium(rate("0.1"), rate("0.8"), rate("0.003"), value("1"), cut4, true), rate("0.1"));
  EXPECT_EQ(size_premium(rate("0.1"), rate("0.8"), rate("0.003"), value("1"), cut4, false), rate("0.083"));
  EXPECT_EQ(size_premium(rate("0.1"), rate("0.8"), Rate{}, value("1000000"), cut4, false), rate("0.1"));
}

TEST(InterestRate, RisesBetweenTheCapsAndIsCut) {
  const auto at = [](const char* interest) {
    return interest_rate_of(percent("20"), value("1"), value("2"), value(interest), down6);
  };
  EXPECT_EQ(at("0"), rate("0.2"));
  EXPECT_EQ(at("1"), rate("0.2"));
  EXPECT_EQ(at("1.5"), rate("0.6"));
  EXPECT_EQ(at("1.234567"), rate("0.387653"));  // 0.2 + 0.8 x 0.234567 = 0.3876536
  EXPECT_EQ(at("2"), rate("1"));
  EXPECT_EQ(at("9"), rate("1"));
  EXPECT_EQ(interest_rate_of(percent("20"), {}, {}, value("9"), down6), rate("0.2"));
}

TEST(InterestRate, NeverFallsAsInterestGrows) {
  Prng prng(3);
  for (int i = 0; i < 2000; ++i) {
    const auto draw = [&prng](u64 most) {
      return Value::from_raw(static_cast<i128>(prng.below(most)) * 1000);
    };
    const Value lower = draw(1'000'000), upper = lower + draw(1'000'000) + Value::from_raw(1);
    const Value less = draw(3'000'000), more = less + draw(1'000'000);
    const Rate base = Rate::from_raw(static_cast<i64>(prng.below(rate_one)));
    const Rate a = interest_rate_of(base, lower, upper, less, down6);
    const Rate b = interest_rate_of(base, lower, upper, more, down6);
    EXPECT_LE(a, b);
    EXPECT_GE(a, base);
    EXPECT_LE(b.raw(), rate_one);
  }
}

TEST(RelaxedRate, GoesBackToTheUsualRateAsTheHoldingGrows) {
  const auto at = [](const char* size) {
    return relaxed_rate(rate("0.1"), rate("0.02"), rate("0.8"), rate("0.001"), value(size), cut4);
  };
  EXPECT_EQ(at("0"), rate("0.02"));    // premium 0.08: nothing of the way
  EXPECT_EQ(at("100"), rate("0.06"));  // premium 0.08 + 0.01: half
  EXPECT_EQ(at("900"), rate("0.11"));  // premium 0.11 is beyond the usual rate
  EXPECT_EQ(relaxed_rate(rate("0.1"), rate("0.02"), rate("0.8"), Rate{}, value("5"), cut4), rate("0.02"));
}

TEST(RelaxedRate, AgreesWithDoubles) {
  Prng prng(11);
  for (int i = 0; i < 2000; ++i) {
    const double usual = 0.01 + 0.0001 * static_cast<double>(prng.below(1000));
    const double relaxed = usual * 0.4, factor = 1e-6 * static_cast<double>(prng.below(5000));
    const double size = static_cast<double>(prng.below(100'000));
    const auto rate_of = [](double x) { return Rate::from_raw(static_cast<i64>(std::llround(x * 1e12))); };
    const Rate got = relaxed_rate(rate_of(usual), rate_of(relaxed), rate("0.8"), rate_of(factor),
                                  Value::from_raw(static_cast<i128>(size) * value_one), {});
    const double premium = 0.8 * usual + factor * std::sqrt(size);
    const double blended = relaxed + (usual - relaxed) * std::max(0.0, premium / usual - 0.8) / 0.2;
    const double expected = factor == 0 ? relaxed : premium > usual ? premium : blended;
    EXPECT_NEAR(static_cast<double>(got.raw()) / 1e12, expected, 2e-6)
        << usual << " " << factor << " " << size;
  }
}

}  // namespace
}  // namespace lockstep
