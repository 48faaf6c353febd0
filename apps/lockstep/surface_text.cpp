// Volatilities and distances in points (0.01), with two decimals for the eye and four in JSON.
#include "apps/lockstep/surface_report.h"
#include "apps/lockstep/terminal.h"
#include "core/pricing/convert.h"
#include "node/feed/calendar.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

using surface::MarkDistance;
using surface::Spread;
using surface::Totals;

std::string fixed(double value, int decimals) {
  return to_decimal(to_units(value, static_cast<i64>(pow10(decimals))), decimals, decimals);
}
std::string points(double volatility) { return fixed(100.0 * volatility, 2); }
std::string points_exact(double volatility) { return fixed(100.0 * volatility, 4); }

std::string percent(u64 part, u64 all) {
  return all == 0 ? "-" : fixed(100.0 * static_cast<double>(part) / static_cast<double>(all), 1) + " %";
}

struct Distances {
  std::vector<double> fitted, interpolated;
};

// Of the strikes between the outermost quoted ones.
Distances quoted_distances(const surface::Surface& surface) {
  Distances result;
  for (const MarkDistance& d : surface::distances(surface, surface_delta_min)) {
    if (!d.quoted) continue;
    result.fitted.push_back(d.distance);
    result.interpolated.push_back(d.interpolated);
  }
  return result;
}

std::string rungs_text(const std::array<u64, surface::rungs>& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(surface::rung_name(static_cast<surface::Rung>(i))) +
            " " + std::to_string(counts[i]);
  }
  return text;
}

std::array<u64, surface::rungs> rungs_of(const surface::Surface& surface) {
  std::array<u64, surface::rungs> counts{};
  for (const surface::ExpiryFit& fit : surface.expiries) ++counts[static_cast<std::size_t>(fit.rung)];
  return counts;
}

std::string arbitrage_text(const surface::Surface& surface) {
  const std::optional<surface::Arbitrage> found = surface::arbitrage_of(surface.expiries);
  if (!found) return "no arbitrage";
  return std::string(found->calendar ? "CALENDAR" : "BUTTERFLY") + " ARBITRAGE at " +
         format_expiry(found->expiry);
}

void add_spread(Json& json, std::string_view name, const Spread& spread) {
  json.key(name).begin_object().field("count", spread.count);
  json.field("median", points_exact(spread.median)).field("p95", points_exact(spread.most));
  json.field("worst", points_exact(spread.worst)).end_object();
}

std::vector<double> joined(const std::array<std::vector<double>, surface::buckets>& by_bucket) {
  std::vector<double> all;
  for (const std::vector<double>& values : by_bucket) all.insert(all.end(), values.begin(), values.end());
  return all;
}

void add_row(Table& table, const std::string& name, const std::vector<double>& fitted,
             const std::vector<double>& interpolated) {
  const Spread fit = surface::spread_of(fitted), line = surface::spread_of(interpolated);
  table.row({name, std::to_string(fit.count), points(fit.median), points(fit.most), points(fit.worst),
             points(line.median), points(line.most), points(line.worst)});
}

std::string distance_table(const Totals& totals) {
  Table table({false, true, true, true, true, true, true, true});
  table.row({"to expiry", "marks", "smile: median", "95 %", "worst", "neighbours: median", "95 %", "worst"});
  for (std::size_t i = 0; i < surface::buckets; ++i) {
    add_row(table, std::string(surface::bucket_name(i)), totals.fitted[i], totals.interpolated[i]);
  }
  add_row(table, "all quoted", joined(totals.fitted), joined(totals.interpolated));
  add_row(table, "beyond quotes", joined(totals.outer_fitted), joined(totals.outer_interpolated));
  return table.str("  ");
}

template <std::size_t n, class Name>
std::string counted(const std::array<u64, n>& counts, std::size_t from, Name name) {
  std::string text;
  for (std::size_t i = from; i < n; ++i) {
    if (counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(name(i)) + " " + grouped_decimal(counts[i], 0);
  }
  return text.empty() ? "none" : text;
}

std::string drop_at(std::size_t i) { return std::string(surface::drop_name(static_cast<surface::Drop>(i))); }
std::string source_at(std::size_t i) {
  return std::string(surface::forward_source_name(static_cast<surface::ForwardSource>(i)));
}
std::string flag_at(std::size_t i) { return std::string(surface::flag_name(i)); }

}  // namespace

std::string surface_line_text(const SurfaceLine& line) {
  const Distances all = quoted_distances(line.surface);
  const Spread fit = surface::spread_of(all.fitted), neighbours = surface::spread_of(all.interpolated);
  return format_time(line.surface.at) + "  " + line.coin + "  " +
         std::to_string(line.surface.expiries.size()) + " expiries (" + rungs_text(rungs_of(line.surface)) +
         ")  " + arbitrage_text(line.surface) + "  points from marks: median " + points(fit.median) +
         ", 95 % " + points(fit.most) + ", worst " + points(fit.worst) + " (neighbours " +
         points(neighbours.median) + ", " + points(neighbours.most) + ", " + points(neighbours.worst) + ")";
}

