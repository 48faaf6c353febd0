#include "core/risk/weights.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr i128 rate_most = (i128{1} << 62);  // what a Rate holds

Rate rate_from(i128 raw) { return Rate::from_raw(static_cast<i64>(std::clamp(raw, -rate_most, rate_most))); }

Rate share_of(Rate rate, Rate share, Round round) {
  return rate_from(mul_div(rate.raw(), share.raw(), rate_one, round));
}

}  // namespace

Rate rounded(Rate rate, Rounding rounding) {
  if (rounding.decimals >= rate_decimals) return rate;
  const i128 unit = pow10(rate_decimals - rounding.decimals);
  return rate_from(div(rate.raw(), unit, rounding.direction) * unit);
}

Rate size_root(Value size) {
  constexpr int size_decimals = 9, root_decimals = 5;
  const i128 cut = div(abs(size.raw()), pow10(value_decimals - size_decimals), Round::zero);
  const u128 square = static_cast<u128>(cut) * 10 + 1;  // 10^-10
  u128 root = sqrt_ceil(square);
  if (root * root > square) --root;
  return rate_from(static_cast<i128>(root) * pow10(rate_decimals - root_decimals));
}

Rate size_premium(Rate rate, Rate premium_share, Rate factor, Value size, Rounding rounding, bool bounded) {
  if (factor == Rate{}) return rate;
  const Rate left_out =
      rounded(share_of(rate, Rate::from_raw(rate_one) - premium_share, rounding.direction), rounding);
  const Rate premium = rounded(share_of(size_root(size), factor, rounding.direction), rounding);
  const Rate sum = rate_from(i128{rate.raw()} - left_out.raw() + premium.raw());
  return bounded ? std::max(rate, sum) : sum;
}

Rate interest_rate_of(Rate base, Value lower, Value upper, Value interest, Rounding rounding) {
  if (upper == Value{} || interest <= lower) return base;
  if (interest >= upper) return Rate::from_raw(rate_one);
  const i128 rise =
      mul_div(rate_one - base.raw(), (interest - lower).raw(), (upper - lower).raw(), rounding.direction);
  return rate_from(base.raw() + i128{rounded(rate_from(rise), rounding).raw()});
}

Rate relaxed_rate(Rate usual, Rate relaxed, Rate premium_share, Rate factor, Value size, Rounding rounding) {
  const Rate premium = size_premium(usual, premium_share, factor, size, rounding, false);
  if (premium > usual) return premium;
  if (premium == usual) return relaxed;
  const Rate whole_way =
      rounded(share_of(usual, Rate::from_raw(rate_one) - premium_share, rounding.direction), rounding);
  if (whole_way <= Rate{}) return relaxed;
  constexpr i128 millionths = 1'000'000;
  const i128 left = mul_div(usual.raw() - premium.raw(), millionths, whole_way.raw(), Round::zero);
  const i128 way = std::max(i128{0}, millionths - left);
  const i128 unit = rounding.decimals < rate_decimals ? pow10(rate_decimals - rounding.decimals) : 1;
  const i128 apart = std::max(unit, i128{usual.raw()} - relaxed.raw());
  const Rate back = rate_from(mul_div(apart, way, millionths, rounding.direction));
  return relaxed + rounded(back, rounding);
}

}  // namespace lockstep
