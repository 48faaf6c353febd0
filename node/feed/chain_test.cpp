// A chain with bad rows: a fault for a feed, a count for an estimate.
#include "node/feed/chain.h"

#include <gtest/gtest.h>

#include "node/io/memory_disk.h"

namespace lockstep {
namespace {

const std::string header =
    "snapshot_ms,instrument_name,underlying_price,index_price,mark_price,mark_iv,open_interest,bid_price,"
    "ask_price\n";
// 2026-02-01 00:00 and an hour later.
const std::string first = "1769904000000,", second = "1769907600000,";
const std::string good = "BTC-27MAR26-80000-C,80000,79900,0.05,0.5,10,0.049,0.051\n";
const std::string other = "BTC-27MAR26-90000-C,80000,79900,0.02,0.5,10,,0.021\n";

CsvReader opened(MemoryDisk& disk, const std::string& rows) {
  const std::string text = header + rows;
  disk.set_content("chain.csv", Bytes(text.begin(), text.end()));
  return CsvReader::open(disk, "chain.csv", "chain.csv").value();
}

struct Read {
  std::vector<ChainSnapshot> snapshots;
  ChainTroubles troubles{};
  std::string fault;
};
Read read(const std::string& rows, BadRows bad_rows, Time to = Time::from_raw(INT64_MAX)) {
  MemoryDisk disk;
  ChainReader reader(opened(disk, rows), Time{}, to, bad_rows);
  Read out;
  ChainSnapshot snapshot;
  RowCount count;
  for (;;) {
    const Result<bool, Fault> more = reader.next(snapshot, count);
    if (!more) out.fault = more.error().what;
    if (!more || !more.value()) break;
    out.snapshots.push_back(snapshot);
  }
  out.troubles = reader.troubles();
  return out;
}

void expect_trouble(const std::string& row, ChainTrouble trouble, const std::string& fault) {
  SCOPED_TRACE(row);
  const std::string rows = first + good + row + second + other;
  EXPECT_EQ(read(rows, BadRows::fault).fault, fault);
  const Read skipped = read(rows, BadRows::skip);
  EXPECT_EQ(skipped.fault, "");
  ASSERT_EQ(skipped.snapshots.size(), 2u);
  EXPECT_EQ(skipped.snapshots[0].options.size(), 1u);
  EXPECT_EQ(skipped.snapshots[1].options.size(), 1u);
  for (std::size_t i = 0; i < skipped.troubles.size(); ++i)
    EXPECT_EQ(skipped.troubles[i], i == static_cast<std::size_t>(trouble) ? 1u : 0u)
        << chain_trouble_words[i];
}

TEST(Chain, WhatIsBadIsAFaultForAFeedAndACountForAnEstimate) {
  expect_trouble(first + "BTC-27MAR26-70000-C,NaN,79900,0.05,0.5,10,,\n", ChainTrouble::no_number,
                 "chain.csv:3: field \"underlying_price\": \"NaN\" is not a decimal; expected e.g. "
                 "89015.58301378122");
  expect_trouble(first + "BTC-27MAR26-70000-C,80000,79900,0.05,0.5,10,x,\n", ChainTrouble::no_number,
                 "chain.csv:3: field \"bid_price\": \"x\" is not a decimal; expected e.g. 0.0785");
  expect_trouble(first + "BTC-27MAR26-70000-C,80000,0,0.05,0.5,10,,\n", ChainTrouble::out_of_range,
                 "chain.csv:3: field \"index_price\": \"0\" is not positive; expected e.g. 89021.44");
  expect_trouble(first + "BTC-27MAR26-70000-C,80000,79900,0.05,0.5,10,,-1\n", ChainTrouble::out_of_range,
                 "chain.csv:3: field \"ask_price\": \"-1\" is negative; expected e.g. 0.0785, or nothing");
  expect_trouble("1769900000000," + good, ChainTrouble::out_of_order,
                 "chain.csv:3: field \"snapshot_ms\": \"1769900000000\" is before the row above; expected "
                 "snapshots in order");
  expect_trouble(first + "BTC-31JAN26-70000-C,80000,79900,0.05,0.5,10,,\n", ChainTrouble::expired, "");
  expect_trouble(first + "DOGE-27MAR26-1-C,1,1,0.05,0.5,10,,\n", ChainTrouble::unknown, "");
}

// Which of two is right is for node/surface to say.
TEST(Chain, AnOptionThatComesTwiceIsGivenTwiceToAnEstimate) {
  const std::string rows = first + good + first + good;
  EXPECT_NE(read(rows, BadRows::fault).fault.find("appears twice in this snapshot"), std::string::npos);
  const Read skipped = read(rows, BadRows::skip);
  ASSERT_EQ(skipped.snapshots.size(), 1u);
  EXPECT_EQ(skipped.snapshots[0].options.size(), 2u);
}

TEST(Chain, ARowFromTheFutureHidesNothing) {
  const Time to = Time::from_raw(1'769'994'000'000'000);
  const Read skipped =
      read(first + good + "1899907600000," + other + "NaN," + other + second + other, BadRows::skip, to);
  ASSERT_EQ(skipped.snapshots.size(), 2u);
  EXPECT_EQ(skipped.troubles[static_cast<std::size_t>(ChainTrouble::bad_time)], 2u);
}

TEST(Chain, AScanSkipsWhatAReaderSkips) {
  const std::string rows = first + good + "soon," + good + "1769900000000," + good + second + other;
  MemoryDisk disk;
  EXPECT_FALSE(scan_chain(opened(disk, rows), std::nullopt, std::nullopt));
  const ChainScan scan = scan_chain(opened(disk, rows), std::nullopt, std::nullopt, BadRows::skip).value();
  EXPECT_EQ(scan.snapshots, 2u);
  EXPECT_EQ(scan.last - scan.first, hour);
}

}  // namespace
}  // namespace lockstep
