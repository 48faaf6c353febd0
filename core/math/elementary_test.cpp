// Three kinds of proof: the bits are the published ones (here, and in the shared vectors when they are
// present), the values are right (against the platform's long double functions), and a lane gives what a
// scalar gives.
#include "core/math/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/math/self_check.h"

namespace lockstep {
namespace {

using math::Pair;

constexpr u64 bits(double x) { return std::bit_cast<u64>(x); }

// At compile time the compiler's own arithmetic computes; it must agree with the machine's, tested below.
static_assert(bits(math::exp(-1.5)) == 0x3fcc8f87724b5c1d);
static_assert(bits(math::exp(700.0)) == 0x7f0d945df4f8ec8e);
static_assert(bits(math::log(0.75)) == 0xbfd269621134db92);
static_assert(bits(math::log(100000.0)) == 0x4027069e2aa2aa5b);
static_assert(bits(math::normal_cdf(-37.0)) == 0x01ceaccc6bfeb0af);
static_assert(bits(math::normal_cdf(1.0)) == 0x3feaec4bd120d37d);

struct BitsCase {
  double input;
  u64 output;
};

TEST(Elementary, ReferenceBitsOfExp) {
  for (const BitsCase c : {BitsCase{-700.0, 0x00d14f2b0fb9307f}, BitsCase{-1.5, 0x3fcc8f87724b5c1d},
                           BitsCase{0.0, 0x3ff0000000000000}, BitsCase{1.0, 0x4005bf0a8b14576a},
                           BitsCase{20.25, 0x41c290d76d1966a9}, BitsCase{700.0, 0x7f0d945df4f8ec8e}}) {
    const volatile double x = c.input;
    EXPECT_EQ(bits(math::exp(double{x})), c.output) << c.input;
  }
}

TEST(Elementary, ReferenceBitsOfLog) {
  for (const BitsCase c :
       {BitsCase{0.5, 0xbfe62e42fefa39ef}, BitsCase{0.75, 0xbfd269621134db92}, BitsCase{1.0, 0},
        BitsCase{2.0, 0x3fe62e42fefa39ef}, BitsCase{100000.0, 0x4027069e2aa2aa5b}}) {
    const volatile double x = c.input;
    EXPECT_EQ(bits(math::log(x)), c.output) << c.input;
  }
}

TEST(Elementary, ReferenceBitsOfTheNormalDistribution) {
  for (const BitsCase c : {BitsCase{-37.0, 0x01ceaccc6bfeb0af}, BitsCase{-12.5, 0x3893d880d577329a},
                           BitsCase{-8.0, 0x3cc669d2c90d55ce}, BitsCase{-1.0, 0x3fc44ed0bb7cb20b},
                           BitsCase{0.0, 0x3fe0000000000000}, BitsCase{1.0, 0x3feaec4bd120d37d},
                           BitsCase{8.0, 0x3feffffffffffffa}}) {
    const volatile double x = c.input;
    EXPECT_EQ(bits(math::normal_cdf(double{x})), c.output) << c.input;
  }
  EXPECT_EQ(bits(math::normal_quantile(0.25)), 0xbfe5956b87528a49u);
  EXPECT_EQ(bits(math::normal_quantile(0x1.47ae147ae147bp-7)), 0xc0029c5c4630ff0fu);
  EXPECT_EQ(bits(math::normal_quantile(0x1.ff7ced916872bp-1)), 0x4008b8cbb7204470u);
}

// The inputs of the published hashes: Marsaglia's xorshift64 with this seed.
class XorShift {
 public:
  double uniform() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

