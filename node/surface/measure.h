// How well surfaces fit what venues published: distances between the fitted volatilities and recorded mark
// volatilities, which no fit has seen, beside what plain interpolation of the marks themselves would give.
#pragma once

#include "node/surface/surface.h"

namespace lockstep::surface {

// By time to expiry, upper bounds in days.
constexpr std::size_t buckets = 5;
std::string_view bucket_name(std::size_t bucket);
std::size_t bucket_of(double years);

// One strike's mark volatility, all in volatility (0.01 = one point).
struct MarkDistance {
  Time expiry;
  double strike = 0;
  double mark = 0;
  double fitted = 0;
  double distance = 0;      // |fitted - mark|
  double interpolated = 0;  // |line between the two neighbouring marks - mark|
  bool quoted = false;      // between the outermost strikes that the fit used
  std::size_t bucket = 0;
};

// Of all marks with |delta| of at least delta_min and a neighbour on both sides.
std::vector<MarkDistance> distances(const Surface& surface, double delta_min);

struct Spread {
  u64 count = 0;
  double median = 0, most = 0, worst = 0;  // most: 95 % are at or below
};
Spread spread_of(std::vector<double> values);

// Quotes of the fit, and those whose bid and ask the smile lies between.
struct Inside {
  u64 quotes = 0;
  u64 inside = 0;
  u64 bounds = 0;  // one-sided quotes
  u64 kept = 0;    // of them those that the smile keeps
};
Inside inside_of(const ExpiryFit& fit);

// What was seen over many surfaces of one underlying.
struct Totals {
  u64 surfaces = 0;
  u64 with_arbitrage = 0;  // must stay 0
  std::array<u64, rungs> by_rung{};
  std::array<u64, flags> by_flag{};
  std::array<u64, forward_sources> by_source{};
  DropCounts drops{};
  Inside inside{};
  std::vector<double> parity;  // |parity / forward - 1|, of expiries with three strikes or more
  std::array<std::vector<double>, buckets> fitted, interpolated;              // of quoted strikes
  std::array<std::vector<double>, buckets> outer_fitted, outer_interpolated;  // of those beyond
};
void add(Totals& totals, const Surface& surface, double delta_min);

}  // namespace lockstep::surface
