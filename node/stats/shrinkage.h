// Ledoit-Wolf shrinkage: a covariance matrix of many assets over few bars has eigenvalues that are too far
// apart; mixing it with a simple target brings it closer to the truth, by an intensity that the data give
// (Ledoit and Wolf 2004, "A well-conditioned estimator", and 2003, "Honey, I shrunk the sample covariance
// matrix"). Two moments of fourth order are kept beside the covariances, so that the exponentially weighted
// form needs no history either.  Each pair counts with its own number of effective bars.  Source:
// quantitative specification, section 3.
#pragma once

#include "node/stats/pair_moments.h"

namespace lockstep::stats {

struct ShrinkageMoments {
  PairMoments second;
  Matrix squares_product;  // [i][j]: of weight * r_i^2 r_j^2
  Matrix cube_product;     // [i][j]: of weight * r_i^3 r_j

  ShrinkageMoments() = default;
  ShrinkageMoments(u32 assets, double lambda);

  void add(Returns returns);

  void write(Writer& writer) const;
  void read(Reader& reader);
};

enum class Target : u8 {
  identity,              // the mean variance times the identity
  constant_correlation,  // the assets' own variances and their mean correlation
};

struct Shrunk {
  double intensity = 0;  // the target's share, 0..1
  Matrix covariance;     // intensity * target + (1 - intensity) * sample
};

Shrunk shrink(const ShrinkageMoments& moments, Target target);

// The batch form over a window of bars, each as many finite numbers as there are assets: means are removed,
// and covariances divide by the number of bars.  At least one bar.
Shrunk shrink(std::span<const std::vector<double>> bars, Target target);

}  // namespace lockstep::stats
