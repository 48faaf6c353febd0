#include "node/chart/ticks.h"

#include <chrono>

#include "core/base/wide.h"

namespace lockstep::chart {
namespace {

constexpr i64 minute_s = 60, hour_s = 3600, day_s = 86'400;

// Towards minus infinity, as a whole number.
i64 floored(double x) {
  const i64 cut = static_cast<i64>(x);
  return static_cast<double>(cut) > x ? cut - 1 : cut;
}

// Each power of ten by itself, so that 0.1 is the double nearest to it.
double power(int exponent) {
  double result = 1;
  for (int i = 0; i < (exponent < 0 ? -exponent : exponent); ++i) result *= 10.0;
  return exponent < 0 ? 1.0 / result : result;
}

std::string two_digits(unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::chrono::year_month_day date_of(i64 day) {
  return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}};
}

constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string day_text(i64 day) {
  const std::chrono::year_month_day date = date_of(day);
  return std::to_string(static_cast<unsigned>(date.day())) + " " +
         month_names[static_cast<unsigned>(date.month()) - 1];
}

std::string month_text(const std::chrono::year_month_day& date) {
  return std::string(month_names[static_cast<unsigned>(date.month()) - 1]) + " " +
         std::to_string(static_cast<int>(date.year()));
}

// Multiples of `step` seconds.
std::vector<Tick> clock_ticks(double low, double high, i64 step) {
  std::vector<Tick> ticks;
  for (i64 at = floored(low / static_cast<double>(step)) * step; static_cast<double>(at) <= high;
       at += step) {
    if (static_cast<double>(at) < low) continue;
    const i64 within = at % day_s;
    ticks.push_back({static_cast<double>(at),
                     within == 0 ? day_text(at / day_s)
                                 : two_digits(static_cast<unsigned>(within / hour_s)) + ":" +
                                       two_digits(static_cast<unsigned>(within / minute_s % 60))});
  }
  return ticks;
}

// The first of every `step`th month, counted from January of year 0.
std::vector<Tick> month_ticks(double low, double high, int step) {
  std::vector<Tick> ticks;
  const std::chrono::year_month_day first = date_of(floored(low / static_cast<double>(day_s)));
  const int month = static_cast<int>(first.year()) * 12 + static_cast<int>(unsigned{first.month()}) - 1;
  for (int at = month / step * step;; at += step) {
    const std::chrono::year_month_day date{std::chrono::year{at / 12},
                                           std::chrono::month{static_cast<unsigned>(at % 12) + 1},
                                           std::chrono::day{1}};
    const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
    const double seconds = static_cast<double>(days) * static_cast<double>(day_s);
    if (seconds > high) return ticks;
    if (seconds < low) continue;
    ticks.push_back({seconds, step % 12 == 0 ? std::to_string(at / 12) : month_text(date)});
  }
}

}  // namespace

std::string number_text(double value, int decimals) {
  LS_ASSERT(decimals >= 0 && decimals <= 9 && value > -1e15 && value < 1e15);
  const double scaled = value * power(decimals);
  i128 raw = static_cast<i128>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const std::string sign = raw < 0 ? "-" : "";
  std::string digits = to_decimal(abs(raw), decimals, decimals);
  const std::size_t point = digits.find('.');
  for (std::size_t at = point == std::string::npos ? digits.size() : point; at > 3; at -= 3) {
    digits.insert(at - 3, 1, ',');
  }
  return sign + digits;
}

std::vector<Tick> number_ticks(double low, double high, std::size_t count) {
  LS_ASSERT(low > -1e15 && high < 1e15 && high - low >= 1e-9 && count >= 2);
  for (int exponent = -9;; ++exponent) {
    for (const i64 lead : {1, 2, 5}) {
      const double step = static_cast<double>(lead) * power(exponent);
      if ((high - low) / step > static_cast<double>(count)) continue;
      std::vector<Tick> ticks;
      const int decimals = exponent < 0 ? -exponent : 0;
      for (i64 i = floored(low / step); static_cast<double>(i) * step <= high; ++i) {
        // A whole number over a power of ten: the nearest double, where a multiple of 0.1 is not.
        const double at =
            exponent < 0 ? static_cast<double>(i * lead) / power(-exponent) : static_cast<double>(i) * step;
        if (at >= low && at <= high) ticks.push_back({at, number_text(at, decimals)});
      }
      if (ticks.size() <= count) return ticks;
    }
  }
}

std::vector<Tick> time_ticks(double low, double high, std::size_t count) {
  LS_ASSERT(low >= 0 && high > low && high <= 4.2e9 && count >= 2);
  constexpr i64 steps[] = {minute_s,      2 * minute_s, 5 * minute_s, 10 * minute_s, 15 * minute_s,
                           30 * minute_s, hour_s,       2 * hour_s,   3 * hour_s,    6 * hour_s,
                           12 * hour_s,   day_s,        2 * day_s,    5 * day_s,     10 * day_s};
  const double most = static_cast<double>(count);
  for (const i64 step : steps) {
    if ((high - low) / static_cast<double>(step) > most) continue;
    std::vector<Tick> ticks = clock_ticks(low, high, step);
    if (ticks.size() <= count) return ticks;
  }
  for (const int step : {1, 2, 3, 6, 12, 24, 60, 120}) {
    if ((high - low) / static_cast<double>(step * 28 * day_s) > 2.0 * most) continue;
    std::vector<Tick> ticks = month_ticks(low, high, step);
    if (ticks.size() <= count) return ticks;
  }
  return month_ticks(low, high, 240);
}

}  // namespace lockstep::chart
