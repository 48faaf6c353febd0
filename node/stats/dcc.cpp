// The recursion of dcc.h.
#include "node/stats/dcc.h"

#include <algorithm>

#include "core/math/elementary.h"

namespace lockstep::stats {

void dcc_step(Matrix& q, const Matrix& long_run, Returns e, double a, double b) {
  LS_ASSERT(e.size() == q.size && long_run.size == q.size && a >= 0 && b >= 0 && a + b < 1);
  for (u32 i = 0; i < q.size; ++i) {
    if (!e[i]) continue;
    for (u32 j = 0; j < q.size; ++j) {
      if (e[j]) q(i, j) = (1 - a - b) * long_run(i, j) + a * (*e[i] * *e[j]) + b * q(i, j);
    }
  }
}

Dcc::Dcc(u32 assets, const DccRule& r)
    : rule(r), variance(assets), long_run(assets, r.long_run_lambda), q(identity(assets)) {
  long_run.start_at_identity(identity_bars);
}

void Dcc::add(Returns returns) {
  LS_ASSERT(returns.size() == assets());
  std::optional<double> standardised[assets_max];
  for (u32 i = 0; i < assets(); ++i) {
    const std::optional<double> r = usable(returns[i]);
    if (!r) continue;
    double used = *r;
    if (variance[i].effective_size() >= winsorise_from) {
      const double sigma = std::max(math::square_root(variance[i].mean()), winsorise_floor_per_bar);
      used = std::clamp(used, -winsorise_at * sigma, winsorise_at * sigma);
      standardised[i] = used / sigma;
    }
    variance[i].add(used * used, rule.volatility_lambda);
  }
  const Returns e(standardised, assets());
  long_run.add(e);
  dcc_step(q, long_run.covariance(), e, rule.a, rule.b);
}

Matrix Dcc::correlation() const {
  Matrix result = identity(assets());
  std::vector<double> scale;
  for (u32 i = 0; i < assets(); ++i) scale.push_back(math::square_root(q(i, i)));
  for (u32 i = 0; i < assets(); ++i) {
    for (u32 j = 0; j < i; ++j) {
      const double both = scale[i] * scale[j];
      result(i, j) = result(j, i) = both > 0 ? std::clamp(q(i, j) / both, -1.0, 1.0) : 0;
    }
  }
  return result;
}

void Dcc::write(Writer& writer) const {
  long_run.write(writer);
  for (const Ewma& ewma : variance) ewma.write(writer);
  write_matrix(writer, q);
}

void Dcc::read(Reader& reader) {
  long_run.read(reader);
  bool fits = long_run.lambda == rule.long_run_lambda;
  variance.assign(long_run.assets(), Ewma{});
  for (Ewma& ewma : variance) {
    ewma.read(reader);
    fits = fits && ewma.sum >= 0;
  }
  q = read_matrix(reader, long_run.assets());
  for (u32 i = 0; i < q.size; ++i) {
    fits = fits && q(i, i) >= 0;
    for (u32 j = 0; j < i; ++j) fits = fits && q(i, j) == q(j, i);
  }
  if (!fits) reader.fail();
}

}  // namespace lockstep::stats
