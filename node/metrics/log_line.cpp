// What a line of the log looks like.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "node/json/json.h"
#include "node/metrics/logger.h"

namespace lockstep::metrics {
namespace {

constexpr std::string_view words[] = {"debug", "info", "warning", "error", "off"};

std::string time_of(i64 time_us) {
  const std::time_t seconds = static_cast<std::time_t>(time_us / 1'000'000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(time_us / 1'000 % 1'000));
  return text;
}

// As it is if nothing in it could be taken for the next field or line.
std::string plain(const std::string& value) {
  const bool safe = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
  });
  return safe ? value : json_quoted(value);
}

}  // namespace

bool level_of(std::string_view text, Level& level) {
  const auto found = std::find(std::begin(words), std::end(words), text);
  if (found == std::end(words)) return false;
  level = static_cast<Level>(found - std::begin(words));
  return true;
}

std::string_view word(Level level) { return words[static_cast<std::size_t>(level)]; }

std::string log_line(bool json, i64 time_us, Level level, std::string_view event,
                     std::initializer_list<Field> fields, std::string_view trace) {
  if (!json) {
    std::string line = time_of(time_us) + " " + std::string(word(level)) + " " + plain(std::string(event));
    for (const Field& field : fields) line += " " + std::string(field.name) + "=" + plain(field.value);
    if (!trace.empty()) line += " trace=" + plain(std::string(trace));
    return line;
  }
  Json out;
  out.begin_object().field("time", time_of(time_us)).field("level", word(level)).field("event", event);
  for (const Field& field : fields) {
    field.is_text ? out.field(field.name, field.value) : out.raw_field(field.name, field.value);
  }
  if (!trace.empty()) out.field("trace", trace);
  out.end_object();
  return out.str();
}

}  // namespace lockstep::metrics
