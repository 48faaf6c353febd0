// What collateral and debts count for, what borrowing costs, and what two assets together are forgiven.
#include <algorithm>

#include "core/math/elementary.h"
#include "core/risk/check.h"
#include "node/calibrate/draft.h"
#include "node/rules/decimal_text.h"
#include "node/stats/state.h"

namespace lockstep::calibrate {
namespace {

constexpr double half_percent = 0.005;

// 1 - e^(-q sqrt(days)) with q the fall of a day in ln, and the buffer (quant 4.5).
double haircut_of(double fall, const ParameterPolicy& policy) {
  const double q = -math::log(1 - std::clamp(fall, 0.0, 0.99));
  return policy.haircut_buffer * (1 - math::exp(-q * math::square_root(policy.haircut_days)));
}

Target haircut(const Draft& draft, const std::string& asset) {
  const ParameterPolicy& policy = draft.policy;
  return with(draft.worst(asset, {}, &AssetEstimates::haircut, "fall of a day", 1),
              "fall that one day in 200 exceeds, over " + factor_text(to_rate(policy.haircut_days)) +
                  " days, x " + factor_text(to_rate(policy.haircut_buffer)) + " (quant 4.5)",
              [&](double fall) { return haircut_of(fall, policy); });
}

void derive_coin(Draft& draft, Collateral& row, const std::string& path) {
  const ParameterPolicy& policy = draft.policy;
  const Target initial = haircut(draft, row.asset);
  const Target maintenance =
      with(initial, rate_text(policy.haircut_maintenance, true) + " of the initial haircut",
           [&](double h) { return policy.haircut_maintenance * h; });
  const auto weight = [](const Target& h) { return with(h, h.rule, [](double x) { return 1 - x; }); };
  const auto debt = [](const Target& h) {
    return with(h, "as the haircut, the other way: " + h.rule, [](double x) { return 1 + x; });
  };
  const Form asset_form{.safer = Safer::lower, .grain = half_percent};
  draft.rate(path + ".initial.asset", row.initial.asset, weight(initial), asset_form);
  draft.rate(path + ".maintenance.asset", row.maintenance.asset, weight(maintenance), asset_form);
  draft.raise(path + ".maintenance.asset", row.maintenance.asset, row.initial.asset);
  // A debt's surcharge is what moves, not the whole weight.
  const auto surcharge = [&](const char* key, Rate& slot, const Target& target) {
    Explanation explanation = explanation_of(path + key, debt(target));
    explanation.in_force = percentage_text(slot);
    if (target.value) explanation.target = rate_text(1 + *target.value, true);
    const Number number = draft.step(explanation.field, real(slot) - 1, target, {.grain = half_percent});
    if (number.changed) slot = to_rate(1 + number.value);
    explanation.published = percentage_text(slot);
    explanation.decision = number.decision;
    explanation.changed = number.changed;
    explanation.urgent = number.urgent;
    draft.explain(std::move(explanation));
  };
  surcharge(".initial.debt", row.initial.liability, initial);
  surcharge(".maintenance.debt", row.maintenance.liability, maintenance);
  draft.raise(path + ".initial.debt", row.initial.liability, row.maintenance.liability);
}

void derive_steps(Draft& draft, Collateral& row, const std::string& path) {
  if (row.steps.empty()) return;
  const ParameterPolicy& policy = draft.policy;
  const Target volume = draft.worst(row.asset, {}, &AssetEstimates::volume, "volume", 1);
  Explanation explanation = explanation_of(path + ".steps", volume);
  explanation.rule = "first step at " + rate_text(policy.collateral_of_volume, true) +
                     " of a day's volume, then 5 and 20 times (quant 4.5); factors are a policy";
  explanation.in_force = steps_words(row.steps);
  std::vector<FactorStep> steps = row.steps;
  std::vector<FactorStep> target = row.steps;
  bool rising = true;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const Target floor =
        with(volume, "", [&](double x) { return floor_at(policy.collateral_of_volume * x, i); });
    if (floor.value) target[i].floor = to_amount(*floor.value);
    const Number number = draft.step(path + ".steps[" + std::to_string(i) + "]", real(steps[i].floor), floor,
                                     {.safer = Safer::smaller, .least = 1, .most = 1e11});
    if (number.changed) steps[i].floor = to_amount(number.value);
    rising = rising && steps[i].floor > steps[i - 1].floor;
    if (i == 1 || number.changed) explanation.decision = number.decision;
  }
  if (rising) row.steps = steps;
  if (!rising) explanation.decision = "kept: floors would not rise";
  if (volume.value) explanation.target = steps_words(target);
  explanation.published = steps_words(row.steps);
  explanation.changed = explanation.published != explanation.in_force;
  draft.explain(std::move(explanation));
}

// A haircut as the peg breaks: at once up, slowly down.
void derive_peg(Draft& draft, Collateral& row, const StableEstimates& stable, const std::string& path) {
  const ParameterPolicy& policy = draft.policy;
  Explanation explanation;
  explanation.field = path;
  explanation.rule = "0 from " + factor_text(to_rate(policy.peg_free)) + " dollars on, below " +
                     factor_text(to_rate(policy.peg_factor)) + " x (1 - price); up at once, down by " +
                     rate_text(policy.peg_relief_daily, true) + " a day (quant 4.5)";
  const double current = 1 - real(row.initial.asset);
  explanation.in_force = percentage_text(to_rate(current));
  const bool known = stable.price && stats::is_finite(stable.price->value) && stable.price->value >= 0;
  if (!known) {
    explanation.published = explanation.in_force;
    explanation.decision = "kept: no data (no price of " + row.asset + ")";
    return draft.explain(std::move(explanation));
  }
  explanation.data = stable.price->data;
  explanation.window = stable.price->window;
  explanation.observations = stable.price->observations;
  if (stable.worst && stats::is_finite(stable.worst->value)) {
    explanation.data += ", lowest of the year " + rate_text(stable.worst->value, false);
  }
  const double price = stable.price->value;
  const double due = price >= policy.peg_free ? 0 : std::min(policy.peg_factor * (1 - price), 1.0);
  explanation.target = rate_text(due, true);
  Published memory{current, current, draft.before.since, std::nullopt};
  const auto found = draft.before.fields.find(path);
  if (found != draft.before.fields.end() && to_rate(found->second.value) == to_rate(current))
    memory = found->second;
  const double days =
      static_cast<double>((draft.estimates.at - memory.at).raw()) / static_cast<double>(day.raw());
  const double relief = policy.peg_relief_daily * std::clamp(days, 0.0, 1.0);
  memory.exact = std::max(due, memory.exact - relief);
  memory.at = draft.estimates.at;
  memory.value = std::min(up_to(memory.exact, half_percent), 1.0);
  explanation.decision = due > current ? "up at once: a protection"
                         : memory.value < current
                             ? "down, by at most " + rate_text(policy.peg_relief_daily, true) + " a day"
                         : due < current ? "down, not a readable step yet"
                                         : "kept: at the target";
  draft.state.fields[path] = memory;
  explanation.changed = to_rate(memory.value) != to_rate(current);
  explanation.urgent = due > current;
  if (explanation.changed) row.initial.asset = row.maintenance.asset = to_rate(1 - memory.value);
  explanation.published = percentage_text(to_rate(1 - real(row.initial.asset)));
  draft.explain(std::move(explanation));
}

const StableEstimates* stable_of(const Draft& draft, const std::string& asset) {
  for (const StableEstimates& stable : draft.estimates.stable) {
    if (stable.asset == asset) return &stable;
  }
  return nullptr;
}

}  // namespace

