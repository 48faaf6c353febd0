// Fits the eSSVI smile (core/pricing/surface.h) of one expiry: the floor of the surface, which is always
// there and never has arbitrage.  quant.md section 2.4, level A.
//
// Levenberg-Marquardt in (theta, rho, psi) with the analytic Jacobian, always 14 iterations.  After every
// trial the parameters are projected onto what is free of arbitrage:
//   butterfly   psi < min(4/(1+|rho|), 2 sqrt(theta/(1+|rho|)))
//   calendar    against the smiles of the earlier and the later expiry, by the sufficient rule that theta,
//               psi (1-rho) and psi (1+rho) rise with time and psi/theta falls
// with a margin of 1e-6, so that rounding to multiples of 2^-40 keeps both.
#pragma once

#include <optional>
#include <span>

#include "core/pricing/surface.h"

namespace lockstep::surface {

// Total variance w quoted at log-moneyness k.  weight: 1 / (standard error of w)^2.
struct Sample {
  double k = 0;
  double w = 0;
  double weight = 0;
};

struct Essvi {
  double theta = 0;  // > 0
  double rho = 0;    // |rho| <= 0.95
  double psi = 0;    // > 0
};

double variance(const Essvi& e, double k);

// The largest psi without butterfly arbitrage.
double psi_max(double theta, double rho);

// A usual smile of this variance at the money: rho -0.1 and a quarter of psi_max.
Essvi usual_smile(double theta);

// Rounded to nearest multiples of 2^-40, and read back from a slice of kind essvi.
SurfaceSlice slice_of(const Essvi& e);
Essvi essvi_of(const SurfaceSlice& slice);

// What a smile has to stay between.
struct Neighbours {
  std::optional<Essvi> earlier;
  std::optional<Essvi> later;
};

// The smile of the neighbours' kind with this theta: between two of them on the line in theta, psi and rho
// psi (core/pricing/surface.h); beside one of them with its rho and psi/theta, or psi if it is the earlier
// one.  No neighbour: usual_smile.
Essvi between(const Neighbours& neighbours, double theta);

// The nearest admissible smile along a fixed path: theta into its range, then rho towards that of `between`
// until psi has room, then psi into its range.
Essvi projected(Essvi e, const Neighbours& neighbours);

// Which parameters move.  Those that keep phi = psi/theta take it from the start.
enum class Free : u8 {
  all,
  level_and_skew,  // theta and rho
  level,           // theta
};

struct EssviFit {
  Essvi smile;
  double cost = 0;  // sum of weight (w - fit)^2
};

// samples: at least one; start: theta > 0.
EssviFit fit_essvi(std::span<const Sample> samples, const Essvi& start, const Neighbours& neighbours,
                   Free free = Free::all);

}  // namespace lockstep::surface
