// The running estimates against a twin that keeps every price and computes everything anew, with the standard
// library's functions and its own loops.
#include "node/calibrate/scan_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "core/base/prng.h"
#include "node/io/linux_disk.h"

namespace lockstep::calibrate {
namespace {

constexpr Time midnight(i64 number) { return Time::from_raw(number * day.raw()); }

// Returns with fat tails and clusters, some days missing.
std::vector<Close> seeded_days(u64 seed, int count) {
  Prng prng(seed);
  std::vector<Close> days;
  double price = 100, deviation = 0.03;
  for (int i = 0; i < count; ++i) {
    double sum = 0;
    for (int k = 0; k < 12; ++k) sum += static_cast<double>(prng.below(1'000'000)) / 1e6;
    const double r = deviation * (sum - 6) * (prng.below(40) == 0 ? 4 : 1);
    price *= std::exp(r);
    deviation = std::sqrt(0.00005 + 0.85 * deviation * deviation + 0.1 * r * r);
    if (prng.below(100) != 0 || i < 3) days.push_back({midnight(16'000 + i), price});
  }
  return days;
}

struct Twin {
  double slow = 0, fast = 0;  // standard deviations a day
  std::vector<double> sizes, z;
  std::vector<double> filtered;  // the last 250 only
  double confidence = 0.99;
  std::size_t window = 1'000;

  static double quantile(std::vector<double> values, std::size_t last, double alpha) {
    if (values.size() > last) values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(last));
    std::sort(values.begin(), values.end());
    const double rank = std::ceil(alpha * static_cast<double>(values.size()) - 1e-7);
    return values[static_cast<std::size_t>(rank) - 1];
  }

  void run(const std::vector<Close>& days) {
    double sums[2] = {0, 0}, weights[2] = {0, 0}, squares[2] = {0, 0};
    for (std::size_t i = 1; i < days.size(); ++i) {
      const double dt = static_cast<double>((days[i].at - days[i - 1].at).raw()) / 86'400e6;
      const double r = std::log(days[i].close / days[i - 1].close);
      sizes.push_back(std::fabs(r) / std::sqrt(dt));
      if (sizes.size() > 30) z.push_back(sizes.back() / slow);
      double* deviations[2] = {&slow, &fast};
      const double lambdas[2] = {0.97, 0.94};
      for (int k = 0; k < 2; ++k) {
        const double kept = std::pow(lambdas[k], dt);
        double value = r * r / dt;
        if (squares[k] > 0 && weights[k] * weights[k] / squares[k] >= 10) {
          value = std::min(value, 64 * sums[k] / weights[k]);
        }
        sums[k] = kept * sums[k] + (1 - kept) * value;
        weights[k] = kept * weights[k] + (1 - kept);
        squares[k] = kept * kept * squares[k] + (1 - kept) * (1 - kept);
        *deviations[k] = std::sqrt(sums[k] / weights[k]);
      }
      if (!z.empty() && i + 250 >= days.size()) filtered.push_back(quantile(z, window, confidence) * slow);
    }
  }

  double ten_years() const {
    double sum = 0;
    const std::size_t from = sizes.size() > 3'650 ? sizes.size() - 3'650 : 0;
    for (std::size_t i = from; i < sizes.size(); ++i) sum += sizes[i] * sizes[i];
    return std::sqrt(sum / static_cast<double>(sizes.size() - from));
  }
  double stressed() const {
    std::vector<double> sorted = sizes;
    std::sort(sorted.rbegin(), sorted.rend());
    sorted.resize(static_cast<std::size_t>(std::ceil(0.05 * static_cast<double>(sorted.size()) - 1e-7)));
    return quantile(sorted, sorted.size(), 0.9);
  }
  double beyond(std::vector<double> values) const {
    if (values.size() > window) {
      values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(window));
    }
    const double q = quantile(values, window, confidence);
    double sum = 0, count = 0;
    for (const double value : values) {
      if (value > q) sum += value, ++count;
    }
    return sum / count / q;
  }
};

void expect_equal(const ScanTargets& t, const Twin& twin, const ScanPolicy& policy) {
  const double near = 1e-9;
  EXPECT_NEAR(t.deviation, twin.slow, near);
  EXPECT_NEAR(t.deviation_fast, twin.fast, near);
  EXPECT_NEAR(t.deviation_ten_years, twin.ten_years(), near);
  EXPECT_NEAR(t.quantile, Twin::quantile(twin.z, twin.window, twin.confidence), near);
  EXPECT_NEAR(t.historical, Twin::quantile(twin.sizes, twin.window, twin.confidence), near);
  const double fhs = Twin::quantile(twin.z, twin.window, twin.confidence) * twin.slow;
  EXPECT_NEAR(t.filtered, fhs, near);
  EXPECT_NEAR(t.stressed, twin.stressed(), near);
  EXPECT_NEAR(t.stress_weighted, 0.75 * fhs + 0.25 * std::max(fhs, twin.stressed()), near);
  const double floor = Twin::quantile(twin.z, twin.window, twin.confidence) * twin.ten_years();
  EXPECT_NEAR(t.floor, floor, near);
  const double median = Twin::quantile(twin.filtered, 250, 0.5);
  EXPECT_NEAR(t.buffered, std::max(fhs, std::min(1.25 * fhs, 1.25 * median)), near);
  EXPECT_NEAR(t.shortfall_filtered, twin.beyond(twin.z), 1e-8);
  EXPECT_NEAR(t.shortfall_historical, twin.beyond(twin.sizes), 1e-8);
  const double range = policy.model == ScanModel::combined ? std::max(t.stress_weighted, floor) : fhs;
  EXPECT_NEAR(t.target, std::exp(range * 1.05) - 1, near);
}

TEST(ScanRange, EqualsABatchTwinOnSeededDays) {
  for (const u64 seed : {u64{1}, u64{2}, u64{3}}) {
    for (const int count : {260, 900, 2'200, 4'200}) {
      const std::vector<Close> days = seeded_days(seed, count);
      for (const double confidence : {0.99, 0.995}) {
        AssetRisk risk({confidence, 1'000, day});
        for (const Close& close : days) ASSERT_TRUE(risk.add(close));
        Twin twin;
        twin.confidence = confidence;
        twin.run(days);
        ScanPolicy policy;
        policy.model = seed == 1 ? ScanModel::combined : ScanModel::filtered;
        const auto targets = scan_targets(risk, policy);
        ASSERT_TRUE(targets) << targets.error().why;
        expect_equal(targets.value(), twin, policy);
        EXPECT_EQ(risk.returns, days.size() - 1);
      }
    }
  }
}

TEST(ScanRange, EqualsABatchTwinOnRecordedDays) {
  const char* given = std::getenv("LOCKSTEP_SHARED");
  const std::string folder = (given != nullptr ? given : "../shared") + std::string("/data/daily");
  if (!std::ifstream(folder + "/coingecko_daily_2013_2026.csv.zst")) {
    GTEST_SKIP() << "no recorded prices in " << folder << " (set LOCKSTEP_SHARED)";
  }
  LinuxDisk disk;
  const Result<PriceHistory, Fault> history = read_price_history(disk, folder, {"BTC", "XRP"});
  ASSERT_TRUE(history) << history.error().what;
  for (const char* base : {"BTC", "XRP"}) {
    const std::vector<Close> days = daily_prices(history.value(), base).closes;
    AssetRisk risk({});
    for (const Close& close : days) ASSERT_TRUE(risk.add(close));
    Twin twin;
    twin.run(days);
    ScanPolicy policy;
    policy.model = ScanModel::filtered;
    const auto targets = scan_targets(risk, policy);
    ASSERT_TRUE(targets) << targets.error().why;
    expect_equal(targets.value(), twin, policy);
  }
}

TEST(ScanRange, TooLittleDataIsNoTargetAndSaysSo) {
  AssetRisk risk({});
  const std::vector<Close> days = seeded_days(5, 300);
  std::size_t fed = 0;
  for (; fed < 250; ++fed) risk.add(days[fed]);
  const auto none = scan_targets(risk, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().why, "only 249 daily returns; 250 are needed");
  risk.add(days[fed]);
  EXPECT_TRUE(scan_targets(risk, {}));
  AssetRisk still({});
  for (int i = 0; i < 300; ++i) still.add({midnight(i + 1), 1.0});
  ASSERT_FALSE(scan_targets(still, {}));
  EXPECT_EQ(scan_targets(still, {}).error().why, "the price does not move");
}

TEST(ScanRange, BadBarsAreCountedAndChangeNothing) {
  AssetRisk risk({});
  EXPECT_TRUE(risk.add({midnight(1), 100}));
  EXPECT_FALSE(risk.add({midnight(1), 101}));
  EXPECT_FALSE(risk.add({midnight(0), 101}));
  EXPECT_FALSE(risk.add({midnight(2), 0}));
  EXPECT_FALSE(risk.add({midnight(2), -5}));
  EXPECT_FALSE(risk.add({midnight(2), std::nan("")}));
  EXPECT_EQ(risk.rejected, 5u);
  EXPECT_TRUE(risk.add({midnight(2), 101}));
  EXPECT_EQ(risk.returns, 1u);
}

TEST(ScanRange, BarsGiveTheReturnsOfTheirMidnights) {
  AssetRisk bars({}), days({});
  Prng prng(10);
  double price = 50;
  for (int i = 0; i <= 48 * 399; ++i) {  // the last at midnight
    price *= 1 + (static_cast<double>(prng.below(2'001)) - 1'000) * 2e-6;
    const Close bar{midnight(15'000) + Duration::from_raw(i * 30 * minute.raw()), price};
    ASSERT_TRUE(bars.add(bar));
    if (i % 48 == 0) {
      ASSERT_TRUE(days.add(bar));
    }
  }
  EXPECT_EQ(bars.returns, 399u);
  EXPECT_EQ(bars.missing, 0u);
  EXPECT_EQ(bars.sizes.sorted(), days.sizes.sorted());
  EXPECT_EQ(scan_targets(bars, {}).value().filtered, scan_targets(days, {}).value().filtered);
  EXPECT_GT(bars.moves.largest().value(), days.moves.largest().value());
}

TEST(ScanRange, TheDayThatHasBegunCountsTowardsTheDeviation) {
  AssetRisk risk({});
  const std::vector<Close> days = seeded_days(6, 600);
  for (const Close& close : days) risk.add(close);
  const ScanTargets before = scan_targets(risk, {}).value();
  Close bar = days.back();
  bar.at = bar.at + Duration::from_raw(6 * hour.raw());
  bar.close *= std::exp(3 * before.deviation);
  risk.add(bar);
  const ScanTargets now = scan_targets(risk, {}).value();
  // A quarter of a day with a variance of 9 / 0.25 times that of a day.
  const double kept = std::pow(0.97, 0.25), weights = 1 - std::pow(0.97, 599 + 0.25);
  const double variance = before.deviation * before.deviation;
  const double old_weight = (weights - (1 - kept)) / weights;
  EXPECT_NEAR(now.deviation, std::sqrt(variance * (old_weight + (1 - old_weight) * 36)),
              1e-4 * now.deviation);
  EXPECT_EQ(now.quantile, before.quantile);
  EXPECT_EQ(now.historical, before.historical);
}

TEST(ScanRange, ADayWithoutACloseIsMissingAndItsReturnIsScaled) {
  AssetRisk risk({});
  risk.add({midnight(10), 100});
  risk.add({midnight(11) + Duration::from_raw(2 * hour.raw()), 500});  // too late to be a close
  risk.add({midnight(14), 100 * std::exp(0.2)});
  EXPECT_EQ(risk.returns, 1u);
  EXPECT_EQ(risk.missing, 3u);
  EXPECT_NEAR(risk.sizes.sorted()[0], 0.1, 1e-12);  // 0.2 over the root of four days
}

TEST(ScanRange, ARestartGoesOnWithTheSameBits) {
  const std::vector<Close> days = seeded_days(7, 1'500);
  AssetRisk whole({0.995, 500, Duration::from_raw(8 * hour.raw())});
  std::optional<AssetRisk> second;
  for (std::size_t i = 0; i < days.size(); ++i) {
    whole.add(days[i]);
    if (second) second->add(days[i]);
    if (i != 700) continue;
    Bytes bytes;
    Writer writer(bytes);
    whole.write(writer);
    second.emplace(RiskSetup{});
    Reader reader(bytes);
    second->read(reader);
    ASSERT_TRUE(reader.done());
    for (std::size_t cut = 0; cut < bytes.size(); cut += 997) {
      AssetRisk broken({});
      Reader part(std::span<const u8>(bytes).first(cut));
      broken.read(part);
      EXPECT_FALSE(part.done()) << cut;
    }
  }
  Bytes a, b;
  Writer to_a(a), to_b(b);
  whole.write(to_a);
  second->write(to_b);
  EXPECT_EQ(a, b);
  EXPECT_EQ(scan_targets(whole, {}).value().target, scan_targets(*second, {}).value().target);
}

TEST(ScanRange, HorizonMinimumAndRecentMove) {
  AssetRisk risk({});
  for (const Close& close : seeded_days(3, 1'200)) risk.add(close);
  ScanPolicy policy;
  policy.rounding_buffer = 0;
  const ScanTargets one = scan_targets(risk, policy).value();
  EXPECT_EQ(one.binding, "FHS + 25 % stress");
  policy.horizon = Duration::from_raw(4 * day.raw());
  EXPECT_NEAR(scan_targets(risk, policy).value().range, 2 * one.range, 1e-12);
  policy.minimum = 3;
  EXPECT_EQ(scan_targets(risk, policy).value().target, 3.0);
  EXPECT_EQ(scan_targets(risk, policy).value().binding, "minimum");
  const double move = risk.moves.largest().value();
  policy = {};
  policy.recent_share = 2 * one.range / move;
  EXPECT_NEAR(scan_targets(risk, policy).value().range, 2 * one.range, 1e-12);
  EXPECT_EQ(scan_targets(risk, policy).value().binding, "largest move of 30 days");
}

// The definition, bar by bar against every bar before it.
TEST(LargestMove, EqualsTheDefinitionOnSeededBars) {
  Prng prng(4);
  for (const Duration window : {day, Duration::from_raw(8 * hour.raw()), minute}) {
    LargestMove moves(window);
    std::vector<Close> bars;
    std::vector<double> found;
    Time at = midnight(100);
    double price = 10;
    for (int i = 0; i < 600; ++i) {
      at = at + Duration::from_raw(static_cast<i64>(1 + prng.below(300)) * minute.raw());
      price *= 1 + (static_cast<double>(prng.below(2'001)) - 1'000) * 5e-5;
      const bool whole = prng.below(3) != 0;
      bars.push_back({at, price, whole ? price * 1.01 : 0, whole ? price * 0.98 : 0});
      moves.add(bars.back());
      double largest = 0;
      for (const Close& from : bars) {
        if (from.at < at - window) continue;
        const auto high = [](const Close& b) { return b.high > 0 ? b.high : b.close; };
        const auto low = [](const Close& b) { return b.low > 0 ? b.low : b.close; };
        largest = std::max(
            {largest, std::log(high(bars.back()) / low(from)), std::log(high(from) / low(bars.back()))});
      }
      found.push_back(largest);
      EXPECT_NEAR(moves.latest, largest, 1e-12);
      double most = 0;
      for (std::size_t k = 1; k < bars.size(); ++k) {
        if (bars[k].at >= at - LargestMove::memory) most = std::max(most, found[k]);
      }
      if (i > 0) {
        EXPECT_NEAR(moves.largest().value(), most, 1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace lockstep::calibrate