void derive_collateral(Draft& draft) {
  for (Collateral& row : draft.next.collateral) {
    const std::string path = "collateral." + row.asset;
    const StableEstimates* stable = stable_of(draft, row.asset);
    const bool one_haircut = row.initial.asset == row.maintenance.asset;
    if (row.asset == draft.next.money) {
      draft.keep(path, percentage_text(to_rate(1 - real(row.initial.asset))), "the money itself");
    } else if (stable != nullptr && one_haircut) {
      derive_peg(draft, row, *stable, path);
    } else if (stable == nullptr && draft.asset(row.asset) == nullptr && one_haircut) {
      Explanation none;
      none.field = path;
      none.in_force = none.published = percentage_text(to_rate(1 - real(row.initial.asset)));
      none.rule = "a haircut for a coin, or for a coin that stands for a dollar (quant 4.5)";
      none.decision = "kept: no data (nothing is known of " + row.asset + ")";
      draft.explain(std::move(none));
    } else {
      derive_coin(draft, row, path);
      derive_steps(draft, row, path);
    }
    const bool further = row.size_factor != Rate{} || row.deposits_start != Value{} ||
                         row.debts_start != Value{} || row.confidence_rate != Rate{} ||
                         row.discount != Rate{} || row.premium_share != Rate{};
    if (further) draft.keep(path, "", "further terms of its worth");
  }
}

