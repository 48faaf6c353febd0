// What the service tells whoever runs it: one line an event, as text for people or as JSON for a collector,
// written by a thread of its own so that a slow terminal or disk never slows an answer.  When its queue is
// full the oldest line goes, and is counted.  Names of fields are fixed in the code, values are short;
// bodies, headers, keys and tokens are not logged.
//
//   text  2026-03-01T12:00:00.123Z info request method=lockstep/accounts code=0 ms=1.25 trace=4bf9...
//   JSON
//   {"time":"2026-03-01T12:00:00.123Z","level":"info","event":"request","method":"lockstep/accounts",...}
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/int.h"
#include "core/base/result.h"
#include "node/io/fault.h"

namespace lockstep::metrics {

enum class Level : u8 { debug, info, warning, error, off };
// "debug", "info", "warning", "error", "off"; false: none of them.
bool level_of(std::string_view text, Level& level);
std::string_view word(Level level);

// A name and a value, which is written without quotes in JSON if it is a number or a flag.
struct Field {
  std::string_view name;
  std::string value;
  bool is_text = true;
  Field(std::string_view field, std::string text) : name(field), value(std::move(text)) {}
  Field(std::string_view field, std::string_view text) : name(field), value(text) {}
  Field(std::string_view field, const char* text) : name(field), value(text) {}
  Field(std::string_view field, i64 number) : name(field), value(std::to_string(number)), is_text(false) {}
  Field(std::string_view field, u64 number) : name(field), value(std::to_string(number)), is_text(false) {}
  Field(std::string_view field, int number) : Field(field, i64{number}) {}
  Field(std::string_view field, u32 number) : Field(field, u64{number}) {}
  Field(std::string_view field, bool flag) : name(field), value(flag ? "true" : "false"), is_text(false) {}
};

struct LoggerOptions {
  Level level = Level::info;
  bool json = false;
  std::string path;               // appended to; empty: standard error
  std::size_t queue_max = 8'192;  // lines
};

class Logger {
 public:
  virtual ~Logger() = default;
  // Fault: the file cannot be written.
  static Result<std::unique_ptr<Logger>, Fault> open(const LoggerOptions& options);

  // From any thread; never waits.  trace: W3C trace id, or empty.
  virtual void write(Level level, std::string_view event, std::initializer_list<Field> fields,
                     std::string_view trace = {}) = 0;
  virtual void set_level(Level level) = 0;  // at any time
  virtual Level level() const = 0;
  virtual u64 dropped() const = 0;
};

// One line, without its end.  time_us: since 1970.
std::string log_line(bool json, i64 time_us, Level level, std::string_view event,
                     std::initializer_list<Field> fields, std::string_view trace);

}  // namespace lockstep::metrics
