// The last value of every enum that goes over the wire.  An enum without a line here does not compile in
// core/wire/fields.h; a new value at the end of an enum moves its line.
#pragma once

#include "core/model/events.h"
#include "core/model/state.h"

namespace lockstep {

template <class E>
struct LastValue;

#define LS_LAST(E, value)               \
  template <>                           \
  struct LastValue<E> {                 \
    static constexpr E last = E::value; \
  };
LS_LAST(Side, sell)
LS_LAST(Leg, short_leg)
LS_LAST(InstrumentKind, option)
LS_LAST(OptionType, put)
LS_LAST(MarginMode, portfolio)
LS_LAST(OrderType, trailing)
LS_LAST(TimeInForce, fill_or_kill)
LS_LAST(TriggerBy, index)
LS_LAST(MarginState, bankrupt)
LS_LAST(SliceKind, essvi)
LS_LAST(OrderEnd, liquidation)
LS_LAST(EpochStatus, cancelled)
LS_LAST(Round, nearest)
LS_LAST(ComponentKind, offset)
LS_LAST(PriceUse, forward)
LS_LAST(VolatilityMove, skew_absolute)
LS_LAST(OpCode, initial)
LS_LAST(OrderRuleKind, at_limit)
LS_LAST(SpotOrderRule, reserved)
LS_LAST(UnitBy, instrument)
LS_LAST(TransitionRule, not_riskier)
LS_LAST(ObservationKind, debts)
LS_LAST(FundingFormula, dead_band)
LS_LAST(PremiumFrom, impact)
LS_LAST(FundingAverage, padded)
LS_LAST(MarginBasis, without_options)
LS_LAST(LiquidationSize, to_target)
LS_LAST(LimitRule, health)
LS_LAST(FeeRule, part)
LS_LAST(LossRule, pro_rata)
LS_LAST(FeedStanding, muted)
LS_LAST(FeedReason, recovering)
LS_LAST(GraceEnd, fallen)
#undef LS_LAST

}  // namespace lockstep
