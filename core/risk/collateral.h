// What a balance and an unrealised profit count for at each level.  Methodology 4.6 and 4.13; the parameters
// are core/model/collateral_rules.h.  Sources of the rules: Drift v2 (weights that answer to size), Mango v4
// (weights that answer to all deposits and debts), Derive (distrust), OKX and Binance (steps).
#pragma once

#include <span>

#include "core/model/collateral_rules.h"

namespace lockstep {

struct Counted {
  Value initial;
  Value maintenance;
};

// between: the mean of initial and maintenance, for venues that hold a fill to it.
enum class WeightLevel : u8 { initial, maintenance, between };

struct BalanceFacts {
  Value balance = {};   // tokens, signed
  Price price = {};     // in money
  Price slow = {};      // an average of it, where the row asks for one; 0: none
  Value deposits = {};  // of the asset in the whole venue, in money
  Value debts = {};     // likewise, positive
  Rate confidence = Rate::from_raw(rate_one);
};

// For `tokens` of an asset, of which the venue holds `deposits` (in money); rounded as the row says.
Rate asset_weight(const Collateral& row, WeightLevel level, Value tokens, Value deposits);
Rate liability_weight(const Collateral& row, WeightLevel level, Value tokens, Value debts);

// Tokens in money: assets rounded as the row says, debts away from zero.
Value worth_of(const Collateral& row, Value tokens, Price price);
// That times a weight, rounded as the row says; assets slice by slice.
Value weighted(const Collateral& row, Value worth, Rate weight);
// The price at which `tokens` count: the lower of index and slow price for assets, the higher for debts.
Price counted_price(const BalanceFacts& facts, Value tokens);

// Weighted worth in money, signed: assets down, debts up.  Below the row's threshold of confidence c assets
// count for (1 - c) rate of their value less at the initial level.
Counted balance_worth(const Collateral& row, const BalanceFacts& facts);

// The weight of a profit, and the profit (in the settlement asset, losses in full) times it and times the
// price of that asset in money.  net: the profit of all users, for imbalance_max.  Methodology 4.13.
Rate profit_weight(const ProfitRow& row, WeightLevel level, Value profit, Value net);
Value profit_worth(const ProfitRow& row, WeightLevel level, Value profit, Value net, Price money_price);

// How many tokens may leave when `spare` money is not needed: spare / weight / price, each quotient down to
// `decimals`; all that counts for nothing may leave.  The result is not limited to the balance.
Value releasable(Value spare, Rate weight, Price price, int decimals);

// Tokens of a balance that is kept without its interest: scaled x index, assets down, debts up, to the
// asset's decimals.
Value with_interest(Value scaled, Rate index, int decimals, bool debt);

}  // namespace lockstep
