#include "core/liquidation/swap.h"

#include "core/liquidation/rounding.h"

namespace lockstep::liquidation {
namespace {

constexpr i128 most = i128_max / 8;  // beyond what anybody owes

// A rounding of a rounding the same way is one rounding: the decimals of a token are whole units of a Value.
Value exchanged(Value tokens, Price price, Rate multiplier, Price by_price, Rate by_multiplier,
                Rounding rounding) {
  const i128 above = i128{price.raw()} * multiplier.raw(), below = i128{by_price.raw()} * by_multiplier.raw();
  return rounded(Value::from_raw(mul_div_capped(tokens.raw(), above, below, rounding.direction, most)),
                 rounding);
}

}  // namespace

Value debt_for_asset(const SwapTerms& terms, Value asset) {
  return exchanged(asset, terms.asset_price, terms.debt_multiplier, terms.debt_price, terms.asset_multiplier,
                   {Round::up, terms.debt_decimals});
}

Value asset_for_debt(const SwapTerms& terms, Value debt, Value available, Value dust) {
  const Value unit = Value::from_raw(pow10(value_decimals - terms.asset_decimals));
  const Value asset = max(unit, exchanged(debt, terms.debt_price, terms.asset_multiplier, terms.asset_price,
                                          terms.debt_multiplier, {Round::down, terms.asset_decimals}));
  const Value apart = Value::from_raw(
      mul_div_capped(abs(asset - available).raw(), terms.asset_price.raw(), price_one, Round::down, most));
  return apart < dust ? available : asset;
}

Value swap_price(Value given, Value taken, u8 decimals) {
  const Rounding cut{Round::down, decimals};
  return quotient(rounded(given, cut), taken, cut);
}

Value worst_swap_price(const SwapTerms& terms, u8 decimals) {
  return exchanged(Value::from_raw(value_one), terms.asset_price, terms.debt_multiplier, terms.debt_price,
                   terms.asset_multiplier, {Round::down, decimals});
}

}  // namespace lockstep::liquidation
