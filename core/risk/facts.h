// What a holding component looks at, without State: assess() fills it from one holding, its orders and its
// risk row; the conformance runner fills it from a vector.  All sizes are coins (10^-16), so that no lot size
// limits what can be expressed.
#pragma once

#include "core/model/components.h"
#include "core/risk/risk_book.h"

namespace lockstep {

struct HoldingFacts {
  InstrumentKind kind = InstrumentKind::perpetual;
  OptionType option = OptionType::none;
  bool inverse = false;
  Price strike;
  Price mark, reference, forward;  // 0: not known.  mark of an option: per coin
  Value coins;                     // signed
  Value notional;                  // |value at the component's price|, settlement asset
  Value mark_value;                // signed, at mark
  Value delta;                     // coins
  Value buys, sells;               // open orders, coins, if the order rule hands them on; else 0
  Value buy_notional;              // their worth at the component's price, settlement asset
  Value sell_notional;
  Value open_interest;  // of the whole market, one side, as `notional`
  Value funding_owed;   // estimate, for the holding
  Rate years, leverage, confidence, money_price;
};

HoldingFacts facts_of(const Instrument& instrument, const RiskRow& row, PriceUse price, Lots lots, Lots buys,
                      Lots sells, Rate leverage);

struct Margin;
// What one component of a holding kind asks.  Never rounds the result (the caller applies Component::rounding
// to the unit's sum).
Margin holding_margin(const Component& component, u16 row, const HoldingFacts& facts);

}  // namespace lockstep
