#include "node/surface/forward.h"

#include <algorithm>
#include <limits>

#include "core/math/elementary.h"
#include "node/surface/robust.h"

namespace lockstep::surface {
namespace {

using math::absolute;
using math::square_root;

constexpr std::size_t parity_strikes_max = 7;
constexpr u32 parity_strikes_min = 3;
constexpr std::size_t line_expiries_min = 5;
constexpr double most_carried = 0x1.5bf0a8b145769p+1;  // e

double future_middle(const Chain& chain, Time expiry, const ForwardRules& rules) {
  std::vector<double> middles;
  for (const FutureRow& row : chain.futures) {
    const bool usable = row.expiry == expiry && row.bid > 0 && row.ask >= row.bid && row.ask < 1e15;
    if (!usable) continue;
    const double middle = 0.5 * (row.bid + row.ask);
    if (row.ask - row.bid <= rules.future_wide * middle) middles.push_back(middle);
  }
  return middles.empty() ? 0 : median(std::move(middles));
}

double venue_forward(const ExpiryRows& rows) {
  std::vector<double> prices;
  for (const Candidate& candidate : rows.rows) {
    if (candidate.row.forward > 0 && candidate.drop != Drop::stale) prices.push_back(candidate.row.forward);
  }
  return prices.empty() ? 0 : median(std::move(prices));
}

// What one strike says of the forward, and how precisely.
struct StrikeForward {
  double strike = 0;
  double forward = 0;
  double error = 0;
};

std::vector<StrikeForward> strike_forwards(const ExpiryRows& rows, bool inverse) {
  std::vector<StrikeForward> result;
  for (std::size_t i = 0; i + 1 < rows.rows.size(); ++i) {
    // Sorted by (strike, is_call): the put first.
    const Candidate& put = rows.rows[i];
    const Candidate& call = rows.rows[i + 1];
    const bool pair = put.row.strike == call.row.strike && !put.row.is_call && call.row.is_call &&
                      put.drop == Drop::none && call.drop == Drop::none;
    if (!pair) continue;
    const double difference = 0.5 * (call.row.bid + call.row.ask) - 0.5 * (put.row.bid + put.row.ask);
    const double call_half = 0.5 * (call.row.ask - call.row.bid);
    const double put_half = 0.5 * (put.row.ask - put.row.bid);
    const double half = square_root(call_half * call_half + put_half * put_half);
    const double strike = put.row.strike;
    StrikeForward one{strike, strike + difference, half};
    if (inverse) {
      if (!(difference < 0.95)) continue;  // a call worth the whole coin says nothing of the forward
      one.forward = strike / (1.0 - difference);
      one.error = one.forward * one.forward / strike * half;
    }
    // A locked pair is not infinitely precise: half a basis point at least.
    one.error = std::max(one.error, 0.00005 * one.forward);
    if (one.forward > 0 && one.error < one.forward) result.push_back(one);
  }
  return result;
}

// At the strikes nearest `about`.
void add_parity(Forward& forward, const ExpiryRows& rows, bool inverse, double about) {
  std::vector<StrikeForward> strikes = strike_forwards(rows, inverse);
  std::stable_sort(strikes.begin(), strikes.end(), [&](const StrikeForward& a, const StrikeForward& b) {
    return absolute(a.strike - about) < absolute(b.strike - about);
  });
  if (strikes.size() > parity_strikes_max) strikes.resize(parity_strikes_max);
  if (strikes.empty()) return;
  std::vector<double> values;
  for (const StrikeForward& one : strikes) values.push_back(one.forward);
  double centre = median(std::move(values));
  double weights = 0;
  for (int pass = 0; pass < 2; ++pass) {
    double sum = 0;
    weights = 0;
    for (const StrikeForward& one : strikes) {
      const double weight = huber((one.forward - centre) / one.error) / (one.error * one.error);
      sum = sum + weight * (one.forward - centre);
      weights = weights + weight;
    }
    centre = centre + sum / weights;
  }
  forward.parity = centre;
  forward.parity_error = 1.0 / square_root(weights);
  forward.parity_strikes = static_cast<u32>(strikes.size());
}

// Whether parity at three strikes or more agrees with a price; and whether it contradicts it.
bool parity_agrees(const Forward& forward, double price, const ForwardRules& rules) {
  const double difference = absolute(forward.parity - price);
  return forward.parity_strikes >= parity_strikes_min &&
         difference <= std::max(rules.venue_difference * price, 5.0 * forward.parity_error);
}
bool contradicts(const Forward& forward, double price, const ForwardRules& rules) {
  return forward.parity_strikes >= parity_strikes_min && !parity_agrees(forward, price, rules);
}

Forward own_forward(const Chain& chain, const ExpiryRows& rows, const ForwardRules& rules) {
  Forward forward{.expiry = rows.expiry, .years = rows.years};
  const double future = future_middle(chain, rows.expiry, rules);
  const double venue = venue_forward(rows);
  add_parity(forward, rows, chain.inverse, future > 0 ? future : (venue > 0 ? venue : chain.index));
  if (future > 0) {
    forward.price = future;
    forward.source = ForwardSource::future;
  } else if (venue > 0 && !contradicts(forward, venue, rules)) {
    forward.price = venue;
    forward.source = ForwardSource::venue;
  } else if (forward.parity > 0) {
    forward.price = forward.parity;
    forward.source = ForwardSource::parity;
    forward.venue_refused = venue > 0;
  }
  if (forward.price > chain.index / most_carried && forward.price < chain.index * most_carried) {
    forward.carry = math::log(forward.price / chain.index);
  } else {
    forward.price = 0;
    forward.source = ForwardSource::none;
  }
  return forward;
}

// Theil and Sen: the median slope of all pairs, then the median offset.
void ignore_outliers(std::vector<Forward>& all, const ForwardRules& rules) {
  std::vector<double> slopes, offsets, rests;
  std::vector<const Forward*> known;
  for (const Forward& f : all) {
    if (f.price > 0) known.push_back(&f);
  }
  if (known.size() < line_expiries_min) return;
  for (std::size_t i = 0; i < known.size(); ++i) {
    for (std::size_t j = i + 1; j < known.size(); ++j) {
      slopes.push_back((known[j]->carry - known[i]->carry) / (known[j]->years - known[i]->years));
    }
  }
  const double slope = median(std::move(slopes));
  for (const Forward* f : known) offsets.push_back(f->carry - slope * f->years);
  const double offset = median(offsets);
  const double scale = deviation(offsets, offset);
  const double allowed = std::max(5.0 * scale, rules.outlier_least);
  for (Forward& f : all) {
    if (f.price <= 0 || absolute(f.carry - slope * f.years - offset) <= allowed) continue;
    if (f.source != ForwardSource::parity && parity_agrees(f, f.price, rules)) continue;
    f.outlier = true;
    f.price = 0;
    f.source = ForwardSource::none;
  }
}

// Of the expiry, else of the nearest one before it or the first.
double last_basis(const PreviousBasis& previous, Time expiry) {
  double basis = previous.basis.empty() ? 0 : previous.basis.front().basis;
  for (const PublishedBasis& last : previous.basis) {
    if (last.expiry <= expiry) basis = last.basis;
  }
  return basis;
}

void interpolate(std::vector<Forward>& all, double index, const PreviousBasis& previous) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    Forward& f = all[i];
    if (f.source != ForwardSource::none) continue;
    const auto known = [](const Forward& other) {
      return other.source != ForwardSource::none && other.source != ForwardSource::carry;
    };
    double near_years = 0, near_carry = 0;
    for (std::size_t j = i; j-- > 0;) {
      if (!known(all[j])) continue;
      near_years = all[j].years, near_carry = all[j].carry;
      break;
    }
    const auto later = std::find_if(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(), known);
    if (later != all.end()) {
      const double slope = (later->carry - near_carry) / (later->years - near_years);
      f.carry = near_carry + slope * (f.years - near_years);
    } else {
      f.carry = f.years * (near_years > 0 ? near_carry / near_years : last_basis(previous, f.expiry));
    }
    f.carry = std::clamp(f.carry, -1.0, 1.0);
    f.price = index * math::exp(f.carry);
    f.source = ForwardSource::carry;
  }
}

