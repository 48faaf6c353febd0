#include "node/access/rate_limit.h"

#include <algorithm>

namespace lockstep::access {

i64 Bucket::missing_at(const RateLimit& rate, i64 now_us) const {
  if (now_us <= at_us_) return missing_;
  // Comparing first keeps a long pause from overflowing the product.
  const i64 elapsed = now_us - at_us_;
  return elapsed > missing_ / rate.count ? 0 : missing_ - elapsed * rate.count;
}

i64 Bucket::wait_us(const RateLimit& rate, i64 cost, i64 now_us) const {
  const i64 lacking = missing_at(rate, now_us) + (std::min(cost, rate.burst) - rate.burst) * rate.period_us;
  return lacking <= 0 ? 0 : (lacking + rate.count - 1) / rate.count;
}

i64 Bucket::take(const RateLimit& rate, i64 cost, i64 now_us) {
  const i64 wait = wait_us(rate, cost, now_us);
  missing_ = missing_at(rate, now_us);
  at_us_ = now_us;
  if (wait == 0) missing_ += std::min(cost, rate.burst) * rate.period_us;
  return wait;
}

}  // namespace lockstep::access
