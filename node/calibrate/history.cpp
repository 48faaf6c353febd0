#include "node/calibrate/history.h"

#include <algorithm>
#include <cmath>

#include "core/base/assert.h"

namespace lockstep::calibrate {
namespace {

bool kept(const History& history, Time at) { return at.raw() % history.step.raw() == 0; }

// A point that goes leaves its mark on the one that stays before it.
void thin(History& history) {
  history.step = Duration::from_raw(2 * history.step.raw());
  std::vector<HistoryPoint> stay;
  stay.reserve(History::points_max);
  for (const HistoryPoint& point : history.points) {
    if (kept(history, point.at)) {
      stay.push_back(point);
    } else if (!stay.empty()) {
      stay.back().urgent = stay.back().urgent || point.urgent;
    }
  }
  history.points = std::move(stay);
}

}  // namespace

void add_point(History& history, const HistoryPoint& point) {
  std::vector<HistoryPoint>& points = history.points;
  LS_ASSERT(points.empty() || points.back().at < point.at);
  if (!kept(history, point.at)) {
    if (!points.empty()) points.back().urgent = points.back().urgent || point.urgent;
    return;
  }
  points.push_back(point);
  if (points.size() == History::points_max) thin(history);
}

std::vector<std::optional<double>> moves_of_next_day(const History& history) {
  std::vector<std::optional<double>> moves(history.points.size());
  std::size_t later = 0;
  for (std::size_t i = 0; i < history.points.size(); ++i) {
    const HistoryPoint& point = history.points[i];
    const Time next = point.at + day;
    while (later < history.points.size() && history.points[later].at < next) ++later;
    if (later == history.points.size()) break;
    const HistoryPoint& then = history.points[later];
    if (then.at == next && point.price && then.price) moves[i] = std::abs(*then.price / *point.price - 1.0);
  }
  return moves;
}

}  // namespace lockstep::calibrate
