#include "node/stress/procyclicality.h"

#include <algorithm>

#include "node/runtime/summary.h"
#include "node/stress/exposure.h"

namespace lockstep::stress {
namespace {

Sample sample_of(Engine& engine) {
  const State& state = engine.state;
  const Exposure exposure = exposure_of(state);
  Sample sample;
  sample.at = state.time;
  std::vector<Price> prices;
  for (u32 i = 0; i < state.assets.size(); ++i) prices.push_back(dollars_of(state, AssetId{i}));
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Account& account = state.accounts[i];
    if (account.holdings.empty() || state.rulebook(account.rulebook).active == 0) continue;
    const Assessment assessment = assess_account(engine, AccountId{i});
    if (assessment.obstacle > Obstacle::price_diverged) continue;
    sample.notional += sides_of(exposure, account, AssetId{}).gross();
    for (const PoolTotals& pool : assessment.pools) {
      sample.initial += in_dollars(pool.initial, prices[pool.asset.index]);
      sample.maintenance += in_dollars(pool.maintenance, prices[pool.asset.index]);
    }
  }
  sample.rate = ratio(sample.maintenance, sample.notional);
  return sample;
}

}  // namespace

void MarginHistory::look(Engine& engine) {
  const Time now = engine.state.time;
  if (now < next_ || engine.state.accounts.empty()) return;
  const Sample sample = sample_of(engine);
  if (sample.notional == Value{} || sample.maintenance == Value{}) return;
  if (next_ != Time{}) samples_.push_back(sample);  // not while the book is being filled
  next_ = Time::from_raw(now.raw() - now.raw() % every_.raw()) + every_;
}

std::optional<Rise> largest_rise(const std::vector<Sample>& samples, Duration span) {
  std::optional<Rise> largest;
  std::size_t to = 0;
  for (const Sample& from : samples) {
    while (to < samples.size() && samples[to].at < from.at + span) ++to;
    if (to == samples.size()) break;
    if (from.rate == Rate{}) continue;
    const i128 rise = mul_div(samples[to].rate.raw(), rate_one, from.rate.raw(), Round::nearest) - rate_one;
    const Rise now{from.at, samples[to].at, Rate::from_raw(static_cast<i64>(rise))};
    if (!largest || now.rise > largest->rise) largest = now;
  }
  return largest;
}

std::optional<Procyclicality> procyclicality(const std::vector<Sample>& samples) {
  if (samples.empty()) return std::nullopt;
  const auto lower = [](const Sample& a, const Sample& b) { return a.rate < b.rate; };
  Procyclicality out;
  out.samples = samples.size();
  out.first = samples.front();
  out.last = samples.back();
  out.peak = *std::max_element(samples.begin(), samples.end(), lower);
  out.trough = *std::min_element(samples.begin(), samples.end(), lower);
  out.peak_to_trough = Rate::from_raw(
      static_cast<i64>(mul_div(out.peak.rate.raw(), rate_one, out.trough.rate.raw(), Round::nearest)));
  out.one_day = largest_rise(samples, day);
  out.five_days = largest_rise(samples, Duration::from_raw(5 * day.raw()));
  return out;
}

}  // namespace lockstep::stress
