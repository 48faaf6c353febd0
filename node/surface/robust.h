// Middles and weights that a few wrong values cannot move.
#pragma once

#include <algorithm>
#include <vector>

#include "core/base/assert.h"

namespace lockstep::surface {

// At least one value.  Of an even number the mean of the middle two.
inline double median(std::vector<double> values) {
  LS_ASSERT(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

// Scale of the normal distribution whose median absolute deviation from `middle` this is.
inline double deviation(std::vector<double> values, double middle) {
  for (double& value : values) value = value < middle ? middle - value : value - middle;
  return 1.4826 * median(std::move(values));
}

// Tukey's biweight of a residual in units of the scale: 1 in the middle, 0 from 4.685 on.
inline double tukey(double residual) {
  const double x = residual / 4.685;
  const double rest = 1.0 - x * x;
  return rest > 0 ? rest * rest : 0.0;
}

// Huber's weight: 1 up to 1.345, then falling as 1/residual.
inline double huber(double residual) {
  const double size = residual < 0 ? -residual : residual;
  return size <= 1.345 ? 1.0 : 1.345 / size;
}

}  // namespace lockstep::surface
