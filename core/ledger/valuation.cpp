#include "core/ledger/valuation.h"

namespace lockstep {

Value value_per_lot(const Instrument& instrument, Price price) {
  LS_ASSERT(price.raw() > 0 || instrument.kind == InstrumentKind::option);
  if (instrument.inverse && is_margined(instrument)) {
    return Value::from_raw(-div(i128{instrument.lot} * value_one, price.raw(), Round::nearest));
  }
  static_assert(price_decimals + lot_decimals == value_decimals);
  return Value::from_raw(i128{price.raw()} * instrument.lot);
}

Value notional_per_lot(const Instrument& instrument, Price price) {
  return abs(value_per_lot(instrument, price));
}

Value payoff_per_lot(const Instrument& option, Price price) {
  LS_ASSERT(option.kind == InstrumentKind::option && price.raw() > 0);
  const i64 distance = option.option == OptionType::call ? price.raw() - option.strike.raw()
                                                         : option.strike.raw() - price.raw();
  if (distance <= 0) return Value{};
  if (!option.inverse) return Value::from_raw(i128{distance} * option.lot);
  constexpr i128 lot_to_value = pow10(value_decimals - lot_decimals);
  return Value::from_raw(mul_div(i128{option.lot} * lot_to_value, distance, price.raw(), Round::nearest));
}

Value funding_per_lot(const Instrument& perpetual, Rate rate, Price price) {
  return scale(notional_per_lot(perpetual, price), rate, Round::nearest);
}

}  // namespace lockstep
