#include "node/backtest/judge.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/math/elementary.h"

namespace lockstep::backtest {
namespace {

// Breaches within the last and within the worst 250 days in a row.
void count_windows(const Walk& walk, const std::vector<bool>& breached, Judged& judged) {
  u64 count = 0;
  for (std::size_t i = 0; i < breached.size(); ++i) {
    count += breached[i] ? 1 : 0;
    if (i >= traffic_days) count -= breached[i - traffic_days] ? 1 : 0;
    if (count > judged.breaches_worst_250) {
      judged.breaches_worst_250 = count;
      judged.worst_250_end = walk.days[i].at;
    }
  }
  judged.breaches_last_250 = count;
}

}  // namespace

double Judged::expected() const { return static_cast<double>(both.observations) * (1 - confidence); }

stats::LikelihoodRatio Judged::kupiec() const {
  if (both.observations == 0) return {};
  return stats::kupiec(both.breaches, both.observations, 1 - confidence);
}
stats::LikelihoodRatio Judged::independence() const { return stats::christoffersen_independence(both); }
stats::LikelihoodRatio Judged::joint() const { return stats::christoffersen_joint(both, 1 - confidence); }

stats::Zone Judged::zone_last() const {
  return stats::traffic_light(breaches_last_250, traffic_days, 1 - confidence);
}
stats::Zone Judged::zone_worst() const {
  return stats::traffic_light(breaches_worst_250, traffic_days, 1 - confidence);
}

double Judged::acceptance() const {
  if (both.observations == 0) return 1;
  return stats::binomial_at_least(both.breaches, both.observations, 1 - confidence);
}

Judged judge(const Walk& walk, std::size_t row) {
  LS_ASSERT(row < walk.rows.size());
  Judged judged;
  judged.name = name_of(walk.rows[row]);
  judged.confidence = walk.confidence;
  std::vector<stats::MarginPoint> margins;
  std::vector<bool> breached;
  for (const DayAhead& ahead : walk.days) {
    const double range = ahead.ranges[row];
    const double covered = math::log(1 + range);
    const double size = math::absolute(ahead.move);
    const double before = judged.both.excess_max;
    const u64 breaches = judged.both.breaches;
    judged.both.add(size, covered);
    if (judged.both.excess_max > before) judged.worst_at = ahead.at;
    breached.push_back(judged.both.breaches != breaches);
    const double rise = math::exp(ahead.move) - 1;
    judged.longs.add(-rise, range);
    judged.shorts.add(rise, range);
    judged.shortfall.add(size, covered, covered * ahead.shortfalls[row]);
    margins.push_back({ahead.at - day, range});  // in force since the close before
    judged.least = margins.size() == 1 ? range : std::min(judged.least, range);
    judged.most = std::max(judged.most, range);
  }
  judged.cycle = stats::procyclicality(margins);
  count_windows(walk, breached, judged);
  return judged;
}

Exceedances exceedances(const std::vector<Close>& daily, const std::vector<double>& ranges) {
  Exceedances result;
  for (const double range : ranges) result.rows.push_back({range, 0, 0, 0, 0});
  std::vector<double> sizes;
  for (std::size_t i = 1; i < daily.size(); ++i) {
    const Close& before = daily[i - 1];
    const Close& now = daily[i];
    if (now.at - before.at != day) continue;
    const bool has_inside = now.low > 0 && now.high > 0;
    sizes.push_back(math::absolute(math::log(now.close) - math::log(before.close)));
    ++result.days;
    result.days_inside += has_inside ? 1 : 0;
    for (Exceedance& e : result.rows) {
      const double floor = before.close * (1 - e.range);
      const double ceiling = before.close * (1 + e.range);
      e.down += now.close < floor ? 1 : 0;
      e.up += now.close > ceiling ? 1 : 0;
      e.low += has_inside && now.low < floor ? 1 : 0;
      e.high += has_inside && now.high > ceiling ? 1 : 0;
    }
  }
  if (sizes.empty()) return result;
  std::sort(sizes.begin(), sizes.end());
  const auto at = [&](double alpha) {
    const std::size_t rank = static_cast<std::size_t>(alpha * static_cast<double>(sizes.size()) + 0.999999);
    return sizes[std::clamp<std::size_t>(rank, 1, sizes.size()) - 1];
  };
  result.quantile_99 = at(0.99);
  result.quantile_995 = at(0.995);
  return result;
}

}  // namespace lockstep::backtest
