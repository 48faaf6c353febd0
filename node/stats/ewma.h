// Exponentially weighted means, and the volatility of a price that is seen at irregular times.
//
// Ewma keeps a weighted sum and the sum of the weights, so it needs no seed: the first value is the first
// mean, and nothing has to be un-biased later (methodology: volatility; quantitative specification, section
// 3).  With positive values both sums are positive and nothing cancels.
//
// VolatilityEwma is its continuous form.  A return r over a span dt says that variance ran at the rate
// r^2/dt through that span, so it weighs what exponential forgetting gives the span, 1 - 2^(-dt/half life).
// On equally spaced prices this is the classical estimator with lambda = 2^(-dt/half life); a span without
// prices is one return over the whole span; and ticks microseconds apart do not outvote an hour.
#pragma once

#include <optional>

#include "core/units/units.h"
#include "node/stats/state.h"

namespace lockstep::stats {

inline constexpr double days_per_year = 365;  // crypto markets do not close
inline constexpr double ln2 = 0x1.62e42fefa39efp-1;

// The number of steps after which a weight has halved: ln(1/2) / ln(lambda), 0 < lambda < 1.
double half_life_of(double lambda);

// The number of equally weighted values that would estimate as well: (1 + lambda) / (1 - lambda).
double effective_size(double lambda);

// 1 - 2^(-elapsed / half_life), exact to rounding also for tiny spans.  elapsed >= 0, half_life > 0, in
// microseconds.
double forgotten(Duration elapsed, Duration half_life);
// 2^(-elapsed / half_life).
double decay(Duration elapsed, Duration half_life);

struct Ewma {
  double sum = 0;      // of weight * value
  double weight = 0;   // of weights
  double squares = 0;  // of squared weights

  // Multiplies the past by lambda, then adds a value of weight w.  The value must be finite.
  void add(double value, double lambda, double w = 1);

  bool empty() const { return weight <= 0; }
  double mean() const;            // 0 when empty
  double effective_size() const;  // weight^2 / squares: tends to (1 + lambda) / (1 - lambda).  0 when empty

  void write(Writer& writer) const;
  void read(Reader& reader);
};

// A return counts in an exponentially weighted estimate at most as this many standard deviations, once the
// estimate rests on this many effective returns: one false print must not move it for weeks.  Tails are never
// cut: quantiles and coverage see every return as it is.  The standard deviation is not taken below a floor,
// or an asset whose price stood still for long would not be believed when it moves again.
inline constexpr double winsorise_at = 8;
inline constexpr double winsorise_from = 10;
inline constexpr double winsorise_floor_per_year = 0.1;  // where the span of the return is known
inline constexpr double winsorise_floor_per_bar = 1e-4;  // where it is one bar

enum class Observed : u8 {
  first,         // the first price: no return yet
  used,          // a return went into the estimate
  winsorised,    // it went in, cut
  bad_price,     // refused: not a positive, finite, normal number
  out_of_order,  // refused: its time is not after that of the last price
};

struct VolatilityCounts {
  u64 used = 0;        // returns, winsorised ones included
  u64 winsorised = 0;  // of them
  u64 gaps = 0;        // of them
  u64 bad_price = 0;
  u64 out_of_order = 0;
};

struct VolatilityEwma {
  Duration half_life;  // > 0
  Duration gap;        // spans longer than this are counted as gaps; they are used all the same

  Ewma rate{};  // of r^2 / dt, per day
  Time last{};
  double last_price = 0;  // 0: none yet

  VolatilityCounts counts{};

  Observed add(Time at, double price);

  // Nothing before the first return.
  std::optional<double> variance_per_day() const;
  std::optional<double> volatility_per_year() const;  // of log returns, 365 days: 0.5 is 50 %

  void write(Writer& writer) const;
  void read(Reader& reader);
};

}  // namespace lockstep::stats
