// Days are counted from March, so that the leap day is the last of its year (Howard Hinnant,
// "chrono-Compatible Low-Level Date Algorithms").
#include "node/feed/calendar.h"

#include <array>
#include <cstdio>

namespace lockstep {
namespace {

constexpr std::array<std::string_view, 12> months = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                     "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view month_names[] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};
constexpr int year_min = 2009;
constexpr int year_max = 2099;

struct Date {
  int year;
  int month;
  int day_of_month;
};

Date date_of_days(i64 days) {
  days += 719'468;
  const i64 era = (days >= 0 ? days : days - 146'096) / 146'097;
  const i64 day_of_era = days - era * 146'097;
  const i64 year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const i64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const i64 shifted_month = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), month,
          static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

i64 floor_div(i64 n, i64 d) { return n >= 0 ? n / d : -((-n + d - 1) / d); }

// Exactly `count` digits at the front of text, which are cut off.
bool take_digits(std::string_view& text, std::size_t count, int& value) {
  if (text.size() < count) return false;
  value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

int days_in_month(int year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

Time time_of_date(int year, int month, int day_of_month) {
  LS_ASSERT(month >= 1 && month <= 12);
  LS_ASSERT(day_of_month >= 1 && day_of_month <= days_in_month(year, month));
  const i64 shifted_year = month <= 2 ? year - 1 : year;
  const i64 era = floor_div(shifted_year, 400);
  const i64 year_of_era = shifted_year - era * 400;
  const i64 day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
  const i64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return Time::from_raw((era * 146'097 + day_of_era - 719'468) * day.raw());
}

Result<Time, Fault> parse_time(std::string_view text, std::string_view name) {
  const std::string head = std::string(name) + ": \"" + std::string(text.substr(0, 40)) + "\" ";
  const Fault malformed{head + "is no UTC date or time; expected e.g. 2026-02-05 or 2026-02-05T21:29:37"};
  int year = 0, month = 0, day_of_month = 0, hours = 0, minutes = 0, seconds = 0;
  if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) || !take(text, '-') ||
      !take_digits(text, 2, day_of_month)) {
    return malformed;
  }
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, ' ')) return malformed;
    if (!take_digits(text, 2, hours) || !take(text, ':') || !take_digits(text, 2, minutes)) return malformed;
    if (take(text, ':') && !take_digits(text, 2, seconds)) return malformed;
    take(text, 'Z');
    if (!text.empty()) return malformed;
  }
  if (year < year_min || year > year_max) {
    return Fault{head + "lies outside the years 2009 to 2099; expected e.g. 2026-02-05"};
  }
  if (month < 1 || month > 12) return Fault{head + "has no such month; expected 01 to 12"};
  if (day_of_month < 1 || day_of_month > days_in_month(year, month)) {
    return Fault{head + "is no date: " + std::string(month_names[month - 1]) + " " + std::to_string(year) +
                 " has " + std::to_string(days_in_month(year, month)) + " days"};
  }
  if (hours > 23 || minutes > 59 || seconds > 59) {
    return Fault{head + "is no time of day; expected 00:00:00 to 23:59:59"};
  }
  const i64 seconds_of_day = hours * 3'600 + minutes * 60 + seconds;
  return time_of_date(year, month, day_of_month) + Duration::from_raw(seconds_of_day * second.raw());
}

std::string format_time(Time time) {
  const i64 days = floor_div(time.raw(), day.raw());
  const Date date = date_of_days(days);
  const i64 seconds = (time.raw() - days * day.raw()) / second.raw();
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", date.year, date.month, date.day_of_month,
                static_cast<int>(seconds / 3'600), static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60));
  return text;
}

bool parse_expiry(std::string_view text, Time& expiry) {
  if (text.size() != 6 && text.size() != 7) return false;
  int day_of_month = 0, year = 0;
  if (!take_digits(text, text.size() - 5, day_of_month)) return false;
  int month = 0;
  while (month < 12 && months[static_cast<std::size_t>(month)] != text.substr(0, 3)) ++month;
  text.remove_prefix(3);
  if (month == 12 || !take_digits(text, 2, year)) return false;
  year += 2'000;
  if (day_of_month < 1 || day_of_month > days_in_month(year, month + 1)) return false;
  expiry = time_of_date(year, month + 1, day_of_month) + Duration::from_raw(8 * hour.raw());
  return true;
}

std::string format_expiry(Time expiry) {
  const Date date = date_of_days(floor_div(expiry.raw(), day.raw()));
  char text[64];
  std::snprintf(text, sizeof text, "%d%s%02d", date.day_of_month,
                months[static_cast<std::size_t>(date.month - 1)].data(), date.year % 100);
  return text;
}

}  // namespace lockstep
