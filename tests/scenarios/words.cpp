#include "tests/scenarios/words.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {

Words::Words(const std::string& text) {
  std::istringstream stream(text);
  std::string word;
  stream >> verb_;
  while (stream >> word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      bare_.push_back(word);
    } else {
      fields_.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
  }
}

std::string Words::take(const char* what) {
  if (empty()) throw Malformed(verb_ + " needs " + what);
  return bare_[next_++];
}

std::string Words::peek() const { return empty() ? "" : bare_[next_]; }

bool Words::take_if(const std::string& word) {
  if (peek() != word) return false;
  next_ += 1;
  return true;
}

bool Words::flag(const std::string& word) {
  const auto it = std::find(bare_.begin() + static_cast<std::ptrdiff_t>(next_), bare_.end(), word);
  if (it == bare_.end()) return false;
  bare_.erase(it);
  return true;
}

bool Words::has(const std::string& name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&name](const auto& f) { return f.first == name; });
}

std::string Words::field(const std::string& name, const std::string& otherwise) {
  for (auto it = fields_.begin(); it != fields_.end(); ++it) {
    if (it->first != name) continue;
    std::string value = it->second;
    fields_.erase(it);
    return value;
  }
  return otherwise;
}

std::string Words::field(const std::string& name) {
  if (!has(name)) throw Malformed(verb_ + " needs " + name + "=");
  return field(name, "");
}

void Words::done() const {
  if (!fields_.empty()) throw Malformed(verb_ + " has no field " + fields_[0].first);
  if (!empty()) throw Malformed(verb_ + " does not know the word " + bare_[next_]);
}

i128 decimal(const std::string& text, int decimals) {
  i128 raw = 0;
  if (!parse_decimal(text, decimals, raw)) {
    throw Malformed("not a number with at most " + std::to_string(decimals) + " decimals: " + text);
  }
  return raw;
}

i64 integer(const std::string& text) {
  const i128 raw = decimal(text, 0);
  if (raw > INT64_MAX || raw < INT64_MIN) throw Malformed("too large: " + text);
  return static_cast<i64>(raw);
}

Price price(const std::string& text) {
  return Price::from_raw(static_cast<i64>(decimal(text, price_decimals)));
}

Rate rate(const std::string& text) {
  if (text.empty()) throw Malformed("an empty rate");
  const std::string head = text.substr(0, text.size() - 1);
  if (text.back() == '%') return Rate::from_raw(static_cast<i64>(decimal(head, rate_decimals - 2)));
  if (text.back() == 'x') return Rate::from_raw(static_cast<i64>(decimal(head, rate_decimals)));
  return Rate::from_raw(static_cast<i64>(decimal(text, rate_decimals)));
}

Duration duration(const std::string& text) {
  if (text.empty()) throw Malformed("an empty duration");
  const i64 count = integer(text.substr(0, text.size() - 1));
  switch (text.back()) {
    case 's': return Duration::from_raw(count * second.raw());
    case 'm': return Duration::from_raw(count * minute.raw());
    case 'h': return Duration::from_raw(count * hour.raw());
    case 'd': return Duration::from_raw(count * day.raw());
    default: throw Malformed("not a duration like 90s 30m 1h 2d: " + text);
  }
}

namespace {

// Days since 1970-01-01 of a date of the Gregorian calendar: counts the leap days of the years before.
i64 days_of(int year, int month, int day_of_month) {
  static constexpr int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const auto leaps = [](i64 y) { return y / 4 - y / 100 + y / 400; };
  const bool leap = leaps(year) != leaps(year - 1);
  i64 days = (year - 1970) * i64{365} + leaps(year - 1) - leaps(1969);
  days += before[month - 1] + (leap && month > 2 ? 1 : 0) + day_of_month - 1;
  return days;
}

}  // namespace

Time time_of(const std::string& text) {
  int year = 0, month = 0, dom = 0, h = 0, m = 0, s = 0, used = 0;
  const char* c = text.c_str();
  const int found = std::sscanf(c, "%4d-%2d-%2d%n", &year, &month, &dom, &used);
  bool good = found == 3 && used == 10 && year >= 1970 && month >= 1 && month <= 12 && dom >= 1 && dom <= 31;
  if (good && text.size() != 10) {
    int more = 0;
    good = std::sscanf(c + 10, "T%2d:%2d:%2dZ%n", &h, &m, &s, &more) == 3 && more == 10 && text.size() == 20;
    good = good && h < 24 && m < 60 && s < 60;
  }
  if (!good) throw Malformed("not a time like 2026-02-05T21:29:00Z: " + text);
  const i64 seconds = days_of(year, month, dom) * 86'400 + h * 3600 + m * 60 + s;
  return Time::from_raw(seconds * second.raw());
}

std::string text_of(Time time) {
  const i64 seconds = time.raw() / second.raw();
  const i64 days = seconds / 86'400;
  int year = 1970;
  while (days_of(year + 1, 1, 1) <= days) ++year;
  int month = 1;
  while (month < 12 && days_of(year, month + 1, 1) <= days) ++month;
  const int rest = static_cast<int>(seconds % 86'400);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month,
                static_cast<int>(days - days_of(year, month, 1)) + 1, rest / 3600, rest / 60 % 60, rest % 60);
  return buffer;
}

}  // namespace lockstep::scenarios
