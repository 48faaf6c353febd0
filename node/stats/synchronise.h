// Assets do not trade at the same moments, and correlation needs returns over the same spans.  Three answers
// (quantitative specification, section 3):
//   BarReturns      the last price at or before the end of each fixed bar: the default, on bars of one minute
//                   or more; on bars of seconds it is biased towards zero (Epps 1979)
//   refresh_times   the moments by which every asset has traded since the last such moment
//   HayashiYoshida  no common moments: every product of two returns whose spans overlap (Hayashi and Yoshida
//                   2005); unbiased when the times of trading are independent
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/units/units.h"
#include "node/stats/pair_moments.h"

namespace lockstep::stats {

// How often a price was refused.
struct TickCounts {
  u64 used = 0;
  u64 bad_price = 0;     // not a positive, finite, normal number
  u64 out_of_order = 0;  // a time before one that was already taken
};

// Bars (end - length, end], one after another without a hole.
//
//   while (bars.due(at)) correlations.add(bars.close());
//   bars.add(asset, at, price);
struct BarReturns {
  // An asset without a price in this many bars in a row is stale: it has no return until it has a price
  // again, and none over the bar of that price, which would span several.  Before, its return is 0.
  static constexpr u32 stale_after = 3;

  Duration length;  // > 0
  Time end{};       // of the open bar
  struct Asset {
    double log_price = 0;      // the last one
    double log_before = 0;     // at the end of the last bar
    Time last{};               // of the last price
    u32 silent = stale_after;  // complete bars without a price, at most stale_after; so at the start
    bool traded = false;       // in the open bar
  };
  std::vector<Asset> assets;
  std::vector<std::optional<double>> returns;  // of the last closed bar
  TickCounts counts{};

  BarReturns() = default;
  BarReturns(u32 assets, Duration length, Time first_end);

  bool due(Time at) const { return at > end; }  // a price at that time belongs to a later bar
  bool add(u32 asset, Time at, double price);   // not due(at); false: refused and counted
  Returns close();

  void write(Writer& writer) const;
  void read(Reader& reader);
};

// tau_0 is when every asset has traded once; tau_(j+1) the largest, over the assets, of the first time after
// tau_j.  Each asset's times must ascend; one result a moment, until some asset has no further time.
std::vector<Time> refresh_times(std::span<const std::vector<Time>> times);

// The sum over pairs of returns with overlapping spans, kept up price by price.
struct HayashiYoshida {
  struct Side {
    bool seen = false;
    Time last{};
    double log_price = 0;
    double other = 0;  // the other side's log price at `last`, or its first one if that came later
  };
  Side side[2];
  double covariance = 0;        // realised over the whole series, not per unit of time
  double variance[2] = {0, 0};  // sums of squared returns
  TickCounts counts{};

  // Prices of both sides in one order of time; two at the same time, one of each side, in any order.
  bool add(u32 which, Time at, double price);  // which: 0 or 1; false: refused and counted
  double correlation() const;  // covariance / sqrt(variances); 0 while one is 0; can leave [-1, 1]

  void write(Writer& writer) const;
  void read(Reader& reader);
};

}  // namespace lockstep::stats
