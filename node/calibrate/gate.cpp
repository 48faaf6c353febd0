#include "node/calibrate/gate.h"

#include <algorithm>

#include "core/risk/ramp.h"
#include "node/rules/compile.h"
#include "node/runtime/summary.h"
#include "node/stress/exposure.h"

namespace lockstep::calibrate {
namespace {

double dollars(Value value) { return static_cast<double>(value.raw()) / static_cast<double>(value_one); }

double in_dollars(const State& state, AssetId asset, Value value) {
  return dollars(stress::in_dollars(value, dollars_of(state, asset)));
}

bool is_under(const whatif::Reading& reading) {
  return reading.obstacle < Obstacle::price_missing && reading.state >= MarginState::liquidation;
}
bool is_called(const whatif::Reading& reading) {
  return reading.obstacle < Obstacle::price_missing && reading.state >= MarginState::call;
}

// Of what an account holds.  Where closing restores a target of maintenance, a part f leaves a maintenance of
// (1 - f) M beside the same balance B: B = target (1 - f) M.  Elsewhere all of it.
double part_to_close(const State& state, const Account& account, const whatif::Reading& reading) {
  const LiquidationRules& rules = state.rulebook(account.rulebook).rules().liquidation;
  const double maintenance = dollars(reading.maintenance);
  const double balance = dollars(reading.room) + maintenance;
  if (rules.size != LiquidationSize::to_target || maintenance <= 0) return 1;
  const double target = static_cast<double>(rules.target.raw()) / static_cast<double>(rate_one);
  return std::clamp(1 - balance / (target * maintenance), 0.0, 1.0);
}

// A part of what an account holds, added to what is to be closed on each base.
double add_notional(const stress::Exposure& exposure, const State& state, const Account& account, double part,
                    std::map<std::string, double>& implied) {
  double all = 0;
  for (const Holding& holding : account.holdings) {
    const double value = part * dollars(times(exposure.per_lot[holding.instrument.index], abs(holding.lots)));
    implied[state.asset(exposure.base[holding.instrument.index]).name] += value;
    all += value;
  }
  return all;
}

std::string percent(double share) {
  const i64 tenths = static_cast<i64>(share * 1000 + 0.5);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

void decide(Verdict& verdict, const GatePolicy& policy) {
  verdict.passed = true;
  verdict.reason = "nobody is pushed under";
  if (verdict.accounts.empty()) return;
  verdict.reason = std::to_string(verdict.accounts.size()) + " pushed under";
  double worst = 0;
  for (const Implied& implied : verdict.implied) {
    if (implied.notional == 0) continue;
    if (implied.depth == 0) {
      verdict.passed = false;
      verdict.reason += "; the depth of " + implied.base + " is not known";
      return;
    }
    worst = std::max(worst, implied.notional / implied.depth);
  }
  verdict.passed = worst <= policy.share;
  verdict.reason +=
      ", at most " + percent(worst) + " of a depth to close; " + percent(policy.share) + " may be";
}

}  // namespace

Verdict judge(const State& state, const whatif::Preview& preview, const std::map<std::string, double>& depth,
              const GatePolicy& policy) {
  Verdict verdict;
  const stress::Exposure exposure = stress::exposure_of(state);
  std::map<std::string, double> implied;
  for (const whatif::AccountChange& change : preview.accounts) {
    verdict.called += is_called(change.after) && !is_called(change.before) ? 1 : 0;
    if (!is_under(change.after) || is_under(change.before)) continue;
    PushedUnder pushed{change.account, 0, 0};
    pushed.shortfall = std::max(0.0, -in_dollars(state, change.after.asset, change.after.room));
    const double part = part_to_close(state, state.account(change.account), change.after);
    pushed.notional = add_notional(exposure, state, state.account(change.account), part, implied);
    verdict.shortfall += pushed.shortfall;
    verdict.accounts.push_back(pushed);
  }
  std::sort(verdict.accounts.begin(), verdict.accounts.end(), [](const PushedUnder& a, const PushedUnder& b) {
    return a.shortfall != b.shortfall ? a.shortfall > b.shortfall : a.account < b.account;
  });
  double least = 0;
  for (const auto& [base, dollars_there] : depth) {
    if (dollars_there > 0 && (least == 0 || dollars_there < least)) least = dollars_there;
  }
  for (const auto& [base, notional] : implied) {
    const auto known = depth.find(base);
    verdict.implied.push_back({base, notional, known == depth.end() ? least : known->second});
  }
  for (const whatif::UnderlyingTotal& total : preview.underlyings) {
    verdict.maintenance_before += in_dollars(state, total.asset, total.maintenance_before);
    verdict.maintenance_after += in_dollars(state, total.asset, total.maintenance_after);
  }
  decide(verdict, policy);
  return verdict;
}

Result<Passed, std::string> pass_gate(const Engine& engine, const Rulebook& proposed,
                                      const std::map<std::string, double>& depth, const GatePolicy& policy) {
  Passed passed;
  passed.steps = policy.steps;
  const auto named = engine.lookup.rulebooks.find(proposed.name);
  for (u32 step = policy.steps; step > 0; --step) {
    Rulebook rules = proposed;
    if (step < policy.steps) {
      const RulebookHistory& history = engine.state.rulebooks[named->second];
      if (history.active == 0) break;
      if (!between(history.rules(), proposed, step, policy.steps, rules)) continue;
      rules.version = proposed.version + " " + std::to_string(step) + "/" + std::to_string(policy.steps);
      rules.identity = rulebook_identity(rules);
    }
    const Result<whatif::Preview, std::string> preview = whatif::preview(engine, rules);
    if (!preview) return preview.error();
    Verdict verdict = judge(engine.state, preview.value(), depth, policy);
    if (step == policy.steps) passed.whole = verdict;
    if (!verdict.passed) continue;
    passed.step = step;
    passed.rules = std::move(rules);
    passed.taken = std::move(verdict);
    break;
  }
  return passed;
}

}  // namespace lockstep::calibrate
