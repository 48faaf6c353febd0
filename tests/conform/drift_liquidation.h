// Figures of Drift v2's liquidation that are constants of its program.
#pragma once

#include "core/liquidation/cover_size.h"
#include "core/liquidation/fee.h"
#include "tests/conform/drift.h"

namespace lockstep::conform::drift {

// A slot more each 10^-6 after the first 1500.
constexpr liquidation::FeeGrowth fee_growth{1500, Rate::from_raw(rate_one / 1'000'000)};
constexpr Rate insurance_share = Rate::from_raw(rate_one / 20 * 19);
constexpr Value small_sum = Value::from_raw(50 * value_one);  // covered, or taken over, at once

inline liquidation::RoundSharePolicy round_policy(const Json& json) {
  return {small_sum, rate(json, "initial_pct_to_liquidate"),
          static_cast<i64>(json.at("liquidation_duration").fixed(0)), cut_weight.decimals};
}

}  // namespace lockstep::conform::drift
