// Quantiles of the last n values, exact: the values in the order they came, and the same values sorted.  A
// new value takes the place of the oldest in both; in the sorted array only what lies between the two moves,
// a short move of memory for the windows of a margin (250 to 3,650 values).
#pragma once

#include <optional>
#include <vector>

#include "node/stats/state.h"

namespace lockstep::stats {

class RollingQuantile {
 public:
  static constexpr u32 capacity_max = 10'000;

  // 1 <= capacity <= capacity_max.
  explicit RollingQuantile(u32 capacity);

  // False, and counted, if the value is not finite.  At capacity the oldest value leaves.
  bool add(double value);

  // The order statistic number ceil(alpha * size) of the sorted values, counted from 1; 0 < alpha <= 1.
  // A product within 1e-9 above an integer is that integer: 0.07 of 100 values is the seventh although
  // 0.07 * 100 is 7.000000000000001 in binary.  Nothing while there is no value.
  std::optional<double> quantile(double alpha) const;

  u32 capacity() const { return capacity_; }
  u32 size() const { return static_cast<u32>(sorted_.size()); }
  u64 rejected() const { return rejected_; }
  const std::vector<double>& sorted() const { return sorted_; }  // ascending
  double newest(u32 age) const;  // age 0 is the newest value, size() - 1 the oldest

  void write(Writer& writer) const;
  void read(Reader& reader);

 private:
  u32 capacity_;
  u32 next_ = 0;              // where in ring_ the next value goes, once it is full
  std::vector<double> ring_;  // in the order they came, from next_ on
  std::vector<double> sorted_;
  u64 rejected_ = 0;
};

}  // namespace lockstep::stats
