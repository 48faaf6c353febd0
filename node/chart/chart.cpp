// Panels: where they lie, their axes, and each shape of a series.
#include "node/chart/chart.h"

#include <algorithm>
#include <limits>

#include "core/base/assert.h"
#include "node/chart/heat_map.h"
#include "node/chart/svg.h"
#include "node/chart/ticks.h"

namespace lockstep::chart {
namespace {

constexpr double page_width = 860, margin_left = 58, margin_right = 14, head = 40;
constexpr double panel_head = 22, panel_foot = 34, legend_row = 18;
constexpr double map_head = 18, map_foot = 12;  // its title, and air below

bool finite(double x) { return x > -1e15 && x < 1e15; }

bool has_base(Shape shape) { return shape == Shape::columns || shape == Shape::intervals; }

bool drawable(const Series& series, const Point& p) {
  return finite(p.x) && finite(p.y) && (!has_base(series.shape) || finite(p.base));
}

std::string class_of(char kind, const Series& series) { return kind + std::to_string(series.colour); }

// Where the plot lies, in pixels, and what its edges mean.
struct Plot {
  double left, top, width, height;
  Range x, y;
  bool empty;
  double at_x(double value) const { return left + width * ((value - x.low) / (x.high - x.low)); }
  double at_y(double value) const { return top + height * (1.0 - (value - y.low) / (y.high - y.low)); }
  bool inside_x(double value) const { return value >= x.low && value <= x.high; }
  double held_y(double value) const { return std::clamp(value, y.low, y.high); }
};

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // Never of no width; a little air on both sides if asked for.
  Range range(double air) const {
    if (!(low <= high)) return {0, 1};
    const double size = std::max(std::abs(low), std::abs(high));
    const double least = std::max(size * 1e-6, 1e-8);
    if (high - low < least) return {low - least, high + least};
    return {low - air * (high - low), high + air * (high - low)};
  }
};

Plot plot_of(const Panel& panel, double left, double top, double width, double height) {
  Extent x, y;
  for (const Series& series : panel.series) {
    for (const Point& p : series.points) {
      if (drawable(series, p)) x.add(p.x);
    }
  }
  const bool empty = !(x.low <= x.high);
  const Range across = panel.x_range.low < panel.x_range.high ? panel.x_range : x.range(0);
  for (const Series& series : panel.series) {
    for (const Point& p : series.points) {
      if (!drawable(series, p) || p.x < across.low || p.x > across.high) continue;
      y.add(p.y);
      if (has_base(series.shape)) y.add(p.base);
    }
  }
  const Range up = panel.y_range.low < panel.y_range.high ? panel.y_range : y.range(0.04);
  return {left, top, width, height, across, up, empty};
}

// The points of one unbroken run of a line.
class Polyline {
 public:
  Polyline(const Plot& plot, const Series& series) : plot_(plot), series_(series) {}

  void add(const Point& p) {
    const double x = plot_.at_x(p.x);
    const double y = plot_.at_y(plot_.held_y(p.y));
    if (series_.shape == Shape::steps) {
      if (count_ > 0 && y == last_y_) {
        held_to_ = x;
        return;
      }
      if (count_ > 0) keep(x, last_y_);
    }
    keep(x, y);
    held_to_ = x;
  }
  std::string finish() {
    if (count_ > 0 && held_to_ > last_x_) keep(held_to_, last_y_);
    flush();
    std::string result;
    if (count_ > 0) {
      const std::string dashed = series_.shape == Shape::dashed ? " dashed" : "";
      result = "<polyline class=\"line" + dashed + " " + class_of('s', series_) + "\" points=\"" + points_ +
               "\"/>\n";
    }
    points_.clear();
    count_ = 0;
    return result;
  }

 private:
  // Within one pixel of width: the first, the lowest and the highest, in the order in which they came.
  void keep(double x, double y) {
    if (count_ > 0 && static_cast<i64>(x) == static_cast<i64>(column_[0].x)) {
      if (y < column_[low_].y || y > column_[high_].y) column_.push_back({x, y});
      if (y < column_[low_].y) low_ = column_.size() - 1;
      if (y > column_[high_].y) high_ = column_.size() - 1;
    } else {
      flush();
      column_.push_back({x, y});
      low_ = high_ = 0;
    }
    count_ += 1;
    last_x_ = x;
    last_y_ = y;
  }
  void flush() {
    if (column_.empty()) return;
    write(column_[0]);
    const std::size_t first = std::min(low_, high_), second = std::max(low_, high_);
    if (first != 0) write(column_[first]);
    if (second != first) write(column_[second]);
    const Point end{last_x_, last_y_};
    if (column_.size() > 1 && (end.x != column_[second].x || end.y != column_[second].y)) write(end);
    column_.clear();
  }
  void write(const Point& at) {
    if (!points_.empty()) points_ += ' ';
    points_ += tenths(at.x) + "," + tenths(at.y);
  }

