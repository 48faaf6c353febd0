// One buffer of decoded text, from which lines are cut; when it holds no whole line, what is left moves to
// the front and more is decoded behind it.  A line longer than line_size_max is a fault, so the buffer is
// bounded.
#include "node/feed/csv.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "core/base/wide.h"

namespace lockstep {
namespace {

constexpr std::size_t chunk_size = 1 << 18;
constexpr std::size_t line_size_max = 1 << 16;
constexpr std::size_t columns_max = 1'000;
constexpr std::size_t number_size_max = 40;
constexpr int window_log_max = 27;
constexpr i64 time_ms_min = 1'230'768'000'000;  // 2009-01-01
constexpr i64 time_ms_max = 4'102'444'800'000;  // 2100-01-01
constexpr u8 zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, 40)) result += c >= ' ' && c <= '~' ? c : '?';
  return result + (text.size() > 40 ? "...\"" : "\"");
}

// [+-]digits behind the e; false if malformed or absurd.
bool parse_exponent(std::string_view text, int& exponent) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 3) return false;
  exponent = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    exponent = exponent * 10 + (c - '0');
  }
  if (negative) exponent = -exponent;
  return true;
}

}  // namespace

bool parse_number(std::string_view text, int decimals, i64& raw) {
  if (text.size() > number_size_max) return false;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  i128 digits = 0;
  int digit_count = 0;  // significant ones, which i128 must hold
  int fraction = 0;     // digits behind the point
  bool any = false;
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) break;
    any = true;
    if (digit_count > 0 || c != '0') ++digit_count;
    if (digit_count > 37) return false;
    digits = digits * 10 + (c - '0');
    if (point) ++fraction;
  }
  int exponent = 0;
  if (!any || text[0] == '.' || text[at - 1] == '.') return false;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return false;
    if (!parse_exponent(text.substr(at + 1), exponent)) return false;
  }
  const int shift = decimals + exponent - fraction;
  i128 result = 0;
  if (digits != 0 && shift >= 0) {
    if (shift > 18 || digits > i128{INT64_MAX} / pow10(shift)) return false;
    result = digits * pow10(shift);
  } else if (shift < 0 && shift >= -38) {
    result = div(digits, pow10(-shift), Round::nearest);
  }
  if (result > INT64_MAX) return false;
  raw = static_cast<i64>(negative ? -result : result);
  return true;
}

struct CsvReader::Source {
  struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<File> file;
  u64 offset = 0;
  bool file_ended = false;
  std::unique_ptr<ZSTD_DStream, FreeStream> zstd;  // absent: plain text
  bool frame_open = false;                         // the archive has begun a frame and not ended it
  std::vector<u8> packed;
  std::size_t packed_at = 0;
  std::string text;
  std::size_t text_at = 0;
};

CsvReader::CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Fault CsvReader::fault_here(const std::string& problem) const {
  return {name_ + ":" + std::to_string(line_) + ": " + problem};
}

Fault CsvReader::fault(std::size_t column, std::string_view problem) const {
  return fault_here("field \"" + columns_[column] + "\": " + quoted(fields_[column]) + " " +
                    std::string(problem));
}

Result<CsvReader, Fault> CsvReader::open(Disk& disk, const std::string& path, const std::string& name) {
  Result<std::unique_ptr<File>, Fault> file = disk.open(path, OpenMode::read);
  if (!file) return file.error();
  CsvReader reader;
  reader.name_ = name;
  reader.source_ = std::make_unique<Source>();
  Source& source = *reader.source_;
  source.file = std::move(file).value();
  u8 start[sizeof zstd_magic] = {};
  const Result<std::size_t, Fault> got = source.file->pread(0, start);
  if (!got) return got.error();
  const bool packed = got.value() == sizeof start && std::equal(start, start + sizeof start, zstd_magic);
  if (path.ends_with(".zst") && !packed) {
    return Fault{name +
                 ": is no zstd archive, although its name ends in .zst; compress it, or rename it to .csv"};
  }
  if (packed) {
    source.zstd.reset(ZSTD_createDStream());
    LS_ASSERT(source.zstd != nullptr);
    ZSTD_DCtx_setParameter(source.zstd.get(), ZSTD_d_windowLogMax, window_log_max);
  }
  const Result<bool, Fault> line = reader.next_line();
  if (!line) return line.error();
  if (!line.value()) return Fault{name + ": is empty; expected a header line that names the columns"};
  std::string_view header = reader.row_;
  if (header.starts_with("\xef\xbb\xbf")) header.remove_prefix(3);
  for (std::size_t begin = 0; begin <= header.size();) {
    const std::size_t end = std::min(header.find(',', begin), header.size());
    reader.columns_.emplace_back(header.substr(begin, end - begin));
    begin = end + 1;
  }
  if (reader.columns_.size() > columns_max) return reader.fault_here("has more than 1000 columns");
  return reader;
}

