// A walk as a picture.  For each underlying its price, and below on the same axis the range that was
// published, the target that it follows and the moves of the days that came, so that one sees what the range
// was for and whether it held; at the foot how the underlyings move together.
#include <algorithm>
#include <cmath>
#include <map>

#include "apps/lockstep/calibrate_report.h"
#include "apps/lockstep/command_text.h"
#include "apps/lockstep/terminal.h"
#include "node/chart/chart.h"
#include "node/feed/calendar.h"

namespace lockstep {
namespace {

using calibrate::History;
using calibrate::HistoryPoint;

constexpr std::size_t slices = 130;      // of a walk, each drawn by its extremes
constexpr std::size_t assets_most = 16;  // in the map
constexpr u8 colour_price = 0, colour_range = 1, colour_target = 2, colour_beyond = 4, colour_urgent = 5,
             colour_move = 6;

double seconds(Time at) { return static_cast<double>(at.raw() / second.raw()); }
std::string count(u64 n) { return grouped_decimal(i128{n}, 0); }
std::string many(u64 n, const std::string& what) { return count(n) + " " + what + (n == 1 ? "" : "s"); }

// Points of a history that one mark stands for.
std::size_t slice_of(const History& history) {
  return std::max<std::size_t>((history.points.size() + slices - 1) / slices, 1);
}

// The lowest and the highest of each slice, in their order.
std::vector<chart::Point> extremes(const std::vector<chart::Point>& points, std::size_t slice) {
  std::vector<chart::Point> out;
  for (std::size_t from = 0; from < points.size(); from += slice) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = points.begin() + static_cast<std::ptrdiff_t>(std::min(from + slice, points.size()));
    const auto [low, high] = std::minmax_element(
        begin, end, [](const chart::Point& a, const chart::Point& b) { return a.y < b.y; });
    out.push_back(*std::min(low, high));
    if (low != high) out.push_back(*std::max(low, high));
  }
  return out;
}

// Hours without a value are gaps.
template <typename Value>
std::vector<chart::Point> line_of(const History& history, Value value) {
  std::vector<chart::Point> line;
  for (const HistoryPoint& point : history.points)
    line.push_back({seconds(point.at), value(point).value_or(std::nan(""))});
  // A comparison with what is no number says nothing, so extremes are taken of the runs between gaps.
  std::vector<chart::Point> out, run;
  const std::size_t slice = slice_of(history);
  const auto flush = [&] {
    const std::vector<chart::Point> drawn = extremes(run, slice);
    out.insert(out.end(), drawn.begin(), drawn.end());
    run.clear();
  };
  for (const chart::Point& point : line) {
    if (!std::isnan(point.y)) {
      run.push_back(point);
      continue;
    }
    flush();
    if (!out.empty() && !std::isnan(out.back().y)) out.push_back(point);
  }
  flush();
  return out;
}

chart::Range span_of(const History& history) {
  return {seconds(history.points.front().at), seconds(history.points.back().at)};
}

chart::Panel price_panel(const History& history) {
  chart::Panel panel;
  panel.title = history.base + ", dollars";
  panel.x_axis = chart::XAxis::time;
  panel.x_range = span_of(history);
  panel.series.push_back({"price", chart::Shape::line, colour_price,
                          line_of(history, [](const HistoryPoint& p) { return p.price; })});
  return panel;
}

// Of each slice the move that came closest to the range, or went furthest beyond it.
struct Moves {
  chart::Series inside{"move of the next 24 hours", chart::Shape::dots, colour_move, {}};
  chart::Series beyond{"beyond the range", chart::Shape::dots, colour_beyond, {}};
  u64 known = 0, exceeded = 0;  // hours
};

Moves moves_of(const History& history) {
  Moves out;
  const std::vector<std::optional<double>> moves = calibrate::moves_of_next_day(history);
  const std::size_t slice = slice_of(history);
  for (std::size_t from = 0; from < moves.size(); from += slice) {
    std::size_t worst = moves.size();
    for (std::size_t i = from; i < std::min(from + slice, moves.size()); ++i) {
      if (!moves[i]) continue;
      const double range = history.points[i].range;
      out.known += 1;
      out.exceeded += *moves[i] > range ? 1 : 0;
      if (worst == moves.size() || *moves[i] * history.points[worst].range > *moves[worst] * range) worst = i;
    }
    if (worst == moves.size()) continue;
    const HistoryPoint& point = history.points[worst];
    chart::Series& series = *moves[worst] > point.range ? out.beyond : out.inside;
    series.points.push_back({seconds(point.at), 100 * *moves[worst]});
  }
  return out;
}

chart::Panel range_panel(const History& history) {
  chart::Series range{"published range", chart::Shape::steps, colour_range, {}};
  chart::Series urgent{"urgently published", chart::Shape::dots, colour_urgent, {}};
  u64 changes = 0;
  for (std::size_t i = 0; i < history.points.size(); ++i) {
    const HistoryPoint& point = history.points[i];
    range.points.push_back({seconds(point.at), 100 * point.range});
    changes += i > 0 && point.range != history.points[i - 1].range ? 1 : 0;
    // What is published in an hour is in force from the next on.
    const HistoryPoint& next = history.points[std::min(i + 1, history.points.size() - 1)];
    if (point.urgent) urgent.points.push_back({seconds(next.at), 100 * next.range});
  }
  const auto target = [](const HistoryPoint& p) {
    return p.target ? std::optional<double>(100 * *p.target) : std::nullopt;
  };
  Moves moves = moves_of(history);
  chart::Panel panel;
  panel.title = history.base + " scan range: " + many(changes, "change") + ", " +
                count(urgent.points.size()) + " urgent; " + count(moves.exceeded) + " of " +
                count(moves.known) + " moves beyond";
  panel.x_axis = chart::XAxis::time;
  panel.x_range = span_of(history);
  panel.y_unit = "%";
  panel.series = {std::move(moves.inside),
                  std::move(moves.beyond),
                  {"target", chart::Shape::line, colour_target, line_of(history, target)},
                  std::move(range),
                  std::move(urgent)};
  return panel;
}

// Pairs in rows of `columns`: the prices of a row of underlyings, then their ranges.
void add_panels(const std::vector<const History*>& histories, chart::Page& page) {
  for (std::size_t from = 0; from < histories.size(); from += page.columns) {
    const std::size_t to = std::min(from + page.columns, histories.size());
    for (std::size_t i = from; i < to; ++i) page.panels.push_back(price_panel(*histories[i]));
    for (std::size_t i = from; i < to; ++i) page.panels.push_back(range_panel(*histories[i]));
  }
}

// The underlyings with the largest volume that are correlated with any other, by name.
std::vector<std::string> assets_of(const calibrate::Estimates& estimates) {
  std::vector<const calibrate::AssetEstimates*> known;
  for (const calibrate::AssetEstimates& asset : estimates.assets) {
    const bool any = std::any_of(estimates.pairs.begin(), estimates.pairs.end(), [&](const auto& pair) {
      return pair.correlation && (pair.base == asset.base || pair.other == asset.base);
    });
    if (any) known.push_back(&asset);
  }
  std::stable_sort(known.begin(), known.end(), [](const auto* a, const auto* b) {
    return (a->volume ? a->volume->value : 0.0) > (b->volume ? b->volume->value : 0.0);
  });
  if (known.size() > assets_most) known.resize(assets_most);
  std::vector<std::string> names;
  for (const calibrate::AssetEstimates* asset : known) names.push_back(asset->base);
  std::sort(names.begin(), names.end());
  return names;
}

// The half below the diagonal: the other says the same.
std::optional<chart::HeatMap> correlations(const calibrate::Estimates& estimates) {
  const std::vector<std::string> names = assets_of(estimates);
  if (names.size() < 2) return std::nullopt;
  std::map<std::pair<std::string, std::string>, double> values;
  for (const calibrate::PairEstimates& pair : estimates.pairs) {
    if (pair.correlation) values[std::minmax(pair.base, pair.other)] = pair.correlation->value;
  }
  chart::HeatMap map;
  map.title = "Correlation of daily returns at " + format_time(estimates.at).substr(0, 16) + " UTC";
  map.columns.assign(names.begin(), names.end() - 1);
  map.rows.assign(names.begin() + 1, names.end());
  for (const std::string& row : map.rows) {
    for (const std::string& column : map.columns) {
      const auto found = values.find({column, row});
      map.cells.push_back(column < row && found != values.end() ? found->second : std::nan(""));
    }
  }
  return map;
}

}  // namespace

