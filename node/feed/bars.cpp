#include "node/feed/bars.h"

#include <algorithm>
#include <set>

#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr i64 coverage_percent_min = 90;

// The part of a file that belongs to one symbol, while it is read.
struct Column {
  BarSeries series;
  Time previous;
};

// Shortest step between two bars of a series.
void note_step(Column& column, Time at) {
  if (column.previous != Time{}) {
    const Duration step = at - column.previous;
    if (column.series.interval == Duration{} || step < column.series.interval) column.series.interval = step;
  }
  column.previous = at;
}

Result<Price, Fault> price_field(const CsvReader& csv, std::size_t column) {
  const Result<i64, Fault> price = csv.positive(column, price_decimals, "89015.5");
  if (!price) return price.error();
  if (price.value() > limits::price_raw_max)
    return csv.fault(column, "is above 100000000; expected e.g. 89015.5");
  return Price::from_raw(price.value());
}

Result<Done, Fault> add_close(const CsvReader& csv, std::size_t field, std::size_t time_field, Time at,
                              Column& column) {
  if (column.previous == at) return csv.fault(time_field, "appears twice; expected each bar once");
  if (column.previous > at) {
    return csv.fault(time_field, "is before the symbol's bar above; expected bars in order of time");
  }
  const Result<Price, Fault> price = price_field(csv, field);
  if (!price) return price.error();
  note_step(column, at);
  column.series.closes.emplace_back(at, price.value());
  return Done{};
}

// Bars inside from..to, cut into the part that counts.
i64 bars_within(const BarSeries& series, Time from, Time to) {
  i64 count = 0;
  for (const auto& [at, price] : series.closes) {
    const Time closed_at = at + series.interval;
    if (closed_at >= from && closed_at <= to) ++count;
  }
  return count;
}

}  // namespace

