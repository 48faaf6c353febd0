// The words of the field for the enums of core/model, in both directions: what a book file says, and what a
// person is shown.  One array an enum, in the enum's order; the length is checked against the enum's last
// value.
#pragma once

#include <string>
#include <string_view>

#include "core/wire/enums.h"

namespace lockstep {

template <class E>
struct Words;

#define LS_WORDS(E, ...)                                                                    \
  template <>                                                                               \
  struct Words<E> {                                                                         \
    static constexpr std::string_view list[] = {__VA_ARGS__};                               \
    static_assert(std::size(list) == static_cast<std::size_t>(LastValue<E>::last) + 1, #E); \
  };
LS_WORDS(Side, "buy", "sell")
LS_WORDS(Leg, "net", "long", "short")
LS_WORDS(InstrumentKind, "spot", "perpetual", "future", "option")
LS_WORDS(OptionType, "none", "call", "put")
LS_WORDS(MarginMode, "isolated", "cross", "portfolio")
LS_WORDS(OrderType, "limit", "market", "stop", "stop_limit", "trailing")
LS_WORDS(TimeInForce, "good_till_cancelled", "immediate_or_cancel", "fill_or_kill")
LS_WORDS(TriggerBy, "mark", "index")
LS_WORDS(MarginState, "normal", "warning", "call", "reduce_only", "liquidation", "bankrupt")
LS_WORDS(SliceKind, "none", "svi", "essvi")
LS_WORDS(EpochStatus, "proposed", "scheduled", "active", "retired", "cancelled")
LS_WORDS(Round, "up", "down", "zero", "nearest")
LS_WORDS(ComponentKind, "brackets", "linear_in_size", "short_option", "scenario_grid", "roll_charge",
         "delta_charge", "notional_rate", "risk_factors", "short_minimum", "low_confidence", "expiry_loss",
         "basis_charge", "minimum_charge", "expiry_spread", "concentration", "borrow", "offset")
LS_WORDS(OpCode, "number", "component", "sum_units", "orders", "add", "subtract", "multiply", "min", "max",
         "maintenance", "initial")
LS_WORDS(OrderRuleKind, "none", "per_order", "worst_side", "gap", "worst_position", "at_limit")
LS_WORDS(SpotOrderRule, "reserve", "either_fills", "reserved")
LS_WORDS(PriceUse, "mark", "reference", "forward")
LS_WORDS(VolatilityMove, "same", "up", "down", "turned", "bent")
LS_WORDS(UnitBy, "underlying_and_settlement", "underlying", "instrument")
LS_WORDS(TransitionRule, "no_worse", "not_riskier")
LS_WORDS(ObservationKind, "open_interest", "net_profit", "funding", "depth", "volume", "impact_bid",
         "impact_ask", "confidence", "slow_price", "interest", "deposits", "debts")
LS_WORDS(FundingFormula, "damped", "plain", "dead_band")
LS_WORDS(PremiumFrom, "mark", "impact")
LS_WORDS(FundingAverage, "mean", "linear", "padded")
LS_WORDS(MarginBasis, "equity", "without_options")
LS_WORDS(FeedStanding, "used", "unused", "muted")
LS_WORDS(FeedReason, "good", "stale", "late", "gap", "invalid", "crossed", "deviating", "recovering")
LS_WORDS(OrderEnd, "cancelled", "filled", "lapsed", "refused_at_trigger", "protection", "reduce_only",
         "expired", "liquidation")
LS_WORDS(LiquidationSize, "none", "whole", "tier", "to target")
LS_WORDS(LimitRule, "mark", "bankruptcy", "health")
LS_WORDS(FeeRule, "pool", "part")
LS_WORDS(LossRule, "fund", "ranked", "pro rata")
LS_WORDS(GraceEnd, "met", "expired", "fallen")
#undef LS_WORDS

template <class E>
constexpr std::string_view word(E value) {
  return Words<E>::list[static_cast<std::size_t>(value)];
}

// False: no such word.
template <class E>
bool from_word(std::string_view text, E& value) {
  for (std::size_t i = 0; i < std::size(Words<E>::list); ++i) {
    if (Words<E>::list[i] != text) continue;
    value = static_cast<E>(i);
    return true;
  }
  return false;
}

// "isolated, cross, portfolio"
template <class E>
std::string all_words() {
  std::string text;
  for (const std::string_view one : Words<E>::list) text += (text.empty() ? "" : ", ") + std::string(one);
  return text;
}

}  // namespace lockstep
