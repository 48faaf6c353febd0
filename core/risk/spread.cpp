#include "core/risk/spread.h"

#include "core/units/limits.h"

namespace lockstep {

Margin expiry_spread_margin(const SpreadRow& spread, const UnitSum& unit) {
  Value longs, shorts;
  for (const ExpiryDelta& row : unit.deltas) (row.delta > Value{} ? longs : shorts) += abs(row.delta);
  const Price price = unit.inverse ? Price::from_raw(price_one) : unit.index_price;
  const i128 worth = mul_div_capped(min(longs, shorts).raw(), price.raw(), price_one, Round::up,
                                    limits::requirement_raw_max);
  const Value charge = scale(Value::from_raw(worth), spread.rate, Round::up);
  return {.initial = charge, .maintenance = charge};
}

}  // namespace lockstep
