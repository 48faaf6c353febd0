// The market's running state as estimates, each with its data and window in words.
#include <algorithm>
#include <set>

#include "core/math/elementary.h"
#include "node/calibrate/estimator.h"
#include "node/feed/calendar.h"
#include "node/stats/nearest_correlation.h"

namespace lockstep::calibrate {
namespace {

constexpr u32 volumes_min = 5;
constexpr double pair_days_min = 30;
const std::set<std::string, std::less<>> dollars = {"DAI", "FDUSD", "TUSD", "USDC", "USDP", "USDT"};

std::string date_of(Time at) { return format_time(at).substr(0, 10); }

struct Writing {
  const Estimator& estimator;
  const AssetEstimator& asset;
  AssetEstimates& out;

  Estimate of_days(double value, u64 days, const std::string& window) const {
    return {value, "daily closes of " + asset.base, window + " to " + date_of(asset.risk.last_close()), days};
  }
  Estimate of_surfaces(double value) const {
    return {value, "fitted surfaces of " + asset.base,
            std::to_string(asset.options.changes()) + " changes of a day to " +
                date_of(asset.options.recent.back().at),
            asset.options.changes()};
  }
  void lack(const std::string& what, const std::string& why) const {
    out.lacking.push_back(what + ": " + why);
  }
};

void write_scan(const Writing& w) {
  const AssetRisk& risk = w.asset.risk;
  const Result<ScanTargets, Lacking> targets = scan_targets(risk, w.estimator.policy.scan);
  if (!targets) return w.lack("price scan range", targets.error().why);
  const ScanTargets& t = targets.value();
  const std::string window = std::to_string(risk.sizes.size()) + " days";
  w.out.scan_range = w.of_days(t.target, risk.sizes.size(), window);
  w.out.scan_range->data += "; decided by " + std::string(t.binding);
  w.out.deviation = w.of_days(t.deviation, risk.returns, "weights of 0.97 a day");
  const double worst = risk.ever.sorted().back();
  w.out.crash = w.of_days(fraction_of(worst), risk.ever.size(), std::to_string(risk.ever.size()) + " days");
  const double fall = std::max(risk.falls.quantile(w.estimator.policy.haircut_confidence).value_or(0), 0.0);
  w.out.haircut = w.of_days(1 - math::exp(-fall), risk.falls.size(), window);
}

void write_options(const Writing& w) {
  const OptionMoves& options = w.asset.options;
  if (options.surfaces == 0) return;
  if (options.changes() < OptionMoves::changes_min) {
    return w.lack("shocks of volatility, skew and basis",
                  "only " + std::to_string(options.changes()) + " changes of a day; " +
                      std::to_string(OptionMoves::changes_min) + " are needed");
  }
  const auto set = [&](std::optional<Estimate>& field, const std::optional<double>& value, const char* what) {
    if (value) {
      field = w.of_surfaces(*value);
    } else {
      w.lack(what, "it never moved that way");
    }
  };
  const auto widened = [&](std::optional<double> shock) {
    if (shock) *shock *= w.asset.shock_factor;
    return shock;
  };
  set(w.out.volatility_up, widened(options.up()), "rise of volatility");
  set(w.out.volatility_down, widened(options.down()), "fall of volatility");
  set(w.out.power_short, options.power_short(), "power below 30 days");
  set(w.out.power_long, options.power_long(), "power beyond 30 days");
  set(w.out.skew, options.skew_change(), "skew");
  set(w.out.basis, options.basis_change(), "basis");
}

void write_volume(const Writing& w) {
  const stats::RollingQuantile& volumes = w.asset.volumes;
  if (volumes.size() < volumes_min) {
    return w.lack("volume", "recorded on " + std::to_string(volumes.size()) + " days; " +
                                std::to_string(volumes_min) + " are needed");
  }
  const std::string window =
      "median of " + std::to_string(volumes.size()) + " days to " + date_of(w.estimator.now);
  const double median = *volumes.quantile(0.5);
  w.out.volume = Estimate{median, "recorded volumes of " + w.asset.base, window, volumes.size()};
  w.out.depth = Estimate{median * w.estimator.policy.depth_of_volume,
                         "a share of the recorded volumes of " + w.asset.base, window, volumes.size()};
}

// The second largest of the venues' moves within a day, which two venues saw at least; of a lone venue its
// own.
void write_recent_move(const Writing& w) {
  std::vector<double> sizes;
  for (const LargestMove& venue : w.asset.venues) {
    const bool fresh =
        !venue.highs.empty() && w.estimator.now - venue.highs.back().at <= w.estimator.policy.stale_after;
    if (fresh) sizes.push_back(venue.latest);
  }
  if (sizes.empty()) return;
  std::sort(sizes.rbegin(), sizes.rend());
  const std::size_t which = sizes.size() > 1 ? 1 : 0;
  w.out.recent_move = Estimate{fraction_of(sizes[which]), "venues' closes of " + w.asset.base,
                               "24 h to " + format_time(w.estimator.now), sizes.size()};
  w.out.recent_venues = static_cast<u32>(which + 1);
}

bool stale(const Estimator& estimator, const AssetEstimator& asset) {
  return asset.price == 0 || estimator.now - asset.priced > estimator.policy.stale_after;
}

AssetEstimates asset_estimates(const Estimator& estimator, const AssetEstimator& asset) {
  AssetEstimates out;
  out.base = asset.base;
  const Writing writing{estimator, asset, out};
  if (stale(estimator, asset)) {
    writing.lack("everything",
                 asset.price == 0 ? "it never had a price" : "no price since " + format_time(asset.priced));
    return out;
  }
  out.price = Estimate{asset.price, "venues' closes of " + asset.base, "at " + format_time(asset.priced), 1};
  write_recent_move(writing);
  write_scan(writing);
  write_options(writing);
  write_volume(writing);
  return out;
}

// Shrunk towards a common correlation, then made a correlation matrix again: pairs rest on different days.
// Of assets that have a price and some weeks of common days with the others; a matrix is not better for those
// that are no longer there.
JointCorrelation joint_correlation(const Estimator& estimator) {
  JointCorrelation joint;
  const u32 count = static_cast<u32>(estimator.assets.size());
  for (u32 i = 0; i < count; ++i) {
    const bool known = estimator.correlations.slow.effective_size(i, i) >= pair_days_min;
    if (known && estimator.assets[i].close != 0) joint.assets.push_back(i);
  }
  const stats::Matrix covariance =
      stats::shrink(estimator.covariances, stats::Target::constant_correlation).covariance;
  const u32 n = static_cast<u32>(joint.assets.size());
  joint.matrix = stats::identity(n);
  for (u32 a = 0; a < n; ++a) {
    for (u32 b = 0; b < a; ++b) {
      const u32 i = joint.assets[a], j = joint.assets[b];
      const double scale = math::square_root(covariance(i, i) * covariance(j, j));
      const double value = scale > 0 ? covariance(i, j) / scale : 0;
      joint.matrix(a, b) = joint.matrix(b, a) = std::clamp(value, -1.0, 1.0);
    }
  }
  const auto repaired = stats::nearest_correlation(joint.matrix);
  if (repaired) joint.matrix = repaired.value().matrix;
  return joint;
}

double correlation_of(const JointCorrelation& joint, u32 i, u32 j) {
  const auto place = [&](u32 asset) {
    return static_cast<u32>(std::lower_bound(joint.assets.begin(), joint.assets.end(), asset) -
                            joint.assets.begin());
  };
  const u32 a = place(i), b = place(j);
  const bool both =
      a < joint.assets.size() && b < joint.assets.size() && joint.assets[a] == i && joint.assets[b] == j;
  return both ? joint.matrix(a, b) : 0;
}

void add_pairs(const Estimator& estimator, Estimates& out) {
  if (!estimator.joint) estimator.joint = joint_correlation(estimator);
  for (u32 i = 0; i < estimator.assets.size(); ++i) {
    for (u32 j = i + 1; j < estimator.assets.size(); ++j) {
      const AssetEstimator& one = estimator.assets[i];
      const AssetEstimator& two = estimator.assets[j];
      const stats::PairOutlook outlook = estimator.correlations.pair(i, j);
      PairEstimates pair;
      pair.base = one.base;
      pair.other = two.base;
      pair.stale = stale(estimator, one) || stale(estimator, two);
      pair.broken = outlook.regime_break;
      const u64 days = static_cast<u64>(outlook.effective_size);
      const std::string window =
          "weights of 0.97 a day, as good as " + std::to_string(days) + " days, to " + date_of(estimator.now);
      const std::string data = "daily closes of " + one.base + " and " + two.base;
      const double rho = correlation_of(*estimator.joint, i, j);
      if (!pair.stale && outlook.effective_size >= pair_days_min) {
        pair.correlation = Estimate{rho, data, window, days};
        pair.lower = Estimate{std::min(outlook.reliable, rho), data,
                              window + "; not above the long run and the worst 60 days", days};
      } else {
        pair.lacking.push_back("correlation: as good as " + std::to_string(days) +
                               " common days; 30 are needed, and prices now");
      }
      out.pairs.push_back(std::move(pair));
    }
  }
}

}  // namespace

Estimates estimates_of(const Estimator& estimator) {
  Estimates out;
  out.at = estimator.now;
  for (const AssetEstimator& asset : estimator.assets) {
    if (dollars.contains(asset.base)) {
      StableEstimates stable;
      stable.asset = asset.base;
      if (!stale(estimator, asset)) {
        stable.price =
            Estimate{asset.price, "venues' closes of " + asset.base, "at " + format_time(asset.priced), 1};
      }
      out.stable.push_back(std::move(stable));
    } else {
      out.assets.push_back(asset_estimates(estimator, asset));
    }
  }
  add_pairs(estimator, out);
  return out;
}

}  // namespace lockstep::calibrate
