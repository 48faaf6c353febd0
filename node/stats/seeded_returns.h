// Made returns for the tests and benchmarks of this module: correlated by a common factor, heavy-tailed, some
// of them missing.
#pragma once

#include <optional>
#include <vector>

#include "core/base/prng.h"

namespace lockstep::stats {

class SeededReturns {
 public:
  // A return is missing with a chance of missing_percent in 100.
  SeededReturns(u64 seed, u32 assets, u64 missing_percent)
      : prng_(seed), missing_percent_(missing_percent), bar_(assets) {}

  const std::vector<std::optional<double>>& next() {
    const double market = draw();
    for (std::size_t i = 0; i < bar_.size(); ++i) {
      const double beta = static_cast<double>(i % 5) / 4;
      const double r = 0.02 * (beta * market + draw());
      if (prng_.chance(missing_percent_, 100)) {
        bar_[i] = std::nullopt;
      } else {
        bar_[i] = r;
      }
    }
    return bar_;
  }

 private:
  // Mean 0, variance near 1, and one in a hundred four times as large.
  double draw() {
    const double sum = static_cast<double>(prng_.between(-1'000'000, 1'000'000)) +
                       static_cast<double>(prng_.between(-1'000'000, 1'000'000));
    return sum * 1.2e-6 * (prng_.chance(1, 100) ? 4 : 1);
  }

  Prng prng_;
  u64 missing_percent_;
  std::vector<std::optional<double>> bar_;
};

}  // namespace lockstep::stats
