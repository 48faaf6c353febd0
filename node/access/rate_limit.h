// A token bucket in whole numbers: so many calls a second on average, and so many at once.  The clock is the
// caller's, in microseconds; a step back refills nothing.
#pragma once

#include "core/base/int.h"

namespace lockstep::access {

// `count` every `period_us` on average, `burst` at once.  count 1..1'000'000, period up to a minute, burst
// 1..1'000'000: a bucket counts in units of 1/period, which then stay far below the end of i64.
struct RateLimit {
  i64 count = 0;
  i64 period_us = 1'000'000;
  i64 burst = 0;
};

class Bucket {
 public:
  // Microseconds until `cost` can be taken; 0: now.  A cost above the burst counts as the burst, otherwise it
  // could never be paid.
  i64 wait_us(const RateLimit& rate, i64 cost, i64 now_us) const;
  // Takes it if it is there, and says the same.
  i64 take(const RateLimit& rate, i64 cost, i64 now_us);
  bool full(const RateLimit& rate, i64 now_us) const { return missing_at(rate, now_us) == 0; }

 private:
  i64 missing_at(const RateLimit& rate, i64 now_us) const;

  i64 missing_ = 0;  // from a full bucket, in 1/period of a call
  i64 at_us_ = 0;
};

}  // namespace lockstep::access