std::size_t CsvReader::column(std::string_view name) const {
  return static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), name) - columns_.begin());
}

// Appends decoded bytes to the text, or notes that the file has ended.
Result<Done, Fault> CsvReader::fill() {
  Source& source = *source_;
  if (source.packed_at == source.packed.size() && !source.file_ended) {
    source.packed.resize(chunk_size);
    const Result<std::size_t, Fault> got = source.file->pread(source.offset, source.packed);
    if (!got) return got.error();
    source.packed.resize(got.value());
    source.packed_at = 0;
    source.offset += got.value();
    source.file_ended = got.value() < chunk_size;
  }
  if (!source.zstd) {
    source.text.append(source.packed.begin(), source.packed.end());
    source.packed_at = source.packed.size();
    return Done{};
  }
  if (source.packed_at == source.packed.size() && !source.frame_open) return Done{};  // ended between frames
  const std::size_t old_size = source.text.size();
  source.text.resize(old_size + chunk_size);
  ZSTD_inBuffer in{source.packed.data(), source.packed.size(), source.packed_at};
  ZSTD_outBuffer out{source.text.data() + old_size, chunk_size, 0};
  const std::size_t left = ZSTD_decompressStream(source.zstd.get(), &out, &in);
  source.text.resize(old_size + out.pos);
  if (ZSTD_isError(left)) {
    return fault_here(std::string("the zstd archive is damaged behind this line (") +
                      ZSTD_getErrorName(left) + "); fetch or compress it again");
  }
  const bool stuck = in.pos == source.packed_at && out.pos == 0;
  source.packed_at = in.pos;
  source.frame_open = left != 0;
  if (source.frame_open && stuck && source.file_ended) {
    return fault_here("the zstd archive ends behind this line, in the middle (cut off?); fetch it again");
  }
  return Done{};
}

Result<bool, Fault> CsvReader::next_line() {
  Source& source = *source_;
  std::size_t searched = source.text_at;
  for (;;) {
    const std::size_t end = source.text.find('\n', searched);
    if (end != std::string::npos) {
      row_ = std::string_view(source.text).substr(source.text_at, end - source.text_at);
      source.text_at = end + 1;
      break;
    }
    if (source.text.size() - source.text_at > line_size_max) {
      ++line_;
      return fault_here("the line is longer than 65536 bytes; expected one row of a table");
    }
    const bool at_end = source.file_ended && source.packed_at == source.packed.size() && !source.frame_open;
    if (at_end) {
      if (source.text_at == source.text.size()) return false;
      row_ = std::string_view(source.text).substr(source.text_at);
      source.text_at = source.text.size();
      break;
    }
    source.text.erase(0, source.text_at);
    source.text_at = 0;
    searched = source.text.size();
    const Result<Done, Fault> filled = fill();
    if (!filled) return filled.error();
  }
  ++line_;
  if (row_.ends_with('\r')) row_.remove_suffix(1);
  return true;
}

Result<bool, Fault> CsvReader::next_row() {
  const Result<bool, Fault> line = next_line();
  if (!line || !line.value()) return line;
  fields_.clear();
  for (std::size_t begin = 0; begin <= row_.size();) {
    const std::size_t end = std::min(row_.find(',', begin), row_.size());
    fields_.push_back(row_.substr(begin, end - begin));
    begin = end + 1;
  }
  if (fields_.size() != columns_.size()) {
    return fault_here("the row has " + std::to_string(fields_.size()) + " fields; expected " +
                      std::to_string(columns_.size()) + ", as in the header");
  }
  return true;
}

Result<i64, Fault> CsvReader::number(std::size_t column, int decimals, std::string_view example) const {
  i64 raw = 0;
  if (parse_number(fields_[column], decimals, raw)) return raw;
  const bool empty = fields_[column].empty();
  return fault(column, (empty ? "is empty; expected e.g. " : "is not a decimal; expected e.g. ") +
                           std::string(example));
}

Result<i64, Fault> CsvReader::positive(std::size_t column, int decimals, std::string_view example) const {
  const Result<i64, Fault> result = number(column, decimals, example);
  if (result && result.value() <= 0) {
    return fault(column, "is not positive; expected e.g. " + std::string(example));
  }
  return result;
}

Result<Time, Fault> CsvReader::time_ms(std::size_t column) const {
  const Result<i64, Fault> result = number(column, 0, "1769572847979");
  if (!result) return result.error();
  if (result.value() < time_ms_min || result.value() > time_ms_max) {
    return fault(column, "is no time of 2009 to 2100 in milliseconds; expected e.g. 1769572847979");
  }
  return Time::from_raw(result.value() * 1'000);
}

}  // namespace lockstep
