#include "node/surface/surface.h"

#include <algorithm>

#include "core/pricing/convert.h"
#include "core/units/limits.h"

namespace lockstep::surface {
namespace {

using math::absolute;
using math::square_root;

constexpr double unknown_volatility = 1.0;
constexpr int nodes = 9;
constexpr double price_most = static_cast<double>(limits::price_raw_max / price_one);

bool valid_price(double price) { return price > 0 && price <= price_most; }

Price price_of(double price) { return Price::from_raw(to_units(price, price_one)); }

i64 scaled(i64 parameter, double ratio) {
  return to_units(from_units(parameter, slice_one) * ratio, slice_one);
}

// The same volatilities with less time left: w times ratio <= 1, which leaves butterfly and calendar order
// (the later expiry's ratio is the larger one).
SurfaceSlice aged(const SurfaceSlice& slice, double ratio) {
  SurfaceSlice result = slice;
  result.p0 = scaled(slice.p0, ratio);
  if (slice.kind == SliceKind::svi) {
    result.p1 = scaled(slice.p1, ratio);
  } else {
    result.p2 = scaled(slice.p2, ratio);
  }
  return result;
}

// A smile of the state at the chain's moment.
struct Carried {
  SurfaceSlice slice, essvi;
  Time fitted;
};

std::optional<Carried> carried(const SurfaceState& state, Time expiry, Time now) {
  for (const PublishedExpiry& e : state.expiries) {
    if (e.expiry != expiry) continue;
    const double ratio = years_of(expiry - now) / years_of(expiry - state.at);
    const double held = ratio < 1.0 ? ratio : 1.0;
    const Carried result{aged(e.slice, held), aged(e.essvi, held), e.fitted};
    const bool usable =
        smile_defect(result.slice) == SmileDefect::none && smile_defect(result.essvi) == SmileDefect::none;
    if (usable) return result;
  }
  return std::nullopt;
}

// Of the last surface, at the money; 0: none.
double last_volatility(const SurfaceState& state) {
  double highest = 0;
  for (const PublishedExpiry& e : state.expiries) {
    const double years = years_of(e.expiry - state.at);
    highest = std::max(highest, volatility(smile_of(e.slice), years, 0));
  }
  return highest;
}

// The greatest move of a volatility within two standard deviations of `from`.
double move_of(const SurfaceSlice& from, const SurfaceSlice& to, double years) {
  const Smile before = smile_of(from), after = smile_of(to);
  const double reach = 2.0 * square_root(total_variance(before, 0));
  double greatest = 0;
  for (int i = 0; i < nodes; ++i) {
    const double k = reach * (static_cast<double>(i) / 4.0 - 1.0);
    const double move = absolute(volatility(after, years, k) - volatility(before, years, k));
    greatest = std::max(greatest, move);
  }
  return greatest;
}

// Strikes whose quotes lie beyond the cap around the smile, on one side.
u32 confirming(const ExpiryFit& fit, const Smile& before, double cap) {
  u32 above = 0, below = 0;
  double last = 0;
  for (const Quote& q : fit.quotes) {
    if (q.strike == last) continue;
    last = q.strike;
    const double held = volatility(before, fit.years, q.k);
    if (q.bid > held + cap) ++above;
    if (q.ask < held - cap) ++below;
  }
  return std::max(above, below);
}

bool fits_between(const std::vector<ExpiryFit>& all, std::size_t i, const SurfaceSlice& slice) {
  if (smile_defect(slice) != SmileDefect::none) return false;
  const Smile smile = smile_of(slice);
  if (i > 0 && !calendar_consistent(smile_of(all[i - 1].slice), smile)) return false;
  return i + 1 == all.size() || calendar_consistent(smile, smile_of(all[i + 1].slice));
}

SurfaceSlice mixed(const SurfaceSlice& from, const SurfaceSlice& to, double weight) {
  const Essvi a = essvi_of(from), b = essvi_of(to);
  const double psi = a.psi + weight * (b.psi - a.psi);
  const double skew = a.rho * a.psi + weight * (b.rho * b.psi - a.rho * a.psi);
  return slice_of(Essvi{a.theta + weight * (b.theta - a.theta), psi > 0 ? skew / psi : 0.0, psi});
}

// Towards the new smile as far as the cap allows, by halves.
void cap(std::vector<ExpiryFit>& all, std::size_t i, const Carried& before, const SurfaceRules& rules) {
  ExpiryFit& fit = all[i];
  if (move_of(before.slice, fit.slice, fit.years) <= rules.move_most) return;
  if (confirming(fit, smile_of(before.slice), rules.move_most) >= rules.confirming_strikes) return;
  for (const double weight : {1.0, 0.5, 0.25, 0.125, 0.0}) {
    const SurfaceSlice candidate = mixed(before.essvi, slice_of(fit.essvi), weight);
    if (!fits_between(all, i, candidate)) continue;
    if (move_of(before.slice, candidate, fit.years) > rules.move_most) continue;
    fit.slice = candidate;
    fit.flags |= flag_capped;
    return;
  }
  if (!fits_between(all, i, before.slice)) return;
  fit.slice = before.slice;
  fit.flags |= flag_capped;
}

// fitted[i]: when the smile that is published was fitted.
std::vector<Time> hold(std::vector<ExpiryFit>& all, const Chain& chain, const SurfaceRules& rules,
                       const SurfaceState& state) {
  std::vector<Time> fitted(all.size(), chain.at);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ExpiryFit& fit = all[i];
    const std::optional<Carried> before = carried(state, fit.expiry, chain.at);
    if (!before || chain.at - before->fitted >= rules.smile_valid) continue;
    if ((fit.flags & flag_poor_fit) != 0 && fits_between(all, i, before->slice)) {
      fit.slice = before->slice;
      fit.flags |= flag_kept;
      fitted[i] = before->fitted;
    } else {
      cap(all, i, *before, rules);
    }
  }
  return fitted;
}

bool is_due(const std::vector<ExpiryFit>& all, const Chain& chain, const SurfaceRules& rules,
            const SurfaceState& state) {
  if (state.at == Time{} || chain.at - state.at >= rules.every) return true;
  if (all.size() != state.expiries.size()) return true;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].expiry != state.expiries[i].expiry) return true;
    const std::optional<Carried> before = carried(state, all[i].expiry, chain.at);
    if (!before || move_of(before->slice, all[i].slice, all[i].years) >= rules.move_least) return true;
  }
  return false;
}

