// Drift v2: funding rates of the two sides, the rate of borrowing and what both indexes gain.  The venue
// counts money and rates of interest in 10^-6, sizes and funding in 10^-9, indexes in 10^-10.
#include <algorithm>

#include "core/funding/interest.h"
#include "core/funding/payment.h"
#include "tests/conform/drift.h"

namespace lockstep::conform::drift {
namespace {

constexpr int money = 6, size = 9, index_digits = 10;

i128 scaled(const Json& json, std::string_view key, int decimals) {
  const Json* found = json.find(key);
  return found == nullptr || found->kind == Json::Kind::null ? 0 : found->fixed(decimals);
}

StepRate rule_of(const Json& market) {
  return {scaled(market, "optimal_utilization", money), scaled(market, "optimal_borrow_rate", money),
          scaled(market, "max_borrow_rate", money), scaled(market, "min_borrow_rate", money)};
}

const Json& first(const Vector& vector, std::string_view list) {
  return vector.json.at("params").at(list).items.at(0);
}

}  // namespace

Answer funding_long_short(const Vector& vector) {
  const Json& market = first(vector, "perp_markets");
  const i128 reserved = std::max<i128>(0, scaled(market, "total_exchange_fee", money) / 2 +
                                              scaled(market, "total_liquidation_fee", money) -
                                              scaled(market, "total_fee_withdrawn", money));
  TwoSides sides;
  sides.net = scaled(market, "base_asset_amount_with_amm", size) +
              scaled(market, "base_asset_amount_with_unsettled_lp", size);
  sides.long_size = scaled(market, "base_asset_amount_long", size);
  sides.short_size = scaled(market, "base_asset_amount_short", size);
  sides.house_balance = scaled(market, "total_fee_minus_distributions", money);
  sides.pool = sides.house_balance - reserved;
  const TwoRates rates = rates_of_sides(sides, scaled(vector.json.at("market"), "funding_rate", size));
  return {{{"funding_rate_long", to_decimal(rates.long_rate, size)},
           {"funding_rate_short", to_decimal(rates.short_rate, size)},
           {"total_fee_minus_distributions", to_decimal(rates.house_balance, money)}},
          ""};
}

Answer borrow_rate(const Vector& vector) {
  const i128 use = scaled(vector.json.at("market"), "utilization", money);
  return {{{"rate", to_decimal(step_rate(rule_of(first(vector, "spot_markets")), use), money)}}, ""};
}

// Balances are kept in 10^-9 and are worth themselves times their index; what is owed rounds up.
Answer accumulated_interest(const Vector& vector) {
  const Json& market = first(vector, "spot_markets");
  const i128 unit = pow10(19 - static_cast<int>(market.at("decimals").fixed(0)));
  const i128 deposit_index = scaled(market, "cumulative_deposit_interest", index_digits);
  const i128 borrow_index = scaled(market, "cumulative_borrow_interest", index_digits);
  const i128 deposited = mul_div(scaled(market, "deposit_balance", size), deposit_index, unit, Round::down);
  const i128 borrowed = mul_div(scaled(market, "borrow_balance", size), borrow_index, unit, Round::up);
  const i128 use = use_ppm(borrowed, deposited);
  const i128 rate = step_rate(rule_of(market), use);
  const IndexGains gains = index_gains(borrow_index, deposit_index, rate, use,
                                       scaled(vector.json.at("market"), "elapsed_seconds", 0));
  return {{{"borrow_interest", to_decimal(gains.borrowed, index_digits)},
           {"deposit_interest", to_decimal(gains.deposited, index_digits)},
           {"borrow_rate", to_decimal(rate, money)},
           {"utilization", to_decimal(use, money)}},
          ""};
}

}  // namespace lockstep::conform::drift
