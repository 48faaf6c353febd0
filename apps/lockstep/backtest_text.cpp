// The report of `lockstep backtest` as tables.
#include <cstdio>

#include "apps/lockstep/backtest_report.h"
#include "apps/lockstep/terminal.h"
#include "node/feed/calendar.h"

namespace lockstep {
namespace {

using backtest::Judged;

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}
std::string percent(double fraction, int decimals = 1) { return number(100 * fraction, decimals); }
std::string date(Time at) { return at == Time{} ? "-" : format_time(at).substr(0, 10); }

const char* zone(stats::Zone zone) {
  switch (zone) {
    case stats::Zone::green: return "green";
    case stats::Zone::yellow: return "yellow";
    case stats::Zone::red: break;
  }
  return "red";
}

std::string coverage_text(const BacktestTable& table) {
  Table text(
      {false, true, true, true, true, true, true, true, true, true, true, true, false, true, true, true});
  text.row({"Coverage at " + percent(table.walk.confidence) + " %", "covered %", "breaches", "expected",
            "at least", "Kupiec", "cluster", "joint", "longs", "shorts", "mean over %", "worst over %", "on",
            "Z2", "last 250", "worst 250"});
  for (const Judged& row : table.rows) {
    text.row({row.name, percent(row.both.coverage(), 2), std::to_string(row.both.breaches),
              number(row.expected(), 1), number(row.acceptance(), 3), number(row.kupiec().p_value, 3),
              number(row.independence().p_value, 3), number(row.joint().p_value, 3),
              std::to_string(row.longs.breaches), std::to_string(row.shorts.breaches),
              percent(row.both.mean_excess(), 0), percent(row.both.excess_max, 0), date(row.worst_at),
              number(row.shortfall.z2(row.confidence), 2),
              std::to_string(row.breaches_last_250) + " " + zone(row.zone_last()),
              std::to_string(row.breaches_worst_250) + " " + zone(row.zone_worst())});
  }
  return text.str("  ");
}

std::string cost_text(const BacktestTable& table) {
  Table text({false, true, true, true, true, true, true, true});
  text.row({"Cost at " + percent(table.walk.confidence) + " %", "mean range %", "least", "most",
            "peak/trough", "rise 1 d %", "5 d", "30 d"});
  for (const Judged& row : table.rows) {
    text.row({row.name, percent(row.cycle.mean), percent(row.least), percent(row.most),
              number(row.cycle.peak_to_trough, 2), percent(row.cycle.rise_1_day, 0),
              percent(row.cycle.rise_5_days, 0), percent(row.cycle.rise_30_days, 0)});
  }
  return text.str("  ");
}

std::string exceedances_text(const BacktestAsset& asset) {
  const bool inside = asset.inside.days_inside != 0;
  Table text({false, true, true, true, true, true, true, true, true});
  std::vector<std::string> head = {"Fixed range"}, down = {"closes below"}, up = {"closes above"},
                           low = {"lows below"}, high = {"highs above"};
  for (std::size_t i = 0; i < asset.exceedances.rows.size(); ++i) {
    head.push_back(percent(asset.exceedances.rows[i].range, 0) + " %");
    down.push_back(std::to_string(asset.exceedances.rows[i].down));
    up.push_back(std::to_string(asset.exceedances.rows[i].up));
    if (inside) low.push_back(std::to_string(asset.inside.rows[i].low));
    if (inside) high.push_back(std::to_string(asset.inside.rows[i].high));
  }
  text.row(std::move(head));
  text.row(std::move(down));
  text.row(std::move(up));
  if (inside) text.row(std::move(low));
  if (inside) text.row(std::move(high));
  std::string days = "  of " + std::to_string(asset.exceedances.days) + " days of closes";
  if (inside) days += " and " + std::to_string(asset.inside.days_inside) + " days of bars";
  return text.str("  ") + days + "; |ln| is below " + percent(asset.exceedances.quantile_99, 2) +
         " % on 99 % of days, below " + percent(asset.exceedances.quantile_995, 2) + " % on 99.5 %\n";
}

std::string books_text(const BacktestAsset& asset) {
  Table text({false, false, true, true, true, true, true, true, false});
  text.row({"Hypothetical book", "side", "covered %", "breaches", "mean over %", "worst over %",
            "mean margin %", "worst loss %", "on"});
  for (const backtest::BookResult& book : asset.books) {
    const stats::Coverage& c = book.coverage;
    text.row({std::string(backtest::text_of(book.book)), book.reversed ? "short" : "long",
              percent(c.coverage(), 2), std::to_string(c.breaches), percent(c.mean_excess(), 0),
              percent(c.excess_max, 0), percent(c.mean_margin()), percent(book.worst_loss),
              date(book.worst_at)});
  }
  return text.str("  ");
}

std::string asset_text(const BacktestAsset& asset) {
  std::string text = "\n" + asset.daily.base + ": " + std::to_string(asset.daily.closes.size()) +
                     " daily closes, " + std::to_string(asset.daily.missing) + " missing\n";
  for (const std::string& part : asset.daily.parts) text += "  " + part + "\n";
  const backtest::Walk& walk = asset.tables.front().walk;
  if (!walk.days.empty()) {
    text += "  judged: " + std::to_string(walk.days.size()) + " days, " + date(walk.days.front().at) +
            " to " + date(walk.days.back().at) + "\n";
  }
  for (const BacktestTable& table : asset.tables)
    text += "\n" + coverage_text(table) + "\n" + cost_text(table);
  return text + "\n" + exceedances_text(asset) + "\n" + books_text(asset);
}

std::vector<std::string> span_cells(const std::string& first, const backtest::Span& span) {
  std::vector<std::string> cells = {first, std::to_string(span.bars), percent(span.range_first),
                                    percent(span.range_most)};
  for (const backtest::Side* side : {&span.longs, &span.shorts}) {
    cells.push_back(percent(backtest::bar_coverage(span, *side), 2));
    cells.push_back(std::to_string(side->days));
    cells.push_back(percent(side->worst));
    cells.push_back(percent(side->worst_excess, 0));
    cells.push_back(side->worst_excess > 0 ? format_time(side->worst_at).substr(0, 16) : "-");
  }
  return cells;
}

std::vector<std::string> span_head(const std::string& first) {
  return {first,    "bars", "range %",  "most", "longs %", "days",   "worst %",
          "over %", "from", "shorts %", "days", "worst %", "over %", "from"};
}

Table span_table() {
  return Table({false, true, true, true, true, true, true, true, false, true, true, true, true, false});
}

std::string intraday_text(const std::vector<backtest::Intraday>& all) {
  std::string text;
  for (const Duration horizon : {day, Duration::from_raw(8 * hour.raw())}) {
    Table table = span_table();
    table.row(span_head("Bars, " + std::to_string(horizon.raw() / hour.raw()) + " h ahead"));
    for (const backtest::Intraday& asset : all) {
      if (asset.horizon == horizon) table.row(span_cells(asset.base, asset.all));
    }
    text += table.str("  ") + "\n";
  }
  Table table = span_table();
  table.row(span_head("Crashes, 24 h ahead"));
  for (const backtest::Crash& crash : backtest::crashes()) {
    for (const backtest::Intraday& asset : all) {
      if (asset.horizon != day) continue;
      for (const backtest::Span& span : asset.crashes) {
        if (span.name == crash.name) table.row(span_cells(crash.name + "  " + asset.base, span));
      }
    }
  }
  return text + table.str("  ");
}

std::string choices_text(const std::vector<backtest::Choice>& choices) {
  Table text({false, true, true, true, true, true, true, true, false});
  text.row({"Published policies", "at %", "mean range %", "least side %", "of bars %", "worst over %",
            "peak/trough", "rise 30 d %", "not acceptable for"});
  const std::size_t best = backtest::cheapest(choices);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const backtest::Choice& choice = choices[i];
    std::string why = i == best ? "acceptable, and the cheapest" : choice.failed.empty() ? "acceptable" : "";
    for (const std::string& failed : choice.failed) why += (why.empty() ? "" : ", ") + failed;
    text.row({std::string(calibrate::text_of(choice.model)), percent(choice.confidence),
              percent(choice.mean_range), percent(choice.least_side, 2), percent(choice.least_side_bars, 2),
              percent(choice.worst_excess, 0), number(choice.peak_to_trough, 2), percent(choice.rise_30, 0),
              why});
  }
  return text.str("  ");
}

}  // namespace

std::string backtest_text(const BacktestReport& report) {
  std::string text = choices_text(report.choices);
  for (const BacktestAsset& asset : report.assets) text += asset_text(asset);
  text += "\nBars under \"" + backtest::name_of({report.model, true}) + "\" at 99 %\n";
  if (!report.intraday.empty()) text += intraday_text(report.intraday);
  for (const std::string& line : report.lacking) text += "left out " + line + "\n";
  return text;
}

}  // namespace lockstep
