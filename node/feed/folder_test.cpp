#include "node/feed/folder.h"

#include <gtest/gtest.h>

#include "node/feed/calendar.h"
#include "node/io/memory_disk.h"

namespace lockstep {
namespace {

const std::string chain_header =
    "snapshot_ms,instrument_name,underlying_name,underlying_price,index_price,mark_price,mark_iv,open_"
    "interest\n";

i64 ms_of(Time time) { return time.raw() / 1'000; }
Time at(const std::string& text) { return parse_time(text, "test").value(); }

std::string chain_row(Time time, const std::string& name) {
  return std::to_string(ms_of(time)) + "," + name + ",x,100000.5,100000,0.01,0.5,12.5\n";
}

// One option, a snapshot every `step` over `days`.
std::string chain(const std::string& from, int days, Duration step) {
  std::string text = chain_header;
  const Time begin = at(from);
  for (Time time = begin; time <= begin + Duration::from_raw(days * day.raw()); time = time + step) {
    text += chain_row(time, "BTC-27MAR26-100000-C");
  }
  return text;
}

std::string wide_bars(const std::string& symbols, const std::string& from, int count, Duration step) {
  std::string text = "open_ms," + symbols + "\n";
  const std::size_t columns = static_cast<std::size_t>(std::count(symbols.begin(), symbols.end(), ',')) + 1;
  for (int i = 0; i < count; ++i) {
    text += std::to_string(ms_of(at(from) + Duration::from_raw(i * step.raw())));
    for (std::size_t c = 0; c < columns; ++c) text += "," + std::to_string(100 + i);
    text += "\n";
  }
  return text;
}

struct Data {
  MemoryDisk disk;
  void put(const std::string& name, const std::string& text) {
    disk.set_content("data/" + name, Bytes(text.begin(), text.end()));
  }
  Result<Tape, Fault> open(std::optional<Time> from = {}, std::optional<Time> to = {}) {
    return open_folder(disk, "data", from, to);
  }
  std::string fault(std::optional<Time> from = {}, std::optional<Time> to = {}) {
    const Result<Tape, Fault> tape = open(from, to);
    return tape ? "" : tape.error().what;
  }
};

bool has_note(const Tape& tape, const std::string& part) {
  for (const std::string& note : tape.notes) {
    if (note.find(part) != std::string::npos) return true;
  }
  return false;
}

constexpr Duration hours(int n) { return Duration::from_raw(n * hour.raw()); }
constexpr Duration minutes(int n) { return Duration::from_raw(n * minute.raw()); }

TEST(Folder, TheChainWithMostSnapshotsADayAmongThoseOfTwoDaysSetsTheSpan) {
  Data data;
  data.put("deribit_options/a_daily.csv", chain("2026-01-01", 30, day));
  data.put("deribit_options/b_dense.csv", chain("2026-01-10", 3, hours(6)));
  data.put("deribit_options/c_short.csv", chain("2026-01-20", 1, hours(1)));
  const Result<Tape, Fault> tape = data.open();
  ASSERT_TRUE(tape) << tape.error().what;
  EXPECT_EQ(format_time(tape.value().from), "2026-01-10 00:00:00");
  EXPECT_EQ(format_time(tape.value().to), "2026-01-13 00:00:00");
  EXPECT_TRUE(has_note(tape.value(), "13 snapshots"));
}

TEST(Folder, AGivenSpanTakesTheChainWithMostSnapshotsInIt) {
  Data data;
  data.put("deribit_options/a_daily.csv", chain("2026-01-01", 30, day));
  data.put("deribit_options/b_dense.csv", chain("2026-01-10", 3, hours(6)));
  const Result<Tape, Fault> tape = data.open(at("2026-01-20"), at("2026-01-24"));
  ASSERT_TRUE(tape) << tape.error().what;
  EXPECT_TRUE(has_note(tape.value(), "a_daily.csv"));
  EXPECT_EQ(format_time(tape.value().to), "2026-01-24 00:00:00");
}

TEST(Folder, SnapshotsOfTheSpanComeInOrderAndWithTheirRows) {
  Data data;
  data.put("deribit_options/chain.csv", chain("2026-01-10", 3, hours(6)));
  Result<Tape, Fault> tape = data.open(at("2026-01-11"), at("2026-01-12"));
  ASSERT_TRUE(tape) << tape.error().what;
  ChainSnapshot snapshot;
  RowCount rows;
  std::vector<std::string> times;
  while (tape.value().next_snapshot(snapshot, rows).value()) {
    ASSERT_EQ(snapshot.options.size(), 1u);
    times.push_back(format_time(snapshot.at));
  }
  ASSERT_EQ(times.size(), 5u);
  EXPECT_EQ(times.front(), "2026-01-11 00:00:00");
  EXPECT_EQ(times.back(), "2026-01-12 00:00:00");
  EXPECT_EQ(snapshot.options.size(), 0u);
  EXPECT_EQ(rows.used, 5u);
  EXPECT_EQ(rows.skipped, 8u);
}

TEST(Folder, TheFinestBarsThatCoverTheSpanAreUsedAndClosesAreKnownOnlyWhenBarsClose) {
  Data data;
  data.put("deribit_options/chain.csv", chain("2026-01-10", 2, hours(6)));
  data.put("perps/coarse_1h.csv", wide_bars("BTCUSDT,ETHUSDT", "2026-01-09", 100, hours(1)));
  data.put("perps/fine_5m.csv", wide_bars("BTCUSDT", "2026-01-09", 1'200, minutes(5)));
  data.put("perps/fine_part_1m.csv", wide_bars("BTCUSDT", "2026-01-10", 100, minutes(1)));
  data.put("perps/spot_1h.csv", wide_bars("BTCUSDT", "2026-01-09", 100, hours(1)));
  const Result<Tape, Fault> opened = data.open();
  ASSERT_TRUE(opened) << opened.error().what;
  const Tape& tape = opened.value();
  EXPECT_EQ(tape.symbols, (std::vector<std::string>{"BTCUSDT", "ETHUSDT"}));
  EXPECT_TRUE(has_note(tape, "1h, 5m bars of 2 symbols from perps/coarse_1h.csv, perps/fine_5m.csv"));
  EXPECT_TRUE(has_note(tape, "spot: 1h bars of 1 symbols"));
  // The bar that opens at 2026-01-09 00:00 has close 100, and closes five minutes later.
  EXPECT_EQ(format_time(tape.perpetual.front().at), "2026-01-09 00:05:00");
  EXPECT_EQ(tape.perpetual.front().price.raw(), 100 * price_one);
  EXPECT_EQ(format_time(tape.perpetual.back().at), "2026-01-12 00:00:00");
}

TEST(Folder, LongBarsMayBeSortedBySymbolAndFundingBelongsToSymbolsWithBars) {
  Data data;
  std::string bars = "open_ms,symbol,open,high,low,close,volume_base\n";
  for (const char* symbol : {"BTCUSDT", "SOLUSDT"}) {
    for (int i = 0; i < 48; ++i) {
      bars += std::to_string(ms_of(at("2026-01-10") + hours(i))) + "," + symbol + ",1,1,1,2.5,7\n";
    }
  }
  data.put("perps/bars.csv", bars);
  data.put("perps/funding.csv", "symbol,funding_ms,funding_rate,src\nBTCUSDT," +
                                    std::to_string(ms_of(at("2026-01-11")) + 1) + ",-0.0001,A\nXRPUSDT," +
                                    std::to_string(ms_of(at("2026-01-11"))) + ",0.0001,A\n");
  const Result<Tape, Fault> opened = data.open();
  ASSERT_TRUE(opened) << opened.error().what;
  const Tape& tape = opened.value();
  EXPECT_EQ(tape.symbols.size(), 2u);
  EXPECT_EQ(tape.perpetual.size(), 96u);
  EXPECT_FALSE(tape.next_snapshot);
  ASSERT_EQ(tape.funding.size(), 1u);
  EXPECT_EQ(tape.funding[0].rate.raw(), -100'000'000);
  EXPECT_TRUE(has_note(tape, "options: no chain"));
}

TEST(Folder, WhatCannotBeUsedIsANoteAndNothingUsableIsAFault) {
  Data data;
  EXPECT_NE(data.fault().find("data: holds no data; expected deribit_options/"), std::string::npos);
  data.put("perps/readme.txt", "hello");
  EXPECT_NE(data.fault().find("holds no data"), std::string::npos);
  data.put("perps/ftx.csv", "open_utc,open,close\n2021,1,1\n");
  EXPECT_NE(data.fault().find("holds no data"), std::string::npos);
  data.put("perps/bars.csv", wide_bars("BTCUSDT", "2026-01-10", 100, hours(1)));
  const Result<Tape, Fault> tape = data.open();
  ASSERT_TRUE(tape) << tape.error().what;
  EXPECT_TRUE(has_note(tape.value(), "left out perps/ftx.csv"));
  EXPECT_NE(data.fault(at("2020-01-01"), at("2020-01-05")).find("between 2020-01-01 00:00:00 and"),
            std::string::npos);
  EXPECT_EQ(data.fault(at("2026-01-05"), at("2026-01-05")),
            "--from 2026-01-05 00:00:00 is not before --to 2026-01-05 00:00:00");
}

TEST(Folder, ABadRowOfAUsedFileNamesFileLineAndField) {
  Data data;
  data.put("perps/bars.csv", "open_ms,BTCUSDT\n1768003200000,100\n1768006800000,1o0\n1768010400000,1\n");
  EXPECT_EQ(data.fault(),
            "perps/bars.csv:3: field \"BTCUSDT\": \"1o0\" is not a decimal; expected e.g. 89015.5");
  data.put("perps/bars.csv", "open_ms,BTCUSDT\n1768003200000,100\n1768006800000,100\n1768006800000,100\n");
  EXPECT_EQ(data.fault(),
            "perps/bars.csv:4: field \"open_ms\": \"1768006800000\" appears twice; expected each bar once");
  data.put("perps/bars.csv", "open_ms,BTCUSDT\n1768003200000,100\n1768006800000,-5\n");
  EXPECT_EQ(data.fault(),
            "perps/bars.csv:3: field \"BTCUSDT\": \"-5\" is not positive; expected e.g. 89015.5");
}

std::string chain_fault(const std::string& rows) {
  Data data;
  data.put("deribit_options/c.csv",
           chain_header + rows + chain_row(at("2026-03-01"), "BTC-27MAR26-100000-C"));
  Result<Tape, Fault> tape = data.open();
  if (!tape) return tape.error().what;
  ChainSnapshot snapshot;
  RowCount counts;
  for (;;) {
    const Result<bool, Fault> more = tape.value().next_snapshot(snapshot, counts);
    if (!more) return more.error().what;
    if (!more.value())
      return std::to_string(counts.used) + " used, " + std::to_string(counts.skipped) + " skipped";
  }
}

TEST(Folder, ABadChainRowNamesWhatIsWrong) {
  const std::string time = std::to_string(ms_of(at("2026-01-10")));
  const std::string name = time + ",BTC-27MAR26-100000-C,x,";
  EXPECT_EQ(chain_fault(name + "100,100,0.1,abc,1\n"),
            "deribit_options/c.csv:2: field \"mark_iv\": \"abc\" is not a decimal; expected e.g. 0.6586");
  EXPECT_EQ(chain_fault(name + "100,100,,0.5,1\n"),
            "deribit_options/c.csv:2: field \"mark_price\": \"\" is empty; expected e.g. 0.07881298");
  EXPECT_EQ(chain_fault(name + "0,100,0.1,0.5,1\n"),
            "deribit_options/c.csv:2: field \"underlying_price\": \"0\" is not positive; expected e.g. "
            "89015.58301378122");
  EXPECT_NE(chain_fault(name + "100,100,0.1,140.5,1\n").find("expected a fraction"), std::string::npos);
  EXPECT_NE(chain_fault(name + "100,100,0.1,0.5,-1\n").find("is negative"), std::string::npos);
  EXPECT_NE(chain_fault(name + "100,100,0.1,0.5,1\n" + name + "100,100,0.1,0.5,1\n").find("appears twice"),
            std::string::npos);
  EXPECT_NE(chain_fault(chain_row(at("2026-03-02"), "BTC-27MAR26-100000-C")).find("is before the row above"),
            std::string::npos);
  // What this feed does not model, and what has expired, is counted and not used.
  EXPECT_EQ(
      chain_fault(time + ",SOL_USDC-27MAR26-100-C,x,,,,,\n" + time + ",BTC-9JAN26-100000-C,x,1,1,1,1,1\n"),
      "1 used, 2 skipped");
}

// Bids and asks are read where a chain has them; an empty field is no quote.
TEST(Folder, ChainsMayHaveBidsAndAsks) {
  const std::string header =
      "snapshot_ms,instrument_name,underlying_price,index_price,bid_price,ask_price,mark_price,mark_iv,"
      "open_interest\n";
  const std::string time = std::to_string(ms_of(at("2026-01-10")));
  const auto read = [&](const std::string& quotes, ChainSnapshot& snapshot) -> std::string {
    Data data;
    data.put("deribit_options/chain.csv", header + time + ",BTC-27MAR26-100000-C,100,100," + quotes +
                                              ",0.01,0.5,1\n" + std::to_string(ms_of(at("2026-01-13"))) +
                                              ",BTC-27MAR26-100000-C,100,100,,,0.01,0.5,1\n");
    Result<Tape, Fault> tape = data.open();
    if (!tape) return tape.error().what;
    const Result<bool, Fault> next = tape.value().next_snapshot(snapshot, tape.value().rows);
    return next ? "" : next.error().what;
  };
  ChainSnapshot snapshot;
  EXPECT_EQ(read("0.0095,0.0105", snapshot), "");
  EXPECT_EQ(snapshot.options[0].bid, Price::from_raw(950'000));
  EXPECT_EQ(snapshot.options[0].ask, Price::from_raw(1'050'000));
  EXPECT_EQ(read(",0.0105", snapshot), "");
  EXPECT_EQ(snapshot.options[0].bid, Price{});
  EXPECT_EQ(read("0,0", snapshot), "");
  EXPECT_EQ(snapshot.options[0].ask, Price{});
  for (const char* bad : {"nan", "inf", "x", "1e400"}) {
    EXPECT_NE(read(std::string(bad) + ",0.01", snapshot).find("bid_price"), std::string::npos) << bad;
  }
  EXPECT_NE(read("0.01,-0.01", snapshot).find("is negative"), std::string::npos);
  EXPECT_NE(read("0.01,101", snapshot).find("above 100 coins"), std::string::npos);
  Data without;
  without.put("deribit_options/chain.csv", chain("2026-01-10", 3, hours(6)));
  Result<Tape, Fault> tape = without.open();
  ASSERT_TRUE(tape);
  ASSERT_TRUE(tape.value().next_snapshot(snapshot, tape.value().rows));
  EXPECT_EQ(snapshot.options[0].bid, Price{});
  EXPECT_EQ(snapshot.options[0].ask, Price{});
}

}  // namespace
}  // namespace lockstep
