// A walk knows at every close only what came before, and finds in recorded prices what others found in
// theirs.
#include "node/backtest/walk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "core/base/prng.h"
#include "node/backtest/judge.h"
#include "node/io/linux_disk.h"

namespace lockstep::backtest {
namespace {

using calibrate::ScanModel;

std::vector<Close> seeded_days(u64 seed, int count) {
  Prng prng(seed);
  std::vector<Close> days;
  double price = 100;
  for (int i = 0; i < count; ++i) {
    double sum = 0;
    for (int k = 0; k < 12; ++k) sum += static_cast<double>(prng.below(1'000'000)) / 1e6;
    price *= std::exp(0.03 * (sum - 6));
    days.push_back({Time::from_raw((16'000 + i) * day.raw()), price});
  }
  return days;
}

TEST(Walk, DoesNotLookAhead) {
  const std::vector<Close> days = seeded_days(1, 1'400);
  WalkPolicy policy;
  policy.warm_up = 300;
  const Walk whole = walk(days, usual_rows(), policy);
  const Walk part = walk({days.begin(), days.begin() + 900}, usual_rows(), policy);
  ASSERT_EQ(whole.days.size(), 1'400u - 301);
  ASSERT_EQ(part.days.size(), 900u - 301);
  EXPECT_EQ(whole.days[0].at, days[301].at);
  for (std::size_t i = 0; i < part.days.size(); ++i) {
    ASSERT_EQ(whole.days[i].ranges, part.days[i].ranges) << i;
    ASSERT_EQ(whole.days[i].move, part.days[i].move) << i;
  }
}

TEST(Walk, RangesAreThoseOfTheModelAndOfItsPublication) {
  const std::vector<Close> days = seeded_days(2, 800);
  WalkPolicy policy;
  policy.warm_up = 400;
  const Walk result = walk(days, {{ScanModel::filtered, false}, {ScanModel::filtered, true}}, policy);
  calibrate::AssetRisk risk(policy.setup);
  for (std::size_t i = 0; i < 401; ++i) risk.add(days[i]);
  const calibrate::ScanTargets t = calibrate::scan_targets(risk, policy.scan).value();
  const DayAhead& first = result.days.front();
  EXPECT_NEAR(first.ranges[0], std::exp(t.filtered) - 1, 1e-12);
  EXPECT_NEAR(first.ranges[1], std::ceil((std::exp(1.05 * t.filtered) - 1) * 1'000) / 1'000, 1e-12);
  EXPECT_NEAR(first.move, std::log(days[401].close / days[400].close), 1e-12);
  for (std::size_t i = 1; i < result.days.size(); ++i) {  // no faster than the limits, and a unit of rounding
    EXPECT_LE(result.days[i].ranges[1], result.days[i - 1].ranges[1] * 1.25 + 0.0011);
    EXPECT_GE(result.days[i].ranges[1], result.days[i - 1].ranges[1] * 0.98 - 0.0011);
  }
}

TEST(Walk, ADayBehindAGapIsNotJudged) {
  std::vector<Close> days = seeded_days(3, 700);
  days.erase(days.begin() + 500);
  WalkPolicy policy;
  policy.warm_up = 300;
  const Walk result = walk(days, {{ScanModel::filtered, false}}, policy);
  EXPECT_EQ(result.days.size(), 699u - 301 - 1);
  EXPECT_EQ(warm_up_of(4'000, 1'000), 1'000u);
  EXPECT_EQ(warm_up_of(1'500, 1'000), 750u);
  EXPECT_EQ(warm_up_of(300, 1'000), 250u);
}

// Of returns with one deviation for ever every model is about right.
TEST(Walk, OnNormalReturnsEveryModelCoversWhatItPromises) {
  const Walk result = walk(seeded_days(4, 6'000), usual_rows(), {});
  for (std::size_t row = 0; row < 4; ++row) {
    const Judged judged = judge(result, row);
    const double n = static_cast<double>(judged.both.observations);
    // Twelve uniforms have thinner tails than a normal and an EWMA is noisy: between half and twice of 1 %.
    EXPECT_GT(static_cast<double>(judged.both.breaches), 0.005 * n) << judged.name;
    EXPECT_LT(static_cast<double>(judged.both.breaches), 0.02 * n) << judged.name;
  }
}

// Key figures of docs/backtest.md, loosely; the quantitative specification has the same picture on another
// source of prices (section 4.2): normal quantiles fail by a factor of three, FHS is calibrated.
TEST(Walk, RecordedBitcoinSaysWhatTheDocumentSays) {
  const char* given = std::getenv("LOCKSTEP_SHARED");
  const std::string folder = (given != nullptr ? given : "../shared") + std::string("/data/daily");
  if (!std::ifstream(folder + "/coingecko_daily_2013_2026.csv.zst")) {
    GTEST_SKIP() << "no recorded prices in " << folder << " (set LOCKSTEP_SHARED)";
  }
  LinuxDisk disk;
  const Result<PriceHistory, Fault> history = read_price_history(disk, folder, {"BTC"});
  ASSERT_TRUE(history) << history.error().what;
  const std::vector<Row> rows = {{ScanModel::normal, false},
                                 {ScanModel::filtered, false},
                                 {ScanModel::stress_weighted, true},
                                 {ScanModel::combined, true}};
  const Walk result = walk(daily_prices(history.value(), "BTC").closes, rows, {});
  const Judged normal = judge(result, 0), filtered = judge(result, 1), chosen = judge(result, 2),
               floored = judge(result, 3);
  EXPECT_GT(normal.both.observations, 3'500u);
  EXPECT_GT(static_cast<double>(normal.both.breaches), 2 * normal.expected());
  EXPECT_GT(filtered.kupiec().p_value, 0.05);
  EXPECT_GT(filtered.acceptance(), 0.05);
  EXPECT_GT(chosen.both.coverage(), 0.99);
  EXPECT_GT(chosen.longs.coverage(), 0.995);
  EXPECT_GT(chosen.shorts.coverage(), 0.995);
  EXPECT_GT(floored.cycle.mean, chosen.cycle.mean);
  EXPECT_LT(floored.cycle.rise_30_days, chosen.cycle.rise_30_days);
  EXPECT_LT(chosen.cycle.rise_30_days, filtered.cycle.rise_30_days);
  // The day that no range of one day covers: 2020-03-12, in a close of 2020-03-13 00:00.
  EXPECT_EQ(chosen.worst_at.raw() / day.raw(), 18'334);
  EXPECT_GT(chosen.both.excess_max, 1.5);
}

}  // namespace
}  // namespace lockstep::backtest
