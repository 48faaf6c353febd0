// The correlation matrix nearest to a symmetric one (Higham 2002): needed after overrides by hand, bounds
// element by element, or pairs estimated over different bars, all of which can leave a matrix in which some
// portfolio would have negative variance.  Projections onto the positive semidefinite matrices and onto
// those of unit diagonal take turns, with Dykstra's correction, without which they would end at some
// correlation matrix instead of the nearest.  Source: quantitative specification, section 3.
#pragma once

#include "core/base/result.h"
#include "node/stats/matrix.h"

namespace lockstep::stats {

// Why a matrix was refused.
enum class MatrixFault : u8 {
  empty,
  too_large,      // more than 64 assets
  not_finite,     // NaN, infinite, or an element of size above 1e6
  not_symmetric,  // two elements that should be equal are not, to the bit
  no_diagonal,    // the projections lost an asset: its variance went to zero
};
const char* text(MatrixFault fault);

struct NearestRule {
  double floor = 0;      // no eigenvalue of the projection is smaller
  double mixing = 1e-6;  // e of the last step, (1 - e) X + e I: away from singular by that much
  int iterations_max = 200;
  double tolerance = 1e-12;  // of |Y - X| / |Y|, Frobenius
};

struct NearestCorrelation {
  Matrix matrix;        // unit diagonal, symmetric, no eigenvalue below mixing but for rounding
  double distance = 0;  // Frobenius, from the input
  int iterations = 0;
  bool converged = false;  // otherwise positive semidefinite all the same, but not quite the nearest
};

Result<NearestCorrelation, MatrixFault> nearest_correlation(const Matrix& matrix,
                                                            const NearestRule& rule = {});

// The smallest eigenvalue of a symmetric matrix.
Result<double, MatrixFault> smallest_eigenvalue(const Matrix& matrix);

}  // namespace lockstep::stats
