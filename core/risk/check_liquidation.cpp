// Whether the sections on margin states, epochs and liquidation are consistent.
#include <algorithm>

#include "core/risk/check_parts.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr Duration year = Duration::from_raw(365 * day.raw());

bool share(Rate rate) { return rate >= Rate{} && rate.raw() <= rate_one; }
bool span(Duration duration) { return duration >= Duration{} && duration <= year; }

// What liquidation orders may cost, and what of that goes to the fund.
RulebookDefect check_prices_of_orders(const LiquidationRules& rules) {
  if (!share(rules.fee) || (rules.fee_from == FeeRule::pool && rules.fee.raw() == rate_one)) {
    return {"liquidation", "the fee lies between 0 % and 100 %; 100 % only from the part"};
  }
  const bool health = rules.limit_at == LimitRule::health;
  if (!health && (rules.spread != Rate{} || rules.adjustment != Rate{})) {
    return {"liquidation.limit_at", "spread and adjustment belong to a limit at health"};
  }
  if (health && (rules.spread <= Rate{} || rules.spread.raw() > 100 * rate_one)) {
    return {"liquidation.limit_at", "a limit at health needs a spread above 0 %, at most 10000 %"};
  }
  if (health && (rules.adjustment.raw() < rate_one || rules.adjustment.raw() > 1000 * rate_one)) {
    return {"liquidation.limit_at", "a limit at health needs an adjustment of 1 to 1000"};
  }
  return {};
}

RulebookDefect check_slices(const LiquidationRules& rules) {
  const bool fits =
      rules.share_above >= Value{} && rules.share_least >= Value{} && rules.share_lots >= Lots{};
  if (!fits) return {"liquidation.slice", "above, least and lots are not negative"};
  if (!span(rules.cooldown) || !span(rules.whole_within)) {
    return {"liquidation.slice", "every and whole_within last 0 s to 365 d"};
  }
  const bool shaped = rules.share_above > Value{} || rules.share_least > Value{} ||
                      rules.share_lots > Lots{} || rules.whole_within > Duration{};
  if (shaped && rules.share == Rate{}) {
    return {"liquidation.slice", "above, least, lots and whole_within need a share"};
  }
  if (rules.tiers < 1 || (rules.tiers > 1 && rules.size != LiquidationSize::tier)) {
    return {"liquidation.tiers", "tiers are at least 1, and go with size \"tier\""};
  }
  return {};
}

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

RulebookDefect check_epochs(const EpochRules& rules) {
  if (std::max(rules.approvals, rules.emergency_approvals) > limits::approvals_max) {
    return {"epochs", "at most 16 approvals can be asked for"};
  }
  if (!span(rules.notice) || !span(rules.grace)) return {"epochs", "notice and grace last 0 s to 365 d"};
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
  for (const Rate rate : {rules.cost, rules.limit}) {
    if (rate < Rate{} || rate.raw() >= rate_one) {
      return {"liquidation", "cost and limit lie between 0 % and 100 %, without that"};
    }
  }
  for (const Rate rate :
       {rules.share, rules.depth_share, rules.backstop_at, rules.fund_daily, rules.deleverage_at}) {
    if (!share(rate)) return {"liquidation", "shares lie between 0 % and 100 %"};
  }
  if (!share(rules.penalty)) return {"liquidation.backstop", "the penalty lies between 0 % and 100 %"};
  if (const RulebookDefect defect = check_prices_of_orders(rules); !defect.what.empty()) return defect;
  for (const Rate rate : {rules.impact, rules.deviation, rules.deviations, rules.leverage_cap}) {
    if (rate < Rate{} || rate.raw() > most) {
      return {"liquidation", "impact, deviation, deviations and leverage_cap lie between 0 and 1000"};
    }
  }
  if (rules.deviation > Rate{} && rules.deviations == Rate{}) {
    return {"liquidation.pace", "a deviation needs the number of deviations"};
  }
  if (!span(rules.urgent)) return {"liquidation.pace", "urgent lasts 0 s to 365 d"};
  if (const RulebookDefect defect = check_slices(rules); !defect.what.empty()) return defect;
  if (rules.backstop.size() > 64) return {"liquidation.backstop", "an account's name has 1 to 64 characters"};
  return {};
}

}  // namespace lockstep
