#include "node/surface/fit.h"

#include <algorithm>
#include <limits>

#include "node/surface/smile.h"

namespace lockstep::surface {
namespace {

using math::square_root;

constexpr u32 svi_strikes_min = 8, svi_side_min = 2, essvi_strikes_min = 4;

// One expiry while the surface is made.
struct Work {
  FitInput input;
  std::vector<Sample> samples;
  ExpiryFit fit;
  bool placed = false;  // fit.essvi is final
};

Work work_of(FitInput input, const FitRules& rules) {
  Work w;
  w.fit.expiry = input.expiry;
  w.fit.years = input.years;
  w.fit.forward = input.forward;
  w.fit.strikes = input.quotes.strikes;
  if (input.forward.venue_refused || input.forward.outlier || input.forward.clamped) {
    w.fit.flags |= flag_forward;
  }
  w.samples = samples_of(input.quotes.quotes, input.years, rules.half_spread_min);
  if (w.samples.empty()) {
    w.samples = samples_of(input.quotes.marks, input.years, rules.mark_half_spread, rules.mark_delta_min);
    if (w.samples.size() < essvi_strikes_min) w.samples.clear();
    if (!w.samples.empty()) w.fit.flags |= flag_from_marks;
  }
  w.input = std::move(input);
  return w;
}

bool has_smile(const Work& w) {
  return (w.fit.flags & flag_from_marks) != 0 || w.fit.strikes >= essvi_strikes_min;
}

Essvi start_of(const Work& w) {
  const double theta = variance_at_money(w.samples);
  return {theta, -0.1, 0.3 * psi_max(theta, -0.1)};
}

// The nearest placed expiries around i; null: none.
Work* earlier_of(std::vector<Work>& all, std::size_t i) {
  while (i-- > 0) {
    if (all[i].placed) return &all[i];
  }
  return nullptr;
}
Work* later_of(std::vector<Work>& all, std::size_t i) {
  while (++i < all.size()) {
    if (all[i].placed) return &all[i];
  }
  return nullptr;
}

// The market says that expiry i has less variance somewhere than the one before it.  If that is why its fit
// is poor, both are flagged, and the earlier one is fitted once more below the later one's own smile: taken
// if both together are nearer to their quotes.
void relax_inverted(std::vector<Work>& all, Work& earlier, Work& w, RobustEssvi& found) {
  const RobustEssvi free = robust_essvi(w.samples, start_of(w), {});
  if (free.error > 0.5 * found.error) return;
  w.fit.flags |= flag_inverted;
  earlier.fit.flags |= flag_inverted;
  const Work* before = earlier_of(all, static_cast<std::size_t>(&earlier - all.data()));
  std::optional<Essvi> floor;
  if (before != nullptr) floor = before->fit.essvi;
  const Essvi ceiling = projected(free.smile, {floor, {}});
  const RobustEssvi lower = robust_essvi(earlier.samples, earlier.fit.essvi, {floor, ceiling});
  const RobustEssvi upper = robust_essvi(w.samples, ceiling, {lower.smile, {}});
  const double before_cost = found.error * found.error + earlier.fit.error * earlier.fit.error;
  if (lower.error * lower.error + upper.error * upper.error >= before_cost) return;
  earlier.fit.essvi = lower.smile;
  earlier.fit.error = lower.error;
  found = upper;
}

// Expiries with enough quotes, in order of time.
void place_smiles(std::vector<Work>& all, const FitRules& rules) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    Work& w = all[i];
    if (!has_smile(w)) continue;
    Work* earlier = earlier_of(all, i);
    std::optional<Essvi> floor;
    if (earlier != nullptr) floor = earlier->fit.essvi;
    RobustEssvi found = robust_essvi(w.samples, start_of(w), {floor, {}});
    if (earlier != nullptr && found.error > rules.poor_fit) relax_inverted(all, *earlier, w, found);
    w.fit.essvi = found.smile;
    w.fit.error = found.error;
    w.fit.rung = (w.fit.flags & flag_from_marks) != 0 ? Rung::skew : Rung::essvi;
    w.placed = true;
  }
}

// What the neighbours say of an expiry by themselves.
Essvi reference_of(const Work& w, const Work* earlier, const Work* later, double seed_volatility) {
  if (earlier == nullptr && later == nullptr) {
    const double seed = seed_volatility * seed_volatility * w.fit.years;
    if (!w.input.previous) return usual_smile(seed);
    return between({w.input.previous, {}}, std::max(seed, w.input.previous->theta));
  }
  const double years = w.fit.years;
  if (later == nullptr) {
    const double growth = earlier->fit.essvi.theta / earlier->fit.years;
    return between({earlier->fit.essvi, {}},
                   earlier->fit.essvi.theta + growth * (years - earlier->fit.years));
  }
  if (earlier == nullptr) {
    return between({{}, later->fit.essvi}, later->fit.essvi.theta * (years / later->fit.years));
  }
  const double weight = (years - earlier->fit.years) / (later->fit.years - earlier->fit.years);
  const double theta =
      earlier->fit.essvi.theta + weight * (later->fit.essvi.theta - earlier->fit.essvi.theta);
  return between({earlier->fit.essvi, later->fit.essvi}, theta);
}

