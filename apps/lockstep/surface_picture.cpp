// The smiles of one moment: the spread of every quote that was used, the venue's marks, and the smile.
#include <algorithm>

#include "apps/lockstep/command_text.h"
#include "apps/lockstep/surface_report.h"
#include "core/math/elementary.h"
#include "node/chart/chart.h"
#include "node/feed/calendar.h"

namespace lockstep {
namespace {

constexpr std::size_t panels_max = 6;

chart::Panel panel_of(const surface::ExpiryFit& fit) {
  chart::Series spreads{.label = "bid to ask", .shape = chart::Shape::intervals, .colour = 6};
  chart::Series marks{.label = "venue's mark", .shape = chart::Shape::dots, .colour = 3};
  chart::Series smile{.label = "published smile", .shape = chart::Shape::line, .colour = 0};
  double low = 0, high = 0;
  for (const surface::Quote& q : fit.quotes) {
    spreads.points.push_back({q.k, 100.0 * q.ask, 100.0 * q.bid});
    low = std::min(low, q.k);
    high = std::max(high, q.k);
  }
  for (const surface::Mark& m : fit.marks) {
    if (m.delta >= surface_delta_min) marks.points.push_back({m.k, 100.0 * m.volatility});
    if (m.delta < surface_delta_min) continue;
    low = std::min(low, m.k);
    high = std::max(high, m.k);
  }
  const double air = 0.05 * (high - low);
  const Smile published = smile_of(fit.slice);
  for (int i = 0; i <= 160; ++i) {
    const double k = low - air + (high - low + 2.0 * air) * static_cast<double>(i) / 160.0;
    smile.points.push_back({k, 100.0 * volatility(published, fit.years, k)});
  }
  chart::Panel panel;
  panel.title = format_expiry(fit.expiry) + ", " + std::string(surface::rung_name(fit.rung)) + ", " +
                std::to_string(fit.strikes) + " strikes";
  panel.x_label = "ln(strike / forward)";
  panel.y_unit = "%";
  panel.series = {std::move(spreads), std::move(marks), std::move(smile)};
  return panel;
}

}  // namespace

std::string surface_picture(const SurfaceOptions& options, const SurfaceLine& line) {
  std::vector<const surface::ExpiryFit*> chosen;
  for (const surface::ExpiryFit& fit : line.surface.expiries) chosen.push_back(&fit);
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const auto* a, const auto* b) { return a->quotes.size() > b->quotes.size(); });
  if (chosen.size() > panels_max) chosen.resize(panels_max);
  std::sort(chosen.begin(), chosen.end(), [](const auto* a, const auto* b) { return a->expiry < b->expiry; });
  chart::Page page;
  page.title = line.coin + " options at " + format_time(line.surface.at) + " UTC";
  page.description =
      "Made by: " +
      command_text("surface", {{"--coin", line.coin},
                               {"--from", options.from},
                               {"--to", options.to},
                               {"--limit", options.limit == 0 ? "" : std::to_string(options.limit)},
                               {"--at", options.at}}) +
      " --svg FILE. The expiries with the most quotes.";
  page.columns = 2;
  for (const surface::ExpiryFit* fit : chosen) page.panels.push_back(panel_of(*fit));
  return chart::draw(page);
}

}  // namespace lockstep
