#include "node/backtest/portfolios.h"

#include <algorithm>
#include <array>

#include "core/base/assert.h"
#include "core/math/elementary.h"
#include "core/pricing/black.h"
#include "node/stats/ewma.h"

namespace lockstep::backtest {
namespace {

constexpr double tenor_near = 30, tenor_far = 90;  // days
constexpr double nothing = 1e-9;                   // of the price

// size of a call or a put; days 0: the perpetual.
struct Leg {
  double size = 0;
  double strike = 0;
  double days = 0;
  bool is_call = true;
};

struct Legs {
  std::array<Leg, 4> leg = {};
  std::size_t count = 0;
  void add(double size, double strike, double days, bool is_call) {
    LS_ASSERT(count < leg.size());
    leg[count++] = {size, strike, days, is_call};
  }
};

double years(double days) { return days / stats::days_per_year; }

// The book at a price of 1.
Legs legs_of(Book book, double volatility) {
  Legs legs;
  switch (book) {
    case Book::perpetual: legs.add(1, 0, 0, true); break;
    case Book::straddle:
      for (const bool call : {true, false}) legs.add(1, 1, tenor_near, call);
      break;
    case Book::calendar:
      for (const bool call : {true, false}) legs.add(-1, 1, tenor_near, call);
      for (const bool call : {true, false}) legs.add(1, 1, tenor_far, call);
      break;
    case Book::box:
      legs.add(1, 0.9, tenor_near, true);
      legs.add(-1, 0.9, tenor_near, false);
      legs.add(-1, 1.1, tenor_near, true);
      legs.add(1, 1.1, tenor_near, false);
      break;
    case Book::strangle: {
      const double deviation = volatility * math::square_root(years(tenor_near));
      const double high = math::exp(deviation), low = math::exp(-deviation);
      double delta = black_greeks(1, high, years(tenor_near), volatility, true).delta;
      delta += black_greeks(1, low, years(tenor_near), volatility, false).delta;
      legs.add(1, high, tenor_near, true);
      legs.add(1, low, tenor_near, false);
      legs.add(-delta, 0, 0, true);
      break;
    }
  }
  return legs;
}

// m(days): how much of a shock of the 30-day volatility a tenor feels.
double power_of(const VolatilityRule& rule, double days) {
  const double p = days < tenor_near ? rule.power_short : rule.power_long;
  return math::exp(p * math::log(tenor_near / std::max(days, 1.0)));
}

// The book's value at another price, `elapsed` days later, with the 30-day volatility changed by `change`.
double value_of(const Legs& legs, const VolatilityRule& rule, double price, double volatility, double change,
                double elapsed) {
  double sum = 0;
  for (std::size_t i = 0; i < legs.count; ++i) {
    const Leg& leg = legs.leg[i];
    if (leg.days == 0) {
      sum += leg.size * price;
      continue;
    }
    const double shocked = volatility * std::max(0.0, 1 + change * power_of(rule, leg.days));
    sum += leg.size * black_value(price, leg.strike, years(leg.days - elapsed), shocked, leg.is_call);
  }
  return sum;
}

// Worst loss of the book and of its reverse.
struct Margin {
  double held = 0, reversed = 0;
};

Margin margin_of(const Legs& legs, const VolatilityRule& rule, double range, double volatility) {
  const double now = value_of(legs, rule, 1, volatility, 0, 0);
  Margin margin;
  for (int step = -4; step <= 4; ++step) {
    const double price = std::max(1 + range * step / 4, 1e-6);  // a fall of everything leaves a millionth
    for (const double change : {0.0, rule.up, -rule.down}) {
      const double profit = value_of(legs, rule, price, volatility, change, 0) - now;
      margin.held = std::max(margin.held, -profit);
      margin.reversed = std::max(margin.reversed, profit);
    }
  }
  return margin;
}

double volatility_of(const VolatilityRule& rule, double deviation) {
  return std::max(rule.premium * deviation * math::square_root(stats::days_per_year), rule.least);
}

void add(BookResult& result, double loss, double margin, Time at) {
  if (loss > result.worst_loss) {
    result.worst_loss = loss;
    result.worst_at = at;
  }
  result.coverage.add(loss < nothing ? 0 : loss, std::max(margin, nothing));
}

}  // namespace

std::string_view text_of(Book book) {
  switch (book) {
    case Book::perpetual: return "perpetual";
    case Book::straddle: return "straddle 30 d";
    case Book::calendar: return "calendar 30/90 d";
    case Book::box: return "box 30 d";
    case Book::strangle: break;
  }
  return "strangle, delta hedged";
}

std::vector<BookResult> judge_books(const Walk& walk, std::size_t row, const VolatilityRule& rule) {
  LS_ASSERT(row < walk.rows.size());
  std::vector<BookResult> results;
  for (const Book book : books) {
    BookResult held{book, false, {}, {}, 0}, reversed{book, true, {}, {}, 0};
    for (const DayAhead& ahead : walk.days) {
      const double volatility = volatility_of(rule, ahead.deviation);
      const double change = volatility_of(rule, ahead.next_deviation) / volatility - 1;
      const Legs legs = legs_of(book, volatility);
      const Margin margin = margin_of(legs, rule, ahead.ranges[row], volatility);
      const double before = value_of(legs, rule, 1, volatility, 0, 0);
      const double profit = value_of(legs, rule, math::exp(ahead.move), volatility, change, 1) - before;
      add(held, -profit, margin.held, ahead.at);
      add(reversed, profit, margin.reversed, ahead.at);
    }
    results.push_back(held);
    results.push_back(reversed);
  }
  return results;
}

}  // namespace lockstep::backtest
