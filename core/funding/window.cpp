#include "core/funding/window.h"

#include <algorithm>

namespace lockstep {

Time span_begin(Time now, Duration span) {
  LS_ASSERT(span > Duration{});
  return Time::from_raw(static_cast<i64>(div(now.raw(), span.raw(), Round::down)) * span.raw());
}

bool sample_due(const FundingWindow& window, Duration sample, Time now) {
  return window.count == 0 || span_begin(window.sampled_at, sample) < span_begin(now, sample);
}

void add_sample(FundingWindow& window, FundingAverage average, Rate premium, Time now) {
  window.count += 1;
  const u64 weight = average == FundingAverage::linear ? window.count : 1;
  window.sum += i128{premium.raw()} * static_cast<i128>(weight);
  window.weight += weight;
  window.sampled_at = now;
}

Rate average_premium(const FundingWindow& window, const FundingRow& row) {
  LS_ASSERT(window.count > 0);
  i128 weight = static_cast<i128>(window.weight);
  if (row.average == FundingAverage::padded && row.sample > Duration{}) {
    weight = std::max<i128>(weight, row.interval.raw() / row.sample.raw());
  }
  return Rate::from_raw(static_cast<i64>(div(window.sum, weight, Round::nearest)));
}

}  // namespace lockstep
