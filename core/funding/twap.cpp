#include "core/funding/twap.h"

#include <algorithm>

namespace lockstep {
namespace {

Value share(Value value, Rate rate) { return scale(value, rate, Round::zero); }
Value part(Value value, Part part) {
  return Value::from_raw(mul_div(value.raw(), part.n, part.d, Round::zero));
}
Value whole(Value value, Value unit) {
  return unit == Value{} ? value : Value::from_raw(div(value.raw(), unit.raw(), Round::zero) * unit.raw());
}

}  // namespace

i64 seconds_outside(i64 from, i64 to, std::span<const TimeSpan> paused) {
  i64 seconds = std::max<i64>(to - from, 0);
  for (const TimeSpan& span : paused) {
    seconds -= std::max<i64>(std::min(to, span.to) - std::max(from, span.from), 0);
  }
  return std::max<i64>(seconds, 0);
}

PriceTime price_time(std::span<const PricePoint> points, i64 start, i64 end,
                     std::span<const TimeSpan> paused) {
  PriceTime total;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const i64 from = std::max(points[i].at, start);
    const i64 to = i + 1 < points.size() ? std::min(points[i + 1].at, end) : end;
    if (to <= from) continue;
    const i64 seconds = seconds_outside(from, to, paused);
    total.sum += points[i].price * seconds;
    total.seconds += seconds;
  }
  return total;
}

PeriodPayment period_payment(const PeriodTerms& terms, Value inside, Value outside) {
  Value payment = inside - outside;
  if (terms.interest != Rate{}) {
    const Value grown = outside + part(share(outside, terms.interest), terms.years);
    const Value clamped = min(max(grown - inside, share(outside, terms.lower)), share(outside, terms.upper));
    payment += whole(clamped, terms.unit);
  }
  payment = whole(share(part(payment, terms.open), terms.factor), terms.unit);
  if (outside == Value{}) return {payment, {}};
  const auto bounded = [&](Rate rate) {
    constexpr i128 finer = value_one / rate_one;
    return PeriodPayment{whole(share(outside, rate), terms.unit), Value::from_raw(rate.raw() * finer)};
  };
  if (terms.most && share(outside, *terms.most) < payment) return bounded(*terms.most);
  if (terms.least && share(outside, *terms.least) > payment) return bounded(*terms.least);
  return {payment, Value::from_raw(mul_div(payment.raw(), value_one, outside.raw(), Round::nearest))};
}

}  // namespace lockstep
