// What `lockstep surface` found, as text, as JSON and as a picture.
#pragma once

#include <string>
#include <vector>

#include "apps/lockstep/options_surface.h"
#include "node/surface/measure.h"

namespace lockstep {

// Marks whose out-of-the-money option has less delta, in size, are not compared.
constexpr double surface_delta_min = 0.01;

// One chain at one moment.
struct SurfaceLine {
  std::string coin;
  surface::Surface surface;
  i64 cpu_us = 0;
};

struct SurfaceTotals {
  std::string coin;
  surface::Totals totals;
  i64 cpu_us = 0;      // of all surfaces
  i64 cpu_us_max = 0;  // of the slowest
};

std::string surface_line_text(const SurfaceLine& line);
std::string surface_line_json(const SurfaceLine& line);
std::string surface_totals_text(const SurfaceTotals& totals);
std::string surface_totals_json(const SurfaceTotals& totals);

// Up to six smiles with the most quotes, in order of time: volatility against ln(strike / forward).
std::string surface_picture(const SurfaceOptions& options, const SurfaceLine& line);

}  // namespace lockstep
