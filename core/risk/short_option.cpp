#include "core/risk/short_option.h"

#include "core/units/limits.h"

namespace lockstep {
namespace {

// rate x size, in the settlement asset.
Value share_of_size(const HoldingFacts& facts, Value size, i128 rate) {
  const Value coins = Value::from_raw(mul_div(size.raw(), rate, rate_one, Round::up));
  if (facts.inverse) return coins;
  return Value::from_raw(
      mul_div_capped(coins.raw(), facts.reference.raw(), price_one, Round::up, limits::requirement_raw_max));
}

// How far out of the money, as a fraction of the price it is measured against, down.
i128 out_of_the_money(const ShortOptionRow& row, const HoldingFacts& facts) {
  const Price from = row.distance == PriceUse::reference ? facts.reference : facts.forward;
  const bool is_call = facts.option == OptionType::call;
  const i128 distance =
      is_call ? i128{facts.strike.raw()} - from.raw() : i128{from.raw()} - facts.strike.raw();
  return distance > 0 ? div(distance * rate_one, from.raw(), Round::down) : 0;
}

}  // namespace

Margin short_option_margin(const ShortOptionRow& row, const HoldingFacts& facts) {
  if (facts.coins >= Value{}) return {};
  const bool is_call = facts.option == OptionType::call;
  const Value size = -facts.coins;
  const Value mark = -facts.mark_value;
  const i128 reduced = row.initial.raw() - out_of_the_money(row, facts);
  const i128 initial_rate = reduced > row.initial_min.raw() ? reduced : row.initial_min.raw();

  const Rate put_rate = row.maintenance_put == Rate{} ? row.maintenance : row.maintenance_put;
  const Rate rate = is_call ? row.maintenance : put_rate;
  const Rate of_mark = row.of_mark == Rate{} ? put_rate : row.of_mark;
  Margin margin;
  margin.initial = share_of_size(facts, size, initial_rate) + mark;
  margin.maintenance = share_of_size(facts, size, rate.raw());
  if (!is_call || row.of_mark_calls) {
    margin.maintenance = max(margin.maintenance, scale(mark, of_mark, Round::up));
  }
  margin.maintenance += mark;
  if (!is_call && row.cover != Rate{}) {
    margin.initial = max(margin.initial, scale(margin.maintenance, row.cover, Round::up));
  }
  if (row.fee != Rate{}) margin.maintenance += share_of_size(facts, size, row.fee.raw());
  return margin;
}

}  // namespace lockstep
