// What a rulebook allows in principle, before any number is computed: modes, instruments, leverage.
#include "core/engine/context.h"
#include "core/risk/check.h"

namespace lockstep {
namespace {

Rate inverse_of(i128 rate, i128 one) {
  constexpr i128 most = i128{1000} * rate_one;  // as for brackets
  if (rate <= 0) return Rate{};
  const i128 leverage = mul_div(one, rate_one, rate, Round::down);
  return Rate::from_raw(static_cast<i64>(leverage < most ? leverage : most));
}

// The most leverage that a component lets an account choose; 0: it does not look at leverage.
Rate leverage_max(const Component& component, u16 row) {
  if (component.kind == ComponentKind::brackets) return component.brackets[row].brackets.front().leverage_max;
  if (component.kind == ComponentKind::notional_rate) {
    const NotionalRow& notional = component.notionals[row];
    if (notional.relaxed > Rate{}) return inverse_of(notional.relaxed.raw(), rate_one);
    return notional.by_leverage ? inverse_of(notional.initial.raw(), rate_one) : Rate{};
  }
  if (component.kind == ComponentKind::risk_factors) {  // orders at their limit cost price / leverage
    const SideRow& side = component.sides[row];
    return inverse_of(max(side.long_factor, side.short_factor).raw(), value_one);
  }
  return Rate{};
}

}  // namespace

Refusal check_image(const State& state, const Rulebook& rules) {
  if (!check_rulebook(rules).none()) return Refusal::rulebook_invalid;
  if (rules.money.empty()) return Refusal::none;
  for (const Asset& asset : state.assets) {
    if (asset.name == rules.money) return Refusal::none;
  }
  return Refusal::rulebook_asset_unknown;
}

bool has_parameters(const State& state, const Rulebook& rules, const Instrument& instrument) {
  if (instrument.kind == InstrumentKind::spot) return true;  // money for money: no margin of its own
  const std::string& base = state.asset(state.index(instrument.index).base).name;
  const std::string& settle = state.asset(instrument.settle).name;
  bool any = false;
  for (const Component& component : rules.components) {
    if ((component.applies & class_bit(instrument.kind, instrument.inverse)) == 0) continue;
    if (find_row(component, base, settle) != no_row) any = true;
  }
  return any;
}

Refusal check_mode(const Rulebook& rules, MarginMode mode, bool pooled, Outcome& outcome) {
  const Scheme* scheme = find_scheme(rules, mode, pooled);
  if (scheme == nullptr) return Refusal::mode_mismatch;
  if (scheme->gap == no_gap) return Refusal::none;
  outcome.gap = scheme->gap;
  return Refusal::rulebook_gap;
}

Rate leverage_max(const State& state, InstrumentId id) {
  const Instrument& instrument = state.instrument(id);
  const Rulebook& rules = state.rulebook(instrument.rulebook).rules();
  const std::string& base = state.asset(state.index(instrument.index).base).name;
  const std::string& settle = state.asset(instrument.settle).name;
  Rate least;
  for (const Component& component : rules.components) {
    if ((component.applies & class_bit(instrument.kind, instrument.inverse)) == 0) continue;
    const u16 row = find_row(component, base, settle);
    const Rate most = row == no_row ? Rate{} : leverage_max(component, row);
    if (most != Rate{} && (least == Rate{} || most < least)) least = most;
  }
  return least;
}

Rate leverage_for(const State& state, const Account& account, InstrumentId id) {
  const Rate highest = leverage_max(state, id);
  const Rate chosen = leverage_of(account, id, state.rulebook(account.rulebook).rules().leverage_default);
  const Rate one = Rate::from_raw(rate_one);
  if (highest == Rate{} || chosen < one) return one;
  return chosen < highest ? chosen : highest;
}

}  // namespace lockstep