  const Plot& plot_;
  const Series& series_;
  std::vector<Point> column_;
  std::size_t low_ = 0, high_ = 0, count_ = 0;
  double last_x_ = 0, last_y_ = 0;
  double held_to_ = 0;  // the last point's x; of steps it may lie behind what was kept
  std::string points_;
};

std::string draw_line(const Plot& plot, const Series& series) {
  std::string out;
  Polyline run(plot, series);
  for (const Point& p : series.points) {
    if (drawable(series, p) && plot.inside_x(p.x)) {
      run.add(p);
    } else {
      out += run.finish();
    }
  }
  return out + run.finish();
}

std::string draw_intervals(const Plot& plot, const Series& series) {
  std::string pieces;
  for (const Point& p : series.points) {
    if (!drawable(series, p) || !plot.inside_x(p.x)) continue;
    pieces += upright_piece(plot.at_x(p.x), plot.at_y(plot.held_y(p.base)), plot.at_y(plot.held_y(p.y)));
  }
  return path(pieces, "thin " + class_of('s', series));
}

std::string draw_columns(const Plot& plot, const Series& series) {
  const double room = plot.width / static_cast<double>(std::max<std::size_t>(series.points.size(), 1));
  const double width = std::max(0.7 * room, 1.0);
  std::string out;
  for (const Point& p : series.points) {
    if (!drawable(series, p) || !plot.inside_x(p.x)) continue;
    const double x = plot.at_x(p.x);
    const double y = plot.at_y(plot.held_y(p.y));
    const double base = plot.at_y(plot.held_y(p.base));
    const double left = std::max(plot.left, x - 0.5 * width);
    const double right = std::min(plot.left + plot.width, x + 0.5 * width);
    out +=
        box(left, std::min(y, base), right - left, std::max(std::abs(y - base), 0.5), class_of('f', series));
  }
  return out;
}

std::string draw_dots(const Plot& plot, const Series& series) {
  std::string pieces;
  for (const Point& p : series.points) {
    const bool visible = drawable(series, p) && plot.inside_x(p.x) && p.y >= plot.y.low && p.y <= plot.y.high;
    if (visible) pieces += dot_piece(plot.at_x(p.x), plot.at_y(p.y));
  }
  return path(pieces, "dots " + class_of('s', series));
}

std::string draw_series(const Plot& plot, const Series& series) {
  LS_ASSERT(series.colour < colours_max);
  switch (series.shape) {
    case Shape::line:
    case Shape::dashed:
    case Shape::steps: return draw_line(plot, series);
    case Shape::dots: return draw_dots(plot, series);
    case Shape::columns: return draw_columns(plot, series);
    case Shape::intervals: return draw_intervals(plot, series);
  }
  return {};
}

std::vector<Tick> across_ticks(const Panel& panel, const Plot& plot) {
  const auto places = static_cast<std::size_t>(std::max(2.0, plot.width / 75.0));
  if (panel.x_names.empty()) {
    const bool time = panel.x_axis == XAxis::time;
    return time ? time_ticks(plot.x.low, plot.x.high, places) : number_ticks(plot.x.low, plot.x.high, places);
  }
  std::vector<Tick> ticks;
  for (const std::string& name : panel.x_names) {
    const double at = static_cast<double>(ticks.size() + 1);
    if (plot.inside_x(at)) ticks.push_back({at, name});
  }
  return ticks;
}

std::string draw_axes(const Panel& panel, const Plot& plot) {
  std::string out;
  const double bottom = plot.top + plot.height, right = plot.left + plot.width;
  const auto lines = static_cast<std::size_t>(std::max(2.0, plot.height / 32.0));
  const std::vector<Tick> up = number_ticks(plot.y.low, plot.y.high, lines);
  for (const Tick& tick : up) {
    const double y = plot.at_y(tick.at);
    const bool last = &tick == &up.back() && !panel.y_unit.empty();
    out += stroke(plot.left, y, right, y, "rule");
    out += text_at(plot.left - 6, y + 4, "end", "ink", last ? tick.text + " " + panel.y_unit : tick.text);
  }
  for (const Tick& tick : across_ticks(panel, plot)) {
    const double x = plot.at_x(tick.at);
    out += stroke(x, bottom, x, bottom + 4, "axis");
    const char* anchor = x > right - 12 ? "end" : (x < plot.left + 12 ? "start" : "middle");
    out += text_at(x, bottom + 15, anchor, "ink", tick.text);
  }
  out += stroke(plot.left, bottom, right, bottom, "axis");
  if (!panel.x_label.empty()) {
    out += text_at(plot.left + 0.5 * plot.width, bottom + 28, "middle", "ink", panel.x_label);
  }
  return out;
}

std::string draw_panel(const Panel& panel, double left, double top, double width, double height) {
  const Plot plot = plot_of(panel, left, top + panel_head, width, height);
  std::string out = text_at(left, top + 14, "start", "name", panel.title);
  if (plot.empty) {
    return out + text_at(left + 0.5 * width, plot.top + 0.5 * height, "middle", "ink", "no data");
  }
  out += draw_axes(panel, plot);
  for (const Series& series : panel.series) out += draw_series(plot, series);
  return out;
}

std::vector<const Series*> legend_of(const Page& page) {
  std::vector<const Series*> legend;
  for (const Panel& panel : page.panels) {
    for (const Series& series : panel.series) {
      const bool known = std::any_of(legend.begin(), legend.end(),
                                     [&](const Series* other) { return other->label == series.label; });
      if (!series.label.empty() && !known) legend.push_back(&series);
    }
  }
  return legend;
}

std::string legend_mark(const Series& series, double x, double y) {
  switch (series.shape) {
    case Shape::dots: return path(dot_piece(x + 10, y - 4), "dots " + class_of('s', series));
    case Shape::columns: return box(x + 4, y - 10, 12, 12, class_of('f', series));
    case Shape::intervals: return path(upright_piece(x + 10, y - 10, y + 2), "thin " + class_of('s', series));
    case Shape::dashed: return stroke(x, y - 4, x + 20, y - 4, "line dashed " + class_of('s', series));
    default: return stroke(x, y - 4, x + 20, y - 4, "line " + class_of('s', series));
  }
}

}  // namespace

