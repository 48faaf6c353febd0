#include "node/feed/price_history.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "node/feed/bars.h"
#include "node/feed/calendar.h"
#include "node/feed/csv.h"

namespace lockstep {
namespace {

constexpr std::string_view subfolders[] = {"", "daily/", "perps/"};
constexpr int number_decimals = 8;
constexpr double number_one = 1e8;
constexpr int volume_decimals = 2;
constexpr double volume_one = 1e2;

const char* const expected_layout =
    "expected daily/*.csv[.zst] or perps/*.csv[.zst] with columns coin,snapped_at_utc,price_usd or "
    "open_ms,symbol,close or open_ms,BTCUSDT,...";

enum class Layout : u8 { none, daily, long_bars, wide_bars };

bool is_there(const CsvReader& csv, std::string_view name) { return csv.column(name) < csv.columns().size(); }

Layout layout_of(const CsvReader& csv) {
  if (is_there(csv, "coin") && is_there(csv, "snapped_at_utc") && is_there(csv, "price_usd")) {
    return Layout::daily;
  }
  if (table_kind(csv) == TableKind::long_bars) return Layout::long_bars;
  if (!is_there(csv, "open_ms") || is_there(csv, "close")) return Layout::none;
  const auto& columns = csv.columns();
  const bool any = std::any_of(columns.begin(), columns.end(),
                               [](const std::string& name) { return !base_of_symbol(name).empty(); });
  return any ? Layout::wide_bars : Layout::none;
}

// One symbol while its file is read; times are as recorded.
struct Column {
  PriceSeries series;
  bool any = false;
  Time previous;
};

struct Fields {
  std::size_t close = 0, high = 0, low = 0, volume = 0;
};

// A field as a number; 0 if it is none or not positive, which is counted if it is the close.
double number_of(const CsvReader& csv, std::size_t field, int decimals, double one, RowTroubles* troubles) {
  if (field >= csv.columns().size()) return 0;
  i64 raw = 0;
  if (!parse_number(csv.field(field), decimals, raw)) {
    if (troubles != nullptr) ++(*troubles)[RowTrouble::no_number];
    return 0;
  }
  if (raw <= 0) {
    if (troubles != nullptr) ++(*troubles)[RowTrouble::not_positive];
    return 0;
  }
  return static_cast<double>(raw) / one;
}

// A row that comes out of order behind the last but one: it is the last one that lies in the future of its
// neighbours, and would hide all that follows.
bool is_ahead_of_its_time(const std::vector<Close>& closes, Time at) {
  return closes.size() >= 2 && closes[closes.size() - 2].at < at;
}

void add_row(const CsvReader& csv, const Fields& fields, Time at, Column& column) {
  RowTroubles& troubles = column.series.troubles;
  if (column.any && at <= column.previous) {
    ++troubles[at == column.previous ? RowTrouble::repeated : RowTrouble::out_of_order];
    if (at == column.previous || !is_ahead_of_its_time(column.series.closes, at)) return;
    column.series.closes.pop_back();
    column.previous = column.series.closes.back().at;
  }
  Close row;
  row.at = at;
  row.close = number_of(csv, fields.close, number_decimals, number_one, &troubles);
  if (row.close == 0) return;
  row.high = number_of(csv, fields.high, number_decimals, number_one, nullptr);
  row.low = number_of(csv, fields.low, number_decimals, number_one, nullptr);
  row.volume = number_of(csv, fields.volume, volume_decimals, volume_one, nullptr);
  const bool has_range = row.high != 0 && row.low != 0;
  if (has_range && (row.close > row.high || row.close < row.low)) ++troubles[RowTrouble::inconsistent];
  if (!has_range || row.close > row.high || row.close < row.low) row.high = row.low = 0;
  column.any = true;
  column.previous = at;
  column.series.closes.push_back(row);
}

// Interval, missing bars, and times of the close for bars that were stamped with their opening.
void finish(PriceSeries& series, bool stamped_at_opening) {
  std::vector<Close>& closes = series.closes;
  std::map<Duration, std::size_t> steps;
  for (std::size_t i = 1; i < closes.size(); ++i) steps[closes[i].at - closes[i - 1].at] += 1;
  std::size_t most = 0;
  for (const auto& [step, count] : steps) {
    if (count > most) most = count, series.interval = step;
  }
  if (!stamped_at_opening) series.interval = day;
  for (std::size_t i = 1; i < closes.size(); ++i) {
    const i64 step = (closes[i].at - closes[i - 1].at).raw() + series.interval.raw() / 2;
    const i64 bars = step / series.interval.raw();
    if (bars > 1) series.troubles[RowTrouble::missing] += static_cast<u64>(bars - 1);
  }
  if (!stamped_at_opening) return;
  for (Close& row : closes) row.at = row.at + series.interval;
}

using Columns = std::map<std::string, Column, std::less<>>;

struct Wanted {
  const std::vector<std::string>& bases;
  bool has(const std::string& base) const {
    return !base.empty() && (bases.empty() || std::find(bases.begin(), bases.end(), base) != bases.end());
  }
};

Column* column_of(Columns& columns, std::string_view symbol, const Wanted& wanted) {
  const auto found = columns.find(symbol);
  if (found != columns.end()) return found->second.series.base.empty() ? nullptr : &found->second;
  Column& made = columns[std::string(symbol)];
  const std::string base = base_of_symbol(symbol);
  if (!wanted.has(base)) return nullptr;  // an entry without a base: asked for once only
  made.series.base = base;
  made.series.symbol = std::string(symbol);
  return &made;
}

std::optional<Time> time_of(const CsvReader& csv, std::size_t field, Layout layout) {
  const Result<Time, Fault> at =
      layout == Layout::daily ? parse_time(csv.field(field), "snapped_at_utc") : csv.time_ms(field);
  if (!at) return std::nullopt;
  return at.value();
}

Result<Done, Fault> read_table(CsvReader csv, Layout layout, const Wanted& wanted, Columns& columns,
                               u64& bad_times) {
  const bool wide = layout == Layout::wide_bars;
  const bool daily = layout == Layout::daily;
  const std::size_t none = csv.columns().size();
  const std::size_t time_field = csv.column(daily ? "snapped_at_utc" : "open_ms");
  const std::size_t symbol_field = csv.column(daily ? "coin" : "symbol");
  Fields fields{csv.column(daily ? "price_usd" : "close"), none, none, none};
  if (layout == Layout::long_bars) {
    fields = {fields.close, csv.column("high"), csv.column("low"), csv.column("volume_base")};
  }
  const std::size_t dollars_field = daily ? csv.column("total_volume_usd") : none;
  std::vector<std::pair<std::size_t, Column*>> wide_columns;
  for (std::size_t i = 0; wide && i < none; ++i) {
    Column* column = column_of(columns, csv.columns()[i], wanted);
    if (column != nullptr) wide_columns.emplace_back(i, column);
  }
  for (;;) {
    const Result<bool, Fault> row = csv.next_row();
    if (!row) return row.error();
    if (!row.value()) return Done{};
    const std::optional<Time> at = time_of(csv, time_field, layout);
    if (!at) {
      ++bad_times;
      continue;
    }
    for (const auto& [field, column] : wide_columns) {
      if (!csv.field(field).empty()) add_row(csv, {field, none, none, none}, *at, *column);
    }
    if (wide) continue;
    Column* column = column_of(columns, csv.field(symbol_field), wanted);
    if (column == nullptr) continue;
    const std::size_t before = column->series.closes.size();
    add_row(csv, fields, *at, *column);
    if (dollars_field == none || column->series.closes.size() == before) continue;
    Close& added = column->series.closes.back();
    added.volume = number_of(csv, dollars_field, volume_decimals, volume_one, nullptr) / added.close;
  }
}

Result<Done, Fault> read_one(Disk& disk, const std::string& path, const std::string& name,
                             const Wanted& wanted, PriceHistory& history) {
  Result<CsvReader, Fault> csv = CsvReader::open(disk, path, name);
  if (!csv) return csv.error();
  const Layout layout = layout_of(csv.value());
  if (layout == Layout::none) {
    history.notes.push_back("left out " + name + ": no table of prices");
    return Done{};
  }
  Columns columns;
  u64 bad_times = 0;
  const Result<Done, Fault> read = read_table(std::move(csv).value(), layout, wanted, columns, bad_times);
  if (!read) return read.error();
  if (bad_times != 0) {
    history.notes.push_back(name + ": " + std::to_string(bad_times) + " rows skipped, " +
                            std::string(text_of(RowTrouble::bad_time)));
  }
  for (auto& [symbol, column] : columns) {
    if (column.series.base.empty()) continue;
    column.series.file = name;
    finish(column.series, layout != Layout::daily);
    const std::string troubles = to_text(column.series.troubles);
    if (!troubles.empty()) history.notes.push_back(name + ": " + symbol + ": " + troubles);
    if (column.series.closes.size() >= 2) history.series.push_back(std::move(column.series));
  }
  return Done{};
}

// The midnight that a moment belongs to, if it is within an hour of one.
std::optional<i64> midnight_of(Time at) {
  const i64 nearest = (at.raw() + day.raw() / 2) / day.raw();
  if (std::abs(at.raw() - nearest * day.raw()) > hour.raw()) return std::nullopt;
  return nearest;
}

// Closes of one series by day.
std::vector<Close> days_of(const PriceSeries& series, u64& off_the_day) {
  std::vector<Close> days;
  const bool a_day_long = series.interval == day;
  double high = 0, low = 0, volume = 0;
  bool whole = a_day_long;  // every bar of the day so far is there and has a high and a low
  i64 nearest_off = 0;
  for (const Close& row : series.closes) {
    whole = whole && row.high != 0;
    high = std::max(high, row.high);
    low = low == 0 ? row.low : std::min(low, row.low);
    volume += row.volume;
    const std::optional<i64> number = midnight_of(row.at);
    const i64 off = number ? std::abs(row.at.raw() - *number * day.raw()) : day.raw();
    if (!number || (!a_day_long && off != 0)) {
      if (a_day_long) ++off_the_day;
      continue;
    }
    const Close close{Time::from_raw(*number * day.raw()), row.close, whole ? high : 0, whole ? low : 0,
                      days.empty() && !a_day_long ? 0 : volume};
    if (days.empty() || days.back().at != close.at) {
      days.push_back(close);
    } else if (off < nearest_off) {
      days.back() = close;
    }
    nearest_off = off;
    high = low = volume = 0;
    whole = true;
  }
  return days;
}

struct Part {
  const PriceSeries* series;
  std::vector<Close> days;
};

bool begins_first(const Part& a, const Part& b) {
  if (a.days.front().at != b.days.front().at) return a.days.front().at < b.days.front().at;
  return a.days.size() > b.days.size();
}

// Of the parts that have the day behind `last`, or the first after it, the one that reaches furthest.
const Part* next_part(const std::vector<Part>& parts, Time last) {
  const Part* best = nullptr;
  for (const Part& part : parts) {
    if (part.days.back().at <= last) continue;
    const bool joins = part.days.front().at <= last + day;
    const bool best_joins = best != nullptr && best->days.front().at <= last + day;
    const bool better = best == nullptr || (joins != best_joins ? joins
                                            : joins             ? part.days.back().at > best->days.back().at
                                                    : part.days.front().at < best->days.front().at);
    if (better) best = &part;
  }
  return best;
}

}  // namespace

std::string_view text_of(RowTrouble trouble) {
  switch (trouble) {
    case RowTrouble::bad_time: return "no time of 2009 to 2100";
    case RowTrouble::no_number: return "no number";
    case RowTrouble::not_positive: return "not positive";
    case RowTrouble::repeated: return "repeated";
    case RowTrouble::out_of_order: return "out of order";
    case RowTrouble::inconsistent: return "close outside high and low";
    case RowTrouble::missing: break;
  }
  return "missing";
}

std::string to_text(const RowTroubles& troubles) {
  std::string text;
  for (std::size_t i = 0; i < row_troubles; ++i) {
    if (troubles.count[i] == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(troubles.count[i]) + " " + std::string(text_of(static_cast<RowTrouble>(i)));
  }
  return text;
}

bool is_dense(const PriceSeries& series) {
  const u64 there = series.closes.size();
  return there * 10 >= (there + series.troubles[RowTrouble::missing]) * 9;
}

std::string base_of_symbol(std::string_view symbol) {
  for (const std::string_view tail : {"-USDT-SWAP", "USDT"}) {
    if (symbol.size() > tail.size() && symbol.ends_with(tail)) {
      symbol.remove_suffix(tail.size());
      break;
    }
  }
  const bool plain = std::all_of(symbol.begin(), symbol.end(),
                                 [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  return plain && !symbol.empty() && symbol.size() <= 16 ? std::string(symbol) : std::string();
}

Result<PriceHistory, Fault> read_price_history(Disk& disk, const std::string& folder,
                                               const std::vector<std::string>& bases) {
  std::string root = folder;
  while (root.size() > 1 && root.back() == '/') root.pop_back();
  PriceHistory history;
  for (const std::string_view subfolder : subfolders) {
    const std::string path = subfolder.empty() ? root : root + "/" + std::string(subfolder);
    const Result<std::vector<std::string>, Fault> names =
        disk.list(subfolder.empty() ? path : path.substr(0, path.size() - 1));
    if (!names && (names.error().kind != FaultKind::not_found)) return names.error();
    if (!names && subfolder.empty()) {
      return Fault{folder + ": there is no such folder; " + expected_layout, FaultKind::not_found};
    }
    if (!names) continue;
    for (const std::string& name : names.value()) {
      if (!name.ends_with(".csv") && !name.ends_with(".csv.zst")) continue;
      const std::string relative = std::string(subfolder) + name;
      const Result<Done, Fault> read =
          read_one(disk, root + "/" + relative, relative, Wanted{bases}, history);
      if (!read) return read.error();
    }
  }
  if (history.series.empty()) {
    return Fault{folder + ": holds no prices; " + expected_layout, FaultKind::not_found};
  }
  std::sort(history.series.begin(), history.series.end(), [](const PriceSeries& a, const PriceSeries& b) {
    if (a.base != b.base) return a.base < b.base;
    if (a.interval != b.interval) return a.interval < b.interval;
    return a.file != b.file ? a.file < b.file : a.symbol < b.symbol;
  });
  return history;
}

DailyPrices daily_prices(const PriceHistory& history, const std::string& base) {
  DailyPrices daily;
  daily.base = base;
  std::vector<Part> parts;
  for (const PriceSeries& series : history.series) {
    if (series.base != base || series.interval > day || !is_dense(series)) continue;
    std::vector<Close> days = days_of(series, daily.off_the_day);
    if (days.size() >= 2) parts.push_back({&series, std::move(days)});
  }
  if (parts.empty()) return daily;
  std::stable_sort(parts.begin(), parts.end(), begins_first);
  for (const Part* part = parts.data(); part != nullptr; part = next_part(parts, daily.closes.back().at)) {
    const bool first = daily.closes.empty();
    const Time last = first ? Time{} : daily.closes.back().at;
    const std::size_t before = daily.closes.size();
    for (const Close& close : part->days) {
      if (first || close.at > last) daily.closes.push_back(close);
    }
    daily.parts.push_back(part->series->file + " " + format_time(daily.closes[before].at).substr(0, 10) +
                          " to " + format_time(daily.closes.back().at).substr(0, 10));
  }
  for (std::size_t i = 1; i < daily.closes.size(); ++i) {
    const i64 days = (daily.closes[i].at - daily.closes[i - 1].at).raw() / day.raw();
    daily.missing += static_cast<u64>(days - 1);
  }
  return daily;
}

}  // namespace lockstep
