#include "core/risk/minimum_charge.h"

#include "core/units/limits.h"

namespace lockstep {
namespace {

Value by_slices(const MinimumRow& row, Value amount) {
  Value sum;
  for (std::size_t n = 0; n < row.steps.size() && row.steps[n].floor < amount; ++n) {
    const bool last = n + 1 == row.steps.size();
    const Value top = last ? amount : min(amount, row.steps[n + 1].floor);
    sum += scale(top - row.steps[n].floor, row.steps[n].factor, Round::up);
  }
  return sum;
}

Value by_step(const MinimumRow& row, Value amount) {
  if (row.steps.empty()) return amount;
  std::size_t n = row.steps.size() - 1;
  while (n > 0 && row.steps[n].floor >= amount) --n;
  return scale(amount, row.steps[n].factor, Round::up);
}

}  // namespace

Margin minimum_charge_margin(const MinimumRow& row, const UnitSum& unit) {
  const Value net = abs(unit.delta);
  const Value hedged = unit.delta_gross - net;
  const Value coins = scale(net, row.net, Round::up) + scale(hedged, row.hedged, Round::up);
  const Price price = unit.inverse ? Price::from_raw(price_one) : unit.index_price;
  const Value amount = Value::from_raw(
      mul_div_capped(coins.raw(), price.raw(), price_one, Round::up, limits::requirement_raw_max));
  const Value charge = row.marginal ? by_slices(row, amount) : by_step(row, amount);
  return {.initial = charge, .maintenance = charge};
}

}  // namespace lockstep
