// Recorded option chains: files with one row per option and snapshot, sorted by snapshot.  A file is a chain
// if its header has the columns below, whatever its name:
//
//   snapshot_ms instrument_name underlying_price index_price mark_price mark_iv open_interest
//
// bid_price and ask_price, in coin, are read where there are such columns; an empty field is no quote.  Other
// columns are not read.  Options of coins or kinds that contracts.h does not know are counted as
// skipped.
//
// A replay needs every row right: what is wrong is a fault.  An estimate does not stop at one bad row (as
// with bars, price_history.h): with BadRows::skip what cannot be used is counted by reason, and an option
// that a snapshot has twice is given twice, because which of the two is right is not for a reader to say.
#pragma once

#include <array>
#include <optional>

#include "node/feed/csv.h"
#include "node/feed/tape.h"

namespace lockstep {

enum class BadRows : u8 { fault, skip };

enum class ChainTrouble : u8 { bad_time, out_of_order, unknown, expired, no_number, out_of_range };
inline constexpr std::array<const char*, 6> chain_trouble_words = {
    "outside of the time that is read",  // or no time at all
    "before the row above",
    "no option of a known coin",
    "expired",
    "no number",
    "negative, zero or beyond any sense"};
using ChainTroubles = std::array<u64, chain_trouble_words.size()>;

// What a scan of a whole file says about it.
struct ChainScan {
  u32 snapshots = 0;
  Time first;
  Time last;
};

// The first chain column that the file lacks; empty: it is a chain.
std::string missing_chain_column(const CsvReader& csv);

// Counts the snapshots between from and to (both included).
Result<ChainScan, Fault> scan_chain(CsvReader csv, std::optional<Time> from, std::optional<Time> to,
                                    BadRows bad_rows = BadRows::fault);
// a is the better recording: spans two days at least, then snapshots a day.
bool is_denser(const ChainScan& a, const ChainScan& b);

class ChainReader {
 public:
  // The reader's header must be that of a chain.
  ChainReader(CsvReader csv, Time from, Time to, BadRows bad_rows = BadRows::fault);
  // The next snapshot of the span, options in order of the file; false when there is none left.
  Result<bool, Fault> next(ChainSnapshot& snapshot, RowCount& rows);
  // Of rows that were skipped so far; with BadRows::fault those of unknown and expired options only.
  const ChainTroubles& troubles() const { return troubles_; }

 private:
  // Makes the next row with a usable time the current one; ended_ behind the last.
  Result<Done, Fault> next_row();
  Result<Done, Fault> add_row(ChainSnapshot& snapshot, RowCount& rows);
  void count(ChainTrouble trouble) { troubles_[static_cast<std::size_t>(trouble)] += 1; }
  bool has_no_number() const;

  // In coin; 0 if the field is empty or there is no such column.
  Result<Price, Fault> quoted(std::size_t column) const;

  CsvReader csv_;
  Time from_;
  Time to_;
  BadRows bad_rows_;
  std::size_t at_, name_, forward_, index_, mark_, volatility_, open_interest_, bid_, ask_;
  bool started_ = false;
  bool ended_ = false;
  Time row_at_;  // of the row that was read and not yet used
  ChainTroubles troubles_{};
};

}  // namespace lockstep
