// Whether the sections on margin states and liquidation are consistent.
#include "core/risk/check_parts.h"

namespace lockstep {
namespace {

constexpr Duration year = Duration::from_raw(365 * day.raw());

bool share(Rate rate) { return rate >= Rate{} && rate.raw() <= rate_one; }
bool span(Duration duration) { return duration >= Duration{} && duration <= year; }

}  // namespace

RulebookDefect check_states(const StateRules& rules) {
  for (const Rate line : {rules.warning, rules.reduce_only, rules.release}) {
    if (line < Rate{} || line.raw() > 10 * rate_one)
      return {"states", "a line lies 0 % to 1000 % above its requirement"};
  }
  if (!span(rules.call_period) || !span(rules.gate))
    return {"states", "call and gate last 0 s (never) to 365 d"};
  return {};
}

RulebookDefect check_liquidation(const Rulebook& rulebook) {
  const LiquidationRules& rules = rulebook.liquidation;
  const i64 most = 1000 * rate_one;
  if (rules.size == LiquidationSize::to_target &&
      (rules.target.raw() < rate_one || rules.target.raw() > most)) {
    return {"liquidation.target", "the target lies between 1 and 1000 times maintenance"};
  }
  if (rules.size == LiquidationSize::to_target &&
      rules.target.raw() - rate_one < rulebook.states.release.raw()) {
    return {"liquidation.target", "a target below 1 + states.release would never be released"};
  }
  for (const Rate rate : {rules.fee, rules.cost, rules.limit, rules.penalty}) {
    if (rate < Rate{} || rate.raw() >= rate_one) {
      return {"liquidation", "fee, cost, limit and penalty lie between 0 % and 100 %, without that"};
    }
  }
  for (const Rate rate :
       {rules.share, rules.depth_share, rules.backstop_at, rules.fund_daily, rules.deleverage_at}) {
    if (!share(rate)) return {"liquidation", "shares lie between 0 % and 100 %"};
  }
  for (const Rate rate : {rules.impact, rules.deviation, rules.deviations, rules.leverage_cap}) {
    if (rate < Rate{} || rate.raw() > most) {
      return {"liquidation", "impact, deviation, deviations and leverage_cap lie between 0 and 1000"};
    }
  }
  if (rules.deviation > Rate{} && rules.deviations == Rate{}) {
    return {"liquidation.pace", "a deviation needs the number of deviations"};
  }
  if (!span(rules.cooldown) || !span(rules.urgent)) return {"liquidation", "a span lasts 0 s to 365 d"};
  if (rules.share_above < Value{}) return {"liquidation.slice", "above is an amount that is not negative"};
  if (rules.backstop.size() > 64) return {"liquidation.backstop", "an account's name has 1 to 64 characters"};
  return {};
}

}  // namespace lockstep
