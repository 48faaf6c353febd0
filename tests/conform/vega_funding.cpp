// Vega: averages over time, funding payments of a period, settlement and the entry price that is shown.
#include <algorithm>

#include "core/funding/payment.h"
#include "core/funding/twap.h"
#include "core/funding/variation.h"
#include "tests/conform/vega.h"

namespace lockstep::conform::vega {
namespace {

constexpr i128 usual_year = 31'536'000;  // seconds

bool given(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found != nullptr && found->kind != Json::Kind::null;
}
i64 whole(const Json& json) { return static_cast<i64>(json.fixed(0)); }
i64 whole(const Json& json, std::string_view key) { return given(json, key) ? whole(json.at(key)) : 0; }
Rate rate(const Json& json, std::string_view key) {
  return given(json, key) ? Rate::from_raw(static_cast<i64>(json.at(key).fixed(rate_decimals))) : Rate{};
}
Value value(const Json& json, std::string_view key) {
  return Value::from_raw(json.at(key).fixed(value_decimals));
}
std::string text(Value value) { return to_decimal(value.raw(), value_decimals); }

std::vector<PricePoint> points_of(const Json& list, int decimals) {
  std::vector<PricePoint> points;
  for (const Json& point : list.items)
    points.push_back({whole(point.at("t")), point.at("price").fixed(decimals)});
  std::stable_sort(points.begin(), points.end(), [](auto& a, auto& b) { return a.at < b.at; });
  const auto same = [](auto& a, auto& b) { return a.at == b.at; };  // the venue refuses a second one
  points.erase(std::unique(points.begin(), points.end(), same), points.end());
  return points;
}

std::vector<TimeSpan> auctions_of(const Json& market) {
  std::vector<TimeSpan> spans;
  if (!given(market, "auctions")) return spans;
  for (const Json& span : market.at("auctions").items) {
    spans.push_back({whole(span.items.at(0)), whole(span.items.at(1))});
  }
  return spans;
}

i128 year_of(const Json& params) {
  return given(params, "year_seconds") ? params.at("year_seconds").fixed(0) : usual_year;
}

PeriodTerms terms_of(const Json& params) {
  PeriodTerms terms;
  terms.interest = rate(params, "interest_rate");
  terms.lower = rate(params, "clamp_lower");
  terms.upper = rate(params, "clamp_upper");
  if (given(params, "scaling_factor")) terms.factor = rate(params, "scaling_factor");
  if (given(params, "rate_lower")) terms.least = rate(params, "rate_lower");
  if (given(params, "rate_upper")) terms.most = rate(params, "rate_upper");
  return terms;
}

// Sizes are counted in 10^-position_decimals; prices and payments in 10^-digits.
constexpr int digits = 8;
struct Size {
  i128 multiplied = 1, unit = 1;
};
Size size_of(const Json& params) {
  const int places = static_cast<int>(whole(params, "position_decimals"));
  if (places < -18 || places > 18) throw VectorError{"a scale of 10^" + std::to_string(places)};
  return places >= 0 ? Size{1, pow10(places)} : Size{pow10(-places), 1};
}

std::string place(std::size_t i, int item) {
  return "flows[" + std::to_string(i) + "][" + std::to_string(item) + "]";
}

}  // namespace

Answer twap(const Vector& vector) {
  const Json& market = vector.json.at("market");
  const std::vector<PricePoint> points = points_of(market.at("points"), digits);
  const PriceTime sum = price_time(points, whole(market, "start"), whole(market, "end"), auctions_of(market));
  if (sum.seconds == 0) return {{{"twap", "0"}}, ""};
  const i128 average = mul_div(sum.sum, pow10(value_decimals - digits), sum.seconds, Round::nearest);
  return {{{"twap", to_decimal(average, value_decimals)}}, ""};
}

Answer funding_payment(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  PeriodTerms terms = terms_of(params);
  terms.years = {whole(market, "delta_seconds"), year_of(params)};
  if (given(params, "year_fraction")) terms.years = {params.at("year_fraction").fixed(18), pow10(18)};
  const i64 period = whole(market, "period_seconds");
  if (period > 0) terms.open = {period - whole(market, "auction_seconds"), period};
  const PeriodPayment made =
      period_payment(terms, value(market, "internal_twap"), value(market, "external_twap"));
  return {{{"payment", text(made.payment)}, {"rate", text(made.share)}}, ""};
}

// Averages come in whole units, and so does every sum of them.
Answer funding_period(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const i64 start = whole(market, "start"), end = whole(market, "end");
  const std::vector<TimeSpan> auctions = auctions_of(market);
  PeriodTerms terms = terms_of(params);
  terms.unit = Value::from_raw(value_one);
  terms.years = {end - start, year_of(params)};
  if (end > start) terms.open = {seconds_outside(start, end, auctions), end - start};
  Value averages[2];
  bool known = end > start;
  for (const int side : {0, 1}) {
    const std::vector<PricePoint> points = points_of(market.at(side == 0 ? "internal" : "external"), 0);
    const PriceTime sum = price_time(points, start, end, auctions);
    known = known && sum.seconds > 0;
    if (known) averages[side] = Value::from_raw(div(sum.sum, sum.seconds, Round::down) * value_one);
  }
  const PeriodPayment made = known ? period_payment(terms, averages[0], averages[1]) : PeriodPayment{};
  const Value added = scale(made.payment, rate(params, "margin_funding_factor"), Round::zero);
  return {{{"payment", text(made.payment)},
           {"rate", text(made.share)},
           {"internal_twap", text(averages[0])},
           {"external_twap", text(averages[1])},
           {"margin_increase_per_unit", text(added)}},
          ""};
}

Answer funding_flows(const Vector& vector) {
  const i128 payment = vector.json.at("market").at("funding_payment").fixed(0);
  const Size size = size_of(vector.json.at("params"));
  Answer answer;
  const std::vector<Json>& positions = vector.json.at("portfolio").at("positions").items;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const i128 flow = cash_flow(payment, positions[i].items.at(1).fixed(0) * size.multiplied, size.unit);
    answer.values.emplace_back(place(i, 0), positions[i].items.at(0).text);
    answer.values.emplace_back(place(i, 1), to_decimal(flow, 0));
  }
  return answer;
}

