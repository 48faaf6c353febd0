#include "node/stress/leverage.h"

#include <algorithm>

#include "node/runtime/summary.h"
#include "node/stress/exposure.h"

namespace lockstep::stress {
namespace {

constexpr u32 bounds[] = {1, 2, 3, 5, 10, 20, 50};

std::size_t bucket_of(Value notional, Value equity) {
  if (equity <= Value{}) return std::size(bounds) + 1;
  for (std::size_t i = 0; i < std::size(bounds); ++i) {
    if (compare_products(notional.raw(), 1, equity.raw(), bounds[i]) <= 0) return i;
  }
  return std::size(bounds);
}

std::optional<Rate> at_share(const std::vector<std::optional<Rate>>& sorted, i64 percent) {
  if (sorted.empty()) return std::nullopt;
  const i128 place = div(i128{percent} * static_cast<i128>(sorted.size()), 100, Round::up);
  return sorted[static_cast<std::size_t>(place) - 1];
}

}  // namespace

LeverageReport leverage_report(Engine& engine) {
  const State& state = engine.state;
  const Exposure exposure = exposure_of(state);
  LeverageReport out;
  out.buckets.resize(std::size(bounds) + 2);
  for (std::size_t i = 0; i < std::size(bounds); ++i) out.buckets[i].most = bounds[i];
  std::vector<std::optional<Rate>> all;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Account& account = state.accounts[i];
    const Value notional = sides_of(exposure, account, AssetId{}).gross();
    if (account.holdings.empty()) {
      ++out.idle;
      continue;
    }
    const Assessment assessment = assess_account(engine, AccountId{i});
    const auto lacks_price = [&](const PoolTotals& pool) {
      return dollars_of(state, pool.asset) == Price{} && !is_nothing(pool);
    };
    if (assessment.obstacle > Obstacle::price_diverged ||
        std::any_of(assessment.pools.begin(), assessment.pools.end(), lacks_price)) {
      ++out.unjudged;
      continue;
    }
    Value equity;
    for (const PoolTotals& pool : assessment.pools) {
      equity += in_dollars(pool.equity, dollars_of(state, pool.asset));
    }
    ++out.holding;
    out.notional += notional;
    out.equity += equity;
    LeverageBucket& bucket = out.buckets[bucket_of(notional, equity)];
    ++bucket.accounts;
    bucket.notional += notional;
    all.push_back(equity > Value{} ? std::optional<Rate>(ratio(notional, equity)) : std::nullopt);
  }
  std::sort(all.begin(), all.end(),
            [](const std::optional<Rate>& a, const std::optional<Rate>& b) { return a && (!b || *a < *b); });
  out.median = at_share(all, 50);
  out.ninety = at_share(all, 90);
  out.ninety_nine = at_share(all, 99);
  return out;
}

}  // namespace lockstep::stress
