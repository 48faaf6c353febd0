#include "node/backtest/walk.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/math/elementary.h"

namespace lockstep::backtest {
namespace {

using calibrate::ScanModel;
using calibrate::ScanTargets;

// Mean of a standard normal beyond its two-sided quantile, over the quantile.
double normal_shortfall(double confidence) {
  const double z = math::normal_quantile((1 + confidence) / 2);
  return 2 * math::normal_pdf(z) / (1 - confidence) / z;
}

double shortfall_of(const ScanTargets& targets, ScanModel model, double confidence) {
  switch (model) {
    case ScanModel::normal_fast:
    case ScanModel::normal: return normal_shortfall(confidence);
    case ScanModel::historical: return targets.shortfall_historical;
    default: return targets.shortfall_filtered;
  }
}

}  // namespace

std::string name_of(const Row& row) {
  return (row.published ? "published: " : "") + std::string(calibrate::text_of(row.model));
}

std::vector<Row> usual_rows() {
  std::vector<Row> rows;
  for (const ScanModel model : calibrate::scan_models) rows.push_back({model, false});
  for (const ScanModel model : publishable_models) rows.push_back({model, true});
  return rows;
}

u32 warm_up_of(std::size_t closes, u32 wanted) {
  const u64 half = closes / 2;
  return static_cast<u32>(std::max<u64>(calibrate::AssetRisk::returns_min, std::min<u64>(wanted, half)));
}

Walk walk(const std::vector<Close>& daily, const std::vector<Row>& rows, const WalkPolicy& policy) {
  Walk result{rows, policy.setup.confidence, {}};
  calibrate::AssetRisk risk(policy.setup);
  std::vector<std::optional<calibrate::Published>> published(rows.size());
  const u32 warm_up = warm_up_of(daily.size(), policy.warm_up);
  for (std::size_t i = 0; i < daily.size(); ++i) {
    if (!risk.add(daily[i]) || risk.returns < warm_up) continue;
    if (!result.days.empty() && result.days.back().at == daily[i].at) {
      result.days.back().next_deviation = math::square_root(risk.slow.variance_per_day().value_or(0));
    }
    DayAhead ahead;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      calibrate::ScanPolicy scan = policy.scan;
      scan.model = rows[r].model;
      const auto targets = calibrate::scan_targets(risk, scan);
      if (!targets) break;
      const ScanTargets& t = targets.value();
      ahead.deviation = t.deviation;
      ahead.shortfalls.push_back(shortfall_of(t, rows[r].model, policy.setup.confidence));
      if (!rows[r].published) {
        ahead.ranges.push_back(calibrate::fraction_of(t.model));
        continue;
      }
      const calibrate::IndexMove move{risk.moves.latest, policy.publish.emergency_venues};
      const calibrate::Step step =
          calibrate::publish_step(published[r], t.target, move, daily[i].at, policy.publish);
      published[r] = step.next;
      ahead.ranges.push_back(step.next.value);
    }
    const bool is_last = i + 1 == daily.size();
    if (is_last || ahead.ranges.size() != rows.size() || daily[i + 1].at - daily[i].at != day) continue;
    ahead.at = daily[i + 1].at;
    if (ahead.at < policy.from || ahead.at > policy.to) continue;
    ahead.move = math::log(daily[i + 1].close) - math::log(daily[i].close);
    ahead.next_deviation = ahead.deviation;
    result.days.push_back(std::move(ahead));
  }
  return result;
}

}  // namespace lockstep::backtest