std::string surface_line_json(const SurfaceLine& line) {
  Json json;
  json.begin_object().field("at", format_time(line.surface.at)).field("coin", line.coin);
  json.field("arbitrage", surface::arbitrage_of(line.surface.expiries).has_value());
  const Distances all = quoted_distances(line.surface);
  add_spread(json, "smile", surface::spread_of(all.fitted));
  add_spread(json, "neighbours", surface::spread_of(all.interpolated));
  json.key("expiries").begin_array();
  for (const surface::ExpiryFit& fit : line.surface.expiries) {
    json.begin_object().field("expiry", format_expiry(fit.expiry));
    json.field("forward", fixed(fit.forward.price, 4));
    json.field("forward_source", surface::forward_source_name(fit.forward.source));
    json.field("rung", surface::rung_name(fit.rung)).field("strikes", fit.strikes);
    json.field("scan_multiplier", fixed(surface::scan_multiplier(fit.rung), 2));
    json.key("flags").begin_array();
    for (std::size_t i = 0; i < surface::flags; ++i) {
      if ((fit.flags >> i & 1) != 0) json.text(surface::flag_name(i));
    }
    json.end_array().key("slice").begin_array();
    for (const i64 parameter : {fit.slice.p0, fit.slice.p1, fit.slice.p2, fit.slice.p3, fit.slice.p4}) {
      json.number(parameter);
    }
    json.end_array().field("kind", fit.slice.kind == SliceKind::svi ? "svi" : "essvi");
    json.field("at_the_money", points_exact(volatility(smile_of(fit.slice), fit.years, 0)));
    json.field("error_in_half_spreads", fixed(fit.error, 3)).end_object();
  }
  json.end_array().end_object();
  return json.str();
}

std::string surface_totals_text(const SurfaceTotals& t) {
  const Totals& totals = t.totals;
  const Spread parity = surface::spread_of(totals.parity);
  std::string text = t.coin + ": " + grouped_decimal(totals.surfaces, 0) + " surfaces, with arbitrage " +
                     grouped_decimal(totals.with_arbitrage, 0) + "\n";
  text += "  smiles: " + rungs_text(totals.by_rung) + "\n";
  text += "  flags: " + counted(totals.by_flag, 0, flag_at) + "\n";
  text += "  forwards: " + counted(totals.by_source, 0, source_at) + "; parity differs by " +
          fixed(1e4 * parity.median, 1) + " bp (median), " + fixed(1e4 * parity.most, 1) + " (95 %), " +
          fixed(1e4 * parity.worst, 1) + " (worst)\n";
  text += "  quotes used: " + grouped_decimal(totals.drops[0], 0) +
          ", not used: " + counted(totals.drops, 1, drop_at) + "\n";
  text += "  smile between bid and ask: " + percent(totals.inside.inside, totals.inside.quotes) +
          " of the quotes used, on the right side of " + percent(totals.inside.kept, totals.inside.bounds) +
          " of the one-sided\n";
  text += "  processor time a chain: " +
          fixed(static_cast<double>(t.cpu_us) / 1e3 / static_cast<double>(totals.surfaces), 2) +
          " ms, the slowest " + fixed(static_cast<double>(t.cpu_us_max) / 1e3, 2) + " ms\n";
  return text + "  distance from the venue's mark volatilities, points:\n" + distance_table(totals);
}

std::string surface_totals_json(const SurfaceTotals& t) {
  const Totals& totals = t.totals;
  Json json;
  json.begin_object().field("coin", t.coin).field("surfaces", totals.surfaces);
  json.field("with_arbitrage", totals.with_arbitrage).key("rungs").begin_object();
  for (std::size_t i = 0; i < surface::rungs; ++i) {
    json.field(surface::rung_name(static_cast<surface::Rung>(i)), totals.by_rung[i]);
  }
  json.end_object().key("quotes").begin_object();
  for (std::size_t i = 0; i < surface::drops; ++i) json.field(drop_at(i), totals.drops[i]);
  json.end_object().field("inside_spread", totals.inside.inside);
  json.field("bounds", totals.inside.bounds).field("bounds_kept", totals.inside.kept);
  json.key("buckets").begin_array();
  for (std::size_t i = 0; i < surface::buckets; ++i) {
    json.begin_object().field("to_expiry", surface::bucket_name(i));
    add_spread(json, "smile", surface::spread_of(totals.fitted[i]));
    add_spread(json, "neighbours", surface::spread_of(totals.interpolated[i]));
    json.end_object();
  }
  json.end_array();
  add_spread(json, "all", surface::spread_of(joined(totals.fitted)));
  add_spread(json, "all_neighbours", surface::spread_of(joined(totals.interpolated)));
  json.field("cpu_us", t.cpu_us).field("cpu_us_slowest", t.cpu_us_max).end_object();
  return json.str();
}

}  // namespace lockstep
