// Derive: the hourly rate of a perpetual and what it pays; the interest of borrowed cash.  The venue counts
// in 10^-18.
#include "core/funding/interest.h"
#include "core/funding/payment.h"
#include "tests/conform/derive.h"

namespace lockstep::conform::derive {
namespace {

constexpr int decimals = 18;
constexpr i128 one = pow10(decimals);

i128 fine(const Json& json, std::string_view key) { return json.at(key).fixed(decimals); }
std::string fine_text(i128 value) { return to_decimal(value, decimals); }
i128 seconds_of(const Vector& vector) { return vector.json.at("portfolio").at("elapsed_seconds").fixed(0); }

}  // namespace

Answer perp_funding(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const i128 rate = hourly_rate(fine(market, "impact_bid"), fine(market, "impact_ask"), fine(market, "index"),
                                fine(params, "convergence_hours"), fine(params, "static_rate"),
                                fine(params, "max_rate_per_hour"));
  const i128 accrued =
      mul_div(div(rate * seconds_of(vector), 3'600, Round::zero), fine(market, "index"), one, Round::zero);
  const i128 payment = cash_flow(accrued, fine(vector.json.at("portfolio"), "size"), one);
  return {{{"funding_rate", fine_text(rate)}, {"payment", fine_text(payment)}}, ""};
}

Answer cash_interest(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const BentRate rule{fine(params, "min_rate"), fine(params, "optimal_util"), fine(params, "rate_multiplier"),
                      fine(params, "high_rate_multiplier")};
  const i128 use = share_in_use(fine(market, "borrows"), fine(market, "supply"));
  const i128 rate = bent_rate(rule, use);
  return {{{"borrow_rate", fine_text(rate)},
           {"interest_factor", fine_text(growth(rate, seconds_of(vector)))},
           {"utilization", fine_text(use)}},
          ""};
}

}  // namespace lockstep::conform::derive
