// A small square matrix, row by row.  Only a container: what is computed on matrices is in the files that
// need it, and Eigen stays behind nearest_correlation.cpp.
#pragma once

#include <vector>

#include "core/base/assert.h"
#include "core/base/int.h"

namespace lockstep::stats {

struct Matrix {
  u32 size = 0;
  std::vector<double> values;  // size * size

  Matrix() = default;
  explicit Matrix(u32 n, double value = 0) : size(n), values(std::size_t{n} * n, value) {}

  double& operator()(u32 i, u32 j) {
    LS_ASSERT(i < size && j < size);
    return values[std::size_t{i} * size + j];
  }
  double operator()(u32 i, u32 j) const {
    LS_ASSERT(i < size && j < size);
    return values[std::size_t{i} * size + j];
  }
};

inline Matrix identity(u32 n) {
  Matrix matrix(n);
  for (u32 i = 0; i < n; ++i) matrix(i, i) = 1;
  return matrix;
}

}  // namespace lockstep::stats
