// Plain pictures of measured figures, as SVG text: panels of lines over numbers or over time, and heat maps.
//
// A report is read beside its picture, by people and by tests, so a picture is shapes and text only: no font,
// script or image of its own, colours that follow the reader's light or dark scheme, the same bytes for the
// same figures on every machine.  Axes carry round ticks (1, 2 or 5 times a power of ten; whole minutes,
// hours, days, months or years, UTC).  However many points a line has, at most four are drawn per pixel of
// width (its first, lowest, highest and last there), and the dots of a series are one path, so no spike is
// lost and files stay small.
//
// A value that is not finite, or of a size of 1e15 or more, is a gap: it breaks a line and is left out
// elsewhere.  A panel without a single point to draw says so.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/int.h"

namespace lockstep::chart {

constexpr std::size_t colours_max = 8;

enum class Shape : u8 {
  line,       // straight from point to point
  dashed,     // the same, dashed
  steps,      // the value holds until the next point's x
  dots,       //
  columns,    // a filled bar from `base` to y, one a point
  intervals,  // an upright stroke from `base` to y, one a point: the two sides of a quote, a range
};

struct Point {
  double x = 0;
  double y = 0;
  double base = 0;  // columns and intervals only
};

struct Series {
  std::string label{};  // in the legend, once a page; empty: not there
  Shape shape = Shape::line;
  u8 colour = 0;  // below colours_max; series of one label should have one colour and shape
  std::vector<Point> points{};
};

enum class XAxis : u8 {
  number,
  time,  // x is seconds since 1970-01-01 00:00 UTC
};

// low < high: the axis shows exactly this part, points outside are cut off.  Otherwise it follows the data.
struct Range {
  double low = 0;
  double high = 0;
};

struct Panel {
  std::string title{};
  XAxis x_axis = XAxis::number;
  std::vector<std::string> x_names{};  // of the places 1, 2, ..., instead of ticks; empty: ticks
  std::string x_label{};
  Range x_range{};
  Range y_range{};
  std::string y_unit{};  // behind the uppermost tick, e.g. "%"
  std::vector<Series> series{};
};

// A matrix of values as coloured cells, each with its number.  From 0 up the cells turn to one colour, from 0
// down to another, both strongest at `most` in size.
struct HeatMap {
  std::string title{};
  std::vector<std::string> columns{};
  std::vector<std::string> rows{};
  std::vector<double> cells{};  // row by row; not finite: an empty cell
  double most = 1;              // > 0
  int decimals = 2;             // 0 to 9, of the numbers in the cells
};

// cells has rows times columns values, both at least 1.
std::string draw(const HeatMap& map);

// Panels in rows of `columns`, one legend under all, and the maps below.
struct Page {
  std::string title{};
  std::string description{};  // for who cannot see it, and how it was made; not drawn
  u32 columns = 1;            // 1 to 4
  u32 panel_height = 200;     // pixels, 80 to 1000, title and ticks not counted
  std::vector<Panel> panels{};
  std::vector<HeatMap> maps{};
};

std::string draw(const Page& page);

}  // namespace lockstep::chart
