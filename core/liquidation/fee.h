// What a liquidation pays and to whom: the liquidator's fee, which grows while nobody comes, and what is
// then left for the insurance fund, or what the fund has to give.
// Sources: Drift v2, programs/drift/src/math/liquidation.rs; dYdX v4,
// protocol/x/clob/keeper/liquidations.go (GetLiquidationInsuranceFundDelta) and deleveraging.go
// (IsValidInsuranceFundDelta).
#pragma once

#include "core/model/holding_rows.h"

namespace lockstep::liquidation {

// Time counts in any unit.
struct FeeGrowth {
  i64 grace = 0;  // so long the fee stays
  Rate per_unit;  // from then on by this for every unit since the start
};
// elapsed < grace ? base : min(base + elapsed x per_unit, most).
Rate grown_fee(Rate base, Rate most, i64 elapsed, const FeeGrowth& growth);

// Of a perpetual: price in the settlement asset, of that in money; the liquidator's fee.
struct MarginLeft {
  Value shortage;  // of the account, the part that this holding answers for
  Value coins;     // held, not negative
  Price price, money_price;
  Rate margin;  // with the buffer
  Rate fee;
};
// Rate of the insurance fund's fee: min(most, share x max(0, margin - fee - shortage / coins / (price x
// money_price))), cut down to `decimals` at every step.  What the account keeps must not be paid away,
// hence share < 1.  0 without coins or a price.
Rate insurance_fee(const MarginLeft& left, Rate most, Rate share, u8 decimals);

// Of a debt repaid out of collateral; weights and multipliers as in FreedByRepaying.
struct WeightLeft {
  Value shortage;
  Value tokens;  // owed, not negative
  Price price;
  Rate debt_weight, asset_weight;
  Rate debt_multiplier, asset_multiplier;
};
// min(most, (debt_weight - asset_weight x asset_multiplier / debt_multiplier - shortage / tokens / price) /
// debt_weight), at least 0, cut down to `decimals` at every step.  0 if the asset's weight is not below the
// debt's.
Rate insurance_fee(const WeightLeft& left, Rate most, u8 decimals);

// To the insurance fund (negative: out of it) when a holding is closed for `proceeds` and could bear
// `bankruptcy` (both as bankruptcy_proceeds, from the account's view): all of a shortfall, or the surplus
// up to floor(|proceeds| x fee_most).
Value insurance_transfer(Value proceeds, Value bankruptcy, Rate fee_most);

// Whether a fund of `balance` can take part: what it gives must be there.
bool fund_covers(Value balance, Value transfer);

}  // namespace lockstep::liquidation
