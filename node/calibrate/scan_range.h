// How far the price of one asset may move within the time a close-out takes: the running estimates that the
// answer rests on, and the answer with every ingredient, so that it can be explained.
//
// Sources: quantitative specification, section 4.1; methodology, "Price scan range".  Commission Delegated
// Regulation (EU) 153/2013, article 28, asks for at least one of (a) a buffer of 25 % that may be drawn down,
// (b) a quarter of the weight on stressed observations, (c) no less than from ten years' volatility: the
// models `buffered`, `stress_weighted`, `floored`.
//
// Quantiles are of whole days; the deviation now also counts the day that has begun, up to the newest bar.
// Estimates are of daily log returns r, of closes at 00:00 UTC; where days are missing a return is scaled to
// one day, r / sqrt(days).  All are two-sided: they hold for rises and falls alike.  Nothing is estimated
// from fewer than 250 returns.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "node/calibrate/largest_move.h"
#include "node/stats/ewma.h"
#include "node/stats/rolling_quantile.h"

namespace lockstep::calibrate {

// What the running estimates are at; set once.
struct RiskSetup {
  double confidence = 0.99;    // share of days that the range is to cover, 0.5..0.9999
  u32 window = 1'000;          // daily returns of the quantiles
  Duration move_window = day;  // h of the largest recent move
  bool operator==(const RiskSetup&) const = default;
};

// The estimates of one asset, brought forward bar by bar: constant work a bar, a few microseconds at the
// end of a day.  Bars of any length, or a price a day; the close of a day is the first bar that closes
// within an hour behind midnight, and a day without one is a missing day.
struct AssetRisk {
  static constexpr u64 returns_min = 250;
  static constexpr u32 ten_years = 3'650;
  static constexpr u64 warm_returns = 30;  // before z = |r| / deviation of the day before means anything

  explicit AssetRisk(const RiskSetup& chosen);

  RiskSetup setup;
  stats::VolatilityEwma slow, fast;     // lambda 0.97 and 0.94 a day, of daily closes
  stats::RollingQuantile sizes;         // |r| of the window
  stats::RollingQuantile standardised;  // |r| / deviation the day before, of the window
  stats::RollingQuantile falls;         // -r of the window
  stats::RollingQuantile long_run;      // |r| of ten years
  stats::RollingQuantile ever;          // |r| since inception (27 years at most)
  stats::RollingQuantile filtered;      // the FHS range of each of the last 250 days
  LargestMove moves;
  double deviation_ten_years = 0;  // root mean square of long_run
  Time last;                       // of the newest bar
  double last_price = 0;           // its close; 0: none yet
  u64 returns = 0;                 // daily returns so far
  u64 missing = 0;                 // days without a close
  u64 rejected = 0;  // bars whose price is no positive number or whose time is not after the last

  // False, and counted, if the bar is rejected.
  bool add(const Close& bar);
  // When the newest daily close was; 0 before the first.
  Time last_close() const { return slow.last_price == 0 ? Time{} : slow.last; }

  void write(Writer& writer) const;
  void read(Reader& reader);  // into a risk of any setup; what is stored decides
};

enum class ScanModel : u8 {
  normal_fast,      // normal quantile of the deviation with lambda 0.94
  normal,           // with 0.97
  historical,       // HS: quantile of |r|
  filtered,         // FHS: quantile of z times the deviation now
  stress_weighted,  // 0.75 FHS + 0.25 max(FHS, ST)
  buffered,         // 1.25 FHS in calm; the buffer melts as FHS rises above its median of 250 days
  floored,          // max(FHS, quantile of z times the deviation of ten years)
  combined,         // max(stress_weighted, floor)
};
inline constexpr ScanModel scan_models[] = {
    ScanModel::normal_fast,     ScanModel::normal,   ScanModel::historical, ScanModel::filtered,
    ScanModel::stress_weighted, ScanModel::buffered, ScanModel::floored,    ScanModel::combined};
std::string_view text_of(ScanModel model);

// The defaults are the project's default policy; docs/decisions/0011-default-scan-range.md says why.
struct ScanPolicy {
  ScanModel model = ScanModel::stress_weighted;
  Duration horizon = day;  // the range grows with its square root
  double stress_weight = 0.25;
  double buffer = 0.25;     // of `buffered`
  double recent_share = 0;  // of the largest move of 30 days that the range is at least; 0: none
  double rounding_buffer =
      0.05;            // on top, so that the dead band of publishing never leads below the estimate
  double minimum = 0;  // fraction of the price
};

// Of one day and in ln, unless said otherwise.
struct ScanTargets {
  double deviation = 0, deviation_fast = 0, deviation_ten_years = 0;
  double quantile = 0;  // of z: what FHS puts for the normal quantile
  double normal_fast = 0, normal = 0, historical = 0, filtered = 0;
  double stressed = 0;  // ST: of the worst 5 % of days since inception the quantile 0.9
  double stress_weighted = 0, buffered = 0, floor = 0;
  double recent = 0;                // the share of the largest move within h; not scaled by the horizon
  double shortfall_historical = 1;  // mean of what lies beyond the quantile, over the quantile: of |r| ...
  double shortfall_filtered = 1;    // ... and of z
  double model = 0;                 // of the policy's model
  double range = 0;                 // that over the horizon, at least `recent`
  double target = 0;                // e^(range (1 + rounding buffer)) - 1, at least the minimum: of the price
  std::string_view binding;  // what decided it: "stress-weighted", "ten-year floor", "recent move", ...
};

// The range of one model in ln and for one day.
double range_of(const ScanTargets& targets, ScanModel model);

// Why there is no estimate; one line.
struct Lacking {
  std::string why;
};
Result<ScanTargets, Lacking> scan_targets(const AssetRisk& risk, const ScanPolicy& policy);

// e^range - 1: a scan range is a fraction of the price, the same in both directions, and a rise by a given
// log return is the larger fraction.  A fall is covered with something to spare.
double fraction_of(double range);

}  // namespace lockstep::calibrate
