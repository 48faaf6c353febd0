#include "core/risk/collateral.h"

#include <algorithm>

#include "core/risk/components.h"
#include "core/risk/weights.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr i128 rate_most = i128{1} << 62;

Rate rate_from(i128 raw, Rounding rounding) {
  return rounded(Rate::from_raw(static_cast<i64>(std::min(raw, rate_most))), rounding);
}

Rate level_of(Rate initial, Rate maintenance, WeightLevel level, Rounding rounding) {
  if (level == WeightLevel::initial) return initial;
  if (level == WeightLevel::maintenance) return maintenance;
  return rate_from((i128{initial.raw()} + maintenance.raw()) / 2, rounding);
}

// discount / (1 + growth), the growth cut to 10^-6.
Rate size_discount(Rate weight, Rate discount, Rate factor, Value size, Rounding rounding) {
  if (factor == Rate{}) return weight;
  constexpr Rounding millionths{.direction = Round::zero, .decimals = 6};
  const Rate root = size_root(size);
  const Rate growth = rate_from(mul_div(root.raw(), factor.raw(), rate_one, Round::zero), millionths);
  const i128 cut = mul_div(discount.raw(), rate_one, rate_one + i128{growth.raw()}, rounding.direction);
  return std::min(weight, rate_from(cut, rounding));
}

// Each slice of the worth at its own factor.
Value stepped(std::span<const FactorStep> steps, Value worth, Round round) {
  if (steps.empty()) return worth;
  Value sum;
  for (std::size_t n = 0; n < steps.size() && worth > steps[n].floor; ++n) {
    const Value end = n + 1 < steps.size() ? min(worth, steps[n + 1].floor) : worth;
    sum += scale(end - steps[n].floor, steps[n].factor, round);
  }
  return sum;
}

Rounding away(Rounding rounding) { return {.direction = Round::down, .decimals = rounding.decimals}; }

}  // namespace

Rate asset_weight(const Collateral& row, WeightLevel level, Value tokens, Value deposits) {
  Rate initial = row.initial.asset;
  if (row.deposits_start != Value{} && deposits > row.deposits_start) {
    initial = rate_from(
        mul_div(initial.raw(), row.deposits_start.raw(), deposits.raw(), row.weights.direction), row.weights);
  }
  const Rate weight = level_of(initial, row.maintenance.asset, level, row.weights);
  return size_discount(weight, row.discount, row.size_factor, tokens, row.weights);
}

Rate liability_weight(const Collateral& row, WeightLevel level, Value tokens, Value debts) {
  Rate initial = row.initial.liability;
  if (row.debts_start != Value{} && debts > row.debts_start) {
    initial = rate_from(mul_div(initial.raw(), debts.raw(), row.debts_start.raw(), Round::up),
                        {.direction = Round::up, .decimals = row.weights.decimals});
  }
  const Rate weight = level_of(initial, row.maintenance.liability, level, row.weights);
  return size_premium(weight, row.premium_share, row.size_factor, tokens, row.weights, true);
}

Value worth_of(const Collateral& row, Value tokens, Price price) {
  const Rounding rounding = tokens < Value{} ? away(row.worth) : row.worth;
  return rounded(Value::from_raw(mul_div_capped(tokens.raw(), price.raw(), price_one, rounding.direction,
                                                limits::requirement_raw_max)),
                 rounding);
}

Value weighted(const Collateral& row, Value worth, Rate weight) {
  if (worth < Value{}) return rounded(scale(worth, weight, row.worth.direction), row.worth);
  const Value sliced = stepped(row.steps, worth, row.worth.direction);
  return rounded(scale(sliced, weight, row.worth.direction), row.worth);
}

Price counted_price(const BalanceFacts& facts, Value tokens) {
  if (facts.slow == Price{}) return facts.price;
  return tokens < Value{} ? std::max(facts.price, facts.slow) : std::min(facts.price, facts.slow);
}

Counted balance_worth(const Collateral& row, const BalanceFacts& facts) {
  const bool debt = facts.balance < Value{};
  const auto at = [&](WeightLevel level) {
    const Rate weight = debt ? liability_weight(row, level, facts.balance, facts.debts)
                             : asset_weight(row, level, facts.balance, facts.deposits);
    const Price price = level == WeightLevel::initial ? counted_price(facts, facts.balance) : facts.price;
    return weighted(row, worth_of(row, facts.balance, price), weight);
  };
  Counted counted{.initial = at(WeightLevel::initial), .maintenance = at(WeightLevel::maintenance)};
  if (!debt && facts.confidence < row.confidence_threshold) {
    const Rate doubt = Rate::from_raw(rate_one - facts.confidence.raw());
    const Value worth = worth_of(row, facts.balance, counted_price(facts, facts.balance));
    counted.initial -= scale(scale(worth, doubt, Round::up), row.confidence_rate, Round::up);
  }
  return counted;
}

Rate profit_weight(const ProfitRow& row, WeightLevel level, Value profit, Value net) {
  if (profit <= Value{}) return Rate::from_raw(rate_one);
  if (level == WeightLevel::maintenance) return row.maintenance;
  Rate weight = row.initial;
  if (row.imbalance_max != Value{} && net > row.imbalance_max) {
    weight = rate_from(mul_div(weight.raw(), row.imbalance_max.raw(), net.raw(), row.weights.direction),
                       row.weights);
  }
  return size_discount(weight, row.discount, row.size_factor, profit, row.weights);
}

Value profit_worth(const ProfitRow& row, WeightLevel level, Value profit, Value net, Price money_price) {
  const Rate weight = profit_weight(row, level, profit, net);
  const Value counted = rounded(scale(profit, weight, row.rounding.direction), row.rounding);
  const Value worth =
      rounded(Value::from_raw(mul_div_capped(counted.raw(), money_price.raw(), price_one,
                                             row.rounding.direction, limits::requirement_raw_max)),
              row.rounding);
  const bool limited = level == WeightLevel::initial && row.initial_max != Value{};
  return limited ? min(worth, row.initial_max) : worth;
}

Value releasable(Value spare, Rate weight, Price price, int decimals) {
  const Value most = Value::from_raw(limits::requirement_raw_max);
  if (weight == Rate{} || price == Price{}) return most;
  const Rounding down{.direction = Round::down, .decimals = static_cast<u8>(decimals)};
  const auto divided = [&](Value value, i128 one, i128 by) {
    return rounded(Value::from_raw(mul_div_capped(value.raw(), one, by, Round::down, most.raw())), down);
  };
  return divided(divided(max(spare, Value{}), rate_one, weight.raw()), price_one, price.raw());
}

Value with_interest(Value scaled, Rate index, int decimals, bool debt) {
  const Round round = debt ? Round::up : Round::down;
  return rounded(scale(scaled, index, round), {.direction = round, .decimals = static_cast<u8>(decimals)});
}

}  // namespace lockstep
