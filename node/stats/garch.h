// GARCH(1,1) with variance targeting (Bollerslev 1986; Engle and Mezrich 1996): an EWMA that is pulled back
// to a long-run level, so that a calm market is not believed to stay calm for ever (quantitative
// specification, section 3).  The long-run variance is estimated elsewhere, by a slow Ewma, and given.
#pragma once

#include "core/base/assert.h"
#include "node/stats/state.h"

namespace lockstep::stats {

struct Garch {
  // 0 <= alpha, beta; alpha + beta < 1.  Crypto: alpha 0.06 to 0.12, beta 0.85 to 0.92.
  double alpha = 0.08;           // weight of the last squared return
  double beta = 0.90;            // weight of the variance before it
  double long_run_variance = 0;  // per bar, > 0
  double variance = 0;           // per bar, the forecast for the next one; starts at the long run's

  // After a bar whose return was r, finite: (1 - alpha - beta) long run + alpha r^2 + beta variance.
  void add(double r) {
    LS_ASSERT(is_finite(r) && alpha >= 0 && beta >= 0 && alpha + beta < 1);
    variance = (1 - alpha - beta) * long_run_variance + alpha * r * r + beta * variance;
  }

  void write(Writer& writer) const {
    for (const double x : {alpha, beta, long_run_variance, variance}) write_number(writer, x);
  }
  void read(Reader& reader) {
    for (double* x : {&alpha, &beta, &long_run_variance, &variance}) *x = read_not_negative(reader);
    if (alpha + beta >= 1) reader.fail();
  }
};

}  // namespace lockstep::stats