// Expiries with few quotes or none, between what is placed.
void place_others(std::vector<Work>& all, double seed_volatility) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    Work& w = all[i];
    if (w.placed) continue;
    Work* earlier = earlier_of(all, i);
    Work* later = later_of(all, i);
    Neighbours neighbours;
    if (earlier != nullptr) neighbours.earlier = earlier->fit.essvi;
    if (later != nullptr) neighbours.later = later->fit.essvi;
    const Essvi reference = reference_of(w, earlier, later, seed_volatility);
    if (w.fit.strikes == 0) {
      w.fit.essvi = projected(reference, neighbours);
      w.fit.rung = earlier != nullptr || later != nullptr ? Rung::neighbours : Rung::seed;
    } else {
      const Free free = w.fit.strikes == 1 ? Free::level : Free::level_and_skew;
      Essvi start = reference;
      start.theta = variance_at_money(w.samples);
      start.psi = reference.psi / reference.theta * start.theta;
      const RobustEssvi found = robust_essvi(w.samples, start, neighbours, free);
      w.fit.essvi = found.smile;
      w.fit.error = found.error;
      w.fit.rung = w.fit.strikes == 1 ? Rung::level : Rung::skew;
    }
    w.placed = true;
  }
}

bool ordered(const SurfaceSlice& earlier, const SurfaceSlice& later) {
  return calendar_consistent(smile_of(earlier), smile_of(later));
}

// Rounded, the eSSVI smiles must be in order too; where their margin was too small for that, the later one
// is lifted a little at unchanged wings.
void round_smiles(std::vector<Work>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    ExpiryFit& fit = all[i].fit;
    fit.slice = slice_of(fit.essvi);
    const ExpiryFit* before = i > 0 ? &all[i - 1].fit : nullptr;
    const bool fine = smile_defect(fit.slice) == SmileDefect::none &&
                      (before == nullptr || ordered(before->slice, fit.slice));
    if (fine) continue;
    Essvi lifted = before != nullptr ? before->essvi : usual_smile(std::max(fit.essvi.theta, 0x1p-30));
    if (before != nullptr) lifted.theta = lifted.theta * (1.0 + 1e-6) + 0x1p-34;
    fit.essvi = lifted;
    fit.slice = slice_of(lifted);
    fit.flags |= flag_inverted;
  }
}

// SVI smiles go back to eSSVI from `i` downwards until there is order.
void give_back(std::vector<Work>& all, std::size_t i) {
  for (; i > 0; --i) {
    ExpiryFit& before = all[i - 1].fit;
    if (ordered(before.slice, all[i].fit.slice)) return;
    LS_ASSERT(before.slice.kind == SliceKind::svi);
    before.slice = slice_of(before.essvi);
    if (before.rung == Rung::svi) before.rung = Rung::essvi;
    before.flags |= flag_svi_calendar;
    before.flags &= ~u32{flag_raised};
    if (all[i - 1].samples.empty()) continue;
    before.error = error_of(std::span<const Sample>(all[i - 1].samples), before.essvi);
  }
}

bool wants_svi(const Work& w) {
  const ExpiryQuotes& quotes = w.input.quotes;
  return w.fit.rung == Rung::essvi && quotes.strikes >= svi_strikes_min && quotes.left >= svi_side_min &&
         quotes.right >= svi_side_min;
}

// With a down to minus the variance at the money smiles bend as much as the market's mostly do, and their
// wings stay determined (docs/surface.md has the figures).  Where that is not accepted or fits badly,
// further down and the published bound of 0 are tried, and the best accepted smile is taken.
constexpr double a_mins[] = {-1.0, -4.0, 0.0};             // times the variance at the money
constexpr double good_error = 1.5;                         // half-spreads
constexpr double raised_error = 0.01, raised_most = 0.05;  // volatility

void refine_one(Work& w, const ExpiryFit* before) {
  std::optional<Smile> above;
  if (before != nullptr) above = smile_of(before->slice);
  const std::span<const Sample> samples = w.samples;
  // A worse smile than eSSVI's is still better than one that sends the earlier ones back.
  const bool fallback = before == nullptr || ordered(before->slice, w.fit.slice);
  double least = fallback ? loss_of(samples, w.fit.essvi) : std::numeric_limits<double>::infinity();
  u32 refused = 0;
  for (const double a_min : a_mins) {
    const RobustSvi found = robust_svi(samples, w.fit.essvi.theta, above, a_min * w.fit.essvi.theta);
    const SurfaceSlice slice = slice_of(found.smile);
    if (!found.found || smile_defect(slice) != SmileDefect::none) {
      refused |= flag_svi_butterfly;
    } else if (before != nullptr && !ordered(before->slice, slice)) {
      refused |= flag_svi_calendar;
    } else if (const double loss = loss_of(samples, found.smile); loss < least) {
      least = loss;
      w.fit.slice = slice;
      w.fit.error = found.error;
      w.fit.rung = Rung::svi;
    }
    if (w.fit.rung == Rung::svi && w.fit.error <= good_error) break;
  }
  if (w.fit.rung != Rung::svi) w.fit.flags |= refused;
}

