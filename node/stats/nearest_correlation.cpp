// The projections of nearest_correlation.h.  The only file of this module that sees Eigen, which is built
// without vector instructions (cmake/modules.cmake), so that sums have one order on every machine.
#include "node/stats/nearest_correlation.h"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "node/stats/pair_moments.h"

#ifndef EIGEN_DONT_VECTORIZE
#error "results must not depend on the width of the processor's registers"
#endif

namespace lockstep::stats {
namespace {

using Eigen::MatrixXd;

constexpr double element_max = 1e6;

Result<MatrixXd, MatrixFault> checked(const Matrix& matrix) {
  if (matrix.size == 0) return MatrixFault::empty;
  if (matrix.size > assets_max) return MatrixFault::too_large;
  MatrixXd result(matrix.size, matrix.size);
  for (u32 i = 0; i < matrix.size; ++i) {
    for (u32 j = 0; j < matrix.size; ++j) {
      const double x = matrix(i, j);
      if (!is_finite(x) || x < -element_max || element_max < x) return MatrixFault::not_finite;
      result(i, j) = x;
    }
  }
  for (u32 i = 0; i < matrix.size; ++i) {
    for (u32 j = 0; j < i; ++j) {
      if (matrix(i, j) != matrix(j, i)) return MatrixFault::not_symmetric;
    }
  }
  return result;
}

MatrixXd symmetric_part(const MatrixXd& matrix) { return 0.5 * (matrix + matrix.transpose()); }

// The nearest symmetric matrix without an eigenvalue below the floor.
MatrixXd clip_eigenvalues(const MatrixXd& matrix, double floor) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(matrix);
  const MatrixXd& vectors = solver.eigenvectors();
  const Eigen::VectorXd values = solver.eigenvalues().cwiseMax(floor);
  return symmetric_part(vectors * values.asDiagonal() * vectors.transpose());
}

}  // namespace

const char* text(MatrixFault fault) {
  switch (fault) {
    case MatrixFault::empty: return "the matrix is empty";
    case MatrixFault::too_large: return "the matrix has more than 64 rows";
    case MatrixFault::not_finite: return "an element is no number of size up to 1e6";
    case MatrixFault::not_symmetric: return "the matrix is not symmetric";
    case MatrixFault::no_diagonal: return "an asset lost its variance in the repair";
  }
  LS_ASSERT(false);
  return "";
}

Result<NearestCorrelation, MatrixFault> nearest_correlation(const Matrix& matrix, const NearestRule& rule) {
  Result<MatrixXd, MatrixFault> input = checked(matrix);
  if (!input) return input.error();
  const MatrixXd& a = input.value();
  NearestCorrelation nearest{.matrix = Matrix(matrix.size)};
  MatrixXd y = a;
  MatrixXd x = a;
  MatrixXd correction = MatrixXd::Zero(a.rows(), a.cols());
  while (!nearest.converged && nearest.iterations < rule.iterations_max) {
    const MatrixXd before = y - correction;
    x = clip_eigenvalues(before, rule.floor);
    correction = x - before;
    y = x;
    y.diagonal().setOnes();
    ++nearest.iterations;
    nearest.converged = (y - x).norm() < rule.tolerance * y.norm();
  }
  // Unit diagonal by scaling x, which keeps it positive semidefinite wherever the iteration stopped.
  double squares = 0;
  for (u32 i = 0; i < matrix.size; ++i) {
    if (!(x(i, i) > 1e-12)) return MatrixFault::no_diagonal;
    for (u32 j = 0; j < matrix.size; ++j) {
      const double rho = x(i, j) / std::sqrt(x(i, i) * x(j, j));
      nearest.matrix(i, j) = i == j ? 1 : std::clamp((1 - rule.mixing) * rho, -1.0, 1.0);
      const double apart = nearest.matrix(i, j) - a(i, j);
      squares += apart * apart;
    }
  }
  nearest.distance = std::sqrt(squares);
  return nearest;
}

Result<double, MatrixFault> smallest_eigenvalue(const Matrix& matrix) {
  Result<MatrixXd, MatrixFault> input = checked(matrix);
  if (!input) return input.error();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(input.value(), Eigen::EigenvaluesOnly);
  return double{solver.eigenvalues()(0)};
}

}  // namespace lockstep::stats
