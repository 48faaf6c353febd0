// The same stream must leave the same bits in every build: published parameters are compared between
// replicas.  The constants were taken from one build; what they test is that every compiler, optimisation
// level and processor arrives at them, Eigen's eigenvalues included.
#include <gtest/gtest.h>

#include "core/base/hash.h"
#include "node/stats/correlation.h"
#include "node/stats/dcc.h"
#include "node/stats/nearest_correlation.h"
#include "node/stats/seeded_returns.h"
#include "node/stats/shrinkage.h"

namespace lockstep::stats {
namespace {

template <class State>
u64 fingerprint(const State& state) {
  Bytes bytes;
  Writer writer(bytes);
  state.write(writer);
  return hash_bytes(bytes).low;
}

u64 fingerprint(const Matrix& matrix) {
  Bytes bytes;
  Writer writer(bytes);
  write_matrix(writer, matrix);
  return hash_bytes(bytes).low;
}

TEST(Fingerprint, OfEstimatesAndRepairedMatrices) {
  SeededReturns source(2026, 40, 25);
  Correlations correlations(40, {});
  Dcc dcc(40, {});
  ShrinkageMoments moments(40, 0.97);
  for (int i = 0; i < 300; ++i) {
    const std::vector<std::optional<double>>& bar = source.next();
    correlations.add(bar);
    dcc.add(bar);
    moments.add(bar);
  }
  const Matrix fast = correlations.fast.correlation();
  EXPECT_LT(smallest_eigenvalue(fast).value(), 0);  // so there is something to repair
  EXPECT_EQ(fingerprint(correlations), 0xe6efd9e8b25711adu);
  EXPECT_EQ(fingerprint(dcc.correlation()), 0xcf5c6c39687b382au);
  EXPECT_EQ(fingerprint(shrink(moments, Target::constant_correlation).covariance), 0xd99a7c94783b6a3du);
  EXPECT_EQ(fingerprint(nearest_correlation(fast).value().matrix), 0x7a3b5714d4f4553fu);
}

}  // namespace
}  // namespace lockstep::stats
