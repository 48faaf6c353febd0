// The public methods about prices that were, from the samples that the history keeps of them.
#include <algorithm>
#include <cmath>
#include <map>

#include "node/deribit/asking.h"

namespace lockstep::deribit {
namespace {

using history::PriceSample;

// Newest first, as Deribit's example.  An option that the engine values by its model has none.
Reply get_mark_price_history(Context& c, Params& params) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  history::Select span;
  read_times(params, span, Times::required);
  if (params.error()) return api::failed(*params.error());
  std::vector<std::string> out;
  for (const auto& [at, price] : c.past.marks(named.id, span.from, span.to)) {
    out.push_back("[" + std::to_string(milliseconds(at)) + "," + number(price) + "]");
  }
  std::reverse(out.begin(), out.end());
  return api::answered(array_of(out));
}

// Of `days` log returns from one day to the next, in percent a year of 365 days; nothing: a price is missing.
std::optional<double> volatility_at(const std::map<i64, double>& by_hour, i64 at) {
  constexpr int days = 15;
  double returns[days], sum = 0, squares = 0;
  for (int i = 0; i < days; ++i) {
    const auto from = by_hour.find(at - 24 * (i + 1)), to = by_hour.find(at - 24 * i);
    if (from == by_hour.end() || to == by_hour.end()) return std::nullopt;
    sum += returns[i] = std::log(to->second / from->second);
  }
  for (const double r : returns) squares += (r - sum / days) * (r - sum / days);
  return std::sqrt(squares / (days - 1) * 365.0) * 100.0;
}

// Volatility of the currency's index over 15 days, "by taking once a day at a fixed time the value of the
// index", annualised (deribit.com/docs/historical-volatility-chart).  A row an hour, each of the 16 prices at
// that hour of the day; of the returns the sample's standard deviation, which the source does not say.  An
// hour without a price has no row, nor have those of the same hour of the 15 days behind it.
Reply get_historical_volatility(Context& c, Params& params) {
  const AssetId currency = read_currency(c, params, Currency::required);
  if (params.error()) return api::failed(*params.error());
  const std::vector<Index>& indexes = c.engine.state.indexes;
  const auto found = std::find_if(indexes.begin(), indexes.end(), [&](const Index& index) {
    return index.base == currency && index.price != Price{};
  });
  if (found == indexes.end()) return api::answered("[]");
  const IndexId id{static_cast<u32>(found - indexes.begin())};
  std::map<i64, double> by_hour;
  for (const auto& [at, price] : c.past.index_prices(id, {}, {})) {
    by_hour[at.raw() / hour.raw()] = static_cast<double>(price.raw());
  }
  std::vector<std::string> out;
  for (const auto& [at, price] : by_hour) {
    const std::optional<double> volatility = volatility_at(by_hour, at);
    if (!volatility) continue;
    out.push_back("[" + std::to_string(at * hour.raw() / 1'000) + "," + statistic(*volatility, 6) + "]");
  }
  return api::answered(array_of(out));
}

}  // namespace

void add_samples(std::vector<Method>& table) {
  const auto add = [&](const char* name, const char* text, auto call) {
    table.push_back({std::string("public/") + name, Scope::open, text, call});
  };
  add("get_mark_price_history", "received marks of an instrument, one of each five minutes",
      get_mark_price_history);
  add("get_historical_volatility", "volatility of a currency's index over 15 days, hour by hour",
      get_historical_volatility);
}

}  // namespace lockstep::deribit
