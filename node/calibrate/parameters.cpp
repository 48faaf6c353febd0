#include "node/calibrate/parameters.h"

#include "core/base/assert.h"
#include "core/risk/check.h"
#include "node/calibrate/draft.h"
#include "node/feed/calendar.h"
#include "node/rules/compile.h"
#include "node/rules/decimal_text.h"

namespace lockstep::calibrate {
namespace {

void derive_component(Draft& draft, std::size_t index) {
  const Component& component = draft.next.components[index];
  draft.keep("component." + component.name, component_kind_names[static_cast<std::size_t>(component.kind)],
             "kind, classes of instruments, rounding and the rows that there are");
  switch (component.kind) {
    case ComponentKind::scenario_grid: return derive_grid(draft, index);
    case ComponentKind::short_option: return derive_short_options(draft, index);
    case ComponentKind::minimum_charge: return derive_minimum(draft, index);
    case ComponentKind::short_minimum: return derive_written(draft, index);
    case ComponentKind::expiry_spread: return derive_spreads(draft, index);
    case ComponentKind::brackets: return derive_brackets(draft, index);
    case ComponentKind::concentration: return derive_concentration(draft, index);
    case ComponentKind::borrow: return derive_borrow(draft, index);
    case ComponentKind::offset: return derive_offsets(draft, index);
    default: break;
  }
  draft.keep("component." + component.name + ".rows", "", "there is no rule for this kind of component");
}

const char* name_of(const Scheme& scheme) {
  switch (scheme.mode) {
    case MarginMode::isolated: return "isolated";
    case MarginMode::cross: return scheme.pooled ? "cross_pooled" : "cross";
    case MarginMode::portfolio: break;
  }
  return scheme.pooled ? "portfolio_pooled" : "portfolio";
}

void keep_policies(Draft& draft) {
  const Rulebook& rules = draft.next;
  draft.keep("leverage_default", factor_text(rules.leverage_default),
             "what an account has that chose nothing");
  for (const Scheme& scheme : rules.schemes) {
    draft.keep(std::string("scheme.") + name_of(scheme), "",
               "how components are added up, the factor of initial margin, orders, levels");
  }
}

void keep_further_policies(Draft& draft) {
  const Rulebook& rules = draft.next;
  if (!rules.profits.empty()) draft.keep("profits", "", "what unrealised profit counts for");
  draft.keep("states", "", "when accounts are warned, called and confined");
  draft.keep("epochs", "", "how many approve an epoch, its notice, and the time to adapt to it");
  draft.keep("liquidation", "", "how much is closed, at which price, who bears losses (docs/cascade.md)");
  draft.keep("prices", "", "when a price is stale or doubtful, and what is allowed then");
  if (!rules.funding.empty()) draft.keep("funding", "", "how funding rates are made");
}

}  // namespace

std::string version_text(Time at) {
  std::string text = format_time(at);  // 2026-02-05 21:29:37
  text[10] = 'T';
  return text.substr(0, 16) + "Z";
}

Proposal derive(const Rulebook& in_force, const Estimates& estimates, const PublishState& state,
                const ParameterPolicy& policy) {
  Draft draft{in_force, estimates, policy, state, in_force, {state.since, {}}, {}};
  keep_policies(draft);
  for (std::size_t i = 0; i < draft.next.components.size(); ++i) derive_component(draft, i);
  derive_collateral(draft);
  keep_further_policies(draft);
  Proposal proposal{std::move(draft.next), false, std::move(draft.explanations), std::move(draft.state)};
  proposal.changed = rulebook_identity(proposal.next) != in_force.identity;
  if (!proposal.changed) return proposal;
  proposal.next.version = version_text(estimates.at);
  proposal.next.identity = rulebook_identity(proposal.next);
  proposal.state.since = estimates.at;
  const RulebookDefect defect = check_rulebook(proposal.next);
  if (defect.none()) return proposal;
  // A rulebook that others wrote may have numbers that ours cannot stand beside.
  Explanation refused;
  refused.field = "rulebook";
  refused.rule = "what is published passes the engine's own check";
  refused.decision =
      "kept: together the numbers would contradict each other (" + defect.path + ": " + defect.what + ")";
  proposal.next = in_force;
  proposal.changed = false;
  proposal.state = state;
  for (Explanation& explanation : proposal.explanations) {
    explanation.published = explanation.in_force;
    explanation.changed = explanation.urgent = false;
  }
  proposal.explanations.push_back(std::move(refused));
  return proposal;
}

}  // namespace lockstep::calibrate
