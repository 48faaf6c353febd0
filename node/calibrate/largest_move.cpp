// Windows by the usual queue of candidates: a value that a later one beats is dropped, so the first of the
// queue is the extreme of the window.
#include "node/calibrate/largest_move.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/math/elementary.h"

namespace lockstep::calibrate {
namespace {

using Point = LargestMove::Point;

// Drops what is older than `oldest` and what `point` beats, then appends it.
template <class Beats>
void push(std::deque<Point>& queue, Point point, Time oldest, Beats beats) {
  while (!queue.empty() && queue.front().at < oldest) queue.pop_front();
  while (!queue.empty() && beats(point.value, queue.back().value)) queue.pop_back();
  queue.push_back(point);
}

bool above(double a, double b) { return a >= b; }
bool below(double a, double b) { return a <= b; }

void write_queue(Writer& writer, const std::deque<Point>& queue) {
  writer.integer(static_cast<u32>(queue.size()));
  for (const Point& point : queue) {
    writer.integer(point.at.raw());
    stats::write_number(writer, point.value);
  }
}

// In order of time, each beaten by the one before it.
template <class Beats>
void read_queue(Reader& reader, std::deque<Point>& queue, Beats beats) {
  queue.clear();
  const u32 size = reader.integer<u32>();
  for (u32 i = 0; i < size && !reader.failed(); ++i) {
    const Time at = Time::from_raw(reader.integer<i64>());
    const double value = stats::read_number(reader, -1e4, 1e4);
    const bool follows = queue.empty() || (at > queue.back().at && !beats(value, queue.back().value));
    if (!follows) reader.fail();
    queue.push_back({at, value});
  }
}

}  // namespace

void LargestMove::add(const Close& bar) {
  LS_ASSERT(bar.close >= 0x1p-1000 && stats::is_finite(bar.close));
  LS_ASSERT(highs.empty() || bar.at > highs.back().at);
  const bool first = highs.empty();
  const double high = math::log(bar.high > 0 ? bar.high : bar.close);
  const double low = math::log(bar.low > 0 ? bar.low : bar.close);
  push(highs, {bar.at, high}, bar.at - window, above);
  push(lows, {bar.at, low}, bar.at - window, below);
  latest = std::max(high - lows.front().value, highs.front().value - low);
  if (!first) push(moves, {bar.at, latest}, bar.at - memory, above);
}

std::optional<double> LargestMove::largest() const {
  if (moves.empty()) return std::nullopt;
  return moves.front().value;
}

void LargestMove::write(Writer& writer) const {
  writer.integer(window.raw());
  write_queue(writer, highs);
  write_queue(writer, lows);
  write_queue(writer, moves);
  stats::write_number(writer, latest);
}

void LargestMove::read(Reader& reader) {
  window = Duration::from_raw(reader.integer<i64>());
  read_queue(reader, highs, above);
  read_queue(reader, lows, below);
  read_queue(reader, moves, above);
  latest = stats::read_not_negative(reader);
  if (window.raw() <= 0) reader.fail();
}

}  // namespace lockstep::calibrate
