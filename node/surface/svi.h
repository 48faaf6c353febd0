// Fits the raw SVI smile (core/pricing/surface.h) of one expiry: the quality layer above eSSVI.
// Quasi-explicit calibration (De Marco and Martini 2009; quant.md section 2.4, level B).
//
// For fixed (m, sigma) and y = (k - m)/sigma the smile w = a + d y + c sqrt(y^2 + 1), with c = b sigma and
// d = rho b sigma, is linear in (a, d, c), so the weighted least squares problem is convex on a polyhedron:
//   a_min <= a <= the largest w
//   left_min <= (c - d)/sigma <= left_max,   right_min <= (c + d)/sigma <= right_max
// The last two bound the slopes of the wings: at most 2 (Lee 2004), and in calendar order with an earlier
// expiry's wings.  Outside, Nelder-Mead in (m, ln sigma) takes exactly `evaluations` evaluations, whatever
// the data, so a fit always costs the same and is the same everywhere.
#pragma once

#include "node/surface/essvi.h"

namespace lockstep::surface {

struct Svi {
  double a = 0;
  double b = 0;  // >= 0
  double rho = 0;
  double m = 0;
  double sigma = 0;  // > 0
};

double variance(const Svi& s, double k);

// Rounded to nearest multiples of 2^-40, and read back from a slice of kind svi.
SurfaceSlice slice_of(const Svi& s);
Svi svi_of(const SurfaceSlice& slice);

// Slopes of w in the wings, as positive numbers, 0 <= min <= max <= 2; and the least a.  The published
// method has a >= 0, which is more than variance needs (a >= -b sigma sqrt(1 - rho^2)) and binds on nearly
// every smile of the recorded crash: whoever lowers it has to check the smile (smile_defect).
struct SviBounds {
  double left_min = 0;
  double left_max = 2;
  double right_min = 0;
  double right_max = 2;
  double a_min = 0;
};

struct SviStart {
  double m = 0;
  double log_sigma = 0;
  double m_step = 0;  // of the first simplex, > 0
  double log_step = 0.5;
};

// Where to begin for a smile of this variance at the money.
SviStart usual_start(double theta);

struct SviFit {
  Svi smile;
  double cost = 0;  // sum of weight (w - fit)^2
};

// samples: at least 5 with a positive w and weight each.
SviFit fit_svi(std::span<const Sample> samples, const SviStart& start, const SviBounds& bounds = {},
               int evaluations = 100);

// The inner problem alone: the best smile of this m and sigma.  Exposed for its test.
SviFit fit_svi_inner(std::span<const Sample> samples, double m, double sigma, const SviBounds& bounds);

}  // namespace lockstep::surface
