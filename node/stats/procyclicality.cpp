// One pass for the cleaning, one a span of days with two indices that only go forward.
#include "node/stats/procyclicality.h"

#include <algorithm>
#include <vector>

#include "node/stats/state.h"

namespace lockstep::stats {
namespace {

double largest_rise(const std::vector<MarginPoint>& points, i64 days) {
  double largest = 0;
  bool any = false;
  std::size_t before = 0;  // the last point at or before `days` ago
  for (const MarginPoint& point : points) {
    const Time then = point.at - Duration::from_raw(days * day.raw());
    if (points[0].at > then) continue;
    while (points[before + 1].at <= then) ++before;
    const double rise = point.margin / points[before].margin - 1;
    largest = any ? std::max(largest, rise) : rise;
    any = true;
  }
  return largest;
}

}  // namespace

Procyclicality procyclicality(std::span<const MarginPoint> series) {
  Procyclicality result;
  std::vector<MarginPoint> points;
  for (const MarginPoint& point : series) {
    const bool usable = is_finite(point.margin) && point.margin > 0;
    if (!usable || (!points.empty() && point.at <= points.back().at)) {
      ++result.rejected;
    } else {
      points.push_back(point);
    }
  }
  result.points = points.size();
  if (points.empty()) return result;
  double low = points[0].margin, high = low, sum = 0;
  for (const MarginPoint& point : points) {
    low = std::min(low, point.margin);
    high = std::max(high, point.margin);
    sum += point.margin;
  }
  result.peak_to_trough = high / low;
  result.mean = sum / static_cast<double>(points.size());
  result.rise_1_day = largest_rise(points, 1);
  result.rise_5_days = largest_rise(points, 5);
  result.rise_30_days = largest_rise(points, 30);
  return result;
}

}  // namespace lockstep::stats
