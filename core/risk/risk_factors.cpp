#include "core/risk/risk_factors.h"

#include "core/units/limits.h"

namespace lockstep {
namespace {

Value product(Value a, Value b) {
  return Value::from_raw(mul_div_capped(a.raw(), b.raw(), value_one, Round::up, limits::requirement_raw_max));
}

// held: worth of the holding if it is on this side, else 0.
Value side(const SideRow& row, Value held, Value coins, Value orders, Value factor) {
  const Value slippage = scale(held, row.slippage, Round::up);
  const Value squared = scale(product(held, coins), row.slippage_squared, Round::up);
  return slippage + squared + product(held + orders, factor);
}

// What a short side of so many coins can still lose before the cap, instead of what it is worth.
Value to_cap(const SideRow& row, Value coins, Value worth) {
  if (row.cap == Value{}) return worth;
  return max(product(coins, row.cap) - worth, Value{});
}

}  // namespace

Margin side_margin(const SideRow& row, const HoldingFacts& facts) {
  const bool is_long = facts.coins > Value{};
  const bool is_short = facts.coins < Value{};
  const Value size = abs(facts.coins);
  Value worst;
  if (facts.coins + facts.buys > Value{}) {
    worst = side(row, is_long ? facts.notional : Value{}, size, facts.buy_notional, row.long_factor);
  }
  if (facts.coins - facts.sells < Value{}) {
    const Value held = is_short ? to_cap(row, size, facts.notional) : Value{};
    const Value orders = to_cap(row, facts.sells, facts.sell_notional);
    worst = max(worst, side(row, held, size, orders, row.short_factor));
  }
  worst += max(Value{}, scale(facts.funding_owed, row.funding_factor, Round::up));
  return {.initial = worst, .maintenance = worst};
}

}  // namespace lockstep
