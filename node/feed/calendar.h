// UTC dates as text, both ways, without a time zone or a locale.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/units/units.h"
#include "node/io/fault.h"

namespace lockstep {

// Midnight of a day of the proleptic Gregorian calendar; month 1..12, day at least 1 and within the month.
Time time_of_date(int year, int month, int day_of_month);
int days_in_month(int year, int month);

// "2026-02-05", "2026-02-05T21:29" or "2026-02-05T21:29:37", a blank for T, an optional Z behind a time.
// Years 2009 to 2099.  `name` is what a fault calls it, e.g. "--from".
Result<Time, Fault> parse_time(std::string_view text, std::string_view name);

// "2026-02-05 21:29:37"; fractions of a second are cut.
std::string format_time(Time time);

// "28JAN26" or "6FEB26": 08:00 UTC of that day, when options expire.  False if it is no such date.
bool parse_expiry(std::string_view text, Time& expiry);
// The inverse: "6FEB26".
std::string format_expiry(Time expiry);

}  // namespace lockstep
