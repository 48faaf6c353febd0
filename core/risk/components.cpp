#include "core/risk/components.h"

#include "core/ledger/valuation.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr i128 value_per_lot_unit = pow10(value_decimals - lot_decimals);

}  // namespace

Value priced(Value size, Price price) {
  if (price == Price{}) return size;
  return Value::from_raw(
      mul_div_capped(size.raw(), price.raw(), price_one, Round::up, limits::requirement_raw_max));
}

Value rounded(Value value, Rounding rounding) {
  if (rounding.decimals >= value_decimals) return value;
  const i128 unit = pow10(value_decimals - rounding.decimals);
  return Value::from_raw(div(value.raw(), unit, rounding.direction) * unit);
}

Value coins(const Instrument& instrument, const RiskRow& row, Lots lots) {
  if (instrument.inverse && is_margined(instrument)) return coins_at(instrument, row.mark_price, lots);
  return Value::from_raw(i128{lots.raw()} * instrument.lot * value_per_lot_unit);
}

Value coins_at(const Instrument& instrument, Price price, Lots lots) {
  return Value::from_raw(mul_div(i128{lots.raw()} * instrument.lot, value_one, price.raw(), Round::nearest));
}

const Bracket& bracket_of(const BracketRow& row, Value notional, Value coins) {
  const Value size = row.by_coins ? coins : notional;
  std::size_t n = row.brackets.size() - 1;
  while (n > 0 && row.brackets[n].floor >= size) --n;
  return row.brackets[n];
}

Value at_leverage(Value notional, Rate leverage) {
  return Value::from_raw(mul_div(notional.raw(), rate_one, leverage.raw(), Round::up));
}

Value deduction_at(const Bracket& before, Value floor, Rate rate) {
  return before.deduction + scale(floor, rate - before.rate, Round::nearest);
}

Margin bracket_margin(const BracketRow& row, Value notional, Rate leverage, Value coins) {
  const Bracket& bracket = bracket_of(row, notional, coins);
  const Rate in_force = leverage < bracket.leverage_max ? leverage : bracket.leverage_max;
  return {.initial = at_leverage(notional, in_force),
          .maintenance = max(scale(notional, bracket.rate, Round::up) - bracket.deduction, Value{})};
}

Margin size_margin(const SizeRow& row, Value size, Price index) {
  // The rate at 10^-20, so that its own rounding cannot be seen in the result.
  constexpr i128 finer = pow10(8);
  const i128 growth = mul_div(size.raw(), row.per_coin.raw(), value_one / finer, Round::up);
  const auto margin = [&](Rate base) {
    const i128 rate = base.raw() * finer + growth;
    const i128 share =
        mul_div_capped(size.raw(), rate, rate_one * finer, Round::up, limits::requirement_raw_max);
    return priced(Value::from_raw(share), index);
  };
  return {.initial = margin(row.initial), .maintenance = margin(row.maintenance)};
}

Value roll_margin(const RollRow& row, Value delta, Rate years, Price index) {
  const i128 grown = div(i128{row.annualised.raw()} * years.raw(), rate_one, Round::up);
  const Rate rate = grown > row.minimum.raw() ? Rate::from_raw(static_cast<i64>(grown)) : row.minimum;
  return priced(scale(abs(delta), rate, Round::up), index);
}

Lacks missing_price(const Component& component, const Instrument& instrument, const RiskRow& risk,
                    Lots lots) {
  const bool is_option = instrument.kind == InstrumentKind::option;
  const bool needs_index = !instrument.inverse && risk.index == Price{};
  if (risk.mark_known != Known::yes) return Lacks::instrument_price;
  if (component.price == PriceUse::reference && risk.index == Price{}) return Lacks::index_price;
  switch (component.kind) {
    case ComponentKind::short_option:
      if (lots.raw() >= 0) return Lacks::nothing;
      if (risk.forward == Price{}) return Lacks::instrument_price;
      return needs_index ? Lacks::index_price : Lacks::nothing;
    case ComponentKind::expiry_loss:
      if (risk.forward == Price{} || risk.array_known == Known::missing) return Lacks::instrument_price;
      return needs_index ? Lacks::index_price : Lacks::nothing;
    case ComponentKind::scenario_grid:
    case ComponentKind::basis_charge:
    case ComponentKind::delta_charge:
      if (is_option && risk.array_known == Known::missing) return Lacks::instrument_price;
      return risk.index == Price{} ? Lacks::index_price : Lacks::nothing;
    case ComponentKind::brackets: return Lacks::nothing;
    case ComponentKind::roll_charge:
      if (is_option && risk.array_known == Known::missing) return Lacks::instrument_price;
      return needs_index ? Lacks::index_price : Lacks::nothing;
    default: return needs_index ? Lacks::index_price : Lacks::nothing;
  }
}

}  // namespace lockstep
