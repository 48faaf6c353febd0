// What a rulebook allows in principle, before any number is computed: modes, instruments, leverage.
#include "core/engine/context.h"
#include "core/risk/check.h"

namespace lockstep {
namespace {

// The bracket row of an instrument under the rulebook, or nullptr.
const BracketRow* brackets_of(const State& state, const Rulebook& rules, const Instrument& instrument) {
  const std::string& base = state.asset(state.index(instrument.index).base).name;
  const std::string& settle = state.asset(instrument.settle).name;
  for (const Component& component : rules.components) {
    const bool applies = (component.applies & class_bit(instrument.kind, instrument.inverse)) != 0;
    if (!applies || component.kind != ComponentKind::brackets) continue;
    const u16 row = find_row(component, base, settle);
    if (row != no_row) return &component.brackets[row];
  }
  return nullptr;
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
  const BracketRow* row = brackets_of(state, state.rulebook(instrument.rulebook).rules(), instrument);
  return row == nullptr ? Rate{} : row->brackets.front().leverage_max;
}

Rate leverage_for(const State& state, const Account& account, InstrumentId id) {
  const Rate highest = leverage_max(state, id);
  const Rate chosen = leverage_of(account, id, state.rulebook(account.rulebook).rules().leverage_default);
  const Rate one = Rate::from_raw(rate_one);
  if (highest == Rate{} || chosen < one) return one;
  return chosen < highest ? chosen : highest;
}

}  // namespace lockstep
