#include "core/risk/low_confidence.h"

#include "core/units/limits.h"

namespace lockstep {

Margin low_confidence_margin(const ConfidenceRow& row, const HoldingFacts& facts) {
  const Rate trust = row.depeg ? facts.money_price : facts.confidence;
  if (trust >= row.threshold) return {};
  if (row.shorts_only && facts.kind == InstrumentKind::option && facts.coins >= Value{}) return {};
  const i64 short_of = (row.depeg ? row.threshold.raw() : rate_one) - trust.raw();
  const Price price = facts.inverse ? Price::from_raw(price_one) : facts.reference;
  const Value worth = Value::from_raw(
      mul_div_capped(abs(facts.coins).raw(), price.raw(), price_one, Round::up, limits::requirement_raw_max));
  const Value distrusted = Value::from_raw(mul_div(worth.raw(), short_of, rate_one, Round::up));
  return {.initial = scale(distrusted, row.rate, Round::up), .maintenance = Value{}};
}

Margin depegged(const Component& component, Margin margin, Rate money_price) {
  if (money_price >= component.depeg_threshold) return margin;
  const i128 short_of = component.depeg_threshold.raw() - money_price.raw();
  const i128 more = mul_div(short_of, component.depeg_factor.raw(), rate_one, Round::up);
  margin.initial = Value::from_raw(mul_div(margin.initial.raw(), rate_one + more, rate_one, Round::up));
  return margin;
}

}  // namespace lockstep
