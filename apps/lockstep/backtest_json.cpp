// The report of `lockstep backtest` as one JSON object.  Shares and ranges are fractions, as text with six
// digits behind the point; times are UTC.
#include <cstdio>

#include "apps/lockstep/backtest_report.h"
#include "node/feed/calendar.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

std::string number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6f", value);
  return text;
}

std::string zone(stats::Zone zone) {
  return zone == stats::Zone::green ? "green" : zone == stats::Zone::yellow ? "yellow" : "red";
}

void add_coverage(Json& json, const stats::Coverage& coverage) {
  json.begin_object().field("observations", coverage.observations).field("breaches", coverage.breaches);
  json.field("coverage", number(coverage.coverage())).field("mean_excess", number(coverage.mean_excess()));
  json.field("worst_excess", number(coverage.excess_max))
      .field("mean_margin", number(coverage.mean_margin()));
  json.end_object();
}

void add_row(Json& json, const backtest::Judged& row) {
  json.begin_object().field("policy", row.name);
  add_coverage(json.key("both"), row.both);
  add_coverage(json.key("longs"), row.longs);
  add_coverage(json.key("shorts"), row.shorts);
  json.field("expected", number(row.expected())).field("acceptance_p", number(row.acceptance()));
  json.field("kupiec_p", number(row.kupiec().p_value));
  json.field("independence_p", number(row.independence().p_value))
      .field("joint_p", number(row.joint().p_value));
  json.field("z2", number(row.shortfall.z2(row.confidence))).field("worst_at", format_time(row.worst_at));
  json.field("breaches_last_250", row.breaches_last_250).field("zone_last_250", zone(row.zone_last()));
  json.field("breaches_worst_250", row.breaches_worst_250).field("zone_worst_250", zone(row.zone_worst()));
  json.field("mean_range", number(row.cycle.mean)).field("least_range", number(row.least));
  json.field("most_range", number(row.most)).field("peak_to_trough", number(row.cycle.peak_to_trough));
  json.field("rise_1", number(row.cycle.rise_1_day)).field("rise_5", number(row.cycle.rise_5_days));
  json.field("rise_30", number(row.cycle.rise_30_days)).end_object();
}

void add_exceedances(Json& json, const backtest::Exceedances& of) {
  json.begin_object().field("days", of.days).field("days_with_low_and_high", of.days_inside);
  json.key("ranges").begin_array();
  for (const backtest::Exceedance& row : of.rows) {
    json.begin_object().field("range", number(row.range)).field("closes_below", row.down);
    json.field("closes_above", row.up)
        .field("lows_below", row.low)
        .field("highs_above", row.high)
        .end_object();
  }
  json.end_array().end_object();
}

void add_asset(Json& json, const BacktestAsset& asset) {
  json.begin_object().field("asset", asset.daily.base);
  json.field("daily_closes", u64{asset.daily.closes.size()}).field("missing", asset.daily.missing);
  json.key("parts").begin_array();
  for (const std::string& part : asset.daily.parts) json.text(part);
  json.end_array().key("tables").begin_array();
  for (const BacktestTable& table : asset.tables) {
    json.begin_object().field("confidence", number(table.walk.confidence));
    json.field("days", u64{table.walk.days.size()}).key("policies").begin_array();
    for (const backtest::Judged& row : table.rows) add_row(json, row);
    json.end_array().end_object();
  }
  json.end_array().key("fixed_of_closes");
  add_exceedances(json, asset.exceedances);
  json.key("fixed_of_bars");
  add_exceedances(json, asset.inside);
  json.key("books").begin_array();
  for (const backtest::BookResult& book : asset.books) {
    json.begin_object().field("book", backtest::text_of(book.book));
    json.field("side", book.reversed ? "short" : "long").key("coverage");
    add_coverage(json, book.coverage);
    json.field("worst_loss", number(book.worst_loss))
        .field("worst_at", format_time(book.worst_at))
        .end_object();
  }
  json.end_array().end_object();
}

void add_side(Json& json, const backtest::Span& span, const backtest::Side& side) {
  json.begin_object().field("coverage", number(backtest::bar_coverage(span, side)));
  json.field("breaches", side.breaches).field("days", side.days).field("worst", number(side.worst));
  json.field("worst_excess", number(side.worst_excess)).field("worst_at", format_time(side.worst_at));
  json.field("worst_range", number(side.worst_range)).end_object();
}

void add_span(Json& json, const backtest::Span& span) {
  json.begin_object().field("span", span.name).field("bars", span.bars);
  json.field("range_first", number(span.range_first)).field("range_most", number(span.range_most));
  add_side(json.key("longs"), span, span.longs);
  add_side(json.key("shorts"), span, span.shorts);
  json.end_object();
}

}  // namespace

std::string backtest_json(const BacktestReport& report) {
  Json json;
  json.begin_object().key("choices").begin_array();
  const std::size_t best = backtest::cheapest(report.choices);
  for (std::size_t i = 0; i < report.choices.size(); ++i) {
    const backtest::Choice& choice = report.choices[i];
    json.begin_object().field("policy", calibrate::text_of(choice.model));
    json.field("confidence", number(choice.confidence)).field("mean_range", number(choice.mean_range));
    json.field("least_side", number(choice.least_side))
        .field("least_side_bars", number(choice.least_side_bars));
    json.field("worst_excess", number(choice.worst_excess)).field("rise_30", number(choice.rise_30));
    json.field("peak_to_trough", number(choice.peak_to_trough)).field("cheapest", i == best);
    json.key("failed").begin_array();
    for (const std::string& failed : choice.failed) json.text(failed);
    json.end_array().end_object();
  }
  json.end_array().key("assets").begin_array();
  for (const BacktestAsset& asset : report.assets) add_asset(json, asset);
  json.end_array().key("bars").begin_array();
  for (const backtest::Intraday& bars : report.intraday) {
    json.begin_object().field("asset", bars.base).field("policy", calibrate::text_of(bars.model));
    json.field("hours", bars.horizon.raw() / hour.raw()).key("all");
    add_span(json, bars.all);
    json.key("crashes").begin_array();
    for (const backtest::Span& span : bars.crashes) add_span(json, span);
    json.end_array().end_object();
  }
  json.end_array();
  for (const auto& [name, lines] :
       {std::pair{"lacking", &report.lacking}, std::pair{"notes", &report.notes}}) {
    json.key(name).begin_array();
    for (const std::string& line : *lines) json.text(line);
    json.end_array();
  }
  return json.end_object().str();
}

}  // namespace lockstep
