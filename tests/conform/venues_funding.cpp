// Published examples: premiums, rates and payments of funding.
#include "core/funding/rate.h"
#include "core/funding/samples.h"
#include "core/funding/twap.h"
#include "tests/conform/venues.h"

namespace lockstep::conform::venues {
namespace {

constexpr i64 hours_a_period = 8;

// An eighth of a rate of eight hours.
std::string hourly(Rate rate) {
  const Value of_one =
      funding_charge(Value::from_raw(value_one), rate, hour, Duration::from_raw(hours_a_period * hour.raw()));
  return text(of_one);
}

FundingRow damped(Rate interest, Rate band) {
  FundingRow row;
  row.interest = interest;
  row.band = band;
  return row;
}

// What several venues have in common: 0.01 % of eight hours, within 0.05 %.
FundingRow usual() { return damped(percent(10), percent(50)); }

Answer impact_example(const Vector& vector) {
  const Json& in = inputs(vector);
  const Rate premium = premium_to_impact(price(in, "impact_bid"), Price{}, price(in, "oracle"));
  const FundingRow row = damped(rate(in, "interest_8h"), rate(in, "clamp"));
  return {{{"premium", text(premium)}, {"funding_8h", text(funding_rate(row, premium, {}))}}, ""};
}

Answer recorded_premium(const Vector& vector) {
  const Rate premium = rate(inputs(vector), "premium");
  return {{{"funding_hourly", hourly(funding_rate(usual(), premium, {}))}}, ""};
}

Answer hourly_example(const Vector& vector) {
  const Json& in = inputs(vector);
  FundingRow row = damped(rate(in, "interest"), rate(in, "small_clamp"));
  row.rate_cap = rate(in, "big_clamp");
  return {{{"rate_1h", hourly(funding_rate(row, rate(in, "premium"), {}))}}, ""};
}

// In per cent, four decimals, the rest cut off.
Answer hourly_percent(const Vector& vector) {
  FundingRow row = usual();
  row.rate_cap = percent(4'000);
  const Rate premium =
      Rate::from_raw(static_cast<i64>(inputs(vector).at("premium_pct").fixed(rate_decimals - 2)));
  const i128 eight = funding_rate(row, premium, {}).raw();
  return {{{"rate_pct", to_decimal(div(eight, hours_a_period * (rate_one / 1'000'000), Round::zero), 4)}},
          ""};
}

Answer clamp_example(const Vector& vector) {
  const Json& in = inputs(vector);
  const auto number = [&in](std::string_view key) { return static_cast<i64>(in.at(key).fixed(0)); };
  const i64 maintenance = clamp_ppm(number("maint_fraction_ppm"), number("imf_ppm"));
  const i64 bound = clamp_ppm(number("clamp_ppm"), number("imf_ppm") - maintenance);
  return {{{"mm_ppm", to_decimal(maintenance, 0)}, {"bound_ppm", to_decimal(bound, 0)}}, ""};
}

// The most that a rate can be: of the largest premium.
Answer cap_example(const Vector& vector) {
  const Json& in = inputs(vector);
  FundingRow row;
  row.formula = FundingFormula::plain;
  row.cap_of_margin = rate(in, "clamp_factor");
  const Rate most = funding_rate(row, Rate::from_raw(rate_one), {rate(in, "imf"), rate(in, "mmf")});
  return {{{"cap_8h", text(most)}}, ""};
}

// For an hour a 24th of the distance of two averages, which is at most a share of the second: money per unit.
Answer daily_spread(const Vector& vector) {
  const Json& in = inputs(vector);
  const i128 outside = in.at("oracle_twap_1e6").fixed(0);
  PeriodTerms terms;
  const i64 limit = rate_one / static_cast<i64>(in.at("clamp_div").fixed(0));
  terms.least = Rate::from_raw(-limit);
  terms.most = Rate::from_raw(limit);
  const i128 finer = 1'000;  // 10^-6 to 10^-9
  const PeriodPayment day_paid = period_payment(
      terms, Value::from_raw(in.at("mark_twap_1e6").fixed(0) * finer), Value::from_raw(outside * finer));
  const i128 paid = mul_div(day_paid.payment.raw(), in.at("period_s").fixed(0), 86'400, Round::zero);
  return {{{"rate_1e9", to_decimal(paid, 0)}}, ""};
}

Answer period_example(const Vector& vector) {
  const Json& in = inputs(vector);
  PeriodTerms terms;
  terms.interest = rate(in, "interest");
  terms.years = {in.at("dt").fixed(18), pow10(18)};
  terms.lower = rate(in.at("clamp").items.at(0));
  terms.upper = rate(in.at("clamp").items.at(1));
  return {{{"payment", text(period_payment(terms, value(in, "f_twap"), value(in, "s_twap")).payment)}}, ""};
}

}  // namespace

std::vector<Entry> funding_examples() {
  return {{"Hyperliquid", "funding *", impact_example, ""},
          {"Hyperliquid", "settled hourly funding*", recorded_premium, ""},
          {"Lighter", "hourly funding*", hourly_example, ""},
          {"Lighter", "recorded settled rate*", hourly_percent, ""},
          {"dYdX", "funding clamp *", clamp_example, ""},
          {"dYdX", "funding 8h cap*", cap_example, ""},
          {"Drift", "hourly funding rate*", daily_spread, ""},
          {"Vega", "perp funding payment*", period_example, ""}};
}

}  // namespace lockstep::conform::venues
