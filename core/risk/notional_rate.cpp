#include "core/risk/notional_rate.h"

#include <algorithm>

#include "core/risk/components.h"
#include "core/risk/weights.h"

namespace lockstep {
namespace {

Value amount_of(const NotionalRow& row, Value base, Rate rate) {
  return rounded(scale(base, rate, row.amount.direction), row.amount);
}

bool is_relaxed(const NotionalRow& row, Rate leverage) {
  return row.relaxed > Rate{} && i128{leverage.raw()} * row.initial.raw() > i128{rate_one} * rate_one;
}

}  // namespace

Rate initial_rate(const NotionalRow& row, const HoldingFacts& facts) {
  if (is_relaxed(row, facts.leverage)) {
    return relaxed_rate(row.initial, row.relaxed, row.premium_share, row.size_factor, facts.coins, row.rate);
  }
  const Rate interest =
      interest_rate_of(row.initial, row.interest_lower, row.interest_upper, facts.open_interest, row.rate);
  const Rate size =
      size_premium(row.initial, row.premium_share, row.size_factor, facts.coins, row.rate, true);
  return std::max(interest, size);
}

Margin notional_margin(const NotionalRow& row, const HoldingFacts& facts) {
  const Value notional = rounded(facts.notional, row.notional);
  Margin margin;
  margin.initial = amount_of(row, notional, initial_rate(row, facts));
  if (row.by_leverage && facts.leverage > Rate{}) {
    const i128 own = mul_div(notional.raw(), rate_one, facts.leverage.raw(), row.amount.direction);
    margin.initial = max(margin.initial, rounded(Value::from_raw(own), row.amount));
  }
  const Rate maintenance = row.of_initial ? row.maintenance
                                          : size_premium(row.maintenance, row.premium_share, row.size_factor,
                                                         facts.coins, row.rate, true);
  const Value base = row.of_initial ? amount_of(row, notional, row.initial) : notional;
  margin.maintenance = amount_of(row, base, maintenance);
  return margin;
}

}  // namespace lockstep
