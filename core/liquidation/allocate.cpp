#include "core/liquidation/allocate.h"

#include <algorithm>
#include <numeric>

namespace lockstep {

std::vector<i128> allocate(i128 total, std::span<const i128> weights) {
  LS_ASSERT(total >= 0);
  i128 sum = 0;
  for (const i128 weight : weights) {
    LS_ASSERT(weight >= 0);
    sum += weight;
  }
  LS_ASSERT(sum > 0);
  std::vector<i128> parts(weights.size());
  i128 left = total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    parts[i] = mul_div(total, weights[i], sum, Round::down);
    left -= parts[i];
  }
  // remainder[i] = total x weight[i] - part[i] x sum, compared without writing it down.
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto larger = [&](std::size_t a, std::size_t b) {
    const int order_of = compare_products(total, weights[a] - weights[b], parts[a] - parts[b], sum);
    return order_of != 0 ? order_of > 0 : a < b;
  };
  std::sort(order.begin(), order.end(), larger);
  for (const std::size_t i : order) {
    if (left == 0) break;
    parts[i] += 1;
    left -= 1;
  }
  LS_ASSERT(left == 0);
  return parts;
}

std::vector<i128> allocate_capped(i128 total, std::span<const i128> weights, std::span<const i128> caps) {
  LS_ASSERT(weights.size() == caps.size());
  std::vector<i128> parts(weights.size());
  std::vector<i128> open(weights.begin(), weights.end());
  for (;;) {
    const bool none = std::all_of(open.begin(), open.end(), [](i128 weight) { return weight == 0; });
    if (total == 0 || none) return parts;
    const std::vector<i128> round = allocate(total, open);
    bool cut = false;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i] == 0 || round[i] < caps[i]) continue;
      parts[i] = caps[i];
      total -= caps[i];
      open[i] = 0;
      cut = true;
    }
    if (cut) continue;
    for (std::size_t i = 0; i < open.size(); ++i) parts[i] += round[i];
    return parts;
  }
}

}  // namespace lockstep
