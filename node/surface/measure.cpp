#include "node/surface/measure.h"

#include <algorithm>

#include "core/pricing/convert.h"

namespace lockstep::surface {
namespace {

constexpr double days_most[buckets] = {1, 7, 30, 90, 1e9};

}  // namespace

std::string_view bucket_name(std::size_t bucket) {
  constexpr std::string_view names[buckets] = {"below 1 d", "1 to 7 d", "7 to 30 d", "30 to 90 d",
                                               "over 90 d"};
  return names[bucket];
}

std::size_t bucket_of(double years) {
  std::size_t bucket = 0;
  while (bucket + 1 < buckets && years * 365.0 > days_most[bucket]) ++bucket;
  return bucket;
}

std::vector<MarkDistance> distances(const Surface& surface, double delta_min) {
  std::vector<MarkDistance> result;
  for (const ExpiryFit& fit : surface.expiries) {
    const Smile smile = smile_of(fit.slice);
    for (std::size_t i = 1; i + 1 < fit.marks.size(); ++i) {
      const Mark& mark = fit.marks[i];
      if (mark.delta < delta_min) continue;
      const Mark& below = fit.marks[i - 1];
      const Mark& above = fit.marks[i + 1];
      const double line =
          below.volatility + (above.volatility - below.volatility) / (above.k - below.k) * (mark.k - below.k);
      MarkDistance d{.expiry = fit.expiry, .strike = mark.strike, .mark = mark.volatility};
      d.fitted = volatility(smile, fit.years, mark.k);
      d.distance = math::absolute(d.fitted - mark.volatility);
      d.interpolated = math::absolute(line - mark.volatility);
      d.quoted = !fit.quotes.empty() && mark.strike >= fit.quotes.front().strike &&
                 mark.strike <= fit.quotes.back().strike;
      d.bucket = bucket_of(fit.years);
      result.push_back(d);
    }
  }
  return result;
}

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return {n, values[(n - 1) / 2], values[(n - 1) * 95 / 100], values.back()};
}

Inside inside_of(const ExpiryFit& fit) {
  const Smile smile = smile_of(fit.slice);
  Inside result;
  for (const Quote& q : fit.quotes) {
    const double fitted = volatility(smile, fit.years, q.k);
    ++result.quotes;
    if (fitted >= q.bid && fitted <= q.ask) ++result.inside;
  }
  for (const Bound& b : fit.bounds) {
    const double fitted = volatility(smile, fit.years, b.k);
    ++result.bounds;
    if (b.is_bid ? fitted >= b.volatility : fitted <= b.volatility) ++result.kept;
  }
  return result;
}

void add(Totals& totals, const Surface& surface, double delta_min) {
  ++totals.surfaces;
  if (arbitrage_of(surface.expiries)) ++totals.with_arbitrage;
  for (std::size_t i = 0; i < drops; ++i) totals.drops[i] += surface.drops[i];
  for (const ExpiryFit& fit : surface.expiries) {
    ++totals.by_rung[static_cast<std::size_t>(fit.rung)];
    ++totals.by_source[static_cast<std::size_t>(fit.forward.source)];
    for (std::size_t i = 0; i < flags; ++i) totals.by_flag[i] += fit.flags >> i & 1;
    const Inside inside = inside_of(fit);
    totals.inside.quotes += inside.quotes;
    totals.inside.inside += inside.inside;
    totals.inside.bounds += inside.bounds;
    totals.inside.kept += inside.kept;
    if (fit.forward.parity_strikes >= 3) {
      totals.parity.push_back(math::absolute(fit.forward.parity / fit.forward.price - 1.0));
    }
  }
  for (const MarkDistance& d : distances(surface, delta_min)) {
    (d.quoted ? totals.fitted : totals.outer_fitted)[d.bucket].push_back(d.distance);
    (d.quoted ? totals.interpolated : totals.outer_interpolated)[d.bucket].push_back(d.interpolated);
  }
}

}  // namespace lockstep::surface
