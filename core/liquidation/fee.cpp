#include "core/liquidation/fee.h"

#include <algorithm>

#include "core/liquidation/rounding.h"

namespace lockstep::liquidation {
namespace {

constexpr i128 most_rate = i128{1'000'000} * rate_one;  // nothing that is left survives it

// A quotient of two Values as a rate.
i128 rate_raw(Value value, Value by, u8 decimals) {
  return rate_to(mul_div_capped(value.raw(), rate_one, by.raw(), Round::down, most_rate), decimals,
                 Round::down);
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
  const Rounding cut{Round::down, decimals};
  const Value price = in_money(left.price, left.money_price, cut);
  if (price <= Value{} || left.coins <= Value{} || left.margin <= left.fee) return {};
  const i128 lacking = rate_raw(quotient(left.shortage, left.coins, cut), price, decimals);
  const i128 kept = std::max(i128{(left.margin - left.fee).raw()} - lacking, i128{0});
  return at_most(rate_to(mul_div(kept, share.raw(), rate_one, Round::down), decimals, Round::down), most);
}

Rate insurance_fee(const WeightLeft& left, Rate most, u8 decimals) {
  const bool priced = left.price > Price{} && left.tokens > Value{} && left.debt_multiplier > Rate{};
  if (!priced || left.asset_weight >= left.debt_weight) return {};
  const i128 asset =
      mul_div(left.asset_weight.raw(), left.asset_multiplier.raw(), left.debt_multiplier.raw(), Round::down);
  const i128 lacking =
      rate_raw(quotient(left.shortage, left.tokens, {Round::down}), money_of(left.price), decimals);
  const i128 kept =
      std::max(left.debt_weight.raw() - rate_to(asset, decimals, Round::down) - lacking, i128{0});
  const i128 rate = mul_div(kept, rate_one, left.debt_weight.raw(), Round::down);
  return at_most(rate_to(rate, decimals, Round::down), most);
}

Value insurance_transfer(Value proceeds, Value bankruptcy, Rate fee_most) {
  const Value surplus = proceeds - bankruptcy;
  return surplus <= Value{} ? surplus : min(surplus, scale(abs(proceeds), fee_most, Round::down));
}

bool fund_covers(Value balance, Value transfer) {
  return transfer >= Value{} || balance + transfer >= Value{};
}

}  // namespace lockstep::liquidation
