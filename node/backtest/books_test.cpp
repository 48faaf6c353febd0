// Books, bars and the choice between policies, on days and bars made by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "node/backtest/choice.h"
#include "node/backtest/portfolios.h"

namespace lockstep::backtest {
namespace {

using calibrate::ScanModel;

constexpr Time midnight(i64 number) { return Time::from_raw(number * day.raw()); }

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// A straddle at the money for a price of 1: twice 2 N(s/2) - 1.
double straddle(double volatility, double days) {
  return 2 * (2 * normal_cdf(volatility * std::sqrt(days / 365) / 2) - 1);
}

const double deviation = 0.5 / 1.1 / std::sqrt(365.0);  // an implied volatility of 50 %

Walk one_day(double move, double next_deviation) {
  Walk walk{{{ScanModel::filtered, true}}, 0.99, {}};
  DayAhead ahead;
  ahead.at = midnight(1'000);
  ahead.move = move;
  ahead.ranges = {0.16};
  ahead.shortfalls = {1.2};
  ahead.deviation = deviation;
  ahead.next_deviation = next_deviation;
  walk.days.push_back(ahead);
  return walk;
}

const BookResult& find(const std::vector<BookResult>& results, Book book, bool reversed) {
  for (const BookResult& result : results) {
    if (result.book == book && result.reversed == reversed) return result;
  }
  ADD_FAILURE() << "no such book";
  return results.front();
}

TEST(Books, APerpetualHasTheRangeAsItsMarginAndTheMoveAsItsLoss) {
  const auto down = judge_books(one_day(std::log(0.8), deviation), 0, {});
  EXPECT_NEAR(find(down, Book::perpetual, false).coverage.margin_sum, 0.16, 1e-12);
  EXPECT_EQ(find(down, Book::perpetual, false).coverage.breaches, 1u);
  EXPECT_NEAR(find(down, Book::perpetual, false).worst_loss, 0.20, 1e-12);
  EXPECT_NEAR(find(down, Book::perpetual, false).coverage.excess_max, 0.25, 1e-9);
  EXPECT_EQ(find(down, Book::perpetual, true).coverage.breaches, 0u);
  const auto up = judge_books(one_day(std::log(1.2), deviation), 0, {});
  EXPECT_EQ(find(up, Book::perpetual, true).coverage.breaches, 1u);
}

TEST(Books, ALongStraddleLosesADayAndAShortOneTheShock) {
  const auto quiet = judge_books(one_day(0, deviation), 0, {});
  const BookResult& held = find(quiet, Book::straddle, false);
  EXPECT_NEAR(held.worst_loss, straddle(0.5, 30) - straddle(0.5, 29), 1e-9);
  // Its margin: no move, volatility down by a quarter.
  EXPECT_NEAR(held.coverage.margin_sum, straddle(0.5, 30) - straddle(0.375, 30), 1e-9);
  // Sold: the range up, where a straddle is dearest, and volatility up by 45 %.
  const double s = 0.725 * std::sqrt(30.0 / 365), d1 = std::log(1.16) / s + s / 2, d2 = d1 - s;
  const double call = 1.16 * normal_cdf(d1) - normal_cdf(d2);
  const double dear = 2 * call - 0.16;  // put = call - (F - K)
  EXPECT_NEAR(find(quiet, Book::straddle, true).coverage.margin_sum, dear - straddle(0.5, 30), 1e-9);
}

TEST(Books, ABoxIsNothingAndACalendarLivesOnTheDifference) {
  const auto moved = judge_books(one_day(-0.1, 1.4 * deviation), 0, {});
  for (const bool reversed : {false, true}) {
    EXPECT_EQ(find(moved, Book::box, reversed).coverage.breaches, 0u);
    EXPECT_LT(find(moved, Book::box, reversed).worst_loss, 1e-9);
  }
  // Volatility of 30 days up by 40 %, of 89 days by 40 % times (30/90)^0.13.
  const auto still = judge_books(one_day(0, 1.4 * deviation), 0, {});
  const double far = 0.5 * (1 + 0.4 * std::pow(1.0 / 3, 0.13));
  const double profit = straddle(far, 89) - straddle(0.5, 90) - (straddle(0.7, 29) - straddle(0.5, 30));
  EXPECT_NEAR(find(still, Book::calendar, profit > 0).worst_loss, std::fabs(profit), 1e-9);
}

TEST(Books, AHedgedStrangleDoesNotMindASmallMove) {
  const auto moved = judge_books(one_day(0.002, deviation), 0, {});
  EXPECT_LT(find(moved, Book::strangle, true).worst_loss, 1e-4);
  const auto run = judge_books(one_day(0.3, deviation), 0, {});
  EXPECT_GT(find(run, Book::strangle, true).worst_loss, 0.1);
}

struct Market {
  DailyPrices daily;
  BarChain chain;
};

// Eight hundred days that go up and down by 2 %, then hourly bars: flat, a fall of `fall` within an hour in
// the middle of the tenth day, flat.
Market market(double fall) {
  Market made;
  made.daily.base = "BTC";
  for (int i = 0; i < 800; ++i) {
    made.daily.closes.push_back({midnight(i + 1), i % 2 == 0 ? 100.0 : 102.0});
  }
  for (int h = 0; h < 24 * 20; ++h) {
    const double price = h < 24 * 9 + 12 ? 100 : 100 * (1 - fall);
    made.chain.bars.push_back({midnight(801) + Duration::from_raw(h * hour.raw()), price});
  }
  return made;
}

TEST(Bars, AFallIsMetByEveryBarOfTheDayBeforeIt) {
  const Market made = market(0.30);
  const auto judged = judge_bars(made.chain, made.daily, {ScanModel::historical}, {}, day);
  ASSERT_EQ(judged.size(), 1u);
  const Span& all = judged[0].all;
  EXPECT_EQ(all.bars, 24u * 19);  // the last day has no day ahead of it
  EXPECT_EQ(all.longs.breaches, 24u);
  EXPECT_EQ(all.longs.days, 2u);
  EXPECT_NEAR(all.longs.worst, 0.30, 1e-12);
  EXPECT_EQ(all.shorts.breaches, 0u);
  // Daily moves of ln 1.02: a range of 2.1 %, and 1.05 of that before rounding up.
  EXPECT_NEAR(all.longs.worst_range, 0.022, 0.0011);
  EXPECT_NEAR(bar_coverage(all, all.longs), 1 - 24.0 / (24 * 19), 1e-12);
  EXPECT_TRUE(judged[0].crashes.empty());  // 1972
  const auto shorter =
      judge_bars(made.chain, made.daily, {ScanModel::historical}, {}, Duration::from_raw(8 * hour.raw()));
  EXPECT_EQ(shorter[0].all.longs.breaches, 8u);
  EXPECT_EQ(market(0.0).chain.bars.size(), made.chain.bars.size());
  const Market calm = market(0.01);
  EXPECT_EQ(judge_bars(calm.chain, calm.daily, {ScanModel::historical}, {}, day)[0].all.longs.breaches, 0u);
}

PriceSeries bars_of(const std::string& file, int from_day, int days, Duration interval, bool with_range) {
  PriceSeries series{"BTC", "BTCUSDT", file, interval, {}, {}};
  for (i64 t = from_day * day.raw(); t < (from_day + days) * day.raw(); t += interval.raw()) {
    series.closes.push_back({Time::from_raw(t), 100, with_range ? 101.0 : 0, with_range ? 99.0 : 0});
  }
  return series;
}

TEST(Bars, AChainTakesTheEarliestThenWhatReachesFurthest) {
  PriceHistory history;
  history.series.push_back(bars_of("spot_5m", 100, 200, hour, true));
  history.series.push_back(bars_of("um_a", 100, 100, hour, false));
  history.series.push_back(bars_of("um_b", 150, 140, hour, false));
  history.series.push_back(bars_of("um_c", 150, 140, hour, true));
  const BarChain chain = bar_chain(history, "BTC");
  ASSERT_EQ(chain.parts.size(), 3u);
  EXPECT_EQ(chain.parts[0].substr(0, 4), "um_a");
  EXPECT_EQ(chain.parts[1].substr(0, 4), "um_c");
  EXPECT_EQ(chain.parts[2].substr(0, 4), "spot");
  EXPECT_EQ(chain.bars.size(), 200u * 24);
  EXPECT_TRUE(bar_chain(history, "ETH").bars.empty());
}

Judged judged_days(u64 breaches, double range) {
  Judged judged;
  for (u64 i = 0; i < 1'000; ++i) {
    const double loss = i % 50 == 0 && i / 50 < breaches ? 1 : 0;
    judged.both.add(loss, range);
    judged.longs.add(loss, range);
    judged.shorts.add(0, range);
  }
  judged.cycle.mean = range;
  judged.breaches_worst_250 = breaches > 5 ? 5 : breaches;
  return judged;
}

TEST(Choice, TakesTheCheapestOfTheAcceptable) {
  const Judged good = judged_days(5, 0.20), dear = judged_days(0, 0.30), cheap = judged_days(20, 0.10);
  std::vector<Choice> choices = {weigh(ScanModel::combined, 0.99, {{"BTC", &dear, nullptr}}),
                                 weigh(ScanModel::stress_weighted, 0.99, {{"BTC", &good, nullptr}}),
                                 weigh(ScanModel::filtered, 0.99, {{"BTC", &cheap, nullptr}})};
  EXPECT_EQ(cheapest(choices), 1u);
  ASSERT_EQ(choices[2].failed.size(), 2u);
  EXPECT_EQ(choices[2].failed[0], "BTC: a side below 99 % of days");
  EXPECT_EQ(choices[2].failed[1], "BTC: too many breaches");
  choices.erase(choices.begin(), choices.begin() + 2);
  EXPECT_EQ(cheapest(choices), 1u);  // none
}

TEST(Choice, OneAssetOrItsBarsSufficeToFail) {
  const Judged good = judged_days(5, 0.20);
  Intraday bars;
  bars.all.bars = 1'000;
  bars.all.shorts.breaches = 11;
  const Choice choice = weigh(ScanModel::filtered, 0.99, {{"BTC", &good, nullptr}, {"ETH", &good, &bars}});
  ASSERT_EQ(choice.failed.size(), 1u);
  EXPECT_EQ(choice.failed[0], "ETH: a side below 99 % of bars");
  EXPECT_NEAR(choice.least_side_bars, 0.989, 1e-12);
  EXPECT_NEAR(choice.mean_range, 0.20, 1e-12);
}

}  // namespace
}  // namespace lockstep::backtest
