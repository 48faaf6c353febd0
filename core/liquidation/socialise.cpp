#include "core/liquidation/socialise.h"

#include "core/liquidation/rounding.h"

namespace lockstep::liquidation {

std::vector<Amount> pro_rata(std::span<const Amount> wins, Amount collected, std::size_t last) {
  LS_ASSERT(wins.empty() || last < wins.size());
  std::vector<Amount> payouts(wins.begin(), wins.end());
  Amount sum;
  for (const Amount win : wins) sum += win;
  if (collected >= sum) return payouts;
  Amount rest = collected;
  for (Amount& payout : payouts) {
    payout = Amount::from_raw(mul_div(payout.raw(), collected.raw(), sum.raw(), Round::down));
    rest -= payout;
  }
  payouts[last] += rest;
  return payouts;
}

std::optional<Value> loss_per_coin(Value loss, Value longs, Value shorts, u8 decimals) {
  const Value coins = abs(longs) + abs(shorts);
  if (coins == Value{}) return std::nullopt;
  return quotient(abs(loss), coins, {Round::up, decimals});
}

Rate deposit_index_cut(Rate index, Value loss, Value deposits, u8 decimals) {
  if (deposits <= Value{}) return {};
  constexpr i128 most = i128{1'000'000} * rate_one;
  const i128 cut = mul_div_capped(index.raw(), loss.raw(), deposits.raw(), Round::up, most);
  return Rate::from_raw(static_cast<i64>(rate_to(cut, decimals, Round::up)));
}

Rate withdrawal_fee(Value debt, Value deposits, u8 decimals) {
  if (debt <= Value{}) return {};
  const i128 fee = mul_div(debt.raw(), rate_one, (debt + deposits).raw(), Round::up);
  return Rate::from_raw(static_cast<i64>(rate_to(fee, decimals, Round::up)));
}

Value claimable_profit(Value profit, Value realised, Value spare) {
  if (profit <= Value{}) return profit;
  return min(profit, max(realised, Value{}) + max(spare, Value{}));
}

}  // namespace lockstep::liquidation
