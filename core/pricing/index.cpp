#include "core/pricing/index.h"

#include <algorithm>

namespace lockstep {

CappedIndex capped_index(std::span<const Price> prices, std::span<const Rate> weights, Rate cap) {
  LS_ASSERT(!prices.empty() && prices.size() == weights.size());
  std::vector<Price> sorted(prices.begin(), prices.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  const i128 twice = sorted.size() % 2 == 1 ? i128{sorted[middle].raw()} * 2
                                            : i128{sorted[middle].raw()} + sorted[middle - 1].raw();
  CappedIndex out;
  out.median = Price::from_raw(static_cast<i64>(div(twice, 2, Round::nearest)));
  const auto at = [&](i64 rate) {
    return static_cast<i64>(mul_div(out.median.raw(), rate, rate_one, Round::nearest));
  };
  const i64 least = at(rate_one - cap.raw()), most = at(rate_one + cap.raw());
  i128 sum = 0, weight = 0;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    out.capped.push_back(Price::from_raw(std::clamp(prices[i].raw(), least, most)));
    sum += i128{out.capped[i].raw()} * weights[i].raw();
    weight += weights[i].raw();
  }
  LS_ASSERT(weight > 0);
  out.index = Price::from_raw(static_cast<i64>(div(sum, weight, Round::nearest)));
  return out;
}

}  // namespace lockstep
