#include "core/risk/collateral.h"

namespace lockstep {

Counted balance_worth(const Collateral& row, const BalanceFacts& facts) {
  const Value value =
      Value::from_raw(mul_div(facts.balance.raw(), facts.price.raw(), price_one, Round::down));
  const bool debt = value < Value{};
  const auto weighted = [&](const Weights& weights) {
    return scale(value, debt ? weights.liability : weights.asset, Round::down);
  };
  Counted counted{.initial = weighted(row.initial), .maintenance = weighted(row.maintenance)};
  if (!debt && facts.confidence < row.confidence_threshold) {
    const Rate doubt = Rate::from_raw(rate_one - facts.confidence.raw());
    counted.initial -= scale(scale(value, doubt, Round::up), row.confidence_rate, Round::up);
  }
  return counted;
}

}  // namespace lockstep