std::string draw(const Page& page) {
  LS_ASSERT(page.columns >= 1 && page.columns <= 4 && page.panel_height >= 80 && page.panel_height <= 1000);
  const std::vector<const Series*> legend = legend_of(page);
  const std::size_t rows = (page.panels.size() + page.columns - 1) / page.columns;
  const double plot_height = page.panel_height;
  const double row_height = panel_head + plot_height + panel_foot;
  const double legend_top = head + static_cast<double>(rows) * row_height + 16;
  const std::size_t legend_rows = (legend.size() + 3) / 4;
  const double legend_end = legend_top + static_cast<double>(legend_rows) * legend_row;
  double height = legend_end;
  for (const HeatMap& map : page.maps) height += map_head + height_of(map) + map_foot;
  const double column_width = page_width / page.columns;
  std::string out = document_start(page_width, height, page.title, page.description);
  out += text_at(margin_left, 24, "start", "head", page.title);
  for (std::size_t i = 0; i < page.panels.size(); ++i) {
    const double left = static_cast<double>(i % page.columns) * column_width + margin_left;
    const double top = head + static_cast<double>(i / page.columns) * row_height;
    out += draw_panel(page.panels[i], left, top, column_width - margin_left - margin_right, plot_height);
  }
  for (std::size_t i = 0; i < legend.size(); ++i) {
    const double x = margin_left + static_cast<double>(i % 4) * ((page_width - margin_left) / 4.0);
    const double y = legend_top + static_cast<double>(i / 4) * legend_row;
    out += legend_mark(*legend[i], x, y) + text_at(x + 26, y, "start", "ink", legend[i]->label);
  }
  double top = legend_end;
  for (const HeatMap& map : page.maps) {
    out += text_at(margin_left, top + 14, "start", "name", map.title) + draw_cells(map, top + map_head);
    top += map_head + height_of(map) + map_foot;
  }
  return out + document_end();
}

}  // namespace lockstep::chart
