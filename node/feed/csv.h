// Reads recorded tables row by row from plain or zstd-compressed files, and believes nothing: a missing
// column, a row with too few fields, a number that is none, a file that ends inside its archive are faults of
// one line that name the file, the line, the field and what would be right:
//
//   perps/bars.csv.zst:17: field "close": "abc" is not a decimal; expected e.g. 89015.5
//
// No quoting: none of the files this reads has a comma or a quote inside a field, and a quote is a fault, not
// a guess.  Lines end in \n or \r\n.  Archives may use a window of up to 2^27 bytes ("--long=27"), which is
// also the memory a reader may need.  A view of a field is valid until the next call of next_row.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/entities.h"
#include "node/io/disk.h"

namespace lockstep {

// Exact reading of a decimal, also with exponent ("1e-05", "89015.58301378122"): raw units of
// 10^-`decimals`, rounded to nearest (half away from zero) where the text is finer than the unit.  False if
// the text is no decimal, longer than 40 characters, or does not fit i64.
bool parse_number(std::string_view text, int decimals, i64& raw);

class CsvReader {
 public:
  // Opens the file and reads its header line.  `name` is what messages call it.
  static Result<CsvReader, Fault> open(Disk& disk, const std::string& path, const std::string& name);
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  const std::vector<std::string>& columns() const { return columns_; }
  // Position of a column; columns().size() if there is none.
  std::size_t column(std::string_view name) const;
  // Reads the next row; false at the end of the file.
  Result<bool, Fault> next_row();
  // Skips parsing of fields: the line as it is, for scans.  Same row as next_row would read.
  std::string_view row_text() const { return row_; }

  std::string_view field(std::size_t column) const { return fields_[column]; }
  // Required fields of the current row: empty is a fault.
  Result<i64, Fault> number(std::size_t column, int decimals, std::string_view example) const;
  Result<i64, Fault> positive(std::size_t column, int decimals, std::string_view example) const;
  // Epoch milliseconds between 2009 and 2100.
  Result<Time, Fault> time_ms(std::size_t column) const;
  // About the current row.
  Fault fault(std::size_t column, std::string_view problem) const;

 private:
  struct Source;
  CsvReader();
  Result<bool, Fault> next_line();
  Result<Done, Fault> fill();
  Fault fault_here(const std::string& problem) const;

  std::unique_ptr<Source> source_;
  std::string name_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::string_view row_;
  u64 line_ = 0;
};

}  // namespace lockstep
