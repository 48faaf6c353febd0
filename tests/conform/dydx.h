// What the adapters of dYdX v4 share.
#pragma once

#include "core/risk/notional_rate.h"
#include "core/risk/transition.h"
#include "tests/conform/conform.h"

namespace lockstep::conform::dydx {

// value of a quantum = price x 10^power, in quanta of money
struct Oracle {
  i128 price = 0;
  int power = 0;
};

Oracle oracle_of(const Json& params, const Json& market);
Value notional_of(const Oracle& oracle, i128 quanta);  // toward zero
NotionalRow row_of(const Json& tier);

Rate ppm(const Json& json);
i128 integer(const Json& json, std::string_view key);  // absent: 0
i128 scaled_product(i128 a, i128 b, int power);        // a x b x 10^power toward zero; beyond 10^37: throws
std::string text(Value value);
std::string text(bool value);

bool is_liquidatable(Health health);
std::string_view word(Transition transition);

Answer is_liquidatable_account(const Vector& vector);
Answer account_risk(const Vector& vector);
Answer can_update(const Vector& vector);
Answer update_account(const Vector& vector);
Answer margined_updates(const Vector& vector);
Answer oi_delta(const Vector& vector);

Answer bankruptcy(const Vector& vector);
Answer fillable(const Vector& vector);
Answer fillable_to_subticks(const Vector& vector);
Answer insurance_delta(const Vector& vector);
Answer insurance_fund_ok(const Vector& vector);
Answer position_liq_bounds(const Vector& vector);
Answer deleverage(const Vector& vector);

Answer median_of(const Vector& vector);
Answer tail_trim(const Vector& vector);
Answer premium(const Vector& vector);
Answer funding_sample(const Vector& vector);
Answer funding_tick(const Vector& vector);
Answer funding_clamp(const Vector& vector);
Answer funding_index_delta(const Vector& vector);
Answer settlement_ppm(const Vector& vector);

}  // namespace lockstep::conform::dydx
