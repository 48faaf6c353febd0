// Round places on an axis and how they are written.
#pragma once

#include <string>
#include <vector>

namespace lockstep::chart {

struct Tick {
  double at = 0;
  std::string text;
};

// Multiples of 1, 2 or 5 times a power of ten within [low, high], at most `count` (2 or more) of them, with
// as many decimals as they need and thousands grouped: "-0.05", "12,500".  low < high, sizes below 1e15, and
// high - low at least 1e-9.
std::vector<Tick> number_ticks(double low, double high, std::size_t count);

// The same for seconds since 1970 UTC, 0 to 2100: whole minutes to years.  A tick at midnight is written as
// its date, one within a day as its time.
std::vector<Tick> time_ticks(double low, double high, std::size_t count);

// Rounded to `decimals` (0 to 9), half away from zero, thousands grouped.  |value| below 1e15.
std::string number_text(double value, int decimals);

}  // namespace lockstep::chart
