// The sums of pair_moments.h.  Every element is computed from its own two assets by operations that do not
// depend on their order, so that permuting the assets permutes the matrices, to the bit.
#include "node/stats/pair_moments.h"

#include <algorithm>

#include "core/math/elementary.h"

namespace lockstep::stats {

PairMoments::PairMoments(u32 assets, double forgetting)
    : lambda(forgetting), sum(assets), own(assets), weight(assets), squares(assets) {
  LS_ASSERT(1 <= assets && assets <= assets_max && 0 < forgetting && forgetting <= 1);
}

void PairMoments::add(Returns returns) {
  const u32 n = assets();
  LS_ASSERT(returns.size() == n);
  double r[assets_max];
  u32 present[assets_max];  // the assets with a return, ascending
  u32 count = 0;
  for (u32 i = 0; i < n; ++i) {
    const std::optional<double> value = usable(returns[i]);
    if (returns[i] && !value) ++rejected;
    if (!value) continue;
    r[i] = *value;
    present[count++] = i;
  }
  const double square = lambda * lambda;
  for (u32 a = 0; a < count; ++a) {
    const u32 i = present[a];
    const std::size_t row = std::size_t{i} * n;
    const double r_i = r[i];
    const double variance = r_i * r_i;
    for (u32 b = 0; b < count; ++b) {
      const std::size_t at = row + present[b];
      sum.values[at] = lambda * sum.values[at] + r_i * r[present[b]];
      own.values[at] = lambda * own.values[at] + variance;
      weight.values[at] = lambda * weight.values[at] + 1;
      squares.values[at] = square * squares.values[at] + 1;
    }
  }
}

void PairMoments::start_at_identity(double bars) {
  const u32 n = assets();
  sum = Matrix(n);
  for (u32 i = 0; i < n; ++i) sum(i, i) = bars;
  own = weight = Matrix(n, bars);
  squares = Matrix(n);
}

double PairMoments::correlation(u32 i, u32 j) const {
  if (i == j) return 1;
  const double scale = math::square_root(own(i, j)) * math::square_root(own(j, i));
  return scale > 0 ? std::clamp(sum(i, j) / scale, -1.0, 1.0) : 0;
}

Matrix PairMoments::correlation() const {
  Matrix result = identity(assets());
  for (u32 i = 0; i < assets(); ++i) {
    for (u32 j = 0; j < i; ++j) result(i, j) = result(j, i) = correlation(i, j);
  }
  return result;
}

double PairMoments::covariance(u32 i, u32 j) const { return weight(i, j) > 0 ? sum(i, j) / weight(i, j) : 0; }

Matrix PairMoments::covariance() const {
  Matrix result(assets());
  for (u32 i = 0; i < assets(); ++i) {
    for (u32 j = 0; j <= i; ++j) result(i, j) = result(j, i) = covariance(i, j);
  }
  return result;
}

double PairMoments::effective_size(u32 i, u32 j) const {
  return squares(i, j) > 0 ? weight(i, j) * weight(i, j) / squares(i, j) : 0;
}

void merge(PairMoments& a, const PairMoments& b) {
  LS_ASSERT(a.assets() == b.assets());
  const auto add = [](Matrix& to, const Matrix& from) {
    for (std::size_t i = 0; i < to.values.size(); ++i) to.values[i] += from.values[i];
  };
  add(a.sum, b.sum);
  add(a.own, b.own);
  add(a.weight, b.weight);
  add(a.squares, b.squares);
  a.rejected += b.rejected;
}

void write_matrix(Writer& writer, const Matrix& matrix) {
  for (const double x : matrix.values) write_number(writer, x);
}

Matrix read_matrix(Reader& reader, u32 size) {
  if (size > assets_max || reader.left() / 8 < std::size_t{size} * size) {
    reader.fail();
    return Matrix(std::min(size, assets_max));
  }
  Matrix matrix(size);
  for (double& x : matrix.values) x = read_sum(reader);
  return matrix;
}

void PairMoments::write(Writer& writer) const {
  writer.integer(assets());
  write_number(writer, lambda);
  writer.integer(rejected);
  for (const Matrix* matrix : {&sum, &own, &weight, &squares}) write_matrix(writer, *matrix);
}

void PairMoments::read(Reader& reader) {
  const u32 n = reader.integer<u32>();
  lambda = read_number(reader, 0, 1);
  rejected = reader.integer<u64>();
  if (n < 1 || n > assets_max || lambda <= 0) reader.fail();
  for (Matrix* matrix : {&sum, &own, &weight, &squares}) *matrix = read_matrix(reader, n);
  if (reader.failed()) return;
  for (u32 i = 0; i < n; ++i) {
    for (u32 j = 0; j < n; ++j) {
      const bool symmetric =
          sum(i, j) == sum(j, i) && weight(i, j) == weight(j, i) && squares(i, j) == squares(j, i);
      const bool nothing = sum(i, j) == 0 && own(i, j) == 0 && squares(i, j) == 0;
      const bool weighed = weight(i, j) == 0 ? nothing : weight(i, j) >= 1e-60;
      const bool positive = own(i, j) >= 0 && (squares(i, j) == 0 || squares(i, j) >= 1e-60);
      if (!symmetric || !weighed || !positive) return reader.fail();
    }
  }
}

}  // namespace lockstep::stats
