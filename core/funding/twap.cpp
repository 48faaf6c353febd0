#include "core/funding/twap.h"

#include <algorithm>

namespace lockstep {
namespace {

Value share(Value value, Rate rate) { return scale(value, rate, Round::zero); }

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
    const Value grown = outside + share(share(outside, terms.interest), terms.years);
    payment += min(max(grown - inside, share(outside, terms.lower)), share(outside, terms.upper));
  }
  payment = share(share(payment, terms.open), terms.factor);
  PeriodPayment result{payment, {}};
  if (outside == Value{}) return result;
  result.rate =
      Rate::from_raw(static_cast<i64>(mul_div(payment.raw(), rate_one, outside.raw(), Round::zero)));
  if (terms.most && share(outside, *terms.most) < payment) {
    result = {share(outside, *terms.most), *terms.most};
  }
  if (terms.least && share(outside, *terms.least) > result.payment) {
    result = {share(outside, *terms.least), *terms.least};
  }
  return result;
}

}  // namespace lockstep
