#include "core/risk/worst_position.h"

#include "core/risk/components.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

Value product(Value coins, i128 price, Round round) {
  return Value::from_raw(mul_div_capped(coins.raw(), price, price_one, round, limits::requirement_raw_max));
}

SpotFill filled(const Collateral& row, const BalanceFacts& facts, Value orders, WeightLevel level,
                bool strict) {
  const auto price_of = [&](Value tokens) { return strict ? counted_price(facts, tokens) : facts.price; };
  SpotFill fill;
  fill.tokens = facts.balance + orders;
  fill.orders = worth_of(row, -orders, strict ? std::max(facts.price, facts.slow) : facts.price);
  fill.worth = worth_of(row, facts.balance, price_of(facts.balance)) - fill.orders;
  const Rate weight = fill.worth < Value{} ? liability_weight(row, level, fill.tokens, facts.debts)
                                           : asset_weight(row, level, fill.tokens, facts.deposits);
  fill.weighted = weighted(row, fill.worth, weight);
  fill.contribution = fill.weighted + fill.orders;
  return fill;
}

}  // namespace

WorstPosition worst_position(Value held, Value buys, Value sells, Price price, bool capped,
                             Rounding rounding) {
  const auto worth = [&](Value coins) {
    const i128 each = capped && coins < Value{} ? price_one - i128{price.raw()} : i128{price.raw()};
    return rounded(product(abs(coins), each, rounding.direction), rounding);
  };
  const WorstPosition bought{held + buys, worth(held + buys)};
  const WorstPosition sold{held - sells, worth(held - sells)};
  return sold.worth >= bought.worth ? sold : bought;
}

SpotFill worse_fill(const Collateral& row, const BalanceFacts& facts, Value buys, Value sells,
                    WeightLevel level, bool strict) {
  if (buys == Value{} && sells == Value{}) return filled(row, facts, {}, level, strict);
  const SpotFill bought = filled(row, facts, buys, level, strict);
  const SpotFill sold = filled(row, facts, -sells, level, strict);
  return sold.contribution <= bought.contribution ? sold : bought;
}

Value reserved_worth(const Collateral& row, const BalanceFacts& facts, Value all, Value reserved,
                     WeightLevel level) {
  const Value there = facts.balance + all;
  const Value asset = max(min(reserved, there), Value{});
  const Value repaid = reserved - asset;
  const Rate weight = asset_weight(row, level, facts.balance, facts.deposits);
  const Rate debt_weight = liability_weight(row, level, facts.balance, facts.debts);
  // What repays a debt undoes what the debt cost, so it is worth what a debt is worth, rounded as an asset.
  const Value repaid_worth = product(repaid, counted_price(facts, Value::from_raw(-1)).raw(), Round::down);
  return weighted(row, worth_of(row, asset, counted_price(facts, asset)), weight) +
         scale(repaid_worth, debt_weight, Round::down);
}

}  // namespace lockstep