void hold(Forward& f, const Chain& chain, const PreviousBasis& previous, const ForwardRules& rules) {
  for (const PublishedBasis& last : previous.basis) {
    if (last.expiry != f.expiry) continue;
    const double minutes =
        static_cast<double>((chain.at - previous.at).raw()) / static_cast<double>(minute.raw());
    const double most = rules.basis_per_minute * std::max(minutes, 0.0);
    const double basis = f.carry / f.years;
    const double held = std::clamp(basis, last.basis - most, last.basis + most);
    if (held == basis) continue;
    f.clamped = true;
    f.carry = std::clamp(held * f.years, -1.0, 1.0);
    f.price = chain.index * math::exp(f.carry);
  }
}

}  // namespace

std::string_view forward_source_name(ForwardSource source) {
  constexpr std::string_view names[] = {"none", "future", "venue", "parity", "carry"};
  return names[static_cast<std::size_t>(source)];
}

std::vector<Forward> forwards(const Chain& chain, const std::vector<ExpiryRows>& rows,
                              const PreviousBasis& previous, const ForwardRules& rules) {
  LS_ASSERT(chain.index > 0 && chain.index < std::numeric_limits<double>::infinity());
  std::vector<Forward> result;
  result.reserve(rows.size());
  for (const ExpiryRows& expiry : rows) result.push_back(own_forward(chain, expiry, rules));
  ignore_outliers(result, rules);
  interpolate(result, chain.index, previous);
  for (Forward& f : result) hold(f, chain, previous, rules);
  return result;
}

}  // namespace lockstep::surface
