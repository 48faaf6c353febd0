#include "core/funding/depth.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr i128 million = 1'000'000;

// Sign of a - b.
int compare(Ratio a, Ratio b) { return compare_products(a.n, b.d, b.n, a.d); }

// trunc(million x price / index - million)
i128 premium_ppm(Ratio price, Ratio index) {
  const bool above = compare(price, index) > 0;
  // price / index, multiplied out where that fits: prices of one book and its index are near each other.
  const i128 n = mul_div(price.n, index.d, 1, Round::zero);
  const i128 d = mul_div(price.d, index.n, 1, Round::zero);
  return mul_div(n, million, d, above ? Round::down : Round::up) - million;
}

}  // namespace

Ratio impact_price(const std::vector<DepthLevel>& levels, Ratio money) {
  if (levels.empty()) return {};
  if (money.n == 0) return {levels.front().price, 1};
  i128 left = money.n;  // all in units of 1 / money.d
  i128 size = 0;
  for (const DepthLevel& level : levels) {
    const i128 worth = level.size * level.price * money.d;
    if (worth >= left) {
      size += div(left, level.price * money.d, Round::up);
      return {money.n, money.d * size};
    }
    left -= worth;
    size += level.size;
  }
  return {};
}

i128 depth_premium_ppm(const std::vector<DepthLevel>& bids, const std::vector<DepthLevel>& asks, Ratio index,
                       Ratio money, i128 most_ppm) {
  Ratio impact;
  int beyond = 0;
  if (!bids.empty() && compare({bids.front().price, 1}, index) > 0) {
    impact = impact_price(bids, money);
    beyond = 1;
  } else if (!asks.empty() && compare({asks.front().price, 1}, index) < 0) {
    impact = impact_price(asks, money);
    beyond = -1;
  }
  if (impact.n == 0 || compare(impact, index) != beyond) return 0;
  return std::clamp(premium_ppm(impact, index), -most_ppm, most_ppm);
}

}  // namespace lockstep
