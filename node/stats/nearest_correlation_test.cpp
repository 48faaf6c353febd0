// Reference numbers: Higham's own examples and the quantitative specification's vectors (section 3).
#include "node/stats/nearest_correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>

#include "core/base/prng.h"

namespace lockstep::stats {
namespace {

Matrix matrix_of(std::initializer_list<double> values) {
  Matrix matrix(static_cast<u32>(std::lround(std::sqrt(static_cast<double>(values.size())))));
  matrix.values = values;
  return matrix;
}

constexpr NearestRule plain{.mixing = 0};

void expect_nearest(const Matrix& input, const Matrix& expected, double distance, int iterations) {
  const Result<NearestCorrelation, MatrixFault> nearest = nearest_correlation(input, plain);
  ASSERT_TRUE(nearest);
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    EXPECT_NEAR(nearest.value().matrix.values[i], expected.values[i], 2e-11) << i;
  }
  EXPECT_NEAR(nearest.value().distance, distance, 1e-11);
  EXPECT_EQ(nearest.value().iterations, iterations);
  EXPECT_TRUE(nearest.value().converged);
}

const Matrix tridiagonal = matrix_of({2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2});
const Matrix crypto = matrix_of({1, .95, .2, .7, .95, 1, .8, .9, .2, .8, 1, .6, .7, .9, .6, 1});

TEST(NearestCorrelation, FindsTheReferenceMatrices) {
  const double a = -0.8084124981496842, b = 0.19158750185031448, c = 0.10677504902542773,
               d = -0.6562326948077206;
  expect_nearest(tridiagonal, matrix_of({1, a, b, c, a, 1, d, b, b, d, 1, a, c, b, a, 1}), 2.133729108708283,
                 27);
  const double e = 0.7606898534028896, f = 0.1572981061380923;
  expect_nearest(matrix_of({1, 1, 0, 1, 1, 1, 0, 1, 1}), matrix_of({1, e, f, e, 1, e, f, e, 1}),
                 0.5277904635805606, 32);
  const double g = 0.8470875804563992, h = 0.24965891166672266, i = 0.7136782451332583,
               j = 0.7213961968360253, k = 0.878349060581535, l = 0.6104473502114847;
  expect_nearest(crypto, matrix_of({1, g, h, i, g, 1, j, k, h, j, 1, l, i, k, l, 1}), 0.20000268083278935,
                 34);
}

TEST(NearestCorrelation, LeavesACorrelationMatrixAsItIs) {
  const Matrix good = matrix_of({1, 0.5, 0.2, 0.5, 1, -0.3, 0.2, -0.3, 1});
  expect_nearest(good, good, 0, 1);
}

TEST(NearestCorrelation, EndsAwayFromSingular) {
  const Result<NearestCorrelation, MatrixFault> nearest = nearest_correlation(crypto);
  ASSERT_TRUE(nearest);
  EXPECT_GT(smallest_eigenvalue(nearest.value().matrix).value(), 0.9e-6);
  EXPECT_NEAR(nearest.value().distance, 0.20000268, 1e-5);
  const Result<NearestCorrelation, MatrixFault> raised =
      nearest_correlation(crypto, {.floor = 0.05, .mixing = 0});
  ASSERT_TRUE(raised);
  EXPECT_GT(smallest_eigenvalue(raised.value().matrix).value(), 0.05 - 1e-9);
  EXPECT_GT(raised.value().distance, nearest.value().distance);
}

TEST(NearestCorrelation, AnySymmetricMatrixEndsValidAndNoFurtherThanAnother) {
  Prng prng(17);
  for (int run = 0; run < 60; ++run) {
    const u32 n = static_cast<u32>(prng.between(2, 12));
    Matrix matrix = identity(n);
    for (u32 i = 0; i < n; ++i) {
      for (u32 j = 0; j < i; ++j) {
        matrix(i, j) = matrix(j, i) = static_cast<double>(prng.between(-1000, 1000)) / 1000;
      }
    }
    const Result<NearestCorrelation, MatrixFault> nearest = nearest_correlation(matrix, {.mixing = 1e-9});
    ASSERT_TRUE(nearest);
    const Matrix& x = nearest.value().matrix;
    EXPECT_GE(smallest_eigenvalue(x).value(), -1e-12);
    // The identity is a correlation matrix too, and so is what lies between it and x: none is nearer.
    for (const double share : {0.0, 0.5, 0.99}) {
      double squares = 0;
      for (u32 i = 0; i < n; ++i) {
        for (u32 j = 0; j < n; ++j) {
          const double apart = (i == j ? 1 : share * x(i, j)) - matrix(i, j);
          squares += apart * apart;
        }
      }
      EXPECT_LE(nearest.value().distance, std::sqrt(squares) + 1e-6);
    }
    for (u32 i = 0; i < n; ++i) {
      EXPECT_EQ(x(i, i), 1);
      for (u32 j = 0; j < i; ++j) EXPECT_EQ(x(i, j), x(j, i));
    }
  }
}

TEST(NearestCorrelation, StoppedEarlyItIsStillPositiveSemidefinite) {
  const Result<NearestCorrelation, MatrixFault> nearest =
      nearest_correlation(crypto, {.floor = 1e-6, .mixing = 0, .iterations_max = 1});
  ASSERT_TRUE(nearest);
  EXPECT_FALSE(nearest.value().converged);
  EXPECT_GE(smallest_eigenvalue(nearest.value().matrix).value(), -1e-15);
  EXPECT_NEAR(nearest.value().distance, 0.21014587955882463, 1e-12);  // the one-shot clip, rescaled
}

TEST(NearestCorrelation, RefusesWhatIsNoSymmetricMatrix) {
  const auto fault = [](const Matrix& matrix) {
    const Result<NearestCorrelation, MatrixFault> nearest = nearest_correlation(matrix);
    EXPECT_FALSE(nearest);
    EXPECT_FALSE(smallest_eigenvalue(matrix));
    return nearest.error();
  };
  EXPECT_EQ(fault(Matrix{}), MatrixFault::empty);
  EXPECT_EQ(fault(Matrix(65)), MatrixFault::too_large);
  EXPECT_EQ(fault(matrix_of({1, 0.5, 0.500001, 1})), MatrixFault::not_symmetric);
  EXPECT_EQ(fault(matrix_of({1, std::nan(""), std::nan(""), 1})), MatrixFault::not_finite);
  EXPECT_EQ(fault(matrix_of({1, HUGE_VAL, HUGE_VAL, 1})), MatrixFault::not_finite);
  EXPECT_EQ(fault(matrix_of({1, 2e6, 2e6, 1})), MatrixFault::not_finite);
  EXPECT_STREQ(text(MatrixFault::not_symmetric), "the matrix is not symmetric");
}

TEST(NearestCorrelation, AnAssetWithoutVarianceIsAFaultWhenOneStepLosesIt) {
  const Result<NearestCorrelation, MatrixFault> nearest =
      nearest_correlation(matrix_of({-5, 0, 0, 1}), {.iterations_max = 1});
  ASSERT_FALSE(nearest);
  EXPECT_EQ(nearest.error(), MatrixFault::no_diagonal);
}

}  // namespace
}  // namespace lockstep::stats
