// Recorded bars and funding rates.  A file says by its header what it is:
//
//   open_ms,symbol,...,close,...      long: one row per bar and symbol
//   open_ms,BTCUSDT,ETHUSDT,...       wide: one row per bar, closes; blank before a symbol's listing
//   symbol,funding_ms,funding_rate    funding
//
// Only symbols as Binance names its USDT perpetuals are read.  Rows of a symbol are sorted by
// time.  "spot" in a file's name makes its bars spot prices; nothing in a header tells.
#pragma once

#include <map>
#include <optional>

#include "node/feed/csv.h"
#include "node/feed/tape.h"

namespace lockstep {

enum class TableKind : u8 { none, long_bars, wide_bars, funding };
TableKind table_kind(const CsvReader& csv);
bool is_linear_symbol(std::string_view name);

// Bars of one symbol in one file.  Times are those of the opening; interval 0: unknown, less than two bars.
struct BarSeries {
  std::string file;
  Duration interval;
  std::vector<std::pair<Time, Price>> closes;
};

// Adds the bars that open in from..to to `series`, by symbol.
Result<Done, Fault> read_bars(CsvReader csv, const std::string& file, Time from, Time to,
                              std::map<std::string, std::vector<BarSeries>>& series, RowCount& rows);

// The series to use for from..to: the finest of those that cover nine tenths of it; if none does, the one
// that covers most.  Ties go to the first in order of file names.  nullptr: none has a bar in it.
const BarSeries* best_series(const std::vector<BarSeries>& series, Time from, Time to);

struct BarScan {
  Duration interval;
  Time first;  // opening
  Time last;
};
Result<BarScan, Fault> scan_bars(CsvReader csv);

// Funding points in from..to of the symbols (sorted) that are not in `done` yet, which they join.
Result<Done, Fault> read_funding(CsvReader csv, Time from, Time to, const std::vector<std::string>& symbols,
                                 std::map<std::string, std::vector<FundingPoint>>& done, RowCount& rows);

}  // namespace lockstep