std::string calibrate_picture(const CalibrateOptions& options, const calibrate::WalkReport& walk) {
  std::vector<const History*> histories;
  std::size_t slice = 0;
  for (const History& history : walk.histories) {
    if (history.points.size() < 2) continue;
    histories.push_back(&history);
    slice = std::max(slice, slice_of(history));
  }
  chart::Page page;
  page.title = "Parameters from the market, " + format_time(walk.from).substr(0, 10) + " to " +
               format_time(walk.to).substr(0, 10);
  page.description =
      "Made by: " + command_text("calibrate", {{"--from", options.from}, {"--to", options.to}}) +
      " --svg FILE. " + count(walk.counts.hours) + " hours and " + count(walk.counts.chains) +
      " option chains, evaluated " + count(walk.counts.evaluations) + " times; published " +
      count(walk.counts.published) + " times.";
  if (slice > 1) {
    page.description +=
        " One dot stands for " + count(slice) + " moves: the one that came closest to the range.";
  }
  page.columns = histories.size() % 2 == 0 ? 2 : 1;
  page.panel_height = 150;
  add_panels(histories, page);
  if (std::optional<chart::HeatMap> map = correlations(walk.estimates)) page.maps.push_back(std::move(*map));
  return chart::draw(page);
}

}  // namespace lockstep
