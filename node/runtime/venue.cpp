#include "node/runtime/venue.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr OrderId liquidation_orders_from = OrderId{1} << 63;
constexpr i64 given_up = rate_one / 1000;

// The order's limit stands where the mark gives no price, as for an option that the model values.
Price price_for(const State& state, const Order& order) {
  const Instrument& instrument = state.instrument(order.instrument);
  const Price mark = state.market(order.instrument).mark;
  if (mark == Price{}) return order.price;
  const bool buys = order.side == Side::buy;
  const Round round = buys ? Round::up : Round::down;
  const i128 moved = mul_div(mark.raw(), buys ? rate_one + given_up : rate_one - given_up, rate_one, round);
  const Price price =
      Price::from_raw(static_cast<i64>(div(moved, instrument.tick.raw(), round) * instrument.tick.raw()));
  return buys ? std::min(price, order.price) : std::max(price, order.price);
}

}  // namespace

std::vector<Command> fill_liquidations(const State& state) {
  std::vector<Fill> fills;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    for (const Order& order : state.accounts[i].orders) {
      if (order.id < liquidation_orders_from || order.placed_at != state.time) continue;
      Fill fill;
      fill.account = AccountId{i};
      fill.order = order.id;
      fill.instrument = order.instrument;
      fill.side = order.side;
      fill.leg = order.leg;
      fill.price = price_for(state, order);
      fill.lots = order.lots - order.filled;
      fills.push_back(fill);
    }
  }
  std::sort(fills.begin(), fills.end(), [](const Fill& a, const Fill& b) { return a.order < b.order; });
  return {fills.begin(), fills.end()};
}

}  // namespace lockstep
