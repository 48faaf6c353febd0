// Where prices would go if no account were liquidated: the fundamental price of every asset and how much of
// its usual depth a book has, one value a step.  A scenario is a short table of anchors for the first asset;
// between anchors both are straight lines.  The other assets move with the first by their beta, and each
// asset has noise of its own, of which a part is common.
//
//   first asset   anchors * exp(noise_0)
//   asset j       start_j * exp(beta_j * ln(anchors / anchors at the start) + noise_j)
//   noise_j       volatility_j * (c z_0 + sqrt(1 - c^2) z_j), with z_0 alone for the first; each z falls back
//                 to 0 within `noise_memory`, so that a path ends where its anchors say
//
// Everything is a pure function of the plan.  Exact where there is no noise: a path with volatility 0 is its
// anchors to the last decimal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/units/units.h"
#include "node/io/fault.h"

namespace lockstep::market {

struct PricePoint {
  Duration at;  // since the start
  Price price;
};
struct DepthPoint {
  Duration at;
  Rate share;  // of the usual depth
};

struct Scenario {
  std::string name;
  std::string what;  // one line for a person
  std::vector<PricePoint> prices;
  std::vector<DepthPoint> depths;
  bool has_noise = true;  // false: recorded prices, which are taken as they are
};

// "slow", "fast", "mild", "thin", and days: "2020-03-12", "2021-05-19", "2022-11-08", "2025-10-10".
std::vector<std::string_view> scenario_names();
Result<Scenario, Fault> find_scenario(std::string_view name);

// Recorded prices of the first asset.  At least two, times rising; `at` of the first becomes the start.
// Without depths the book keeps its usual depth.  `name` is what a fault calls them.
Result<Scenario, Fault> recorded_scenario(std::string_view name, std::vector<PricePoint> prices,
                                          std::vector<DepthPoint> depths);

struct AssetPlan {
  std::string name;
  Price start;      // none (0): the scenario's own, only for the first asset
  Rate beta;        // of its log price to the first asset's
  Rate volatility;  // of the noise, a day
};
// The first `count` (1 to 4) of BTC, ETH, SOL and XRP, with betas of ordinary days and round prices.
std::vector<AssetPlan> usual_assets(u32 count);

struct PathPlan {
  u64 seed = 1;
  Scenario scenario;
  std::vector<AssetPlan> assets = usual_assets(1);
  Rate correlation = Rate::from_raw(rate_one / 10 * 8);  // of each asset's noise with the first's, 0 to 1
  Duration step = second;
  Duration noise_memory = Duration::from_raw(600'000'000);
};

struct Path {
  Duration step;
  std::vector<std::string> names;          // by asset
  std::vector<std::vector<Price>> prices;  // by asset, then step; from 0 to the last anchor, both included
  std::vector<Rate> depths;                // by step
  std::size_t steps() const { return depths.size(); }
};

Path make_path(const PathPlan& plan);

// On the straight line between the anchors; before the first and after the last one it is level.
Price price_at(const std::vector<PricePoint>& anchors, Duration at);
Rate depth_at(const std::vector<DepthPoint>& anchors, Duration at);

}  // namespace lockstep::market
