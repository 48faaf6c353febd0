// Volatility from the smiles that the log carries (core/model/surface.h), and whether a smile may be used
// at all.
//
// A smile gives total implied variance w(k) = sigma^2 T at log-moneyness k = ln(K/F):
//   svi     w = a + b (rho (k-m) + sqrt((k-m)^2 + sigma^2))
//           Gatheral and Jacquier 2014
//   essvi   w = (theta + rho psi k + sqrt((psi k + theta rho)^2 + theta^2 (1-rho^2))) / 2
//           Hendriks and Martini 2019
// Fitting a smile is estimation and happens outside core/; here is only evaluation and refusal.  A smile with
// arbitrage inside would price some spread negative and give margin away, so it can be refused at the door
// (smile_defect), and so can a surface whose expiries contradict each other (calendar_consistent).
//
// Between two expiries w is interpolated linearly in T at fixed k, which keeps calendar order whatever the
// smiles are.  Two eSSVI smiles whose psi/theta does not rise with T are instead mixed in theta, psi and
// rho psi, linear in T: the mixture is again eSSVI, free of butterfly arbitrage, and in calendar order,
// because theta, psi (1 +- rho) and -psi/theta all stay monotone.  (With psi/theta rising the mixture can
// break calendar order by tenths of w although both ends are in order; a property test found that.)  Before
// the first expiry the smile's volatilities stay.  Beyond the last one variance grows by the at-the-money
// forward variance of the last interval, and the wings stay.
#pragma once

#include <span>

#include "core/model/surface.h"
#include "core/pricing/black.h"

namespace lockstep {

// A slice in doubles, exactly: each parameter is an integer below 2^50 times 2^-40.
struct Smile {
  SliceKind kind = SliceKind::none;
  double p0 = 0;
  double p1 = 0;
  double p2 = 0;
  double p3 = 0;
  double p4 = 0;
};

enum class SmileDefect : u8 {
  none,
  parameter_range,  // a parameter outside +-1024, b < 0, |rho| >= 1, sigma <= 0, theta <= 0 or psi < 0
  variance,         // the smallest variance is below 2^-36, or not positive
  wing,             // a wing of w steeper than 2 (Lee 2004): b (1+|rho|) > 2, psi (1+|rho|) > 4
  butterfly,        // a negative density: eSSVI psi^2 (1+|rho|) > 4 theta, SVI g(k) < 0 at one of 129 nodes
};

// kind none has no smile and is a parameter_range defect.
SmileDefect smile_defect(const SurfaceSlice& slice);

// The slice must have passed smile_defect.
Smile smile_of(const SurfaceSlice& slice);

// w(k), |k| <= 100.  Positive for every smile that smile_defect passes.
double total_variance(const Smile& smile, double k);

// Gatheral's density test: g(k) >= 0 for all k is the absence of butterfly arbitrage.
double butterfly(const Smile& smile, double k);

// Whether the later expiry's variance is at least the earlier one's at every k (to 1e-12 relative).  Exact
// for two eSSVI smiles (the test and its derivation are in surface.cpp), otherwise on both smiles' 129
// nodes; in both wings in either case.
bool calendar_consistent(const Smile& earlier, const Smile& later);

// Total variance at one time to expiry: w(k) = near_weight w_near(k) + far_weight w_far(k) + shift.
struct SmileAt {
  Smile near;
  Smile far;
  double near_weight = 1;
  double far_weight = 0;  // 0: far is not read
  double shift = 0;
  double years = 0;
};

struct Expiry {
  double years = 0;  // at which the smile holds, > 0
  Smile smile;
};

// The smile at `years` > 0.  expiries: at least one, in strictly ascending order of years.
SmileAt smile_at(std::span<const Expiry> expiries, double years);

double total_variance(const SmileAt& smile, double k);

// sqrt(w(k)/T), clamped to [0.01, 100].
double volatility(const SmileAt& smile, double k);
double volatility(const Smile& smile, double years, double k);

// The smile frozen at the moment of its fit, as venues publish it that quote a forward and a time with each
// smile: k = ln(strike / reference_forward), held within four standard deviations a + b sigma, w at most 144,
// vol = sqrt(w / reference_years).  An SVI smile; strike 0 has no volatility: 0.
double frozen_volatility(const Smile& smile, double reference_forward, double reference_years, double strike);

}  // namespace lockstep