bool is_linear_symbol(std::string_view name) {
  if (name.size() < 5 || name.size() > 20 || !name.ends_with("USDT")) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

TableKind table_kind(const CsvReader& csv) {
  const auto has = [&](std::string_view name) { return csv.column(name) < csv.columns().size(); };
  if (has("symbol") && has("funding_ms") && has("funding_rate")) return TableKind::funding;
  if (has("open_ms") && has("symbol") && has("close")) return TableKind::long_bars;
  if (!has("open_ms")) return TableKind::none;
  const auto& columns = csv.columns();
  const bool any = std::any_of(columns.begin(), columns.end(),
                               [](const std::string& name) { return is_linear_symbol(name); });
  return any ? TableKind::wide_bars : TableKind::none;
}

Result<Done, Fault> read_bars(CsvReader csv, const std::string& file, Time from, Time to,
                              std::map<std::string, std::vector<BarSeries>>& series, RowCount& rows) {
  const bool is_long = table_kind(csv) == TableKind::long_bars;
  const std::size_t at_field = csv.column("open_ms");
  const std::size_t symbol_field = csv.column("symbol");
  const std::size_t close_field = csv.column("close");
  std::map<std::string, Column, std::less<>> found;
  std::vector<std::pair<std::size_t, Column*>> wide;
  for (std::size_t i = 0; !is_long && i < csv.columns().size(); ++i) {
    if (is_linear_symbol(csv.columns()[i])) wide.emplace_back(i, &found[csv.columns()[i]]);
  }
  for (;;) {
    const Result<bool, Fault> row = csv.next_row();
    if (!row) return row.error();
    if (!row.value()) break;
    const Result<Time, Fault> opened_at = csv.time_ms(at_field);
    if (!opened_at) return opened_at.error();
    const Time at = opened_at.value();
    if (at < from || at > to) {
      ++rows.skipped;
      continue;
    }
    bool used = false;
    for (const auto& [field, column] : wide) {
      if (csv.field(field).empty()) continue;
      const Result<Done, Fault> added = add_close(csv, field, at_field, at, *column);
      if (!added) return added.error();
      used = true;
    }
    if (is_long && is_linear_symbol(csv.field(symbol_field))) {
      Column& column = found[std::string(csv.field(symbol_field))];
      const Result<Done, Fault> added = add_close(csv, close_field, at_field, at, column);
      if (!added) return added.error();
      used = true;
    }
    ++(used ? rows.used : rows.skipped);
  }
  for (auto& [symbol, column] : found) {
    if (column.series.interval == Duration{}) continue;
    column.series.file = file;
    series[symbol].push_back(std::move(column.series));
  }
  return Done{};
}

const BarSeries* best_series(const std::vector<BarSeries>& series, Time from, Time to) {
  const BarSeries* best = nullptr;
  i64 best_percent = 0;
  for (const BarSeries& candidate : series) {
    const i64 bars = bars_within(candidate, from, to);
    const i64 expected = std::max<i64>((to - from).raw() / candidate.interval.raw(), 1);
    if (bars == 0) continue;
    const i64 percent = std::min<i64>(bars * 100 / expected, coverage_percent_min);
    const bool finer = best != nullptr && candidate.interval < best->interval;
    if (best == nullptr || percent > best_percent || (percent == best_percent && finer)) {
      best = &candidate;
      best_percent = percent;
    }
  }
  return best;
}

Result<BarScan, Fault> scan_bars(CsvReader csv) {
  const std::size_t at_field = csv.column("open_ms");
  BarScan scan;
  Time previous;
  for (;;) {
    const Result<bool, Fault> row = csv.next_row();
    if (!row) return row.error();
    if (!row.value()) return scan;
    const Result<Time, Fault> opened_at = csv.time_ms(at_field);
    if (!opened_at) return opened_at.error();
    const Time at = opened_at.value();
    if (scan.first == Time{} || at < scan.first) scan.first = at;
    scan.last = std::max(scan.last, at);
    const bool follows = previous != Time{} && at > previous;
    if (follows && (scan.interval == Duration{} || at - previous < scan.interval))
      scan.interval = at - previous;
    previous = at;
  }
}

Result<Done, Fault> read_funding(CsvReader csv, Time from, Time to, const std::vector<std::string>& symbols,
                                 std::map<std::string, std::vector<FundingPoint>>& done, RowCount& rows) {
  const std::size_t symbol_field = csv.column("symbol");
  const std::size_t at_field = csv.column("funding_ms");
  const std::size_t rate_field = csv.column("funding_rate");
  std::map<std::string, std::vector<FundingPoint>> found;
  std::set<std::pair<std::string, i64>> seen;
  for (;;) {
    const Result<bool, Fault> row = csv.next_row();
    if (!row) return row.error();
    if (!row.value()) break;
    const std::string symbol(csv.field(symbol_field));
    const auto place = std::lower_bound(symbols.begin(), symbols.end(), symbol);
    const bool wanted = place != symbols.end() && *place == symbol && !done.contains(symbol);
    const Result<Time, Fault> at = csv.time_ms(at_field);
    if (!at) return at.error();
    if (!wanted || at.value() < from || at.value() > to) {
      ++rows.skipped;
      continue;
    }
    const Result<i64, Fault> rate = csv.number(rate_field, rate_decimals, "0.0001");
    if (!rate) return rate.error();
    if (rate.value() > rate_one || rate.value() < -rate_one) {
      return csv.fault(rate_field, "is above 1 (100 %) per interval; expected a fraction, e.g. 0.0001");
    }
    if (!seen.emplace(symbol, at.value().raw()).second) {
      return csv.fault(at_field, "appears twice for this symbol; expected each payment once");
    }
    found[symbol].push_back(
        {at.value(), static_cast<u32>(place - symbols.begin()), Rate::from_raw(rate.value())});
    ++rows.used;
  }
  done.merge(found);
  return Done{};
}

}  // namespace lockstep
