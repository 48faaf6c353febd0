#include "node/feed/folder.h"

#include <algorithm>
#include <set>

#include "node/feed/bars.h"
#include "node/feed/calendar.h"
#include "node/feed/chain.h"

namespace lockstep {
namespace {

constexpr Duration bars_span = Duration::from_raw(14 * day.raw());
constexpr std::string_view subfolders[] = {"", "deribit_options/", "perps/"};

const char* const expected_layout =
    "expected deribit_options/*.csv[.zst] (option chains) or perps/*.csv[.zst] (bars, funding), as "
    "docs/decisions/0007-replay-feed.md describes";

struct Table {
  std::string path;
  std::string name;  // relative to the folder
  TableKind kind = TableKind::none;
  bool is_chain = false;
  bool is_spot() const { return name.find("spot") != std::string::npos; }
};

struct Folder {
  Disk& disk;
  std::string path;
  std::vector<Table> tables;  // sorted by name
  std::vector<std::string> notes;
};

bool is_table_name(std::string_view name) { return name.ends_with(".csv") || name.ends_with(".csv.zst"); }

// Lists the tables and reads their headers.
Result<Done, Fault> find_tables(Folder& folder) {
  for (const std::string_view subfolder : subfolders) {
    const std::string path = folder.path + (subfolder.empty() ? "" : "/") +
                             std::string(subfolder.substr(0, subfolder.empty() ? 0 : subfolder.size() - 1));
    const Result<std::vector<std::string>, Fault> names = folder.disk.list(path);
    if (!names) {
      if (names.error().kind != FaultKind::not_found) return names.error();
      if (!subfolder.empty()) continue;
      return Fault{path + ": there is no such folder; " + expected_layout, FaultKind::not_found};
    }
    for (const std::string& name : names.value()) {
      if (!is_table_name(name)) continue;
      Table table{path + "/" + name, std::string(subfolder) + name};
      const Result<CsvReader, Fault> csv = CsvReader::open(folder.disk, table.path, table.name);
      if (!csv) return csv.error();
      const std::string missing = missing_chain_column(csv.value());
      table.is_chain = missing.empty();
      table.kind = table_kind(csv.value());
      if (table.is_chain || table.kind != TableKind::none) {
        folder.tables.push_back(std::move(table));
      } else if (csv.value().column("instrument_name") < csv.value().columns().size()) {
        folder.notes.push_back("left out " + table.name + ": not a chain, it has no column " + missing);
      } else {
        folder.notes.push_back("left out " + table.name +
                               ": neither a chain nor bars of USDT perpetuals nor funding");
      }
    }
  }
  std::sort(folder.tables.begin(), folder.tables.end(),
            [](const Table& a, const Table& b) { return a.name < b.name; });
  return Done{};
}

struct ChosenChain {
  const Table* table = nullptr;
  ChainScan scan;
};

Result<ChosenChain, Fault> choose_chain(Folder& folder, std::optional<Time> from, std::optional<Time> to) {
  ChosenChain chosen;
  for (const Table& table : folder.tables) {
    if (!table.is_chain) continue;
    Result<CsvReader, Fault> csv = CsvReader::open(folder.disk, table.path, table.name);
    if (!csv) return csv.error();
    const Result<ChainScan, Fault> scan = scan_chain(std::move(csv).value(), from, to);
    if (!scan) return scan.error();
    if (scan.value().snapshots == 0) continue;
    // With a span given, more snapshots inside it is better, whatever the file spans.
    const bool given = from.has_value() && to.has_value();
    const bool better = chosen.table == nullptr || (given ? scan.value().snapshots > chosen.scan.snapshots
                                                          : is_denser(scan.value(), chosen.scan));
    if (better) chosen = {&table, scan.value()};
  }
  return chosen;
}

// Fills in the ends that were not given, from bars.
Result<Done, Fault> span_of_bars(Folder& folder, std::optional<Time>& from, std::optional<Time>& to) {
  std::optional<BarScan> finest;
  for (const Table& table : folder.tables) {
    if (table.kind != TableKind::long_bars && table.kind != TableKind::wide_bars) continue;
    Result<CsvReader, Fault> csv = CsvReader::open(folder.disk, table.path, table.name);
    if (!csv) return csv.error();
    const Result<BarScan, Fault> scan = scan_bars(std::move(csv).value());
    if (!scan) return scan.error();
    const BarScan& found = scan.value();
    if (found.interval == Duration{}) continue;
    if (from && found.last < *from) continue;
    if (to && found.first > *to) continue;
    const bool better = !finest || found.interval < finest->interval ||
                        (found.interval == finest->interval && found.last > finest->last);
    if (better) finest = found;
  }
  if (!finest) return Done{};
  const Time end = finest->last + finest->interval;
  if (!to) to = from ? std::min(end, *from + bars_span) : end;
  if (!from) from = std::max(finest->first, *to - bars_span);
  return Done{};
}

std::string list_of(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string interval_text(Duration interval) {
  if (interval.raw() % hour.raw() == 0) return std::to_string(interval.raw() / hour.raw()) + "h";
  return std::to_string(interval.raw() / minute.raw()) + "m";
}

// Chosen closes of one kind, sorted by time and symbol.
std::vector<BarClose> closes_of(Tape& tape, const std::map<std::string, std::vector<BarSeries>>& series,
                                std::string_view what) {
  std::vector<BarClose> closes;
  std::set<std::string> files, intervals;
  u64 symbols = 0;
  for (const auto& [symbol, candidates] : series) {
    const BarSeries* best = best_series(candidates, tape.from, tape.to);
    if (best == nullptr) continue;
    const auto place = std::lower_bound(tape.symbols.begin(), tape.symbols.end(), symbol);
    if (place == tape.symbols.end() || *place != symbol) continue;
    const u32 index = static_cast<u32>(place - tape.symbols.begin());
    for (const auto& [opened_at, price] : best->closes) {
      if (opened_at + best->interval <= tape.to) closes.push_back({opened_at + best->interval, index, price});
    }
    files.insert(best->file);
    intervals.insert(interval_text(best->interval));
    ++symbols;
  }
  std::sort(closes.begin(), closes.end(), [](const BarClose& a, const BarClose& b) {
    return a.at != b.at ? a.at < b.at : a.symbol < b.symbol;
  });
  if (symbols > 0) {
    tape.notes.push_back(std::string(what) + ": " + list_of(intervals) + " bars of " +
                         std::to_string(symbols) + " symbols from " + list_of(files));
  } else {
    tape.notes.push_back(std::string(what) + ": no bars in this span");
  }
  return closes;
}

Result<Done, Fault> load_bars(Folder& folder, Tape& tape) {
  std::map<std::string, std::vector<BarSeries>> perpetual, spot;
  const Time from = tape.from - day;  // for the last close before the span
  for (const Table& table : folder.tables) {
    if (table.kind != TableKind::long_bars && table.kind != TableKind::wide_bars) continue;
    Result<CsvReader, Fault> csv = CsvReader::open(folder.disk, table.path, table.name);
    if (!csv) return csv.error();
    const Result<Done, Fault> read = read_bars(std::move(csv).value(), table.name, from, tape.to,
                                               table.is_spot() ? spot : perpetual, tape.rows);
    if (!read) return read.error();
  }
  for (const auto& [symbol, candidates] : perpetual) {
    if (best_series(candidates, tape.from, tape.to) != nullptr) tape.symbols.push_back(symbol);
  }
  tape.perpetual = closes_of(tape, perpetual, "perpetuals");
  tape.spot = closes_of(tape, spot, "spot");
  return Done{};
}

Result<Done, Fault> load_funding(Folder& folder, Tape& tape) {
  std::map<std::string, std::vector<FundingPoint>> points;
  for (const Table& table : folder.tables) {
    if (table.kind != TableKind::funding) continue;
    Result<CsvReader, Fault> csv = CsvReader::open(folder.disk, table.path, table.name);
    if (!csv) return csv.error();
    const Result<Done, Fault> read =
        read_funding(std::move(csv).value(), tape.from, tape.to, tape.symbols, points, tape.rows);
    if (!read) return read.error();
  }
  for (const auto& [symbol, list] : points) tape.funding.insert(tape.funding.end(), list.begin(), list.end());
  std::sort(tape.funding.begin(), tape.funding.end(), [](const FundingPoint& a, const FundingPoint& b) {
    return a.at != b.at ? a.at < b.at : a.symbol < b.symbol;
  });
  tape.notes.push_back("funding: " + std::to_string(tape.funding.size()) + " payments of " +
                       std::to_string(points.size()) + " symbols");
  return Done{};
}

Result<Done, Fault> attach_chain(Folder& folder, const ChosenChain& chain, Tape& tape) {
  if (chain.table == nullptr) {
    tape.notes.push_back("options: no chain in this span");
    return Done{};
  }
  Result<CsvReader, Fault> csv = CsvReader::open(folder.disk, chain.table->path, chain.table->name);
  if (!csv) return csv.error();
  // std::function wants a copy; the reader is shared, there is one feed.
  const auto reader = std::make_shared<ChainReader>(std::move(csv).value(), tape.from, tape.to);
  tape.next_snapshot = [reader](ChainSnapshot& snapshot, RowCount& rows) {
    return reader->next(snapshot, rows);
  };
  tape.notes.push_back("options: " + std::to_string(chain.scan.snapshots) + " snapshots, " +
                       format_time(chain.scan.first) + " to " + format_time(chain.scan.last) + ", from " +
                       chain.table->name);
  return Done{};
}

}  // namespace

Result<Tape, Fault> open_folder(Disk& disk, const std::string& path, std::optional<Time> from,
                                std::optional<Time> to) {
  if (from && to && *from >= *to) {
    return Fault{"--from " + format_time(*from) + " is not before --to " + format_time(*to)};
  }
  Folder folder{disk, path, {}, {}};
  while (folder.path.size() > 1 && folder.path.back() == '/') folder.path.pop_back();
  const Result<Done, Fault> found = find_tables(folder);
  if (!found) return found.error();
  if (folder.tables.empty()) {
    return Fault{path + ": holds no data; " + expected_layout, FaultKind::not_found};
  }
  const Result<ChosenChain, Fault> chain = choose_chain(folder, from, to);
  if (!chain) return chain.error();
  Tape tape;
  tape.source = "recorded data in " + path;
  if (chain.value().table != nullptr) {
    if (!from) from = chain.value().scan.first;
    if (!to) to = chain.value().scan.last;
  } else {
    const Result<Done, Fault> spanned = span_of_bars(folder, from, to);
    if (!spanned) return spanned.error();
  }
  if (from && to) {
    tape.from = *from;
    tape.to = *to;
    for (const auto step : {load_bars, load_funding}) {
      const Result<Done, Fault> done = step(folder, tape);
      if (!done) return done.error();
    }
    const Result<Done, Fault> attached = attach_chain(folder, chain.value(), tape);
    if (!attached) return attached.error();
  }
  if (chain.value().table == nullptr && tape.symbols.empty()) {
    return Fault{path + ": has neither option chains nor bars of USDT perpetuals" +
                 (from && to ? " between " + format_time(*from) + " and " + format_time(*to) : "") +
                 "; choose another span, or add files"};
  }
  tape.notes.insert(tape.notes.end(), folder.notes.begin(), folder.notes.end());
  return tape;
}

}  // namespace lockstep
