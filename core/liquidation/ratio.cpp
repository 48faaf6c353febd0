#include "core/liquidation/ratio.h"

namespace lockstep::liquidation {
namespace {

i128 common_divisor(i128 a, i128 b) {
  a = abs(a);
  b = abs(b);
  while (b != 0) {
    const i128 rest = a % b;
    a = b;
    b = rest;
  }
  return a == 0 ? 1 : a;
}

std::optional<i128> times(i128 a, i128 b) {
  i128 result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

}  // namespace

std::optional<Ratio> ratio(i128 numerator, i128 denominator) {
  if (denominator == 0 || numerator == i128_min || denominator == i128_min) return std::nullopt;
  const i128 common = common_divisor(numerator, denominator) * (denominator < 0 ? -1 : 1);
  return Ratio{numerator / common, denominator / common};
}

std::optional<Ratio> product(Ratio a, Ratio b) {
  const i128 first = common_divisor(a.numerator, b.denominator);
  const i128 second = common_divisor(b.numerator, a.denominator);
  const std::optional<i128> numerator = times(a.numerator / first, b.numerator / second);
  const std::optional<i128> denominator = times(a.denominator / second, b.denominator / first);
  if (!numerator || !denominator) return std::nullopt;
  return ratio(*numerator, *denominator);
}

std::optional<Ratio> difference(Ratio a, Ratio b) {
  const i128 common = common_divisor(a.denominator, b.denominator);
  const std::optional<i128> left = times(a.numerator, b.denominator / common);
  const std::optional<i128> right = times(b.numerator, a.denominator / common);
  const std::optional<i128> denominator = times(a.denominator, b.denominator / common);
  i128 numerator = 0;
  if (!left || !right || !denominator || __builtin_sub_overflow(*left, *right, &numerator)) {
    return std::nullopt;
  }
  return ratio(numerator, *denominator);
}

i128 to_integer(Ratio ratio, Round round) { return div(ratio.numerator, ratio.denominator, round); }

}  // namespace lockstep::liquidation
