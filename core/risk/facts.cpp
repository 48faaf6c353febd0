#include "core/risk/facts.h"

#include "core/ledger/valuation.h"
#include "core/risk/components.h"
#include "core/risk/low_confidence.h"
#include "core/risk/notional_rate.h"
#include "core/risk/risk_factors.h"
#include "core/risk/short_option.h"

namespace lockstep {

HoldingFacts facts_of(const Instrument& instrument, const RiskRow& row, PriceUse price, Lots lots, Lots buys,
                      Lots sells, Rate leverage) {
  HoldingFacts facts;
  facts.kind = instrument.kind;
  facts.option = instrument.option;
  facts.inverse = instrument.inverse;
  facts.strike = instrument.strike;
  facts.mark = row.mark_price;
  facts.reference = row.index;
  facts.forward = row.forward;
  facts.coins = coins(instrument, row, lots);
  facts.mark_value = times(row.mark, lots);
  const bool by_reference = price == PriceUse::reference && instrument.kind != InstrumentKind::option;
  const Value per_lot = by_reference ? value_per_lot(instrument, row.index) : row.mark;
  facts.notional = abs(by_reference ? times(per_lot, lots) : facts.mark_value);
  if (buys != Lots{} || sells != Lots{}) {
    facts.buys = abs(coins(instrument, row, buys));
    facts.sells = abs(coins(instrument, row, sells));
    facts.buy_notional = abs(times(per_lot, buys));
    facts.sell_notional = abs(times(per_lot, sells));
  }
  facts.delta = instrument.kind == InstrumentKind::option ? times(row.delta, lots) : facts.coins;
  facts.years = row.years;
  facts.leverage = leverage;
  facts.confidence = Rate::from_raw(rate_one);
  facts.money_price = Rate::from_raw(rate_one);
  return facts;
}

Margin holding_margin(const Component& component, u16 row, const HoldingFacts& facts) {
  const Price index = facts.inverse ? Price{} : facts.reference;
  switch (component.kind) {
    case ComponentKind::brackets:
      return bracket_margin(component.brackets[row], facts.notional, facts.leverage, abs(facts.coins));
    case ComponentKind::linear_in_size: return size_margin(component.sizes[row], abs(facts.coins), index);
    case ComponentKind::short_option: return short_option_margin(component.short_options[row], facts);
    case ComponentKind::roll_charge: {
      const Value charge = roll_margin(component.rolls[row], facts.delta, facts.years, index);
      return {.initial = charge, .maintenance = charge};
    }
    case ComponentKind::notional_rate: return notional_margin(component.notionals[row], facts);
    case ComponentKind::risk_factors: return side_margin(component.sides[row], facts);
    case ComponentKind::low_confidence: return low_confidence_margin(component.confidences[row], facts);
    default: return {};  // of units and pools
  }
}

}  // namespace lockstep
