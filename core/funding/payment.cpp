#include "core/funding/payment.h"

#include <algorithm>

namespace lockstep {

i128 index_gain(i128 rate, i128 elapsed, i128 worth_n, i128 worth_d, i128 period) {
  return div(mul_div(elapsed * rate, worth_n, worth_d, Round::zero), period, Round::zero);
}

i128 hourly_rate(i128 bid, i128 ask, i128 index, i128 hours, i128 constant, i128 most) {
  const i128 distance = std::max<i128>(0, bid - index) - std::max<i128>(0, index - ask);
  const i128 premium = mul_div(distance, pow10(18), index, Round::zero);
  return std::clamp(mul_div(premium, pow10(18), hours, Round::nearest) + constant, -most, most);
}

i128 since_index(i128 index, i128 own_index, i128 size) {
  return -mul_div(index - own_index, size, 1, Round::zero);
}

i128 cash_flow(i128 payment, i128 size, i128 unit) { return -mul_div(payment, size, unit, Round::zero); }

i128 payment_of(i128 rate, i128 size) {
  const i128 fine = div(mul_div(abs(rate), abs(size), 1'000'000, Round::down), 1'000, Round::down);
  const i128 paid = div(fine, 1'000, Round::down);
  return (rate > 0) == (size > 0) ? -paid : paid;
}

TwoRates rates_of_sides(const TwoSides& sides, i128 rate) {
  const i128 earned = -payment_of(rate, sides.net);
  if (earned >= 0) return {rate, rate, sides.house_balance + earned};
  const i128 most = -div(std::max<i128>(sides.pool, 0), 3, Round::zero);
  TwoRates rates{rate, rate, sides.house_balance + std::max(earned, most)};
  if (earned >= most) return rates;
  const bool longs_pay = rate > 0;
  const i128 from_payers = abs(payment_of(rate, longs_pay ? sides.long_size : sides.short_size));
  const i128 receivers = longs_pay ? sides.short_size : sides.long_size;
  i128 limit = most - from_payers;
  if (limit < 0) limit += 1;
  const i128 capped = receivers == 0 ? 0 : mul_div(limit, pow10(12), receivers, Round::zero);
  (longs_pay ? rates.short_rate : rates.long_rate) = capped;
  return rates;
}

}  // namespace lockstep
