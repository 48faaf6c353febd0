#include "core/base/wide.h"

namespace lockstep {
namespace {

struct U256 {
  u128 hi;
  u128 lo;
};

U256 multiply(u128 a, u128 b) {
  constexpr u128 mask = ~u64{0};
  const u128 a0 = a & mask, a1 = a >> 64, b0 = b & mask, b1 = b >> 64;
  const u128 p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
  const u128 middle = (p00 >> 64) + (p01 & mask) + (p10 & mask);
  return {p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64), (p00 & mask) | (middle << 64)};
}

// Bitwise long division: only taken when the product really needs more than 128 bits.
u128 divide(U256 n, u128 d, u128& rest) {
  LS_ASSERT(n.hi < d);  // the quotient fits
  u128 quotient = 0;
  u128 r = n.hi;
  for (int bit = 127; bit >= 0; --bit) {
    const bool carry = (r >> 127) != 0;
    r = (r << 1) | ((n.lo >> bit) & 1);
    quotient <<= 1;
    if (carry || r >= d) {
      r -= d;
      quotient |= 1;
    }
  }
  rest = r;
  return quotient;
}

u128 magnitude(i128 x) { return x < 0 ? ~static_cast<u128>(x) + 1 : static_cast<u128>(x); }

}  // namespace

i128 mul_div(i128 a, i128 b, i128 d, Round round) {
  LS_ASSERT(d != 0);
  i128 product;
  if (!__builtin_mul_overflow(a, b, &product) && product != i128_min) return div(product, d, round);

  const bool negative = ((a < 0) != (b < 0)) != (d < 0);
  const u128 divisor = magnitude(d);
  u128 rest = 0;
  u128 quotient = divide(multiply(magnitude(a), magnitude(b)), divisor, rest);
  const bool away = rest != 0 && ((round == Round::up && !negative) || (round == Round::down && negative) ||
                                  (round == Round::nearest && rest >= divisor - rest));
  if (away) ++quotient;
  LS_ASSERT(quotient <= static_cast<u128>(i128_max));
  return negative ? -static_cast<i128>(quotient) : static_cast<i128>(quotient);
}

i128 mul_div_capped(i128 a, i128 b, i128 d, Round round, i128 most) {
  LS_ASSERT(d != 0 && most >= 0 && most <= i128_max / 4);
  i128 product;
  const bool fits = !__builtin_mul_overflow(a, b, &product);
  // A product above 2^127 whose upper half reaches a quarter of the divisor has a quotient above 2^125, which
  // is at least `most`.
  if (!fits && multiply(magnitude(a), magnitude(b)).hi >= magnitude(d) / 4) {
    return ((a < 0) != (b < 0)) != (d < 0) ? -most : most;
  }
  const i128 quotient = mul_div(a, b, d, round);
  return quotient > most ? most : quotient < -most ? -most : quotient;
}

int compare_products(i128 a, i128 b, i128 c, i128 d) {
  const auto sign = [](i128 x, i128 y) { return x == 0 || y == 0 ? 0 : (x < 0) != (y < 0) ? -1 : 1; };
  const int left = sign(a, b), right = sign(c, d);
  if (left != right) return left < right ? -1 : 1;
  const U256 l = multiply(magnitude(a), magnitude(b)), r = multiply(magnitude(c), magnitude(d));
  if (l.hi == r.hi && l.lo == r.lo) return 0;
  const bool less = l.hi != r.hi ? l.hi < r.hi : l.lo < r.lo;
  return less == (left > 0) ? -1 : 1;
}

u128 sqrt_ceil(u128 x) {
  if (x == 0) return 0;
  u128 root = u128{1} << 64;  // above the root of any u128 divided by one Newton step
  if (x < root) root = x;
  for (;;) {
    const u128 next = (root + x / root) >> 1;
    if (next >= root) break;
    root = next;
  }
  const bool exact = x / root == root && x % root == 0;
  return exact ? root : root + 1;
}

std::string to_decimal(i128 raw, int decimals, int min_decimals) {
  LS_ASSERT(decimals >= 0 && decimals <= 38);
  u128 rest = magnitude(raw);
  std::string digits;
  for (int i = 0; i < decimals || rest != 0 || i == decimals; ++i) {
    if (i == decimals && decimals > 0) digits.push_back('.');
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  }
  if (raw < 0) digits.push_back('-');
  std::string text(digits.rbegin(), digits.rend());
  if (decimals > 0) {
    std::size_t keep = text.size() - static_cast<std::size_t>(decimals - min_decimals);
    std::size_t end = text.size();
    while (end > keep && text[end - 1] == '0') --end;
    if (text[end - 1] == '.') --end;
    text.resize(end);
  }
  return text;
}

bool parse_decimal(std::string_view text, int decimals, i128& raw) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  constexpr u128 limit = static_cast<u128>(i128_max);
  u128 value = 0;
  int fraction_digits = -1;  // -1: still left of the point
  bool any = false;
  for (const char c : text) {
    if (c == '.') {
      if (fraction_digits >= 0 || !any) return false;
      fraction_digits = 0;
      continue;
    }
    if (c < '0' || c > '9') return false;
    any = true;
    const u128 digit = static_cast<u128>(c - '0');
    if (fraction_digits >= decimals) {
      if (digit != 0) return false;
      ++fraction_digits;
      continue;
    }
    if (value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
    if (fraction_digits >= 0) ++fraction_digits;
  }
  if (!any || fraction_digits == 0) return false;
  for (int i = fraction_digits < 0 ? 0 : fraction_digits; i < decimals; ++i) {
    if (value > limit / 10) return false;
    value *= 10;
  }
  raw = negative ? -static_cast<i128>(value) : static_cast<i128>(value);
  return true;
}

}  // namespace lockstep