// What is paid before it is cut to whole units of the asset.
Answer mark_to_market(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  std::vector<Trade> trades;
  for (const Json& trade : portfolio.at("trades").items) {
    trades.push_back({trade.items.at(0).fixed(0), trade.items.at(1).fixed(digits)});
  }
  const i128 sum =
      variation(portfolio.at("previous_open").fixed(0), portfolio.at("previous_mark").fixed(digits), trades,
                vector.json.at("market").at("new_mark").fixed(digits));
  const Size size = size_of(vector.json.at("params"));
  const i128 flow = mul_div(sum, size.multiplied * pow10(value_decimals - digits), size.unit, Round::zero);
  return {{{"flow", to_decimal(flow, value_decimals)}}, ""};
}

Answer final_settlement(const Vector& vector) {
  const Json& market = vector.json.at("market");
  const Size size = size_of(vector.json.at("params"));
  const i128 before = market.at("last_mark").fixed(0), now = market.at("settlement_price").fixed(0);
  Answer answer;
  i128 lost = 0;
  const std::vector<Json>& positions = vector.json.at("portfolio").at("positions").items;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const i128 sum = variation(positions[i].items.at(1).fixed(0) * size.multiplied, before, {}, now);
    const i128 flow = whole_part(sum, size.unit);
    lost += sum - flow * size.unit;
    answer.values.emplace_back(place(i, 0), positions[i].items.at(0).text);
    answer.values.emplace_back(place(i, 1), to_decimal(flow, 0));
  }
  answer.values.emplace_back("rounding_left",
                             to_decimal(mul_div(lost, value_one, size.unit, Round::zero), value_decimals));
  return answer;
}

Answer average_entry_price(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const i128 entry =
      average_entry(portfolio.at("entry_price").fixed(0), portfolio.at("position").fixed(0),
                    {portfolio.at("trade_size").fixed(0), portfolio.at("trade_price").fixed(0)});
  return {{{"entry_price", to_decimal(entry, 0)}}, ""};
}

}  // namespace lockstep::conform::vega