 private:
  u64 state_ = 88172645463325252u;
};

template <class Function>
u64 fnv1a(const std::vector<double>& inputs, Function function) {
  u64 hash = 1469598103934665603u;  // as published: the usual offset basis without its last digit
  for (const double x : inputs) {
    u64 word = bits(function(x));
    for (int i = 0; i < 8; ++i) {
      hash = (hash ^ (word & 255)) * 1099511628211u;
      word >>= 8;
    }
  }
  return hash;
}

TEST(Elementary, HashesOfTwoHundredThousandValues) {
  XorShift random;
  std::vector<double> a, b, c;
  for (int i = 0; i < 200000; ++i) {
    a.push_back(-700 + 1400 * random.uniform());
    b.push_back(math::exp(-20 + 40 * random.uniform()));
    c.push_back(a.back() * 0.05);
    random.uniform();
    random.uniform();
  }
  EXPECT_EQ(fnv1a(a, [](double x) { return math::exp(x); }), 0x289abb45a64e1e89u);
  EXPECT_EQ(fnv1a(b, [](double x) { return math::log(x); }), 0xdce9880062b79ca2u);
  EXPECT_EQ(fnv1a(c, [](double x) { return math::normal_cdf(x); }), 0x2c1d8f6b005812a7u);
}

TEST(Elementary, BitsOfTheSharedVectors) {
  const char* folder = std::getenv("LOCKSTEP_SHARED");
  const std::string root = folder != nullptr ? folder : LOCKSTEP_SOURCE_DIR "/../shared";
  std::ifstream file(root + "/vectors/quant.json");
  if (!file) GTEST_SKIP() << "no shared vectors in " << root << " (set LOCKSTEP_SHARED)";
  const nlohmann::json published = nlohmann::json::parse(file).at("s1_math").at("bits");
  const auto check = [&](const char* name, auto function) {
    EXPECT_FALSE(published.at(name).empty());
    for (const auto& row : published.at(name)) {
      const double x = std::strtod(row.at(0).get<std::string>().c_str(), nullptr);
      const u64 expected = std::strtoull(row.at(1).get<std::string>().c_str(), nullptr, 16);
      EXPECT_EQ(bits(function(x)), expected) << name << " " << x;
    }
  };
  check("exp", [](double x) { return math::exp(x); });
  check("log", [](double x) { return math::log(x); });
  check("ncdf", [](double x) { return math::normal_cdf(x); });
  check("ninv", [](double x) { return math::normal_quantile(x); });
}

double uniform(Prng& prng, double low, double high) {
  return low + (high - low) * (static_cast<double>(prng.next() >> 11) * 0x1p-53);
}

// The largest error in units of the last place of the reference.
template <class Function, class Reference>
double ulp_error_max(double low, double high, Function function, Reference reference) {
  Prng prng(3);
  double largest = 0;
  for (int i = 0; i < 20000; ++i) {
    const double x = uniform(prng, low, high);
    const long double expected = reference(static_cast<long double>(x));
    int exponent = 0;
    std::frexp(static_cast<double>(expected), &exponent);
    const double error = static_cast<double>(std::fabs(static_cast<long double>(function(x)) - expected));
    largest = std::max(largest, error / std::ldexp(1.0, exponent - 53));
  }
  return largest;
}

TEST(Elementary, ErrorsAgainstThePlatformsLongDouble) {
  if (std::numeric_limits<long double>::digits <= 53)
    GTEST_SKIP() << "long double is no wider than double here";
  const auto exp = [](double x) { return math::exp(x); };
  const auto exp_reference = [](long double x) { return std::exp(x); };
  EXPECT_LT(ulp_error_max(-1, 1, exp, exp_reference), 1.01);
  EXPECT_LT(ulp_error_max(-708, 709, exp, exp_reference), 1.01);
  const auto log_reference = [](long double x) { return std::log(x); };
  EXPECT_LT(ulp_error_max(0.5, 2, math::log, log_reference), 0.8);
  EXPECT_LT(ulp_error_max(1e-6, 1e6, math::log, log_reference), 0.6);
  const auto erfcx = [](double t) { return math::erfcx(t); };
  const auto erfcx_reference = [](long double t) { return std::exp(t * t) * std::erfc(t); };
  EXPECT_LT(ulp_error_max(0, 8, erfcx, erfcx_reference), 5.5);
  const auto erfc_reference = [](long double x) { return std::erfc(x); };
  EXPECT_LT(ulp_error_max(-6, 6, math::erfc, erfc_reference), 5.6);
  EXPECT_LT(ulp_error_max(6, 26, math::erfc, erfc_reference), 5.6);
  const auto cdf = [](double x) { return math::normal_cdf(x); };
  const auto cdf_reference = [](long double x) { return 0.5L * std::erfc(-x / std::sqrt(2.0L)); };
  EXPECT_LT(ulp_error_max(-8, 8, cdf, cdf_reference), 5.8);
  EXPECT_LT(ulp_error_max(-37, -8, cdf, cdf_reference), 5.8);
  const auto pdf = [](double x) { return math::normal_pdf(x); };
  const auto pdf_reference = [](long double x) {
    return std::exp(-0.5L * x * x) / std::sqrt(6.283185307179586476925286766559L);
  };
  EXPECT_LT(ulp_error_max(-30, 30, pdf, pdf_reference), 3.0);
}

TEST(Elementary, QuantileAndDistributionAreInverse) {
  Prng prng(4);
  for (int i = 0; i < 20000; ++i) {
    const double z = uniform(prng, -37, 0);
    EXPECT_NEAR(math::normal_quantile(math::normal_cdf(z)), z, 4e-14) << z;
    const double upper = uniform(prng, 0, 5);  // above, 1 - p has few digits left
    EXPECT_NEAR(math::normal_quantile(math::normal_cdf(upper)), upper, 1e-9) << upper;
  }
  EXPECT_NEAR(math::normal_quantile(0.99), 2.326347874040841100886, 1e-14);
  EXPECT_NEAR(math::normal_quantile(0.5), 0.0, 1e-15);
}

TEST(Elementary, SquareRootIsCorrectlyRounded) {
  Prng prng(6);
  for (int i = 0; i < 20000; ++i) {
    const double x = uniform(prng, 0, 1e6);
    EXPECT_EQ(bits(math::square_root(x)), bits(std::sqrt(x)));
  }
}

TEST(Elementary, EndsOfTheRange) {
  EXPECT_EQ(bits(math::exp(-708.0000001)), 0u);
  EXPECT_GT(math::exp(-708.0), 2.2250738585072014e-308);
  EXPECT_EQ(math::exp(1e9), math::exp(709.0));
  EXPECT_EQ(math::exp(-1e300), 0.0);
  EXPECT_EQ(math::normal_cdf(-1e50), 0.0);
  EXPECT_EQ(math::normal_cdf(1e50), 1.0);
  EXPECT_EQ(math::normal_pdf(1e50), 0.0);
  EXPECT_EQ(math::normal_cdf(-0.0), 0.5);
  EXPECT_NEAR(math::erfcx(0.0), 1.0, 4.5e-16);
  EXPECT_TRUE(math::log(0x1p-1022) < -708 && math::log(0x1.fffffffffffffp1023) > 709);
}

TEST(Elementary, LanesGiveTheBitsOfScalars) {
  Prng prng(8);
  for (int i = 0; i < 50000; ++i) {
    const double a = uniform(prng, -760, 760), b = uniform(prng, -40, 40);
    const Pair both = {a, b};
    const Pair sizes = math::absolute(both);
    const Pair exps = math::exp(both), tails = math::erfcx(sizes), cdfs = math::normal_cdf(both);
    EXPECT_EQ(bits(exps[0]), bits(math::exp(a)));
    EXPECT_EQ(bits(exps[1]), bits(math::exp(b)));
    EXPECT_EQ(bits(tails[0]), bits(math::erfcx(math::absolute(a))));
    EXPECT_EQ(bits(tails[1]), bits(math::erfcx(math::absolute(b))));
    EXPECT_EQ(bits(cdfs[0]), bits(math::normal_cdf(a)));
    EXPECT_EQ(bits(cdfs[1]), bits(math::normal_cdf(b)));
  }
}

TEST(SelfCheck, PassesInThisBuild) {
  EXPECT_EQ(math::elementary_fingerprint(), math::elementary_fingerprint_expected);
  EXPECT_TRUE(math::arithmetic_is_exact());
}

}  // namespace
}  // namespace lockstep
