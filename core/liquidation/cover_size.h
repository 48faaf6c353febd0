// How much must change hands so that an account's margin shortage is gone: what a unit of it frees is its
// margin less the fees that the account pays for it.  And how much of that one round may take.
// Source: Drift v2, programs/drift/src/math/liquidation.rs and controller/liquidation.rs.
#pragma once

#include <optional>

#include "core/model/holding_rows.h"

namespace lockstep::liquidation {

// What a perpetual frees.  The prices are of the underlying in the settlement asset, and of that in money.
struct FreedByClosing {
  Price price, money_price;
  Rate margin;  // maintenance of the holding with the buffer that liquidation restores
  Rate fee;     // of the liquidator
  Rate insurance_fee;
};

// Coins: shortage / (price x money_price x (margin - fee) - price x insurance_fee), each product rounded by
// `money`, the result by `size`.  None: closing frees nothing, so that no size is enough.
std::optional<Value> size_to_cover(Value shortage, const FreedByClosing& freed, Rounding money,
                                   Rounding size);

// What repaying a debt out of collateral frees.  Multipliers: what a liquidator gets of the asset and pays
// of the debt for money's worth of either, 1 + fee and 1 - fee.
struct FreedByRepaying {
  Price debt_price;
  Rate debt_weight, asset_weight;
  Rate debt_multiplier, asset_multiplier;
  Rate insurance_fee;
  u8 weight_decimals = rate_decimals;  // the weight of the asset is cut down to them
};

// Tokens of the debt: shortage / (debt_price x (debt_weight - asset_weight x asset_multiplier /
// debt_multiplier) - debt_price x insurance_fee x debt_weight), rounded by `size`, at least one of its last
// decimal.  None: repaying frees nothing.
std::optional<Value> debt_to_cover(Value shortage, const FreedByRepaying& freed, Rounding money,
                                   Rounding size);

// How much of the shortage may be freed by now.  Time counts in any unit.
struct RoundSharePolicy {
  Value small;                  // a smaller shortage is covered at once
  Rate initial;                 // the share at the start of the liquidation
  i64 duration = 0;             // in which the whole share is reached; 0: at once
  u8 decimals = rate_decimals;  // each share is cut down to them
};

// ((shortage + freed) x min(1, initial + elapsed/duration) - freed) / shortage, within 0 and what that is;
// each step down, money to money_decimals.  shortage: now, 0 or more; freed: by earlier rounds.
Rate share_of_round(Value shortage, Value freed, i64 elapsed, const RoundSharePolicy& policy,
                    u8 money_decimals);

}  // namespace lockstep::liquidation
