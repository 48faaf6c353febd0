// A heat map as a part of a page: columns' names and cells, without its title.
#pragma once

#include <string>

#include "node/chart/chart.h"

namespace lockstep::chart {

double height_of(const HeatMap& map);

// From `above` down, over the width of a page.
std::string draw_cells(const HeatMap& map, double above);

}  // namespace lockstep::chart
