// A debt repaid out of collateral: a liquidator pays tokens of the debt and gets tokens of the asset, each
// at its price and with the multiplier that is his reward.
// Source: Drift v2, programs/drift/src/math/liquidation.rs and math/spot_swap.rs.
#pragma once

#include "core/units/units.h"

namespace lockstep::liquidation {

struct SwapTerms {
  Price asset_price, debt_price;                                       // in money, above 0
  Rate asset_multiplier = Rate::from_raw(rate_one);                    // 1 + fee
  Rate debt_multiplier = Rate::from_raw(rate_one);                     // 1 - fee
  u8 asset_decimals = value_decimals, debt_decimals = value_decimals;  // of a token, at most value_decimals
};

// Tokens of the debt that repaying with `asset` tokens stands for, up:
// asset x asset_price x debt_multiplier / (debt_price x asset_multiplier).
Value debt_for_asset(const SwapTerms& terms, Value asset);

// Tokens of the asset that repaying `debt` tokens costs, down, at least one of the last decimal:
// debt x debt_price x asset_multiplier / (asset_price x debt_multiplier).  The whole of `available` if the
// two are apart by less than `dust` of money.
Value asset_for_debt(const SwapTerms& terms, Value debt, Value available, Value dust);

// Price that a swap was made at: tokens given for one token taken (taken > 0); `given` and the quotient are
// cut to `decimals`.
Value swap_price(Value given, Value taken, u8 decimals);

// Least tokens of debt for one token of the asset that the terms allow, cut to `decimals`.
Value worst_swap_price(const SwapTerms& terms, u8 decimals);

}  // namespace lockstep::liquidation
