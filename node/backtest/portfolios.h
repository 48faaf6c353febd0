// Hypothetical portfolios, each bought anew every day and revalued in full the day after: what a range that
// is right for one contract does for books whose risk is curvature, volatility or time.
//
// Model, because no option prices are recorded over so long a time: one flat volatility a day, 1.1 times the
// EWMA (0.97) volatility of the underlying, at least 20 % a year; from one day to the next it moves as the
// EWMA did, at another tenor times (30 / days)^p with p = 0.30 below 30 days and 0.13 beyond, as the
// scenarios assume.  Options are European, Black-76, forward = price.  Funding and spreads are left out.
//
// Margin is the worst loss over nine moves (0, +-1/4, +-1/2, +-3/4, +-1 of the range) times three
// volatilities (unchanged, +45 %, -25 %, each times the power): the scenarios of the default rulebook
// without its other charges.  The loss is that of one day, in which the price and the volatility moved as
// they did and an option is a day older.  Both are fractions of the price.  Methodology, "Backtest".
#pragma once

#include <string>
#include <vector>

#include "node/backtest/walk.h"
#include "node/stats/coverage.h"

namespace lockstep::backtest {

enum class Book : u8 {
  perpetual,  // long one
  straddle,   // long a call and a put at the money, 30 days
  calendar,   // short that straddle, long the one of 90 days
  box,        // a long box of 30 days: call and put at 0.9 and 1.1 of the price
  strangle,   // long call and put one deviation from the money, 30 days, delta hedged with the perpetual
};
inline constexpr Book books[] = {Book::perpetual, Book::straddle, Book::calendar, Book::box, Book::strangle};
std::string_view text_of(Book book);

struct VolatilityRule {
  double premium = 1.1;  // implied over realised
  double least = 0.20;   // a year
  double up = 0.45, down = 0.25;
  double power_short = 0.30, power_long = 0.13;
};

struct BookResult {
  Book book = Book::perpetual;
  bool reversed = false;  // the other side: sold what the book buys
  stats::Coverage coverage;
  Time worst_at;
  double worst_loss = 0;  // of the price
};

// Both sides of every book against the ranges of one row.  A margin counts as at least 1e-9 of the price,
// and a loss below that as none: a box moves by rounding only.
std::vector<BookResult> judge_books(const Walk& walk, std::size_t row, const VolatilityRule& rule);

}  // namespace lockstep::backtest
