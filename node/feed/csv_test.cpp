#include "node/feed/csv.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "node/io/memory_disk.h"

namespace lockstep {
namespace {

Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }

Bytes packed(std::string_view text) {
  Bytes result(ZSTD_compressBound(text.size()));
  const std::size_t size = ZSTD_compress(result.data(), result.size(), text.data(), text.size(), 3);
  EXPECT_FALSE(ZSTD_isError(size));
  result.resize(size);
  return result;
}

// Reads everything as rows; the first fault's text, or the number of rows.
std::string outcome(const Bytes& content, const std::string& name) {
  MemoryDisk disk;
  disk.set_content("d/" + name, content);
  Result<CsvReader, Fault> csv = CsvReader::open(disk, "d/" + name, name);
  if (!csv) return csv.error().what;
  for (int rows = 0;; ++rows) {
    const Result<bool, Fault> row = csv.value().next_row();
    if (!row) return row.error().what;
    if (!row.value()) return std::to_string(rows);
  }
}

i64 parsed(std::string_view text, int decimals) {
  i64 raw = -1;
  EXPECT_TRUE(parse_number(text, decimals, raw)) << text;
  return raw;
}

TEST(Csv, NumbersAreReadExactlyAndRoundedToTheUnitOnce) {
  EXPECT_EQ(parsed("0.6586", 12), 658'600'000'000);
  EXPECT_EQ(parsed("89015.58301378122", 8), 8'901'558'301'378);
  EXPECT_EQ(parsed("1e-05", 8), 1'000);
  EXPECT_EQ(parsed("7.26e-06", 8), 726);
  EXPECT_EQ(parsed("1.5E3", 0), 1'500);
  EXPECT_EQ(parsed("2e+2", 1), 2'000);
  EXPECT_EQ(parsed("-0.00002894", 12), -28'940'000);
  EXPECT_EQ(parsed("5e-09", 8), 1);  // a half rounds away from zero
  EXPECT_EQ(parsed("-5e-09", 8), -1);
  EXPECT_EQ(parsed("4.9e-09", 8), 0);
  EXPECT_EQ(parsed("0.30000000000000004", 8), 30'000'000);
  EXPECT_EQ(parsed("1e-400", 8), 0);
  EXPECT_EQ(parsed("0e99", 8), 0);
  EXPECT_EQ(parsed("9223372036854775807", 0), INT64_MAX);
}

TEST(Csv, WhatIsNoNumberIsRefused) {
  i64 raw = 0;
  for (const char* text : {"",
                           "-",
                           ".",
                           ".5",
                           "5.",
                           "1.2.3",
                           "+1",
                           " 1",
                           "1 ",
                           "abc",
                           "nan",
                           "inf",
                           "1e",
                           "1e+",
                           "1e1.5",
                           "0x10",
                           "1,5",
                           "--1",
                           "9223372036854775808",
                           "1e30",
                           "1e9999",
                           "11111111111111111111111111111111111111111"}) {
    EXPECT_FALSE(parse_number(text, 8, raw)) << text;
  }
}

TEST(Csv, PlainAndPackedFilesGiveTheSameRows) {
  std::string text = "a,b\n";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",x\n";
  EXPECT_EQ(outcome(bytes_of(text), "t.csv"), "100000");
  EXPECT_EQ(outcome(packed(text), "t.csv.zst"), "100000");
  // Several frames one after the other are one file.
  Bytes two = packed("a,b\n1,2\n");
  const Bytes more = packed("3,4\n");
  two.insert(two.end(), more.begin(), more.end());
  EXPECT_EQ(outcome(two, "t.csv.zst"), "2");
}

TEST(Csv, LineEndsAndAMissingLastLineEndAreAccepted) {
  EXPECT_EQ(outcome(bytes_of("a,b\r\n1,2\r\n3,4"), "t.csv"), "2");
  EXPECT_EQ(outcome(bytes_of("a,b"), "t.csv"), "0");
}

TEST(Csv, AByteOrderMarkIsNotPartOfTheFirstColumn) {
  MemoryDisk disk;
  disk.set_content("t.csv", bytes_of("\xef\xbb\xbfopen_ms,b\n"));
  const Result<CsvReader, Fault> csv = CsvReader::open(disk, "t.csv", "t.csv");
  ASSERT_TRUE(csv);
  EXPECT_EQ(csv.value().column("open_ms"), 0u);
  EXPECT_EQ(csv.value().column("c"), 2u);
}

TEST(Csv, ARowWithTooFewFieldsNamesItsLine) {
  EXPECT_EQ(outcome(bytes_of("a,b,c\n1,2,3\n4,5\n"), "t.csv"),
            "t.csv:3: the row has 2 fields; expected 3, as in the header");
}

TEST(Csv, AnArchiveThatEndsEarlyIsAFaultAtEveryLength) {
  std::string text = "a,b\n";
  for (int i = 0; i < 2'000; ++i) text += std::to_string(i * 7'919 % 10'007) + ",x\n";
  const Bytes whole = packed(text);
  for (std::size_t size = 4; size < whole.size(); size += 97) {
    const std::string fault =
        outcome(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), "t.csv.zst");
    EXPECT_NE(fault.find("the zstd archive ends behind this line"), std::string::npos)
        << size << ": " << fault;
  }
}

TEST(Csv, ADamagedArchiveIsAFault) {
  Bytes whole = packed("a,b\n" + std::string(5'000, '7') + ",1\n");
  whole[4] |= 0x08;  // a reserved bit of the frame header
  EXPECT_NE(outcome(whole, "t.csv.zst").find("damaged"), std::string::npos);
  EXPECT_NE(outcome(bytes_of("a,b\n1,2\n"), "t.csv.zst").find("is no zstd archive"), std::string::npos);
  EXPECT_NE(outcome(Bytes{}, "t.csv").find("is empty"), std::string::npos);
}

TEST(Csv, ALineWithoutEndIsAFaultNotAllOfMemory) {
  EXPECT_EQ(outcome(bytes_of("a\n" + std::string(1'000'000, '1')), "t.csv"),
            "t.csv:2: the line is longer than 65536 bytes; expected one row of a table");
}

TEST(Csv, FieldFaultsNameFileLineFieldAndWhatWouldBeRight) {
  MemoryDisk disk;
  disk.set_content("t.csv", bytes_of("snapshot_ms,mark_iv\nabc,\n1769572847979,-1\n12,0.5\n"));
  Result<CsvReader, Fault> csv = CsvReader::open(disk, "t.csv", "t.csv");
  ASSERT_TRUE(csv);
  ASSERT_TRUE(csv.value().next_row().value());
  EXPECT_EQ(csv.value().time_ms(0).error().what,
            "t.csv:2: field \"snapshot_ms\": \"abc\" is not a decimal; expected e.g. 1769572847979");
  EXPECT_EQ(csv.value().number(1, 12, "0.6586").error().what,
            "t.csv:2: field \"mark_iv\": \"\" is empty; expected e.g. 0.6586");
  ASSERT_TRUE(csv.value().next_row().value());
  EXPECT_EQ(csv.value().time_ms(0).value().raw(), 1'769'572'847'979'000);
  EXPECT_EQ(csv.value().positive(1, 12, "0.6586").error().what,
            "t.csv:3: field \"mark_iv\": \"-1\" is not positive; expected e.g. 0.6586");
  ASSERT_TRUE(csv.value().next_row().value());
  EXPECT_EQ(
      csv.value().time_ms(0).error().what,
      "t.csv:4: field \"snapshot_ms\": \"12\" is no time of 2009 to 2100 in milliseconds; expected e.g. "
      "1769572847979");
}

}  // namespace
}  // namespace lockstep
