#include "node/calibrate/estimator.h"

#include <algorithm>

#include "core/math/elementary.h"

namespace lockstep::calibrate {
namespace {

constexpr u32 venues_max = 10'000;    // of a stored state
constexpr std::size_t name_max = 64;  // of a stored state

i64 day_ending(Time at) { return (at.raw() - 1) / day.raw(); }
u32 at_least_one(std::size_t n) { return static_cast<u32>(std::max<std::size_t>(n, 1)); }
bool is_midnight(Time at) { return at.raw() % day.raw() == 0; }

void see_venues(AssetEstimator& asset, Time at, std::span<const HourClose> closes,
                std::vector<VenuePrice>& prices) {
  for (const HourClose& close : closes) {
    prices.push_back({close.venue, close.closed, close.price});
    if (!is_price(close.price)) continue;
    while (asset.venues.size() <= close.venue) asset.venues.emplace_back(day);
    asset.venues[close.venue].add(Close{at, close.price});
  }
}

void see_asset(const EstimatorPolicy& policy, AssetEstimator& asset, Time at,
               std::span<const HourClose> closes) {
  std::vector<VenuePrice> prices;
  see_venues(asset, at, closes, prices);
  const std::optional<double> price = one_price(asset.filter, prices, at, policy.filter);
  if (price) {
    asset.price = *price;
    asset.priced = at;
    asset.risk.add(Close{at, *price});
  }
  asset.traded.resize(asset.venues.size());
  for (const HourClose& close : closes) {
    // Not at the venues' own prices, which may be lies.
    if (is_price(close.price)) asset.traded[close.venue] += close.volume * asset.price;
  }
}

// The day is over: what was traded, and the returns of those that have a price at both its ends.
void end_day(Estimator& estimator, Time at) {
  std::vector<std::optional<double>> returns;
  bool any = false;
  for (AssetEstimator& asset : estimator.assets) {
    // Of the largest venue: what others trade is not depth there.
    const auto most = std::max_element(asset.traded.begin(), asset.traded.end());
    if (most != asset.traded.end() && *most > 0) asset.volumes.add(*most);
    std::fill(asset.traded.begin(), asset.traded.end(), 0.0);
    const double close = is_midnight(at) && asset.priced == at ? asset.price : 0;
    std::optional<double> r;
    if (close != 0 && asset.close != 0) r = math::log(close / asset.close);
    asset.close = close;
    any = any || r.has_value();
    returns.push_back(r);
  }
  if (!any) return;
  estimator.joint.reset();
  estimator.correlations.add(returns);
  estimator.covariances.add(returns);
}

}  // namespace

AssetEstimator::AssetEstimator(std::string name, const EstimatorPolicy& policy)
    : base(std::move(name)), risk(policy.risk), volumes(volume_days) {}

Estimator::Estimator(std::vector<std::string> bases, const EstimatorPolicy& chosen)
    : policy(chosen),
      correlations(at_least_one(bases.size()), chosen.correlation),
      covariances(at_least_one(bases.size()), chosen.correlation.slow) {
  LS_ASSERT(std::is_sorted(bases.begin(), bases.end()) && bases.size() <= stats::assets_max);
  for (std::string& base : bases) assets.emplace_back(std::move(base), policy);
}

void add_hour(Estimator& estimator, Time at, std::span<const HourClose> closes) {
  LS_ASSERT(at > estimator.now && at.raw() % hour.raw() == 0);
  const bool missed =
      estimator.now != Time{} && !is_midnight(estimator.now) && day_ending(at) != day_ending(estimator.now);
  if (missed) end_day(estimator, Time::from_raw(1));  // no hour closed at midnight
  for (std::size_t begin = 0; begin < closes.size();) {
    std::size_t end = begin;
    while (end < closes.size() && closes[end].asset == closes[begin].asset) ++end;
    see_asset(estimator.policy, estimator.assets[closes[begin].asset], at,
              closes.subspan(begin, end - begin));
    begin = end;
  }
  if (is_midnight(at)) end_day(estimator, at);
  estimator.now = at;
}

AssetEstimator* find_asset(Estimator& estimator, std::string_view base) {
  for (AssetEstimator& asset : estimator.assets) {
    if (asset.base == base) return &asset;
  }
  return nullptr;
}

void AssetEstimator::write(Writer& writer) const {
  writer.text(base);
  filter.write(writer);
  risk.write(writer);
  writer.integer(static_cast<u32>(venues.size()));
  for (const LargestMove& venue : venues) venue.write(writer);
  for (const double dollars : traded) stats::write_number(writer, dollars);
  for (const double number : {price, close}) stats::write_number(writer, number);
  writer.integer(priced.raw());
  volumes.write(writer);
  options.write(writer);
  stats::write_number(writer, shock_factor);
}

void AssetEstimator::read(Reader& reader) {
  if (reader.text(name_max) != base) return reader.fail();
  filter.read(reader);
  risk.read(reader);
  const u32 count = reader.integer<u32>();
  if (count > venues_max) return reader.fail();
  venues.assign(count, LargestMove(day));
  for (LargestMove& venue : venues) venue.read(reader);
  traded.assign(count, 0);
  for (double& dollars : traded) dollars = stats::read_not_negative(reader);
  for (double* number : {&price, &close}) {
    *number = stats::read_not_negative(reader);
    if (*number != 0 && !is_price(*number)) reader.fail();
  }
  priced = Time::from_raw(stats::read_microseconds(reader));
  volumes.read(reader);
  options.read(reader);
  shock_factor = stats::read_number(reader, 1, 10);
}

void Estimator::write(Writer& writer) const {
  writer.integer(static_cast<u32>(assets.size()));
  for (const AssetEstimator& asset : assets) asset.write(writer);
  correlations.write(writer);
  covariances.write(writer);
  writer.integer(now.raw());
}

namespace {

bool is_seen_by(const LargestMove& moves, Time now) {
  return moves.highs.empty() || moves.highs.back().at <= now;
}

bool is_seen_by(const AssetEstimator& asset, Time now) {
  const AssetRisk& risk = asset.risk;
  return asset.priced <= now && asset.filter.accepted_at <= now && risk.last <= now &&
         risk.slow.last <= risk.last && risk.fast.last == risk.slow.last && is_seen_by(risk.moves, now) &&
         std::all_of(asset.venues.begin(), asset.venues.end(),
                     [now](const LargestMove& moves) { return is_seen_by(moves, now); });
}

}  // namespace

void Estimator::read(Reader& reader) {
  if (reader.integer<u32>() != assets.size()) return reader.fail();
  for (AssetEstimator& asset : assets) {
    asset.read(reader);
    if (reader.failed()) return;
    if (asset.risk.setup != policy.risk) return reader.fail();
  }
  const std::size_t count = assets.size();
  correlations.read(reader);
  covariances.read(reader);
  now = Time::from_raw(stats::read_microseconds(reader));
  // What an hour that follows rests on: as many assets everywhere, and nothing that is later than now.
  const bool fits = correlations.assets() == count && covariances.second.assets() == count &&
                    now.raw() % hour.raw() == 0 &&
                    std::all_of(assets.begin(), assets.end(),
                                [this](const AssetEstimator& asset) { return is_seen_by(asset, now); });
  if (!fits) reader.fail();
}

}  // namespace lockstep::calibrate
