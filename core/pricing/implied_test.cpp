// Implied volatility: published bits and hashes, round trips, and the prices it refuses.
#include "core/pricing/implied.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/prng.h"

namespace lockstep {
namespace {

u64 bits(double x) { return std::bit_cast<u64>(x); }

TEST(Implied, ReferenceBits) {
  EXPECT_EQ(bits(normalised_black(0.0, 0x1.999999999999ap-5)), 0x3f946c78bc0efa00u);
  EXPECT_EQ(bits(normalised_black(-0x1.999999999999ap-4, 0x1.47ae147ae147bp-6)), 0x3e125e51184359c0u);
  EXPECT_EQ(bits(normalised_black(-2.0, 2.5)), 0x3fc8b2e261ba0034u);
  EXPECT_EQ(bits(normalised_deviation(0x1.46c78bc0efap-6, 0.0)), 0x3fa99999999999feu);
  EXPECT_EQ(bits(normalised_deviation(0x1.25e51184359cp-30, -0x1.999999999999ap-4)), 0x3f947ae147ae1471u);
  EXPECT_EQ(bits(normalised_deviation(0x1.675f04418f4b5p-21, -1.5)), 0x3fd6666666666666u);
  EXPECT_EQ(bits(normalised_deviation(0x1.8b2e261ba0034p-3, -2.0)), 0x4003fffffffffffeu);
}

TEST(Implied, BitsOfTheSharedVectors) {
  const char* folder = std::getenv("LOCKSTEP_SHARED");
  const std::string root = folder != nullptr ? folder : LOCKSTEP_SOURCE_DIR "/../shared";
  std::ifstream file(root + "/vectors/quant.json");
  if (!file) GTEST_SKIP() << "no shared vectors in " << root << " (set LOCKSTEP_SHARED)";
  const nlohmann::json published = nlohmann::json::parse(file).at("s1_math").at("bits");
  const auto number = [](const nlohmann::json& j) {
    return std::strtod(j.get<std::string>().c_str(), nullptr);
  };
  const auto word = [](const nlohmann::json& j) {
    return std::strtoull(j.get<std::string>().c_str(), nullptr, 16);
  };
  for (const char* name : {"nblack", "nimplied_K2"}) EXPECT_FALSE(published.at(name).empty());
  for (const auto& row : published.at("nblack")) {
    EXPECT_EQ(bits(normalised_black(number(row.at(0)), number(row.at(1)))), word(row.at(2)));
  }
  for (const auto& row : published.at("nimplied_K2")) {
    EXPECT_EQ(bits(normalised_deviation(number(row.at(0)), number(row.at(1)))), word(row.at(2)));
  }
}

// beta computed with 30 digits.
TEST(Implied, ReferenceTriples) {
  struct Triple {
    double x, s, beta;
  };
  for (const Triple t : {Triple{0, 0.05, 0x1.46c78bc0ef9c5p-6}, Triple{-0.1, 0.02, 0x1.25e5118435ad6p-30},
                         Triple{-0.5, 0.1, 0x1.6ef4b8ba8da8fp-28}, Triple{-1.5, 0.35, 0x1.675f04418f4bap-21},
                         Triple{-0.001, 0.0015, 0x1.db61985b0bdfap-13}, Triple{-2, 2.5, 0x1.8b2e261ba0036p-3},
                         Triple{-0.3, 1.2, 0x1.461e13bc30964p-2}, Triple{-4, 0.9, 0x1.9062dcc78a90dp-21},
                         Triple{-0.01, 0.3, 0x1.d42ef5330f389p-4}}) {
    EXPECT_NEAR(normalised_deviation(t.beta, t.x), t.s, 2e-13 * t.s) << t.x << " " << t.s;
    EXPECT_NEAR(normalised_black(t.x, t.s), t.beta, 2e-13 * t.beta) << t.x << " " << t.s;
  }
}

TEST(Implied, HashesOfTwoHundredThousandValues) {
  u64 state = 88172645463325252u;
  const auto uniform = [&] {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  const auto mixed = [](u64 hash, u64 word) {
    for (int i = 0; i < 8; ++i) {
      hash = (hash ^ (word & 255)) * 1099511628211u;
      word >>= 8;
    }
    return hash;
  };
  u64 black_hash = 1469598103934665603u;
  u64 implied_hash = 1469598103934665603u;
  for (int i = 0; i < 200000; ++i) {
    uniform();  // two inputs of other functions
    uniform();
    const double s = 0.005 + 2 * uniform();
    const double x = -uniform() * 4 * s;
    const double beta = normalised_black(x, s);
    black_hash = mixed(black_hash, bits(beta));
    implied_hash = mixed(implied_hash, bits(beta > 1e-12 ? normalised_deviation(beta, x) : 0.0));
  }
  EXPECT_EQ(black_hash, 0xcafe43a77926b8f2u);
  EXPECT_EQ(implied_hash, 0x904f10df19a9b9bau);
}

TEST(Implied, TwoStepsRecoverTheDeviation) {
  Prng prng(31);
  int tested = 0;
  for (int i = 0; i < 100000; ++i) {
    const double s = math::exp(-7.6 + 9.2 * static_cast<double>(prng.below(1000000)) / 1e6);  // 5e-4 .. 5
    const double x = -s * 7 * static_cast<double>(prng.below(1000000)) / 1e6;
    const double beta = normalised_black(x, s);
    if (beta < 1e-14 || beta > math::exp(0.5 * x) * (1 - 1e-7)) continue;
    ++tested;
    // b(x, s) itself has few digits where both its terms nearly cancel; 1e-11 of s is far under a tick of
    // vega.
    EXPECT_NEAR(normalised_deviation(beta, x), s, 1e-11 * s) << "x " << x << " s " << s;
  }
  EXPECT_GT(tested, 60000);
}

TEST(Implied, VolatilityComesBackFromThePrice) {
  Prng prng(32);
  for (int i = 0; i < 20000; ++i) {
    const double strike = static_cast<double>(prng.between(20'000, 250'000));
    const double years = static_cast<double>(prng.between(1, 20'000)) / 8760;
    const double volatility = static_cast<double>(prng.between(50, 3000)) / 1000;
    const bool is_call = prng.chance(1, 2);
    const double price = black_value(64000, strike, years, volatility, is_call);
    const Result<double, ImpliedReject> implied =
        implied_volatility(64000, strike, years, price, 0.01, is_call);
    if (!implied) {
      EXPECT_TRUE(implied.error() == ImpliedReject::below_range || price > 63999);
      continue;
    }
    // A price under a tick of error is all that a quote can show.
    EXPECT_NEAR(black_value(64000, strike, years, implied.value(), is_call), price, 1e-9);
    const Result<double, ImpliedReject> from_coin =
        inverse_implied_volatility(64000, strike, years, price / 64000, 0.01 / 64000, is_call);
    if (from_coin) {
      EXPECT_NEAR(black_value(64000, strike, years, from_coin.value(), is_call), price, 1e-9);
    }
  }
}

ImpliedReject refusal(double price, double years, bool is_call) {
  const Result<double, ImpliedReject> result = implied_volatility(100, 90, years, price, 0.1, is_call);
  EXPECT_FALSE(result);
  return result ? ImpliedReject{} : result.error();
}

TEST(Implied, PricesThatNoVolatilityGivesAreRefused) {
  EXPECT_EQ(refusal(12, 0, true), ImpliedReject::expired);
  EXPECT_EQ(refusal(12, -1, true), ImpliedReject::expired);
  EXPECT_EQ(refusal(9.99, 1, true), ImpliedReject::below_range);
  EXPECT_EQ(refusal(10.04, 1, true), ImpliedReject::below_range);  // under half a tick of time value
  EXPECT_EQ(refusal(0.04, 1, false), ImpliedReject::below_range);
  EXPECT_EQ(refusal(-1, 1, false), ImpliedReject::below_range);
  EXPECT_EQ(refusal(100, 1, true), ImpliedReject::above_range);
  EXPECT_EQ(refusal(90, 1, false), ImpliedReject::above_range);
  EXPECT_TRUE(implied_volatility(100, 90, 1, 10.06, 0.1, true));
  EXPECT_TRUE(implied_volatility(100, 90, 1, 99.99, 0.1, true));
  EXPECT_FALSE(implied_volatility(100, 90, 1, 10, 0, true));
}

}  // namespace
}  // namespace lockstep