void derive_borrow(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const ParameterPolicy& policy = draft.policy;
  for (BorrowRow& row : component.borrows) {
    const std::string path = "component." + component.name + ".rows." + to_text(row.key);
    Target fall = row.key.settle.empty()
                      ? draft.least("", {}, &AssetEstimates::haircut, "fall of a day", 1)
                      : draft.worst(row.key.settle, {}, &AssetEstimates::haircut, "fall of a day", 1);
    const Target initial =
        with(fall, "the haircut of the steadiest coin, besides what the debt's weight adds (quant 4.5)",
             [&](double x) { return haircut_of(x, policy); });
    draft.rate(path + ".initial", row.initial, initial, {.grain = half_percent});
    draft.rate(path + ".maintenance", row.maintenance,
               with(initial, rate_text(policy.haircut_maintenance, true) + " of initial",
                    [&](double x) { return policy.haircut_maintenance * x; }),
               {.grain = half_percent});
    draft.raise(path + ".initial", row.initial, row.maintenance);
  }
}

namespace {

// Why an offset ends at once; empty: it does not.
std::string ended(const Draft& draft, const PairEstimates& pair) {
  if (pair.stale) return "a price is stale";
  if (pair.broken) return "fast and slow correlation disagree";
  for (const StableEstimates& stable : draft.estimates.stable) {
    if (stable.price && stable.price->value < draft.policy.depegged_below)
      return stable.asset + " is off its peg";
  }
  return {};
}

const PairEstimates* pair_of(const Draft& draft, const std::string& a, const std::string& b) {
  for (const PairEstimates& pair : draft.estimates.pairs) {
    if ((pair.base == a && pair.other == b) || (pair.base == b && pair.other == a)) return &pair;
  }
  return nullptr;
}

}  // namespace

void derive_offsets(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const ParameterPolicy& policy = draft.policy;
  for (OffsetRow& row : component.offsets) {
    const std::string path = "component." + component.name + ".rows." + to_text(row.key) + ".credit";
    if (row.same_direction) {
      draft.keep(path, percentage_text(row.credit), "the rule is for opposite directions");
      continue;
    }
    const PairEstimates* pair = pair_of(draft, row.key.base, row.other);
    Target target;
    target.rule = "min(" + rate_text(policy.credit_most, true) +
                  ", 1 - sqrt((1 - r) / 2)), r the lower bound of the correlation; 0 at once when prices are "
                  "stale, off their peg or correlations disagree (quant 4.4)";
    target.lacking = "nothing is known of " + row.key.base + " and " + row.other;
    if (pair != nullptr) target.lacking = pair->lacking.empty() ? "no correlation" : pair->lacking.front();
    if (pair != nullptr && pair->lower && stats::is_finite(pair->lower->value)) {
      const double r = std::clamp(pair->lower->value, -1.0, 1.0);
      target.value = std::clamp(1 - math::square_root((1 - r) / 2), 0.0, policy.credit_most);
      target.data = pair->lower->data;
      target.window = pair->lower->window;
      target.observations = pair->lower->observations;
    }
    const std::string end = pair == nullptr ? std::string() : ended(draft, *pair);
    if (end.empty()) {
      draft.rate(path, row.credit, target, {.safer = Safer::lower, .grain = 0.01});
      continue;
    }
    Explanation explanation = explanation_of(path, target);
    explanation.in_force = percentage_text(row.credit);
    explanation.target = "0 %";
    const Number number = draft.at_once(path, real(row.credit), 0, "0 at once: " + end, Safer::lower);
    row.credit = Rate{};
    explanation.published = percentage_text(row.credit);
    explanation.decision = number.decision;
    explanation.changed = number.changed;
    explanation.urgent = number.urgent;
    draft.explain(std::move(explanation));
  }
}

}  // namespace lockstep::calibrate
