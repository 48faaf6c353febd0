// Recorded option chains: files with one row per option and snapshot, sorted by snapshot.  A file is a chain
// if its header has the columns below, whatever its name:
//
//   snapshot_ms instrument_name underlying_price index_price mark_price mark_iv open_interest
//
// Other columns are not read.  Options of coins or kinds that contracts.h does not know are counted as
// skipped.
#pragma once

#include <optional>

#include "node/feed/csv.h"
#include "node/feed/tape.h"

namespace lockstep {

// What a scan of a whole file says about it.
struct ChainScan {
  u32 snapshots = 0;
  Time first;
  Time last;
};

// The first chain column that the file lacks; empty: it is a chain.
std::string missing_chain_column(const CsvReader& csv);

// Counts the snapshots between from and to (both included).
Result<ChainScan, Fault> scan_chain(CsvReader csv, std::optional<Time> from, std::optional<Time> to);

class ChainReader {
 public:
  // The reader's header must be that of a chain.
  ChainReader(CsvReader csv, Time from, Time to);
  // The next snapshot of the span, options in order of the file; false when there is none left.
  Result<bool, Fault> next(ChainSnapshot& snapshot, RowCount& rows);

 private:
  Result<Done, Fault> add_row(ChainSnapshot& snapshot, RowCount& rows);

  CsvReader csv_;
  Time from_;
  Time to_;
  std::size_t at_, name_, forward_, index_, mark_, volatility_, open_interest_;
  bool started_ = false;
  bool ended_ = false;
  Time row_at_;  // of the row that was read and not yet used
};

}  // namespace lockstep
