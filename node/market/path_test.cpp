// Paths: anchors by hand, seeds, and whether noise has the size and the correlation that was asked for.
#include "node/market/path.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "node/market/chance.h"

namespace lockstep::market {
namespace {

Price dollars(i64 n) { return Price::from_raw(n * price_one); }
Duration minutes(i64 n) { return Duration::from_raw(n * minute.raw()); }

Scenario scenario(std::string_view name) { return std::move(find_scenario(name)).value(); }

PathPlan plan_of(std::string_view name, u64 seed, u32 assets) {
  PathPlan plan;
  plan.seed = seed;
  plan.scenario = scenario(name);
  plan.assets = usual_assets(assets);
  return plan;
}

PathPlan silent(std::string_view name, u32 assets) {
  PathPlan plan = plan_of(name, 1, assets);
  for (AssetPlan& asset : plan.assets) asset.volatility = Rate{};
  return plan;
}

TEST(Path, EveryScenarioFallsAndComesPartOfTheWayBack) {
  for (const std::string_view name : scenario_names()) {
    const Path path = make_path(silent(name, 1));
    const std::vector<Price>& prices = path.prices[0];
    ASSERT_EQ(prices.size(), path.steps()) << name;
    const auto low = std::min_element(prices.begin(), prices.end());
    EXPECT_LT(low->raw(), prices.front().raw() / 100 * 95) << name;
    EXPECT_GT(prices.back(), *low) << name;
    EXPECT_LT(prices.back(), prices.front()) << name;
    EXPECT_EQ(path.depths.front(), percent(100)) << name;
    EXPECT_LE(path.depths[static_cast<std::size_t>(low - prices.begin())], percent(20)) << name;
  }
}

TEST(Path, WithoutNoiseIsItsAnchorsExactly) {
  const Path path = make_path(silent("slow", 1));
  EXPECT_EQ(path.steps(), 90u * 60 + 1);
  EXPECT_EQ(path.prices[0][0], dollars(100'000));
  EXPECT_EQ(path.prices[0][300], dollars(100'000));
  EXPECT_EQ(path.prices[0][301], dollars(99'990));  // 12,000 dollars in 1,200 s
  EXPECT_EQ(path.prices[0][1500], dollars(88'000));
  EXPECT_EQ(path.prices[0].back(), dollars(94'000));
  EXPECT_EQ(path.depths[600], Rate::from_raw(rate_one / 100 * 51));  // half-way from 100 % to 2 %
  EXPECT_EQ(path.depths[1500], percent(2));
}

TEST(Path, StartsWhereThePlanSays) {
  PathPlan plan = silent("slow", 1);
  plan.assets[0].start = dollars(50'000);
  EXPECT_EQ(make_path(plan).prices[0][1500], dollars(44'000));
}

TEST(Path, OtherAssetsMoveByTheirBeta) {
  const Path path = make_path(silent("fast", 3));
  // 4,000 * .88^1.2 = 3,431.146 and 200 * .88^1.5 = 165.103
  EXPECT_NEAR(static_cast<double>(path.prices[1][540].raw()) / price_one, 3431.146, 0.001);
  EXPECT_NEAR(static_cast<double>(path.prices[2][540].raw()) / price_one, 165.103, 0.001);
}

TEST(Path, IsAFunctionOfItsSeed) {
  const Path a = make_path(plan_of("fast", 5, 3)), b = make_path(plan_of("fast", 5, 3));
  const Path c = make_path(plan_of("fast", 6, 3));
  EXPECT_EQ(a.prices, b.prices);
  EXPECT_NE(a.prices[0], c.prices[0]);
  EXPECT_NE(a.prices[2], c.prices[2]);
  EXPECT_EQ(make_path(plan_of("fast", 5, 1)).prices[0], a.prices[0]);  // however many others there are
}

// The bits of one path: another compiler or machine must find the same.
TEST(Path, HasTheSameBitsEverywhere) {
  const Path path = make_path(plan_of("slow", 1, 2));
  EXPECT_EQ(path.prices[0][5000].raw(), 9'450'721'774'985);
  EXPECT_EQ(path.prices[1][5000].raw(), 373'431'618'731);
}

TEST(Path, NoiseHasItsVolatilityAndCorrelation) {
  PathPlan plan = plan_of("slow", 3, 2);
  plan.correlation = percent(60);
  plan.scenario.prices = {{Duration{}, dollars(100'000)}, {minutes(1440), dollars(100'000)}};
  const Path path = make_path(plan);
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 1; i < path.steps(); ++i) {
    const auto move = [&](std::size_t asset) {
      const std::vector<Price>& p = path.prices[asset];
      return static_cast<double>((p[i] - p[i - 1]).raw()) / static_cast<double>(p[i].raw());
    };
    xx += move(0) * move(0);
    yy += move(1) * move(1);
    xy += move(0) * move(1);
  }
  EXPECT_NEAR(math::square_root(xx), 0.04, 0.0005);  // 86,400 steps: 4 % a day, the error is .25 % of it
  EXPECT_NEAR(math::square_root(yy), 0.05, 0.0006);
  EXPECT_NEAR(xy / math::square_root(xx * yy), 0.6, 0.01);
}

TEST(Path, RecordedPricesAreTakenAsTheyAre) {
  const std::vector<PricePoint> points = {
      {minutes(7), dollars(100)}, {minutes(8), dollars(94)}, {minutes(10), dollars(97)}};
  PathPlan plan;
  plan.scenario = std::move(recorded_scenario("day.csv", points, {})).value();
  const Path path = make_path(plan);
  ASSERT_EQ(path.steps(), 181u);
  EXPECT_EQ(path.prices[0][0], dollars(100));
  EXPECT_EQ(path.prices[0][30], dollars(97));
  EXPECT_EQ(path.prices[0][60], dollars(94));
  EXPECT_EQ(path.prices[0][180], dollars(97));
  EXPECT_EQ(path.depths[90], percent(100));
}

TEST(Path, RecordedPricesThatCannotBeAreFaults) {
  const auto what = [](std::vector<PricePoint> points) {
    return recorded_scenario("day.csv", std::move(points), {}).error().what;
  };
  EXPECT_EQ(what({{Duration{}, dollars(1)}}), "day.csv: a path needs at least two prices");
  EXPECT_EQ(what({{minutes(1), dollars(1)}, {minutes(1), dollars(1)}}), "day.csv: row 2: times must rise");
  EXPECT_EQ(what({{minutes(1), dollars(1)}, {minutes(2), dollars(0)}}),
            "day.csv: row 2: the price must be above 0 and within the limits");
  EXPECT_EQ(find_scenario("1987-10-19").error().kind, FaultKind::not_found);
}

}  // namespace
}  // namespace lockstep::market