// Within what the state can hold; an expiry in its last second can be beyond.
double basis_of(const ExpiryFit& fit) { return std::clamp(fit.forward.carry / fit.years, -4096.0, 4096.0); }

void remember(const Surface& surface, const std::vector<Time>& fitted, SurfaceState& state) {
  state = {surface.at, {}};
  for (std::size_t i = 0; i < surface.expiries.size(); ++i) {
    const ExpiryFit& fit = surface.expiries[i];
    state.expiries.push_back({.expiry = fit.expiry,
                              .fitted = fitted[i],
                              .forward = price_of(fit.forward.price),
                              .basis = to_units(basis_of(fit), slice_one),
                              .slice = fit.slice,
                              .essvi = slice_of(fit.essvi)});
  }
}

}  // namespace

std::string_view reject_name(ChainReject reject) {
  return reject == ChainReject::index ? "no index price" : "no option that has not expired";
}

Result<Surface, ChainReject> update(const Chain& chain, const SurfaceRules& rules, SurfaceState& state) {
  if (!valid_price(chain.index)) return ChainReject::index;
  Surface surface;
  surface.at = chain.at;
  const std::vector<ExpiryRows> rows = sorted_rows(chain, rules.quotes, surface.drops);
  if (rows.empty()) return ChainReject::empty;
  PreviousBasis basis{state.at, {}};
  for (const PublishedExpiry& e : state.expiries) {
    basis.basis.push_back({e.expiry, from_units(e.basis, slice_one)});
  }
  const std::vector<Forward> all = forwards(chain, rows, basis, rules.forwards);
  std::vector<FitInput> inputs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    FitInput input;
    input.expiry = rows[i].expiry;
    input.years = rows[i].years;
    input.forward = all[i];
    input.quotes = usable_quotes(rows[i], all[i].price, chain.inverse, rules.quotes, surface.drops);
    if (const std::optional<Carried> before = carried(state, rows[i].expiry, chain.at)) {
      input.previous = essvi_of(before->essvi);
    }
    inputs.push_back(std::move(input));
  }
  double seed = std::max(last_volatility(state), 1.1 * chain.realised_volatility);
  if (!(seed > 0)) seed = unknown_volatility;
  surface.expiries = fit_surface(std::move(inputs), std::min(seed, volatility_max), rules.fit);
  const std::vector<Time> fitted = hold(surface.expiries, chain, rules, state);
  surface.due = is_due(surface.expiries, chain, rules, state);
  if (surface.due) remember(surface, fitted, state);
  return surface;
}

ForwardCurve forward_curve(const Surface& surface, IndexId index, u16 source, u64 sequence) {
  ForwardCurve command{index, source, sequence, {}};
  for (const ExpiryFit& fit : surface.expiries) {
    command.rows.push_back({fit.expiry, price_of(fit.forward.price)});
  }
  return command;
}

VolatilitySurface volatility_surface(const Surface& surface, IndexId index, u16 source, u64 sequence) {
  VolatilitySurface command{index, source, sequence, {}};
  for (const ExpiryFit& fit : surface.expiries) command.rows.push_back({fit.expiry, fit.slice});
  return command;
}

}  // namespace lockstep::surface
