// 128-bit arithmetic with a named rounding.  There is no bare division of money in this project: div() and
// mul_div() take a Round, and the name says which way the result moves (house rule R15).
//
//   up      toward plus infinity    requirements, fees charged
//   down    toward minus infinity   credits, collateral, unrealised gains
//   zero    toward zero             only where a venue's rule says "truncate"
//   nearest half away from zero     only where a venue's rule says "round"
#pragma once

#include <string>
#include <string_view>

#include "core/base/assert.h"
#include "core/base/int.h"

namespace lockstep {

enum class Round : u8 { up, down, zero, nearest };

// n / d.  d must not be zero.  Exact for every input except i128_min / -1, which the limits rule out.
constexpr i128 div(i128 n, i128 d, Round round) {
  LS_ASSERT(d != 0);
  if (d < 0) {
    n = -n;
    d = -d;
  }
  const i128 quotient = n / d;
  const i128 rest = n - quotient * d;  // n % d without a second division; has the sign of n
  switch (round) {
    case Round::up: return rest > 0 ? quotient + 1 : quotient;
    case Round::down: return rest < 0 ? quotient - 1 : quotient;
    case Round::zero: return quotient;
    case Round::nearest: {
      const i128 twice_rest = rest < 0 ? -rest : rest;
      if (twice_rest < d - twice_rest) return quotient;
      return n < 0 ? quotient - 1 : quotient + 1;
    }
  }
  LS_ASSERT(false);
  return 0;
}

// a * b / d with a 256-bit intermediate, so that the product never overflows.  The result must fit i128
// (asserted).
i128 mul_div(i128 a, i128 b, i128 d, Round round);

// The same, but not beyond `most` (0..2^125) on either side: for products of two inputs that are each in
// range and whose product may be beyond anything that still matters.
i128 mul_div_capped(i128 a, i128 b, i128 d, Round round, i128 most);

// Sign of a * b - c * d, exactly: ratios are compared without dividing.
int compare_products(i128 a, i128 b, i128 c, i128 d);

// 10^n for n in 0..38.
constexpr i128 pow10(int n) {
  LS_ASSERT(n >= 0 && n <= 38);
  i128 result = 1;
  for (int i = 0; i < n; ++i) result *= 10;
  return result;
}

constexpr i128 abs(i128 x) { return x < 0 ? -x : x; }

// Smallest r >= 0 with r*r >= x (ceiling square root), x >= 0.  Integer Newton.
u128 sqrt_ceil(u128 x);

// raw / 10^decimals as text: "-12.5", "0", "100".  Trailing zeros are dropped, but min_decimals are kept.
std::string to_decimal(i128 raw, int decimals, int min_decimals = 0);

// The exact reading of a decimal: [-]digits[.digits], no exponent, no blanks, no plus sign.  Fails (false) on
// anything else, on more than `decimals` fractional digits that are not zero, and on overflow of i128.
bool parse_decimal(std::string_view text, int decimals, i128& raw);

}  // namespace lockstep