// An expiry that has only its eSSVI smile must not send all earlier ones back to theirs because the two
// crossed somewhere: an SVI smile near it that stays above the one before, if there is one within
// `raised_most`.
void raise(Work& w, const ExpiryFit& before) {
  std::vector<Sample> samples = w.samples;
  const double theta = w.fit.essvi.theta;
  const double reach = 3.0 * square_root(theta);
  const double error = 2.0 * square_root(theta * w.fit.years) * raised_error;
  for (int i = -16; i <= 16; ++i) {
    const double k = reach * (static_cast<double>(i) / 16.0);
    samples.push_back({k, variance(w.fit.essvi, k), 1.0 / (error * error)});
  }
  for (const double a_min : a_mins) {
    const RobustSvi found = robust_svi(samples, theta, smile_of(before.slice), a_min * theta);
    const SurfaceSlice slice = slice_of(found.smile);
    if (!found.found || smile_defect(slice) != SmileDefect::none || !ordered(before.slice, slice)) continue;
    double move = 0;
    for (int i = -8; i <= 8; ++i) {
      const double k = reach * (static_cast<double>(i) / 12.0);
      move = std::max(move, math::absolute(square_root(variance(found.smile, k) / w.fit.years) -
                                           square_root(variance(w.fit.essvi, k) / w.fit.years)));
    }
    if (move > raised_most) continue;
    w.fit.slice = slice;
    w.fit.flags |= flag_raised;
    if (!w.samples.empty()) w.fit.error = error_of(std::span<const Sample>(w.samples), found.smile);
    return;
  }
}

void refine(std::vector<Work>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    const ExpiryFit* before = i > 0 ? &all[i - 1].fit : nullptr;
    if (wants_svi(all[i])) refine_one(all[i], before);
    if (before != nullptr && !ordered(before->slice, all[i].fit.slice)) raise(all[i], *before);
    give_back(all, i);
  }
}

}  // namespace

std::string_view rung_name(Rung rung) {
  constexpr std::string_view names[rungs] = {"svi", "essvi", "skew", "level", "neighbours", "seed"};
  return names[static_cast<std::size_t>(rung)];
}

std::string_view flag_name(std::size_t bit) {
  constexpr std::string_view names[flags] = {"from marks",   "inverted", "svi butterfly",
                                             "svi calendar", "poor fit", "kept",
                                             "capped",       "forward",  "raised"};
  return names[bit];
}

double scan_multiplier(Rung rung) {
  constexpr double multipliers[rungs] = {1.0, 1.05, 1.15, 1.25, 1.4, 1.6};
  return multipliers[static_cast<std::size_t>(rung)];
}

std::vector<ExpiryFit> fit_surface(std::vector<FitInput> inputs, double seed_volatility,
                                   const FitRules& rules) {
  LS_ASSERT(seed_volatility > 0);
  std::vector<Work> all;
  for (FitInput& input : inputs) {
    LS_ASSERT(input.years > 0 && (all.empty() || input.years > all.back().fit.years));
    all.push_back(work_of(std::move(input), rules));
  }
  place_smiles(all, rules);
  place_others(all, seed_volatility);
  round_smiles(all);
  refine(all);
  std::vector<ExpiryFit> result;
  for (Work& w : all) {
    if (w.fit.error > rules.poor_fit) w.fit.flags |= flag_poor_fit;
    w.fit.quotes = std::move(w.input.quotes.quotes);
    w.fit.marks = std::move(w.input.quotes.marks);
    w.fit.bounds = std::move(w.input.quotes.bounds);
    result.push_back(std::move(w.fit));
  }
  return result;
}

std::optional<Arbitrage> arbitrage_of(const std::vector<ExpiryFit>& fits) {
  for (std::size_t i = 0; i < fits.size(); ++i) {
    const SmileDefect defect = smile_defect(fits[i].slice);
    if (defect != SmileDefect::none) return Arbitrage{defect, false, fits[i].expiry};
    if (i > 0 && !ordered(fits[i - 1].slice, fits[i].slice)) {
      return Arbitrage{SmileDefect::none, true, fits[i].expiry};
    }
  }
  return std::nullopt;
}

}  // namespace lockstep::surface
