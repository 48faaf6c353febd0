// Heat maps: how strong a cell's colour is says the size, which of the two colours says the sign.
#include "node/chart/heat_map.h"

#include <algorithm>

#include "core/base/assert.h"
#include "node/chart/svg.h"
#include "node/chart/ticks.h"

namespace lockstep::chart {
namespace {

constexpr double width = 860, left = 110, right = 846, head = 34;

double cell_width_of(const HeatMap& map) { return (right - left) / static_cast<double>(map.columns.size()); }
double cell_height_of(const HeatMap& map) { return std::clamp(cell_width_of(map) * 0.6, 18.0, 36.0); }

// The ground shows through, so that the picture suits a light and a dark scheme.
std::string cell(double x, double y, double cell_width, double cell_height, double share) {
  const char* style = share < 0 ? "f1" : "f0";
  const double strength = std::min(share < 0 ? -share : share, 1.0);
  const std::string across = tenths(cell_width);
  return "<path class=\"" + std::string(style) + "\" fill-opacity=\"" + number_text(0.75 * strength, 2) +
         "\" d=\"M" + tenths(x) + " " + tenths(y) + "h" + across + "v" + tenths(cell_height) + "h-" + across +
         "z\"/>\n";
}

// Within a group that says how.
std::string figure(double x, double y, const std::string& text) {
  return "<text x=\"" + tenths(x) + "\" y=\"" + tenths(y) + "\">" + text + "</text>\n";
}

}  // namespace

double height_of(const HeatMap& map) {
  return head + cell_height_of(map) * static_cast<double>(map.rows.size());
}

std::string draw_cells(const HeatMap& map, double above) {
  LS_ASSERT(!map.rows.empty() && !map.columns.empty() && map.most > 0);
  LS_ASSERT(map.cells.size() == map.rows.size() * map.columns.size());
  const double cell_width = cell_width_of(map), cell_height = cell_height_of(map);
  const double top = above + head;
  std::string out, figures;
  for (std::size_t j = 0; j < map.columns.size(); ++j) {
    const double middle = left + cell_width * (static_cast<double>(j) + 0.5);
    out += text_at(middle, top - 8, "middle", "ink", map.columns[j]);
  }
  for (std::size_t i = 0; i < map.rows.size(); ++i) {
    const double y = top + cell_height * static_cast<double>(i);
    out += text_at(left - 8, y + 0.5 * cell_height + 4, "end", "ink", map.rows[i]);
    for (std::size_t j = 0; j < map.columns.size(); ++j) {
      const double value = map.cells[i * map.columns.size() + j];
      if (!(value > -1e15 && value < 1e15)) continue;
      const double x = left + cell_width * static_cast<double>(j);
      out += cell(x, y, cell_width - 1, cell_height - 1, value / map.most);
      figures += figure(x + 0.5 * cell_width, y + 0.5 * cell_height + 4, number_text(value, map.decimals));
    }
  }
  return out + "<g class=\"name\" text-anchor=\"middle\">\n" + figures + "</g>\n";
}

std::string draw(const HeatMap& map) {
  constexpr double title = 28;
  std::string out = document_start(width, title + height_of(map) + 14, map.title, {});
  return out + text_at(14, 24, "start", "head", map.title) + draw_cells(map, title) + document_end();
}

}  // namespace lockstep::chart
