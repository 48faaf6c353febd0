#include "core/funding/samples.h"

#include <algorithm>

namespace lockstep {

i64 median(std::vector<i64> values) {
  LS_ASSERT(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return static_cast<i64>(div(i128{values[middle - 1]} + values[middle], 2, Round::nearest));
}

std::vector<i64> padded(std::vector<i64> values, std::size_t count) {
  if (values.size() < count) values.resize(count);
  return values;
}

std::vector<i64> without_tails(std::vector<i64> values, i64 share_ppm) {
  LS_ASSERT(share_ppm >= 0);
  const i128 size = static_cast<i128>(values.size());
  const i128 removed = size * share_ppm * 2 / 1'000'000;
  if (removed == 0 || removed >= size) return values;
  std::sort(values.begin(), values.end());
  const auto bottom = static_cast<std::ptrdiff_t>(removed / 2);
  const auto top = static_cast<std::ptrdiff_t>(removed) - bottom;
  return {values.begin() + bottom, values.end() - top};
}

i64 clamp_ppm(i64 factor, i64 margin) {
  return static_cast<i64>(div(i128{factor} * margin, 1'000'000, Round::down));
}

i64 mean_toward_zero(const std::vector<i64>& values) {
  if (values.empty()) return 0;
  i128 sum = 0;
  for (const i64 value : values) sum += value;
  return static_cast<i64>(div(sum, static_cast<i128>(values.size()), Round::zero));
}

}  // namespace lockstep
