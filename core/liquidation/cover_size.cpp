#include "core/liquidation/cover_size.h"

#include <algorithm>

#include "core/liquidation/rounding.h"

namespace lockstep::liquidation {
namespace {

constexpr Rate whole = Rate::from_raw(rate_one);

Rate cut(i128 raw, u8 decimals) {
  return Rate::from_raw(static_cast<i64>(rate_to(raw, decimals, Round::down)));
}

}  // namespace

std::optional<Value> size_to_cover(Value shortage, const FreedByClosing& freed, Rounding money,
                                   Rounding size) {
  if (freed.margin <= freed.fee) return std::nullopt;
  const Value price = money_of(freed.price);
  const Value worth = in_money(freed.price, freed.money_price, money);
  const Value per_coin =
      times(worth, freed.margin - freed.fee, money) - times(price, freed.insurance_fee, money);
  if (per_coin <= Value{}) return std::nullopt;
  return quotient(shortage, per_coin, size);
}

std::optional<Value> debt_to_cover(Value shortage, const FreedByRepaying& freed, Rounding money,
                                   Rounding size) {
  if (freed.debt_multiplier <= Rate{}) return std::nullopt;
  const Rate asset_weight = cut(mul_div(freed.asset_weight.raw(), freed.asset_multiplier.raw(),
                                        freed.debt_multiplier.raw(), Round::down),
                                freed.weight_decimals);
  if (freed.asset_weight >= freed.debt_weight || asset_weight >= freed.debt_weight) return std::nullopt;
  const Value price = money_of(freed.debt_price);
  const Value insurance = times(price, freed.insurance_fee, money);
  const Value per_token = scale(price, freed.debt_weight - asset_weight, money.direction) -
                          scale(insurance, freed.debt_weight, money.direction);
  if (per_token <= Value{}) return std::nullopt;
  return max(quotient(shortage, per_token, size), Value::from_raw(pow10(value_decimals - size.decimals)));
}

Rate share_of_round(Value shortage, Value freed, i64 elapsed, const RoundSharePolicy& policy,
                    u8 money_decimals) {
  if (shortage < policy.small || shortage <= Value{}) return whole;
  const Rate grown = elapsed >= policy.duration
                         ? whole
                         : cut(mul_div(elapsed, rate_one, policy.duration, Round::down), policy.decimals);
  const Rate reached = std::min(whole, grown + policy.initial);
  const Value most = rounded(scale(shortage + freed, reached, Round::down), {Round::down, money_decimals});
  const Value left = max(most - freed, Value{});
  return cut(mul_div(left.raw(), rate_one, shortage.raw(), Round::down), policy.decimals);
}

}  // namespace lockstep::liquidation
