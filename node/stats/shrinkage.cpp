// The two intensities of shrinkage.h.  In the papers' words: identity b^2 / d^2; constant correlation
// (pi - rho) / gamma, each of pi and rho over the number of bars.
#include "node/stats/shrinkage.h"

#include <algorithm>

#include "core/math/elementary.h"

namespace lockstep::stats {
namespace {

double distance_squared(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    sum += (a.values[i] - b.values[i]) * (a.values[i] - b.values[i]);
  }
  return sum;
}

Shrunk mix(double intensity, const Matrix& target, const Matrix& sample) {
  Shrunk shrunk{std::clamp(intensity, 0.0, 1.0), sample};
  for (std::size_t i = 0; i < sample.values.size(); ++i) {
    shrunk.covariance.values[i] =
        shrunk.intensity * target.values[i] + (1 - shrunk.intensity) * sample.values[i];
  }
  return shrunk;
}

// The variance of one element of the sample, as estimated: its mean squared deviation over the bars.
double element_variance(const ShrinkageMoments& m, u32 i, u32 j) {
  const double n = m.second.effective_size(i, j);
  if (n <= 0) return 0;
  const double s = m.second.covariance(i, j);
  return std::max(m.squares_product(i, j) / m.second.weight(i, j) - s * s, 0.0) / n;
}

// The covariance of the elements (i, i) and (i, j).
double element_covariance(const ShrinkageMoments& m, u32 i, u32 j) {
  const double n = m.second.effective_size(i, j);
  if (n <= 0) return 0;
  const double w = m.second.weight(i, j);
  return (m.cube_product(i, j) / w - m.second.own(i, j) / w * m.second.covariance(i, j)) / n;
}

double sum_of_variances(const ShrinkageMoments& m) {
  double sum = 0;
  for (u32 i = 0; i < m.second.assets(); ++i) {
    for (u32 j = 0; j < m.second.assets(); ++j) sum += element_variance(m, i, j);
  }
  return sum;
}

Shrunk to_identity(const ShrinkageMoments& m) {
  const Matrix sample = m.second.covariance();
  double mean = 0;
  for (u32 i = 0; i < sample.size; ++i) mean += sample(i, i);
  mean /= sample.size;
  Matrix target(sample.size);
  for (u32 i = 0; i < sample.size; ++i) target(i, i) = mean;
  const double d2 = distance_squared(sample, target);
  return mix(d2 > 0 ? sum_of_variances(m) / d2 : 0, target, sample);
}

Shrunk to_constant_correlation(const ShrinkageMoments& m) {
  const Matrix sample = m.second.covariance();
  const u32 p = sample.size;
  std::vector<double> sigma;
  for (u32 i = 0; i < p; ++i) sigma.push_back(math::square_root(sample(i, i)));
  double mean = 0;
  u32 pairs = 0;
  for (u32 i = 0; i < p; ++i) {
    for (u32 j = 0; j < i; ++j) {
      if (sigma[i] <= 0 || sigma[j] <= 0) continue;
      mean += sample(i, j) / (sigma[i] * sigma[j]);
      ++pairs;
    }
  }
  mean = pairs == 0 ? 0 : mean / pairs;
  Matrix target(p);
  double rho = 0;  // what the target's own elements move with the sample's
  for (u32 i = 0; i < p; ++i) {
    target(i, i) = sample(i, i);
    rho += element_variance(m, i, i);
    for (u32 j = 0; j < p; ++j) {
      if (i == j) continue;
      target(i, j) = mean * (sigma[i] * sigma[j]);
      if (sigma[i] <= 0 || sigma[j] <= 0) continue;
      rho += mean / 2 *
             (sigma[j] / sigma[i] * element_covariance(m, i, j) +
              sigma[i] / sigma[j] * element_covariance(m, j, i));
    }
  }
  const double gamma = distance_squared(target, sample);
  return mix(gamma > 0 ? (sum_of_variances(m) - rho) / gamma : 0, target, sample);
}

}  // namespace

ShrinkageMoments::ShrinkageMoments(u32 assets, double lambda)
    : second(assets, lambda), squares_product(assets), cube_product(assets) {}

void ShrinkageMoments::add(Returns returns) {
  second.add(returns);
  for (u32 i = 0; i < second.assets(); ++i) {
    const std::optional<double> a = usable(returns[i]);
    if (!a) continue;
    for (u32 j = 0; j < second.assets(); ++j) {
      const std::optional<double> b = usable(returns[j]);
      if (!b) continue;
      const double square = *a * *a;
      squares_product(i, j) = second.lambda * squares_product(i, j) + square * (*b * *b);
      cube_product(i, j) = second.lambda * cube_product(i, j) + square * (*a * *b);
    }
  }
}

void ShrinkageMoments::write(Writer& writer) const {
  second.write(writer);
  write_matrix(writer, squares_product);
  write_matrix(writer, cube_product);
}

void ShrinkageMoments::read(Reader& reader) {
  second.read(reader);
  squares_product = read_matrix(reader, second.assets());
  cube_product = read_matrix(reader, second.assets());
}

Shrunk shrink(const ShrinkageMoments& moments, Target target) {
  return target == Target::identity ? to_identity(moments) : to_constant_correlation(moments);
}

Shrunk shrink(std::span<const std::vector<double>> bars, Target target) {
  LS_ASSERT(!bars.empty());
  const u32 p = static_cast<u32>(bars[0].size());
  std::vector<double> mean(p, 0);
  for (const std::vector<double>& bar : bars) {
    LS_ASSERT(bar.size() == p);
    for (u32 i = 0; i < p; ++i) mean[i] += bar[i];
  }
  ShrinkageMoments moments(p, 1);
  std::vector<std::optional<double>> row(p);
  for (const std::vector<double>& bar : bars) {
    for (u32 i = 0; i < p; ++i) row[i] = bar[i] - mean[i] / static_cast<double>(bars.size());
    moments.add(row);
  }
  return shrink(moments, target);
}

}  // namespace lockstep::stats
