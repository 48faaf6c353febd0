#include "core/risk/order_cost.h"

#include "core/risk/components.h"

namespace lockstep {
namespace {

Value product(Value a, Value b) { return Value::from_raw(mul_div(a.raw(), b.raw(), value_one, Round::zero)); }

// Sum of coins x worth(price) over the orders, without the first `free` coins.
template <class Worth>
Value beyond(std::span<const LimitOrder> orders, Value free, Worth worth) {
  Value sum;
  for (const LimitOrder& order : orders) {
    const Value closing = min(free, order.coins);
    free -= closing;
    sum += product(order.coins - closing, worth(order.price));
  }
  return sum;
}

[[maybe_unused]] bool is_sorted(std::span<const LimitOrder> orders, bool rising) {
  for (std::size_t i = 1; i < orders.size(); ++i) {
    if (rising ? orders[i].price < orders[i - 1].price : orders[i].price > orders[i - 1].price) return false;
  }
  return true;
}

template <class BuyWorth, class SellWorth>
Value larger_side(std::span<const LimitOrder> buys, std::span<const LimitOrder> sells, Value held,
                  BuyWorth buy_worth, SellWorth sell_worth) {
  LS_ASSERT(is_sorted(buys, false) && is_sorted(sells, true));
  return max(beyond(buys, max(-held, Value{}), buy_worth), beyond(sells, max(held, Value{}), sell_worth));
}

}  // namespace

Value at_limit_cost(std::span<const LimitOrder> buys, std::span<const LimitOrder> sells, Value held,
                    Value floor, Rate factor, Rounding rounding) {
  const auto worth = [&](Value price) { return max(price, floor); };
  return rounded(scale(larger_side(buys, sells, held, worth, worth), factor, rounding.direction), rounding);
}

Value capped_cost(std::span<const LimitOrder> buys, std::span<const LimitOrder> sells, Value held, Value cap,
                  Rounding rounding) {
  const auto lost_by_buyer = [&](Value price) { return price; };
  const auto lost_by_seller = [&](Value price) { return max(cap - price, Value{}); };
  return rounded(larger_side(buys, sells, held, lost_by_buyer, lost_by_seller), rounding);
}

Value opening_loss(Value price, Value mark, bool buys) {
  return max(buys ? price - mark : mark - price, Value{});
}

Value option_fee(Value index, Value price, Rate rate, Rate cap) {
  return min(scale(index, rate, Round::up), scale(price, cap, Round::up));
}

IsolatedChange isolated_change(std::span<const LimitOrder> fills, Value held, bool buys, Value mark,
                               Value balance, Rate factor, Rounding rounding) {
  const auto at_price = [](Value price) { return price; };
  Value traded;
  for (const LimitOrder& fill : fills) traded += fill.coins;
  const bool same_side = held == Value{} || (held > Value{}) == buys;
  if (same_side || traded > abs(held)) {
    const Value free = same_side ? Value{} : abs(held);
    const Value needed = rounded(scale(beyond(fills, free, at_price), factor, rounding.direction), rounding);
    if (same_side) return {IsolatedMove::increase, needed};
    return {IsolatedMove::flip, needed - balance};
  }
  if (traded == Value{}) return {IsolatedMove::decrease, {}};
  const Value cost = beyond(fills, Value{}, at_price);
  const Rounding down{.direction = Round::down, .decimals = rounding.decimals};
  const Value average =
      rounded(Value::from_raw(mul_div(cost.raw(), value_one, traded.raw(), Round::down)), down);
  const Rounding cut{.direction = Round::zero, .decimals = rounding.decimals};
  const Value left = rounded(product(average - mark, abs(held)) + balance, cut);
  return {IsolatedMove::decrease,
          -rounded(Value::from_raw(mul_div(left.raw(), traded.raw(), abs(held).raw(), Round::down)), down)};
}

}  // namespace lockstep
