// How an underlying's implied volatilities, their skew and its forwards move in a day, from the fitted
// surfaces of one moment after the other.  They are read at fixed times to expiry, so that a change is the
// market's and not the calendar's, and each is compared with the surface of about a day before.
//
//   volatility  at the money, at seven times to expiry: change of ln
//   skew        at 30 days, volatility one standard deviation above the money less that as far below: change
//   basis       at 30 days, ln(forward/index) a year: change
//
// Where surfaces lie 18 to 36 hours apart the change is scaled to a day by the root of time; further apart
// there is none.  Quantiles rest on the last 1,000 changes and on 60 at least; of fewer than 100 the one in a
// hundred is the largest.  Source: quant.md 4.3.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <span>

#include "core/pricing/surface.h"
#include "core/units/units.h"
#include "node/stats/rolling_quantile.h"

namespace lockstep::calibrate {

struct ForwardAt {
  double years = 0;    // > 0
  double forward = 0;  // > 0
};

struct OptionMoves {
  static constexpr std::array<double, 7> tenors = {2, 7, 14, 30, 60, 90, 180};  // days
  static constexpr std::size_t reference = 3;                                   // 30 days
  static constexpr u32 changes_min = 60;
  static constexpr u32 window = 1'000;

  // One surface, read.
  struct Reading {
    Time at;
    std::array<double, tenors.size()> log_volatility{};
    double skew = 0;
    double basis = 0;
    bool operator==(const Reading&) const = default;
  };

  OptionMoves();

  std::deque<Reading> recent;                  // of the last 36 hours, in order of time
  std::vector<stats::RollingQuantile> levels;  // by tenor: changes of ln volatility
  stats::RollingQuantile skews;                // sizes of changes
  stats::RollingQuantile bases;
  u64 surfaces = 0;
  u64 rejected = 0;  // no expiry, no forward, an index that is no price, or not after the last

  // expiries and forwards: in strictly ascending order of years.  False, and counted, if rejected.
  bool add(Time at, std::span<const Expiry> expiries, std::span<const ForwardAt> forwards, double index);

  std::optional<double> volatility_now() const;  // at 30 days, a year
  // Shocks of ln volatility at 30 days, one day in a hundred: > 0, nothing if too few changes are known.
  std::optional<double> up() const;
  std::optional<double> down() const;
  // The power p for which the shock at d days is nearest to up() (30/d)^p: below 30 days and beyond.
  std::optional<double> power_short() const;
  std::optional<double> power_long() const;
  std::optional<double> skew_change() const;   // volatility, 0.01 is one point
  std::optional<double> basis_change() const;  // a year
  u64 changes() const { return skews.size(); }

  void write(Writer& writer) const;
  void read(Reader& reader);
};

}  // namespace lockstep::calibrate
