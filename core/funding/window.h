// The premiums of one interval: taken at most once in each span of `sample`, weighed as the row says, and
// forgotten when the interval ends.  Only sums are kept, so that a window costs the same whatever its length.
#pragma once

#include "core/model/entities.h"
#include "core/model/funding_rules.h"

namespace lockstep {

// The beginning of the span of this length that `now` lies in; spans begin at multiples since 1970.
Time span_begin(Time now, Duration span);

// Whether the span of `sample` that `now` lies in has no premium yet.
bool sample_due(const FundingWindow& window, Duration sample, Time now);

void add_sample(FundingWindow& window, FundingAverage average, Rate premium, Time now);

// The average of what was taken (nearest), at least one premium.
Rate average_premium(const FundingWindow& window, const FundingRow& row);

}  // namespace lockstep
