// The average of a price over a period, each price for as long as it was in force; and the payment of a
// period that charges the distance of two such averages.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/units/units.h"

namespace lockstep {

struct PricePoint {
  i64 at = 0;  // seconds
  i128 price = 0;
};
struct TimeSpan {
  i64 from = 0, to = 0;  // seconds
};

// The sum of price x seconds, and of seconds.
struct PriceTime {
  i128 sum = 0;
  i64 seconds = 0;
};

// From `start` to `end` without what lies in `paused`.  Points ascend; the last one at or before the start is
// in force there, and if there is none the average begins at the first point.
PriceTime price_time(std::span<const PricePoint> points, i64 start, i64 end,
                     std::span<const TimeSpan> paused);

// The seconds of [from, to) that lie in no span of `paused`.
i64 seconds_outside(i64 from, i64 to, std::span<const TimeSpan> paused);

// n / d of a period or a year, d > 0.
struct Part {
  i128 n = 1;
  i128 d = 1;
};
struct PeriodTerms {
  Rate interest;  // a year
  Rate lower, upper;
  Part years;
  Part open;                               // of the period: what was not paused
  Rate factor = Rate::from_raw(rate_one);  // of the payment
  std::optional<Rate> least, most;         // of payment / outside
  Value unit;  // money comes in whole ones: each sum is cut to them; 0: it does not
};
struct PeriodPayment {
  Value payment;  // that one long unit makes
  Value share;    // payment / outside, nearest; 0 without an outside price
};
// inside, outside: averages of the contract's and of the spot price.  inside - outside, with interest plus
// clamp((1 + interest years) outside - inside, lower outside, upper outside), times open and factor, and
// within least and most.  Toward zero.
PeriodPayment period_payment(const PeriodTerms& terms, Value inside, Value outside);

}  // namespace lockstep
