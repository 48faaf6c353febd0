#include "core/base/wide.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"

namespace lockstep {
namespace {

TEST(Div, NamesWhoGains) {
  struct Row {
    int n, d, up, down, zero, nearest;
  };
  constexpr Row rows[] = {{7, 2, 4, 3, 3, 4},   {-7, 2, -3, -4, -3, -4}, {7, -2, -3, -4, -3, -4},
                          {-7, -2, 4, 3, 3, 4}, {6, 3, 2, 2, 2, 2},      {1, 3, 1, 0, 0, 0},
                          {-1, 3, 0, -1, 0, 0}, {2, 3, 1, 0, 0, 1},      {-2, 3, 0, -1, 0, -1},
                          {0, 5, 0, 0, 0, 0}};
  for (const Row& r : rows) {
    EXPECT_EQ(div(r.n, r.d, Round::up), r.up) << r.n << "/" << r.d;
    EXPECT_EQ(div(r.n, r.d, Round::down), r.down) << r.n << "/" << r.d;
    EXPECT_EQ(div(r.n, r.d, Round::zero), r.zero) << r.n << "/" << r.d;
    EXPECT_EQ(div(r.n, r.d, Round::nearest), r.nearest) << r.n << "/" << r.d;
  }
}

TEST(MulDiv, IsExactWhereTheProductNeeds256Bits) {
  const i128 big = pow10(30);
  EXPECT_EQ(mul_div(big, big, big, Round::down), big);
  EXPECT_EQ(mul_div(-big, big, big, Round::up), -big);
  EXPECT_EQ(mul_div(big + 1, big, big, Round::down), big + 1);
  // 10^30 (10^30 + 1) / (10^30 + 2) = 10^30 - 1 + 2/(10^30 + 2)
  EXPECT_EQ(mul_div(big, big + 1, big + 2, Round::down), big - 1);
  EXPECT_EQ(mul_div(big, big + 1, big + 2, Round::up), big);
  EXPECT_EQ(mul_div(-big, big + 1, big + 2, Round::down), -big);
  EXPECT_EQ(mul_div(-big, big + 1, big + 2, Round::up), -big + 1);
  EXPECT_EQ(mul_div(-big, big + 1, big + 2, Round::nearest), -big + 1);
}

TEST(MulDivCapped, IsTheQuotientUpToTheCap) {
  const i128 big = pow10(37);
  EXPECT_EQ(mul_div_capped(6, 7, 2, Round::down, 21), 21);
  EXPECT_EQ(mul_div_capped(6, 7, 2, Round::down, 20), 20);
  EXPECT_EQ(mul_div_capped(-6, 7, 2, Round::down, 20), -20);
  EXPECT_EQ(mul_div_capped(1, 2, 3, Round::up, 5), 1);
  EXPECT_EQ(mul_div_capped(0, big, 1, Round::up, 5), 0);
  EXPECT_EQ(mul_div_capped(big, big, 1, Round::up, big), big);
  EXPECT_EQ(mul_div_capped(-big, big, 1, Round::up, big), -big);
  EXPECT_EQ(mul_div_capped(big, big, 3, Round::up, 7), 7);
  EXPECT_EQ(mul_div_capped(big, big, big, Round::up, big), big);
  EXPECT_EQ(mul_div_capped(big, big, big, Round::up, big - 1), big - 1);
  EXPECT_EQ(mul_div_capped(big, big - 2, big, Round::down, big - 1), big - 2);
  EXPECT_EQ(mul_div_capped(big, 100, -big, Round::down, big), -100);
}

// The same quotient through both ways: a product that fits, and the same fraction blown up until it does not.
TEST(MulDiv, BothWaysAgree) {
  Prng prng(1);
  for (int i = 0; i < 20'000; ++i) {
    const i128 a = prng.between(-1'000'000'000, 1'000'000'000);
    const i128 b = prng.between(-1'000'000'000, 1'000'000'000);
    const i128 d = prng.between(1, 1'000'000'000);
    const i128 blow = pow10(28);
    for (const Round round : {Round::up, Round::down, Round::zero, Round::nearest}) {
      ASSERT_EQ(mul_div(a, b, d, round), mul_div(a * blow, b, d * blow, round));
    }
  }
}

TEST(SquareRoot, IsTheSmallestIntegerNotBelow) {
  for (u64 x = 1; x < 20'000; ++x) {
    const u64 root = static_cast<u64>(sqrt_ceil(x));
    ASSERT_TRUE(root * root >= x && (root - 1) * (root - 1) < x) << x;
  }
  EXPECT_EQ(sqrt_ceil(0), u128{0});
  EXPECT_EQ(sqrt_ceil(u128{1} << 126), u128{1} << 63);
  EXPECT_EQ(sqrt_ceil((u128{1} << 126) + 1), (u128{1} << 63) + 1);
  EXPECT_EQ(sqrt_ceil(~u128{0}), u128{1} << 64);
}

TEST(Decimal, TextAndBack) {
  struct Row {
    const char* text;
    int decimals;
    i64 raw;
  };
  constexpr Row rows[] = {
      {"0", 8, 0}, {"1", 8, 100'000'000}, {"-0.00000001", 8, -1}, {"12.5", 2, 1250}, {"7", 0, 7}};
  for (const Row& r : rows) {
    i128 raw = -1;
    ASSERT_TRUE(parse_decimal(r.text, r.decimals, raw)) << r.text;
    EXPECT_EQ(raw, r.raw);
    EXPECT_EQ(to_decimal(raw, r.decimals), r.text);
  }
  EXPECT_EQ(to_decimal(1500, 3, 2), "1.50");
  EXPECT_EQ(to_decimal(-5, 3, 2), "-0.005");
  EXPECT_EQ(to_decimal(0, 3, 2), "0.00");
  EXPECT_EQ(to_decimal(i128_min, 0), "-170141183460469231731687303715884105728");
}

TEST(Decimal, RefusesWhatIsNotOne) {
  i128 raw = 0;
  for (const char* text :
       {"", "-", ".", ".5", "5.", "+1", "1e5", " 1", "1 ", "1,0", "0x1", "1.2.3", "--1", "nan"}) {
    EXPECT_FALSE(parse_decimal(text, 8, raw)) << text;
  }
  EXPECT_FALSE(parse_decimal("0.123456789", 8, raw));  // finer than the unit
  EXPECT_TRUE(parse_decimal("0.1234567800", 8, raw));  // zeros are not finer
  EXPECT_FALSE(parse_decimal("1701411834604692317316873037158841057280", 0, raw));
  EXPECT_TRUE(parse_decimal("170141183460469231731687303715884105727", 0, raw));
  EXPECT_FALSE(parse_decimal("170141183460469231731687303715884105727", 1, raw));
}

TEST(CompareProducts, OrdersWhatDoesNotFit128Bits) {
  const i128 big = pow10(38);
  EXPECT_EQ(compare_products(big, big, big, big), 0);
  EXPECT_EQ(compare_products(big, big, big, big - 1), 1);
  EXPECT_EQ(compare_products(-big, big, big, big - 1), -1);
  EXPECT_EQ(compare_products(-big, big, -big, big - 1), -1);
  EXPECT_EQ(compare_products(-big, -big, big, big), 0);
  EXPECT_EQ(compare_products(0, big, -1, big), 1);
  EXPECT_EQ(compare_products(0, big, 5, 0), 0);
  EXPECT_EQ(compare_products(i128_min, 1, i128_max, -1), -1);
}

TEST(CompareProducts, AgreesWithPlainProductsWhereTheyFit) {
  Prng prng(17);
  const auto draw = [&prng] { return i128{static_cast<i64>(prng.below(2001))} - 1000; };
  for (int i = 0; i < 2000; ++i) {
    const i128 a = draw(), b = draw(), c = draw(), d = draw();
    EXPECT_EQ(compare_products(a, b, c, d), a * b < c * d ? -1 : a * b > c * d ? 1 : 0);
  }
}

}  // namespace
}  // namespace lockstep
