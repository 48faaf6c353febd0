#include "node/stress/fate.h"

#include <algorithm>

#include "core/liquidation/size.h"
#include "node/runtime/summary.h"

namespace lockstep::stress {
namespace {

// Of what is lost the fee is no part: it is the fund's own, and is never more than the equity (methodology
// 10.5).
Value cost_of(MovedMarket& market, const LiquidationRules& rules, const Closing& closing) {
  const Observation* volume =
      find_observation(market.state(), ObservationKind::volume, closing.instrument.index);
  return closing_cost(closing_value(market.state(), market.risk(), closing), rules.cost, rules.impact,
                      volume == nullptr ? Value{} : volume->value);
}

Value in_asset(const State& state, Value value, AssetId from, AssetId to) {
  const Price price = dollars_of(state, to);
  if (from == to || price == Price{}) return value;
  return Value::from_raw(mul_div(value.raw(), dollars_of(state, from).raw(), price.raw(), Round::up));
}

void add(std::vector<Closing>& closings, const Closing& closing) {
  const auto same = std::find_if(closings.begin(), closings.end(), [&](const Closing& other) {
    return other.instrument == closing.instrument && other.leg == closing.leg;
  });
  if (same == closings.end()) {
    closings.push_back(closing);
  } else {
    same->lots += closing.lots;
  }
}

void close_pool(MovedMarket& market, const PoolTotals& pool, LiquidationRules rules, FateScratch& scratch,
                Fate& fate) {
  const bool alone = rules.size == LiquidationSize::none || pool.equity < Value{};
  if (alone) rules.size = LiquidationSize::whole;
  std::vector<Closing> closings;
  const Choice choice =
      choose_closings(market.state(), market.risk(), scratch.account, pool, rules, scratch.choose);
  for (const Closing& closing : choice.closings) add(closings, closing);
  Value cost;
  for (const Closing& closing : closings) {
    const AssetId settle = market.state().instrument(closing.instrument).settle;
    cost += in_asset(market.state(), cost_of(market, rules, closing), settle, pool.asset);
    fate.closings.push_back(closing);
  }
  const Debt debt{pool.asset, max(-pool.equity, Value{}), max(cost - pool.equity, Value{})};
  if (debt.after_closing > Value{}) fate.debts.push_back(debt);
}

}  // namespace

Fate fate_of(MovedMarket& market, const Account& account, FateScratch& scratch) {
  Fate fate;
  const State& state = market.state();
  if (state.rulebook(account.rulebook).active == 0) {
    fate.judged = false;
    return fate;
  }
  assess_into(state, market.risk(), account, nullptr, scratch.assessment);
  if (scratch.assessment.obstacle > Obstacle::price_diverged) {
    fate.judged = false;
    return fate;
  }
  fate.state = scratch.assessment.state;
  if (fate.state < MarginState::liquidation) return fate;
  scratch.account = account;
  if (!account.orders.empty()) {  // they end first, and that may be enough
    scratch.account.orders.clear();
    assess_into(state, market.risk(), scratch.account, nullptr, scratch.assessment);
  }
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
  const std::vector<PoolTotals>& pools = scratch.assessment.pools;
  for (const PoolTotals& pool : pools) {
    if (margin_state(scheme, pool) < MarginState::liquidation) continue;
    close_pool(market, pool, rules.liquidation, scratch, fate);
  }
  return fate;
}

}  // namespace lockstep::stress
