// Everything that is estimated from the market, brought forward hour by hour: one price of each underlying
// from its venues, how far it may move, what is traded, how the underlyings move together, and how their
// options do.  Constant work an hour; the state can be stored and restored, and two that saw the same say the
// same.
//
//   hours      in order of time, all closes of an hour at once
//   surfaces   as they are fitted, anywhere between the hours
//   estimates  at any moment
//
// What is bad is dropped and counted where it is met (price_filter.h, node/surface); an underlying that has
// no price for `stale_after` is stale, and nothing is estimated from what it does not do.
#pragma once

#include <span>

#include "node/calibrate/estimates.h"
#include "node/calibrate/hours.h"
#include "node/calibrate/option_moves.h"
#include "node/calibrate/price_filter.h"
#include "node/calibrate/scan_range.h"
#include "node/stats/correlation.h"
#include "node/stats/shrinkage.h"

namespace lockstep::calibrate {

struct EstimatorPolicy {
  PriceFilterPolicy filter;
  RiskSetup risk;
  ScanPolicy scan;
  stats::CorrelationRule correlation;  // of daily returns
  Duration stale_after = Duration::from_raw(3 * hour.raw());
  double haircut_confidence = 0.995;
  // Of what is traded in a day, within 1 % of the price on one side.  Binance's recorded book of BTCUSDT of
  // 2024-08-08 had 24 M dollars within 0.25 %, an eighth of a percent of its day.
  double depth_of_volume = 0.005;
};

struct AssetEstimator {
  static constexpr u32 volume_days = 30;

  AssetEstimator(std::string name, const EstimatorPolicy& policy);

  std::string base;
  PriceFilter filter;
  AssetRisk risk;
  std::vector<LargestMove> venues;  // of each venue by itself, over a day
  double price = 0;                 // the last accepted; 0: none yet
  Time priced;
  double close = 0;                // at the last midnight, if it had one
  std::vector<double> traded;      // dollars since midnight, by venue
  stats::RollingQuantile volumes;  // dollars of the last days that had any
  OptionMoves options;
  // Of shocks of volatility: the fewer quotes the last smile of 30 days rests on, the larger.
  double shock_factor = 1;

  void write(Writer& writer) const;
  void read(Reader& reader);
};

// A correlation matrix of some of the assets.
struct JointCorrelation {
  std::vector<u32> assets;  // ascending
  stats::Matrix matrix;
};

struct Estimator {
  Estimator(std::vector<std::string> bases, const EstimatorPolicy& policy);  // sorted, at most 64

  EstimatorPolicy policy;
  std::vector<AssetEstimator> assets;  // by base
  stats::Correlations correlations;
  stats::ShrinkageMoments covariances;  // of daily returns, for the matrix as a whole
  Time now;                             // of the last hour
  // Of the assets that had a price at the last midnight, by their places; made when it is asked for, and anew
  // after each day.  Not stored.
  mutable std::optional<JointCorrelation> joint;

  void write(Writer& writer) const;
  void read(Reader& reader);  // bases and policy stay what they are; a state of others is refused
};

// The closes of one full hour, each underlying's together, by venue.  Hours may be missing; one that is not
// after the last is a bug (asserted).
void add_hour(Estimator& estimator, Time at, std::span<const HourClose> closes);

// nullptr: it is not watched.
AssetEstimator* find_asset(Estimator& estimator, std::string_view base);

Estimates estimates_of(const Estimator& estimator);

}  // namespace lockstep::calibrate
