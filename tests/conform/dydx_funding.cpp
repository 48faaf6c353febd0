// dYdX v4: from an order book to premium votes, samples, a rate and what it pays.  Rates are in ppm of eight
// hours, money and sizes in quanta.
#include <algorithm>
#include <map>

#include "core/funding/depth.h"
#include "core/funding/payment.h"
#include "core/funding/samples.h"
#include "tests/conform/dydx.h"

namespace lockstep::conform::dydx {
namespace {

constexpr i128 eight_hours = 28'800;  // seconds

i64 number(const Json& json, std::string_view key) { return static_cast<i64>(integer(json, key)); }

std::vector<i64> numbers(const Json& list) {
  std::vector<i64> values;
  for (const Json& item : list.items) values.push_back(static_cast<i64>(item.fixed(0)));
  return values;
}

std::string text(i128 value) { return to_decimal(value, 0); }

void answer_list(Answer& answer, const std::string& name, const std::vector<i64>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    answer.values.emplace_back(name + "[" + std::to_string(i) + "]", text(i128{values[i]}));
  }
}

Ratio power_of_ten(i128 value, int power) {
  if (power < -30 || power > 30) throw VectorError{"a scale of 10^" + std::to_string(power)};
  return power >= 0 ? Ratio{value * pow10(power), 1} : Ratio{value, pow10(-power)};
}

// initial margin less maintenance margin, which is a share of it
i64 margin_gap(i64 initial, i64 fraction) { return initial - clamp_ppm(fraction, initial); }

i128 gain_of(const Oracle& oracle, i128 rate, i128 seconds) {
  const Ratio worth = power_of_ten(oracle.price, oracle.power);
  return index_gain(rate, seconds, worth.n, worth.d, eight_hours);
}

}  // namespace

Answer median_of(const Vector& vector) {
  const std::vector<i64> values = numbers(vector.json.at("portfolio").at("values"));
  if (values.empty()) return {{{"error", "input cannot be empty"}}, ""};
  return {{{"median", text(i128{median(values)})}}, ""};
}

Answer tail_trim(const Vector& vector) {
  Answer answer;
  answer_list(answer, "samples",
              without_tails(numbers(vector.json.at("portfolio").at("samples")),
                            number(vector.json.at("params"), "removal_rate_ppm")));
  return answer;
}

Answer funding_clamp(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const i64 gap =
      margin_gap(number(params, "initial_margin_ppm"), number(params, "maintenance_fraction_ppm"));
  return {{{"max_abs_ppm", text(i128{clamp_ppm(number(params, "clamp_factor_ppm"), gap)})}}, ""};
}

Answer settlement_ppm(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const i128 due = since_index(integer(vector.json.at("market"), "funding_index"),
                               integer(portfolio, "position_funding_index"), integer(portfolio, "quantums"));
  return {{{"net_settlement_ppm", text(due)}}, ""};
}

Answer funding_index_delta(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const i128 delta =
      gain_of(oracle_of(params, market), integer(market, "rate_8h_ppm"), integer(params, "seconds"));
  return {{{"index_delta", text(delta)}}, ""};
}

Answer premium(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const int conversion = static_cast<int>(integer(params, "quantum_conversion_exponent"));
  const int power = static_cast<int>(integer(market, "price_exponent")) - conversion +
                    static_cast<int>(integer(params, "atomic_resolution")) + 6;
  std::vector<DepthLevel> bids, asks;
  for (const Json& level : market.at("book").items) {
    std::vector<DepthLevel>& side = level.at("side").text == "buy" ? bids : asks;
    side.push_back({integer(level, "quantums"), integer(level, "subticks")});
  }
  std::stable_sort(bids.begin(), bids.end(), [](auto& a, auto& b) { return a.price > b.price; });
  std::stable_sort(asks.begin(), asks.end(), [](auto& a, auto& b) { return a.price < b.price; });
  const i128 ppm = depth_premium_ppm(bids, asks, power_of_ten(integer(market, "index_price"), power),
                                     power_of_ten(integer(params, "impact_notional"), -conversion),
                                     integer(params, "max_abs_premium_ppm"));
  return {{{"premium_ppm", text(ppm)}}, ""};
}

// Votes of a minute into one sample a perpetual; a sample of nothing is not kept.
Answer funding_sample(const Vector& vector) {
  const Json& votes = vector.json.at("market").at("votes");
  const Json& before = vector.json.at("market").at("samples_before");
  std::map<i64, std::vector<i64>> samples;
  for (const Json& kept : before.at("premiums").items) {
    samples[number(kept, "perp")] = numbers(kept.at("values"));
  }
  const i128 count =
      std::max(integer(votes, "num_premiums"), integer(vector.json.at("params"), "min_votes_per_sample"));
  if (count > 1'000'000) throw VectorError{"more than a million votes"};
  for (const Json& cast : votes.at("premiums").items) {
    const std::vector<i64> all = padded(numbers(cast.at("values")), static_cast<std::size_t>(count));
    const i64 sample = all.empty() ? 0 : median(all);
    if (sample != 0) samples[number(cast, "perp")].push_back(sample);
  }
  Answer answer;
  answer.values.emplace_back("samples_after.num_premiums", text(integer(before, "num_premiums") + 1));
  std::size_t place = 0;
  for (const auto& [perpetual, values] : samples) {
    const std::string name = "samples_after.premiums[" + std::to_string(place++) + "]";
    answer.values.emplace_back(name + ".perp", text(i128{perpetual}));
    answer_list(answer, name + ".values", values);
  }
  return answer;
}

// Samples of an hour into a rate for every perpetual, and into what their indexes gain.
Answer funding_tick(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const i64 sample = number(params, "sample_seconds"), tick = number(params, "tick_seconds");
  const auto expected = static_cast<i64>(div(tick, sample, Round::up));
  const Json& list = market.at("samples_per_perpetual");
  Answer answer;
  const std::vector<Json>& perpetuals = market.at("perpetuals").items;
  for (std::size_t i = 0; i < perpetuals.size(); ++i) {
    const bool own = i < list.items.size() && list.items[i].kind == Json::Kind::array;
    const std::vector<i64> samples = numbers(own ? list.items[i] : list);
    const i64 count = std::max({number(market, "num_premiums"), expected, static_cast<i64>(samples.size())});
    const i64 average = mean_toward_zero(
        without_tails(padded(samples, static_cast<std::size_t>(count)), number(params, "tail_removal_ppm")));
    const Json& tier = perpetuals[i].at("tier");
    const i64 most =
        clamp_ppm(number(params, "funding_rate_clamp_factor_ppm"),
                  margin_gap(number(tier, "initial_margin_ppm"), number(tier, "maintenance_fraction_ppm")));
    const i64 rate = std::clamp(average + number(perpetuals[i], "default_funding_ppm"), -most, most);
    const std::string place = "[" + std::to_string(i) + "]";
    answer.values.emplace_back("rate_8h_ppm" + place, text(i128{rate}));
    answer.values.emplace_back("index_delta" + place,
                               text(gain_of(oracle_of(perpetuals[i], perpetuals[i]), rate, tick)));
  }
  return answer;
}

}  // namespace lockstep::conform::dydx
