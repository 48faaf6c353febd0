// Robust fits of one expiry's smile: Tukey's weights of residuals in half-spreads, two passes.
#pragma once

#include "node/surface/quotes.h"
#include "node/surface/svi.h"

namespace lockstep::surface {

// Total variances of the middles; standard error: the half-spread, at least half_spread_min.
std::vector<Sample> samples_of(const std::vector<Quote>& quotes, double years, double half_spread_min);
std::vector<Sample> samples_of(const std::vector<Mark>& marks, double years, double half_spread,
                               double delta_min);

// Root mean square residual in standard errors, by Tukey's weights, so that what the fit gave up does not
// count.
template <class Model>
double error_of(std::span<const Sample> samples, const Model& smile);

struct RobustEssvi {
  Essvi smile;
  double error = 0;
};
RobustEssvi robust_essvi(std::span<const Sample> samples, const Essvi& start, const Neighbours& neighbours,
                         Free free = Free::all);

struct RobustSvi {
  Svi smile;
  double error = 0;
  bool found = false;
};
// theta: variance at the money.  above: the published smile of the expiry before, if any.  The smile's wings
// are not less steep than its, it is drawn up where it would cross it, and lifted as a whole by up to half a
// percent of its volatility.  a_min: see SviBounds.  Whether the smile is free of butterfly arbitrage, and
// whether calendar order is reached, is for the caller to check.
RobustSvi robust_svi(std::span<const Sample> samples, double theta, const std::optional<Smile>& above,
                     double a_min);

// The mean of what each sample says against the smile, in squared half-spreads and at most 25: an order of
// smiles that a few wrong quotes cannot turn.
template <class Model>
double loss_of(std::span<const Sample> samples, const Model& smile);

// w at the sample nearest the money, a first guess of theta.  samples: at least one.
double variance_at_money(std::span<const Sample> samples);

}  // namespace lockstep::surface
