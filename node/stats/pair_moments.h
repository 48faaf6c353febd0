// Exponentially weighted second moments of the returns of up to 64 assets, pair by pair.  All pairs forget
// at the same rate, so the matrix is a sum of outer products and positive semidefinite, as long as every
// asset has a return at every bar.  Where an asset has none (node/stats/synchronise.h says when), its pairs
// stand still for that bar: they neither learn nor forget, for a zero would claim that it did not move.  The
// pairs then rest on different bars; each is still a correlation in [-1, 1], because a pair keeps the
// variances of its own bars, but the matrix may need node/stats/nearest_correlation.h.
//
// Means are taken as zero, as is usual for returns over a day or less.  Source: quantitative specification,
// section 3.
#pragma once

#include <optional>
#include <span>

#include "node/stats/matrix.h"
#include "node/stats/state.h"

namespace lockstep::stats {

inline constexpr u32 assets_max = 64;
inline constexpr double return_max = 1500;  // no log return of two numbers is larger

// One bar: the log return of every asset, or nothing.
using Returns = std::span<const std::optional<double>>;

// The return, unless there is none or it is not a number of size up to return_max.
inline std::optional<double> usable(std::optional<double> r) {
  if (!r || !is_finite(*r) || *r < -return_max || return_max < *r) return std::nullopt;
  return r;
}

struct PairMoments {
  double lambda = 1;  // what a bar leaves of the past, 0 < lambda <= 1; 1 forgets nothing
  Matrix sum;         // [i][j]: of weight * r_i r_j, over the bars where both have a return
  Matrix own;         // [i][j]: of weight * r_i^2 over the same bars
  Matrix weight;      // [i][j]: of weights
  Matrix squares;     // [i][j]: of squared weights
  u64 rejected = 0;   // returns that were no usable number, taken as missing

  PairMoments() = default;
  PairMoments(u32 assets, double lambda);  // 1 <= assets <= assets_max

  u32 assets() const { return sum.size; }

  // One bar; as many returns as assets.
  void add(Returns returns);
  // As if the past were uncorrelated returns of variance 1, with the weight of so many bars.
  void start_at_identity(double bars);

  // 0 where nothing is known: no common bar yet, or an asset that has not moved.  The diagonal is 1.
  double correlation(u32 i, u32 j) const;
  Matrix correlation() const;
  // Per bar; 0 without a common bar.
  double covariance(u32 i, u32 j) const;
  Matrix covariance() const;
  // The number of equally weighted bars that would tell as much about the pair: weight^2 / squares.
  double effective_size(u32 i, u32 j) const;

  void write(Writer& writer) const;
  void read(Reader& reader);
};

// The elements of b added to those of a, which has as many assets.
void merge(PairMoments& a, const PairMoments& b);

void write_matrix(Writer& writer, const Matrix& matrix);
// A matrix of that size; fails on anything but finite numbers.
Matrix read_matrix(Reader& reader, u32 size);

}  // namespace lockstep::stats
