#include "core/liquidation/fee.h"

#include <algorithm>

#include "core/risk/components.h"

namespace lockstep::liquidation {
namespace {

constexpr i128 most_rate = i128{1'000'000} * rate_one;  // nothing that is left survives it

Value cut(Value value, u8 decimals) { return rounded(value, {Round::down, decimals}); }

// A quotient of two Values as a rate.
i128 rate_raw(Value value, Value by, u8 decimals) {
  const i128 raw = mul_div_capped(value.raw(), rate_one, by.raw(), Round::down, most_rate);
  const i128 unit = pow10(rate_decimals - decimals);
  return div(raw, unit, Round::down) * unit;
}

Value money_of(Price price) {
  return Value::from_raw(i128{price.raw()} * pow10(value_decimals - price_decimals));
}

Value quotient(Value value, Value by) {
  constexpr i128 most = i128_max / 8;
  return Value::from_raw(mul_div_capped(value.raw(), value_one, by.raw(), Round::down, most));
}

Rate at_most(i128 raw, Rate most) {
  return Rate::from_raw(static_cast<i64>(std::clamp(raw, i128{0}, i128{most.raw()})));
}

}  // namespace

Rate grown_fee(Rate base, Rate most, i64 elapsed, const FeeGrowth& growth) {
  if (elapsed < growth.grace) return base;
  const i128 grown = base.raw() + i128{elapsed} * growth.per_unit.raw();
  return Rate::from_raw(static_cast<i64>(std::min(grown, i128{most.raw()})));
}

Rate insurance_fee(const MarginLeft& left, Rate most, Rate share, u8 decimals) {
  const Value price = cut(
      Value::from_raw(mul_div(money_of(left.price).raw(), left.money_price.raw(), price_one, Round::down)),
      decimals);
  if (price <= Value{} || left.coins <= Value{} || left.margin <= left.fee) return {};
  const i128 lacking = rate_raw(cut(quotient(left.shortage, left.coins), decimals), price, decimals);
  const i128 kept = std::max(i128{(left.margin - left.fee).raw()} - lacking, i128{0});
  const i128 unit = pow10(rate_decimals - decimals);
  return at_most(div(mul_div(kept, share.raw(), rate_one, Round::down), unit, Round::down) * unit, most);
}

Rate insurance_fee(const WeightLeft& left, Rate most, u8 decimals) {
  const bool priced = left.price > Price{} && left.tokens > Value{} && left.debt_multiplier > Rate{};
  if (!priced || left.asset_weight >= left.debt_weight) return {};
  const i128 unit = pow10(rate_decimals - decimals);
  const i128 asset =
      mul_div(left.asset_weight.raw(), left.asset_multiplier.raw(), left.debt_multiplier.raw(), Round::down);
  const i128 lacking = rate_raw(quotient(left.shortage, left.tokens), money_of(left.price), decimals);
  const i128 kept =
      std::max(left.debt_weight.raw() - div(asset, unit, Round::down) * unit - lacking, i128{0});
  const i128 rate = mul_div(kept, rate_one, left.debt_weight.raw(), Round::down);
  return at_most(div(rate, unit, Round::down) * unit, most);
}

Value insurance_transfer(Value proceeds, Value bankruptcy, Rate fee_most) {
  const Value surplus = proceeds - bankruptcy;
  return surplus <= Value{} ? surplus : min(surplus, scale(abs(proceeds), fee_most, Round::down));
}

bool fund_covers(Value balance, Value transfer) {
  return transfer >= Value{} || balance + transfer >= Value{};
}

}  // namespace lockstep::liquidation
