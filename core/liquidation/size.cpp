#include "core/liquidation/size.h"

namespace lockstep {

Rate close_share(Value equity, Value maintenance, Value value, Rate target, Rate cost) {
  const Value wanted = scale(maintenance, target, Round::up);
  const Value missing = wanted - equity;
  if (missing <= Value{}) return Rate{};
  const Value gained = wanted - scale(value, cost, Round::up);  // by closing everything
  if (gained <= missing) return Rate::from_raw(rate_one);
  return Rate::from_raw(static_cast<i64>(mul_div(missing.raw(), rate_one, gained.raw(), Round::up)));
}

Value closing_cost(Value value, Rate fee, Rate impact, Value volume) {
  Value cost = scale(value, fee, Round::up);
  if (impact == Rate{} || volume <= Value{} || value <= Value{}) return cost;
  constexpr i128 root_one = pow10(15);
  const i128 ratio = mul_div_capped(value.raw(), root_one * root_one, volume.raw(), Round::up, i128_max / 8);
  const i128 root = static_cast<i128>(sqrt_ceil(static_cast<u128>(ratio)));
  return cost +
         Value::from_raw(mul_div(value.raw(), root * impact.raw() * 2, root_one * rate_one * 3, Round::up));
}

std::optional<Rate> close_share_convex(Value equity, Value maintenance, Value value, Rate target, Rate fee,
                                       Rate impact, Value volume) {
  const Value wanted = scale(maintenance, target, Round::up);
  const auto health = [&](i64 share) {
    const Value closed = scale(value, Rate::from_raw(share), Round::up);
    const Value left = scale(wanted, Rate::from_raw(rate_one - share), Round::up);
    return equity - closing_cost(closed, fee, impact, volume) - left;
  };
  if (health(0) >= Value{}) return Rate{};
  // Health is concave in the share: where it is highest decides whether there is a root, and the first root
  // lies before that.
  i64 low = 0, high = rate_one;
  while (high - low > 2) {
    const i64 third = (high - low) / 3;
    (health(low + third) < health(high - third) ? low += third : high -= third);
  }
  const i64 best = health(high) >= health(low) ? high : low;
  if (health(best) < Value{}) return std::nullopt;
  return Rate::from_raw(least_lots(best, 0, [&](i64 share) { return health(share) >= Value{}; }));
}

}  // namespace lockstep
