// Paths: anchors, betas and noise to one integer price a step.
#include "node/market/path.h"

#include <algorithm>

#include "core/math/elementary.h"
#include "core/units/limits.h"
#include "node/market/chance.h"

namespace lockstep::market {
namespace {

// a at `from`, b at `to`, the straight line at `at`, to the nearest unit.
i64 between(i64 a, i64 b, Duration from, Duration to, Duration at) {
  return a + static_cast<i64>(div(i128{b - a} * (at - from).raw(), (to - from).raw(), Round::nearest));
}

template <class Point>
i64 line_at(const std::vector<Point>& anchors, Duration at, i64 (*raw)(const Point&)) {
  LS_ASSERT(!anchors.empty());
  const auto next = std::upper_bound(anchors.begin(), anchors.end(), at,
                                     [](Duration moment, const Point& point) { return moment < point.at; });
  if (next == anchors.begin()) return raw(anchors.front());
  if (next == anchors.end()) return raw(anchors.back());
  const Point& last = *(next - 1);
  return between(raw(last), raw(*next), last.at, next->at, at);
}

// What pulls a draw's sum back to 0: z' = keep * z + gain * draw has the variance of a walk of one step's
// volatility at first, and stops growing after `memory`.
struct Noise {
  double keep = 0;
  std::vector<double> level;   // by asset, as a log price
  std::vector<double> gain;    // by asset, a step
  double common = 0, own = 0;  // how a draw is made of the first asset's and its own
};

Noise make_noise(const PathPlan& plan) {
  Noise noise;
  const double steps_a_day = static_cast<double>(day.raw()) / static_cast<double>(plan.step.raw());
  noise.keep =
      math::exp(-static_cast<double>(plan.step.raw()) / static_cast<double>(plan.noise_memory.raw()));
  noise.common = to_double(plan.correlation);
  noise.own = math::square_root(1.0 - noise.common * noise.common);
  for (const AssetPlan& asset : plan.assets) {
    noise.level.push_back(0);
    noise.gain.push_back(to_double(asset.volatility) / math::square_root(steps_a_day));
  }
  return noise;
}

// Every asset's draw is taken, whether it is used or not: the same seed gives the first asset the same noise
// however many others there are.
void advance(Noise& noise, std::vector<Prng>& prngs) {
  double first = 0;
  for (std::size_t asset = 0; asset < noise.level.size(); ++asset) {
    const double draw = standard_normal(prngs[asset]);
    if (asset == 0) first = draw;
    const double shock = asset == 0 ? draw : noise.common * first + noise.own * draw;
    noise.level[asset] = noise.keep * noise.level[asset] + noise.gain[asset] * shock;
  }
}

// price * exp(log_move); exact for 0.
Price moved(Price price, double log_move) {
  const i64 factor = nearest(math::exp(log_move) * static_cast<double>(rate_one));
  const i128 raw = mul_div(price.raw(), factor, rate_one, Round::nearest);
  return Price::from_raw(static_cast<i64>(std::clamp(raw, i128{1}, i128{limits::price_raw_max})));
}

void check(const PathPlan& plan) {
  LS_ASSERT(!plan.assets.empty() && plan.scenario.prices.size() >= 2 && !plan.scenario.depths.empty());
  LS_ASSERT(plan.step > Duration{} && plan.noise_memory > Duration{});
  LS_ASSERT(plan.correlation >= Rate{} && plan.correlation <= Rate::from_raw(rate_one));
  for (std::size_t asset = 1; asset < plan.assets.size(); ++asset) {
    LS_ASSERT(plan.assets[asset].start > Price{});
  }
}

}  // namespace

Price price_at(const std::vector<PricePoint>& anchors, Duration at) {
  return Price::from_raw(
      line_at<PricePoint>(anchors, at, [](const PricePoint& point) { return point.price.raw(); }));
}

Rate depth_at(const std::vector<DepthPoint>& anchors, Duration at) {
  return Rate::from_raw(
      line_at<DepthPoint>(anchors, at, [](const DepthPoint& point) { return point.share.raw(); }));
}

Result<Scenario, Fault> recorded_scenario(std::string_view name, std::vector<PricePoint> prices,
                                          std::vector<DepthPoint> depths) {
  const auto wrong = [&](std::size_t row, const char* what) {
    return Fault{std::string(name) + ": row " + std::to_string(row + 1) + ": " + what, FaultKind::corrupt};
  };
  if (prices.size() < 2) return Fault{std::string(name) + ": a path needs at least two prices"};
  const Duration start = prices.front().at;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (prices[i].price <= Price{} || prices[i].price.raw() > limits::price_raw_max) {
      return wrong(i, "the price must be above 0 and within the limits");
    }
    if (i > 0 && prices[i].at - start <= prices[i - 1].at) return wrong(i, "times must rise");
    prices[i].at -= start;
  }
  for (std::size_t i = 0; i < depths.size(); ++i) {
    if (depths[i].share < Rate{}) return wrong(i, "a share of the depth must not be below 0");
    depths[i].at -= start;
    if (i > 0 && depths[i].at <= depths[i - 1].at) return wrong(i, "times of depths must rise");
  }
  if (depths.empty()) depths.push_back({Duration{}, Rate::from_raw(rate_one)});
  return Scenario{std::string(name), "recorded prices", std::move(prices), std::move(depths), false};
}

std::vector<AssetPlan> usual_assets(u32 count) {
  LS_ASSERT(count >= 1 && count <= 4);
  // On 2025-10-10 the betas were 1.2, 2.7 and 5.9 (node/feed/preset_table.h, 20:00 to the lows).
  std::vector<AssetPlan> assets = {
      {"BTC", Price{}, percent(100), percent(4)},
      {"ETH", Price::from_raw(4'000 * price_one), percent(120), percent(5)},
      {"SOL", Price::from_raw(200 * price_one), percent(150), percent(6)},
      {"XRP", Price::from_raw(price_one / 2 * 5), percent(150), percent(6)},
  };
  assets.resize(count);
  return assets;
}

Path make_path(const PathPlan& plan) {
  check(plan);
  const Scenario& scenario = plan.scenario;
  const Price origin = price_at(scenario.prices, Duration{});
  const Price start = plan.assets[0].start == Price{} ? origin : plan.assets[0].start;
  std::vector<Prng> prngs;
  for (std::size_t asset = 0; asset < plan.assets.size(); ++asset) prngs.emplace_back(plan.seed * 64 + asset);
  Noise noise = make_noise(plan);
  Path path{plan.step, {}, std::vector<std::vector<Price>>(plan.assets.size()), {}};
  for (const AssetPlan& asset : plan.assets) path.names.push_back(asset.name);
  for (Duration at; at <= scenario.prices.back().at; at += plan.step) {
    const Price anchor = price_at(scenario.prices, at);
    const double log_move = math::log(static_cast<double>(anchor.raw()) / static_cast<double>(origin.raw()));
    for (std::size_t asset = 0; asset < plan.assets.size(); ++asset) {
      const bool first = asset == 0;
      const Price base = first ? Price::from_raw(static_cast<i64>(
                                     mul_div(anchor.raw(), start.raw(), origin.raw(), Round::nearest)))
                               : plan.assets[asset].start;
      const double own_noise = first && !scenario.has_noise ? 0.0 : noise.level[asset];
      const double beta = first ? 0.0 : to_double(plan.assets[asset].beta);
      path.prices[asset].push_back(moved(base, beta * log_move + own_noise));
    }
    path.depths.push_back(depth_at(scenario.depths, at));
    advance(noise, prngs);
  }
  return path;
}

}  // namespace lockstep::market
