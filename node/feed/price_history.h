// Recorded closes for estimation.  A replay needs every row right (bars.h); an estimate over ten years does
// not stop at one bad print: what cannot be used is skipped and counted by reason.  Only a file that cannot
// be read as a table is a fault.
//
// Tables are looked for in the folder and in its folders daily and perps, and recognised by their headers:
//
//   coin,snapped_at_utc,price_usd,...,total_volume_usd    a price a day, at that moment
//   open_ms,symbol,open,high,low,close,volume_base         long bars; high, low and volume may be absent
//   open_ms,BTCUSDT,ETHUSDT,...                            wide bars: closes; blank where a symbol has none
//
// Times of a series are those of the close: opening plus the interval, which is the shortest step of the
// file.  Prices are in dollars or a coin that stands for one, volumes in coins (of a daily price: its dollars
// over the price).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/units/units.h"
#include "node/io/disk.h"

namespace lockstep {

struct Close {
  Time at;
  double close = 0;
  double high = 0, low = 0;  // 0: not recorded
  double volume = 0;         // coins; 0: not recorded
};

enum class RowTrouble : u8 {
  bad_time,      // no time between 2009 and 2100
  no_number,     // "NaN", text, or beyond 9e10
  not_positive,  // zero or below
  repeated,      // a time that was there already; the first stays
  out_of_order,  // before the row above; of two in the wrong order the one that belongs stays
  inconsistent,  // close outside high and low: the close is kept, they are not
  missing,       // bars that are absent inside the series; nothing is skipped
};
inline constexpr std::size_t row_troubles = 7;
std::string_view text_of(RowTrouble trouble);

struct RowTroubles {
  std::array<u64, row_troubles> count = {};
  u64& operator[](RowTrouble trouble) { return count[static_cast<std::size_t>(trouble)]; }
  u64 operator[](RowTrouble trouble) const { return count[static_cast<std::size_t>(trouble)]; }
};
// "2 repeated, 1 not positive"; empty if nothing was wrong.
std::string to_text(const RowTroubles& troubles);

// One symbol of one file, in order of time, no moment twice.
struct PriceSeries {
  std::string base;    // "BTC"
  std::string symbol;  // as the file names it: "BTC", "BTCUSDT", "BTC-USDT-SWAP"
  std::string file;    // relative to the folder
  Duration interval;   // between two closes
  std::vector<Close> closes;
  RowTroubles troubles;
};

// At least nine tenths of the bars between the first and the last are there.  Files of a few windows of a
// market are not.
bool is_dense(const PriceSeries& series);

struct PriceHistory {
  std::vector<PriceSeries> series;  // by base, interval, file, symbol
  std::vector<std::string> notes;   // files that were left out, rows that were skipped
};

// What a symbol is the price of: "BTCUSDT", "BTC-USDT-SWAP" and "BTC" give "BTC"; empty: not such a symbol.
std::string base_of_symbol(std::string_view symbol);

// All series of the folder, of these bases only (none: of all).  A folder without any is a fault.
Result<PriceHistory, Fault> read_price_history(Disk& disk, const std::string& folder,
                                               const std::vector<std::string>& bases);

// Closes at 00:00 UTC, one a day.
struct DailyPrices {
  std::string base;
  std::vector<Close> closes;       // times are exact midnights; days may be missing
  u64 missing = 0;                 // days without a close between the first and the last
  u64 off_the_day = 0;             // daily prices that were recorded too far from midnight to be one
  std::vector<std::string> parts;  // "daily/x.csv 2013-04-28 to 2026-03-16", in order of time
};

// Of the dense series the one that begins earliest (of those the longest), continued at its end by the one
// that reaches furthest, and so on.  A price recorded within an hour of midnight is the close of that
// midnight; of several the nearest.  Bars shorter than a day give only what closes at midnight.  Levels are
// joined as they are: two sources differ by less than a day's noise.  High, low and volume are those of the
// day that ends at the close; high and low are 0 unless every bar of it has them.
DailyPrices daily_prices(const PriceHistory& history, const std::string& base);

}  // namespace lockstep
