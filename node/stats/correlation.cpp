// The estimates of correlation.h side by side, and their state.
#include "node/stats/correlation.h"

#include <algorithm>

#include "core/math/elementary.h"

namespace lockstep::stats {

double correlation_at_least(double rho, double n, double z) {
  LS_ASSERT(-1 <= rho && rho <= 1 && z >= 0);
  if (!(n > 3)) return -1;
  constexpr double nearly_one = 1 - 1e-15;
  const double r = std::clamp(rho, -nearly_one, nearly_one);
  // With y = atanh(r) - z / sqrt(n - 3), tanh(y) = (e^2y - 1) / (e^2y + 1), and e^(2 atanh r) = (1 + r)/(1 -
  // r).
  const double e = (1 + r) / (1 - r) * math::exp(-2 * z / math::square_root(n - 3));
  return (e - 1) / (e + 1);
}

WorstCorrelation::WorstCorrelation(u32 assets, u32 length)
    : bars_per_block(length), open(assets, 1), worst(assets, 1), earlier(assets, 1) {
  LS_ASSERT(length >= 1);
  before[0] = before[1] = open;
}

void WorstCorrelation::add(Returns returns) {
  open.add(returns);
  if (++bars < bars_per_block) return;
  const u32 n = open.assets();
  ++blocks;
  if (blocks >= 3) {
    PairMoments stretch = before[0];
    merge(stretch, before[1]);
    merge(stretch, open);
    const double enough = 1.5 * bars_per_block;
    for (u32 i = 0; i < n; ++i) {
      for (u32 j = 0; j < n; ++j) {
        if (stretch.weight(i, j) < enough) continue;
        worst(i, j) = std::min(worst(i, j), stretch.correlation(i, j));
      }
    }
  }
  if (blocks % blocks_per_span == 0) {
    earlier = worst;
    worst = Matrix(n, 1);
  }
  before[0] = before[1];
  before[1] = open;
  open = PairMoments(n, 1);
  bars = 0;
}

double WorstCorrelation::lowest(u32 i, u32 j) const { return std::min(worst(i, j), earlier(i, j)); }

void WorstCorrelation::write(Writer& writer) const {
  writer.integer(bars_per_block);
  writer.integer(bars);
  writer.integer(blocks);
  for (const PairMoments* block : {&open, &before[0], &before[1]}) block->write(writer);
  write_matrix(writer, worst);
  write_matrix(writer, earlier);
}

void WorstCorrelation::read(Reader& reader) {
  bars_per_block = reader.integer<u32>();
  bars = reader.integer<u32>();
  blocks = reader.integer<u64>();
  bool fits = bars < bars_per_block;
  for (PairMoments* block : {&open, &before[0], &before[1]}) {
    block->read(reader);
    fits = fits && block->assets() == open.assets() && block->lambda == 1;
  }
  for (Matrix* matrix : {&worst, &earlier}) {
    *matrix = read_matrix(reader, open.assets());
    for (u32 i = 0; i < matrix->size; ++i) {
      for (u32 j = 0; j < matrix->size; ++j) {
        const double rho = (*matrix)(i, j);
        fits = fits && -1 <= rho && rho <= 1 && rho == (*matrix)(j, i);
      }
    }
  }
  if (!fits) reader.fail();
}

Correlations::Correlations(u32 assets, const CorrelationRule& r)
    : rule(r),
      fast(assets, r.fast),
      slow(assets, r.slow),
      long_run(assets, r.long_run),
      worst(assets, r.bars_per_block) {}

void Correlations::add(Returns returns) {
  LS_ASSERT(returns.size() == assets());
  std::optional<double> used[assets_max];
  for (u32 i = 0; i < assets(); ++i) {
    used[i] = usable(returns[i]);
    if (!returns[i]) ++missing;
    if (returns[i] && !used[i]) ++rejected;
    if (!used[i] || slow.effective_size(i, i) < winsorise_from) continue;
    const double sigma = math::square_root(slow.covariance(i, i));
    const double most = winsorise_at * std::max(sigma, winsorise_floor_per_bar);
    if (*used[i] < -most || most < *used[i]) ++winsorised;
    used[i] = std::clamp(*used[i], -most, most);
  }
  const Returns bar(used, assets());
  fast.add(bar);
  slow.add(bar);
  long_run.add(bar);
  worst.add(bar);
}

PairOutlook Correlations::pair(u32 i, u32 j) const {
  LS_ASSERT(i != j);
  PairOutlook pair;
  pair.estimate = slow.correlation(i, j);
  pair.effective_size = slow.effective_size(i, j);
  pair.lower = correlation_at_least(pair.estimate, pair.effective_size, rule.z);
  pair.long_run = long_run.correlation(i, j);
  pair.worst = worst.lowest(i, j);
  pair.reliable = std::min({pair.lower, pair.long_run, pair.worst});
  const double apart = fast.correlation(i, j) - pair.estimate;
  pair.regime_break = apart < -rule.break_above || rule.break_above < apart;
  return pair;
}

void Correlations::write(Writer& writer) const {
  for (const PairMoments* moments : {&fast, &slow, &long_run}) moments->write(writer);
  worst.write(writer);
  for (const u64 count : {winsorised, missing, rejected}) writer.integer(count);
}

void Correlations::read(Reader& reader) {
  for (PairMoments* moments : {&fast, &slow, &long_run}) moments->read(reader);
  worst.read(reader);
  for (u64* count : {&winsorised, &missing, &rejected}) *count = reader.integer<u64>();
  const u32 n = slow.assets();
  const bool same_rule = fast.lambda == rule.fast && slow.lambda == rule.slow &&
                         long_run.lambda == rule.long_run && worst.bars_per_block == rule.bars_per_block;
  if (!same_rule || fast.assets() != n || long_run.assets() != n || worst.open.assets() != n) reader.fail();
}

}  // namespace lockstep::stats
