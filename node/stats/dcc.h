// Dynamic conditional correlation (Engle 2002): each return is divided by the volatility that was known
// before it, and the correlation of what is left moves with the last bars but is pulled to its long run.
// Against an EWMA of raw returns, a violent week of one asset does not pass for a change of its
// correlations. Source: quantitative specification, section 3.
#pragma once

#include <vector>

#include "node/stats/ewma.h"
#include "node/stats/pair_moments.h"

namespace lockstep::stats {

struct DccRule {
  double a = 0.02;                  // weight of the last bar's products
  double b = 0.95;                  // of the matrix before; a + b < 1, the rest is the long run's
  double volatility_lambda = 0.94;  // of each asset's variance
  double long_run_lambda = 0.995;   // of the long-run matrix
};

// q <- (1 - a - b) long_run + a e e' + b q, for the pairs where both have an e; the others stand still.
void dcc_step(Matrix& q, const Matrix& long_run, Returns e, double a, double b);

struct Dcc {
  // An asset takes part once its variance rests on winsorise_from effective bars; from then on its returns
  // are cut as ewma.h says.  q and the long run begin as the identity, the latter with the weight of ten
  // bars.
  static constexpr double identity_bars = 10;

  DccRule rule;
  std::vector<Ewma> variance;  // per bar, by asset
  PairMoments long_run;        // of standardised returns
  Matrix q;

  Dcc() = default;
  Dcc(u32 assets, const DccRule& rule);

  u32 assets() const { return q.size; }
  void add(Returns returns);
  Matrix correlation() const;  // q_ij / sqrt(q_ii q_jj)

  void write(Writer& writer) const;
  void read(Reader& reader);  // the rule stays what it is
};

}  // namespace lockstep::stats
