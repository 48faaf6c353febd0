#include "core/risk/notional_rate.h"

#include "core/risk/components.h"

namespace lockstep {

Margin notional_margin(const NotionalRow& row, const HoldingFacts& facts) {
  const Value notional = rounded(facts.notional, row.notional);
  Margin margin;
  margin.initial = scale(notional, row.initial, Round::up);
  if (row.by_leverage && facts.leverage > Rate{}) {
    const i128 own = mul_div(notional.raw(), rate_one, facts.leverage.raw(), Round::up);
    margin.initial = max(margin.initial, Value::from_raw(own));
  }
  const Value base = row.of_initial ? scale(notional, row.initial, Round::up) : notional;
  margin.maintenance = scale(base, row.maintenance, Round::up);
  return margin;
}

}  // namespace lockstep
