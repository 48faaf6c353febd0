// The smiles of all expiries of one chain, free of butterfly and calendar arbitrage as published: in
// multiples of 2^-40, by the checks of core/pricing/surface.h.  quant.md sections 2.4 and 2.5.
//
// Every expiry has an eSSVI smile (essvi.h), each projected onto calendar order with the one before it; if
// that costs much, the market is inverted between the two and the earlier one is fitted once more below the
// later.  On top, an expiry with at least eight strikes, two of them on each side, gets an SVI smile (svi.h),
// taken only if it has no butterfly arbitrage on the checker's 129 nodes and keeps calendar order with the
// published smile before it.  If a later smile cannot keep order with an SVI smile, it is raised above it
// (flag_raised); if even that fails, the SVI smile goes back to its eSSVI smile, so in the worst case the
// whole surface is eSSVI, which is in order by construction.
//
// Fits are robust: two passes, with Tukey's weights of residuals in units of the half-spread.
#pragma once

#include <array>
#include <optional>

#include "node/surface/forward.h"
#include "node/surface/svi.h"

namespace lockstep::surface {

// How much an expiry's smile rests on; each step down makes its shocks of volatility larger.
enum class Rung : u8 {
  svi,         // x 1.00
  essvi,       // x 1.05  four strikes, or SVI was refused
  skew,        // x 1.15  two or three: level and skew, psi/theta from the neighbours
  level,       // x 1.25  one: level only
  neighbours,  // x 1.40  none: interpolated between the expiries around it
  seed,        // x 1.60  no neighbours either: the last or the realised volatility and a usual smile
};
constexpr std::size_t rungs = 6;
std::string_view rung_name(Rung rung);
double scan_multiplier(Rung rung);

// Bits of ExpiryFit::flags.
enum Flag : u32 {
  flag_from_marks = 1,  // no quote at all: fitted to the venue's mark volatilities
  flag_inverted = 2,    // calendar order costs the quotes: fitted once more below the later expiry, or lifted
  flag_svi_butterfly = 4,  // SVI refused: butterfly, wings or variance
  flag_svi_calendar = 8,   // SVI refused or given back: calendar order
  flag_poor_fit = 16,      // error above three half-spreads
  flag_kept = 32,          // the previous smile stays, because the fit is poor (surface.h)
  flag_capped = 64,        // moved no further than the cap (surface.h)
  flag_forward = 128,      // the forward's own source was refused, ignored or held
  flag_raised = 256,       // its eSSVI smile crossed the one before: an SVI smile near it that does not
};
constexpr std::size_t flags = 9;
std::string_view flag_name(std::size_t bit);

struct FitRules {
  double half_spread_min = 0.001;  // volatility: 0.1 points
  double mark_half_spread = 0.01;  // of marks, where there is no quote
  double mark_delta_min = 0.01;
  double poor_fit = 3;  // root mean square error in half-spreads
};

struct ExpiryFit {
  Time expiry;
  double years = 0;
  Forward forward;
  Essvi essvi;         // always in calendar order with its neighbours' ones
  SurfaceSlice slice;  // published: this eSSVI smile or an SVI smile
  Rung rung = Rung::seed;
  u32 flags = 0;
  u32 strikes = 0;
  double error = 0;  // root mean square of (quote - smile) in half-spreads, weighted as fitted; 0: no quotes
  std::vector<Quote> quotes;
  std::vector<Mark> marks;
  std::vector<Bound> bounds;
};

struct FitInput {
  Time expiry;
  double years = 0;
  Forward forward;  // price > 0
  ExpiryQuotes quotes;
  std::optional<Essvi> previous;  // its last smile, carried to this moment
};

// inputs: in ascending order of years, > 0.  seed_volatility: of an expiry that has nothing else.
std::vector<ExpiryFit> fit_surface(std::vector<FitInput> inputs, double seed_volatility,
                                   const FitRules& rules);

// Every slice passes smile_defect and calendar_consistent with its neighbour; the first that does not, else
// none.
struct Arbitrage {
  SmileDefect defect = SmileDefect::none;
  bool calendar = false;
  Time expiry;
};
std::optional<Arbitrage> arbitrage_of(const std::vector<ExpiryFit>& fits);

}  // namespace lockstep::surface
