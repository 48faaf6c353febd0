#include "core/risk/transition.h"

namespace lockstep {
namespace {

bool may_go(TransitionRule rule, Health before, Health after) {
  if (rule == TransitionRule::no_worse) return after.available() >= before.available();
  if (after.maintenance > before.maintenance) return false;
  if (after.maintenance == Value{}) return before.maintenance == Value{} && after.balance > before.balance;
  return compare_risk(after, before) <= 0;
}

}  // namespace

int compare_risk(Health a, Health b) {
  const int ratio =
      compare_products(b.balance.raw(), a.maintenance.raw(), a.balance.raw(), b.maintenance.raw());
  if (ratio != 0) return ratio;
  if (a.maintenance == b.maintenance && a.maintenance == Value{}) {
    return a.balance < b.balance ? 1 : a.balance > b.balance ? -1 : 0;
  }
  return a.maintenance > b.maintenance ? 1 : a.maintenance < b.maintenance ? -1 : 0;
}

Transition judge_transition(TransitionRule rule, Health before, Health after) {
  if (after.available() >= Value{} || may_go(rule, before, after)) return Transition::allowed;
  return before.available() >= Value{} ? Transition::newly_uncovered : Transition::still_uncovered;
}

}  // namespace lockstep
