// The report of `lockstep backtest` as a picture: a panel an asset with the moves of all days, the range that
// was in force and the days that went beyond it; at the foot the breaches of every model and asset.
#include <algorithm>
#include <cmath>

#include "apps/lockstep/backtest_report.h"
#include "apps/lockstep/command_text.h"
#include "core/math/elementary.h"
#include "node/chart/chart.h"

namespace lockstep {
namespace {

using backtest::Row;

constexpr std::size_t slices = 300;  // of the days, each drawn by its largest move
constexpr double most_shown = 60;    // per cent; what is beyond is drawn at the edge
constexpr u8 colour_move = 0, colour_range = 1, colour_breach = 4, colour_other = 2, colour_expected = 6;

double seconds(Time at) { return static_cast<double>(at.raw() / second.raw()); }
double shown(double fraction) { return std::min(100 * fraction, most_shown); }

std::size_t row_of(const backtest::Walk& walk, const Row& row) {
  return static_cast<std::size_t>(std::find(walk.rows.begin(), walk.rows.end(), row) - walk.rows.begin());
}

// Of `slice` days the one whose move was the largest; days with a breach are drawn apart.
chart::Panel asset_panel(const BacktestAsset& asset, calibrate::ScanModel model, std::size_t slice) {
  const backtest::Walk& walk = asset.tables.front().walk;
  const Row ours{model, true};
  const std::size_t published = row_of(walk, ours),
                    filtered = row_of(walk, {calibrate::ScanModel::filtered, false});
  const std::string largest =
      slice == 1 ? "move of the day, either way" : "largest move in " + std::to_string(slice) + " days";
  chart::Series moves{largest, chart::Shape::dots, colour_move, {}};
  chart::Series fhs{"FHS as it is", chart::Shape::line, colour_other, {}};
  chart::Series range{"range in force", chart::Shape::steps, colour_range, {}};
  chart::Series breaches{"breach", chart::Shape::dots, colour_breach, {}};
  double most = 0;  // of the slice, without breaches
  for (std::size_t i = 0; i < walk.days.size(); ++i) {
    const backtest::DayAhead& ahead = walk.days[i];
    const double x = seconds(ahead.at);
    const double move = math::absolute(math::exp(ahead.move) - 1);
    const double in_force = ahead.ranges[published];
    if (i % slice == 0) {
      most = -1;
      fhs.points.push_back({x, shown(ahead.ranges[filtered])});
    }
    range.points.push_back({x, shown(in_force)});
    if (move > in_force) {
      breaches.points.push_back({x, shown(move)});
    } else if (move > most) {
      if (most < 0) moves.points.emplace_back();
      moves.points.back() = {x, shown(move)};
      most = move;
    }
  }
  chart::Panel panel;
  panel.title = asset.daily.base + ", " + backtest::name_of(ours) + ": " +
                std::to_string(breaches.points.size()) + " breaches in " + std::to_string(walk.days.size()) +
                " days";
  panel.x_axis = chart::XAxis::time;
  panel.y_range = {0, most_shown};
  panel.y_unit = "%";
  panel.series = {std::move(moves), std::move(fhs), std::move(range), std::move(breaches)};
  return panel;
}

// One group of columns an asset, one column a model as it is.  A column is as wide as its series has points,
// so every series has one a slot, of which only its own are drawn.
chart::Panel coverage_panel(const BacktestReport& report) {
  constexpr double slots = std::size(calibrate::scan_models) + 1;
  chart::Panel panel;
  panel.title = "Breaches over those expected at 99 %, both sides, models as they are";
  for (const BacktestAsset& asset : report.assets) panel.x_names.push_back(asset.daily.base);
  panel.x_range = {0.5, static_cast<double>(report.assets.size()) + 0.5};
  panel.series.push_back({"as expected",
                          chart::Shape::dashed,
                          colour_expected,
                          {{panel.x_range.low, 1}, {panel.x_range.high, 1}}});
  u8 colour = 0;
  for (const calibrate::ScanModel model : calibrate::scan_models) {
    chart::Series series{std::string(calibrate::text_of(model)), chart::Shape::columns, colour, {}};
    for (std::size_t i = 0; i < report.assets.size(); ++i) {
      const BacktestTable& table = report.assets[i].tables.front();
      const backtest::Judged& row = table.rows[row_of(table.walk, {model, false})];
      const double ratio = row.expected() > 0 ? static_cast<double>(row.both.breaches) / row.expected() : 0;
      const double x = static_cast<double>(i + 1) + (colour - (slots - 2) / 2) / slots;
      series.points.push_back({x, ratio, 0});
      series.points.resize(series.points.size() + static_cast<std::size_t>(slots) - 1, {x, std::nan(""), 0});
    }
    panel.series.push_back(std::move(series));
    ++colour;
  }
  return panel;
}

}  // namespace

std::string backtest_picture(const BacktestOptions& options, const BacktestReport& report) {
  std::size_t days = 0;
  for (const BacktestAsset& asset : report.assets)
    days = std::max(days, asset.tables.front().walk.days.size());
  const std::size_t slice = std::max<std::size_t>((days + slices - 1) / slices, 1);
  std::vector<std::pair<std::string, std::string>> given;
  for (const std::string& asset : options.assets) given.emplace_back("--asset", asset);
  given.insert(given.end(), {{"--from", options.from}, {"--to", options.to}, {"--policy", options.policy}});
  chart::Page page;
  page.title = "Would the scan range have covered what happened?";
  page.description = "Made by: " + command_text("backtest", given) + " --svg FILE.";
  page.panel_height = 170;
  for (const BacktestAsset& asset : report.assets) {
    page.panels.push_back(asset_panel(asset, report.model, slice));
  }
  page.panels.push_back(coverage_panel(report));
  return chart::draw(page);
}

}  // namespace lockstep
