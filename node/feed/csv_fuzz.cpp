// Any bytes as a table, plain and as an archive: the readers of chains, bars and funding must end with rows
// or with a fault, and a fault is one line.
#include <cstdlib>

#include "node/feed/bars.h"
#include "node/feed/chain.h"
#include "node/io/memory_disk.h"

namespace {

using namespace lockstep;

void check(const Fault& fault) {
  if (fault.what.empty() || fault.what.find('\n') != std::string::npos) std::abort();
}

// A fresh reader of the same file, or none if even the header is bad.
bool open(Disk& disk, std::optional<CsvReader>& csv) {
  Result<CsvReader, Fault> opened = CsvReader::open(disk, "t.csv", "t.csv");
  if (!opened) {
    check(opened.error());
    return false;
  }
  csv = std::move(opened).value();
  return true;
}

void read_as_chain(CsvReader csv, BadRows bad_rows) {
  ChainReader reader(std::move(csv), Time{}, Time::from_raw(INT64_MAX), bad_rows);
  ChainSnapshot snapshot;
  RowCount rows;
  Time previous;
  for (;;) {
    const Result<bool, Fault> more = reader.next(snapshot, rows);
    if (!more) return check(more.error());
    if (!more.value()) return;
    if (snapshot.at <= previous) std::abort();
    previous = snapshot.at;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  MemoryDisk disk;
  disk.set_content("t.csv", Bytes(data, data + size));
  std::optional<CsvReader> csv;
  if (!open(disk, csv)) return 0;
  const TableKind kind = table_kind(*csv);
  if (missing_chain_column(*csv).empty()) {
    const Result<ChainScan, Fault> scan = scan_chain(std::move(*csv), std::nullopt, std::nullopt);
    if (!scan) check(scan.error());
    for (const BadRows bad_rows : {BadRows::fault, BadRows::skip}) {
      if (open(disk, csv)) read_as_chain(std::move(*csv), bad_rows);
    }
  } else if (kind == TableKind::funding) {
    std::map<std::string, std::vector<FundingPoint>> points;
    RowCount rows;
    const auto read =
        read_funding(std::move(*csv), Time{}, Time::from_raw(INT64_MAX), {"BTCUSDT"}, points, rows);
    if (!read) check(read.error());
  } else if (kind != TableKind::none) {
    std::map<std::string, std::vector<BarSeries>> series;
    RowCount rows;
    const auto read = read_bars(std::move(*csv), "t.csv", Time{}, Time::from_raw(INT64_MAX), series, rows);
    if (!read) check(read.error());
  } else {
    for (;;) {
      const Result<bool, Fault> row = csv->next_row();
      if (!row) check(row.error());
      if (!row || !row.value()) break;
    }
  }
  return 0;
}
