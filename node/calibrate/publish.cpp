#include "node/calibrate/publish.h"

#include <algorithm>
#include <cstdio>

#include "core/base/assert.h"
#include "core/math/elementary.h"
#include "node/stats/state.h"

namespace lockstep::calibrate {
namespace {

std::string percent(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", x * 100);
  return text;
}

// Up to whole units; what is a unit to within rounding stays.
double rounded_up(double x, double unit) {
  const double units = x / unit;
  double whole = static_cast<double>(static_cast<i64>(units));
  if (whole < units - 1e-9) whole += 1;
  return whole * unit;
}

// (1 + daily)^share, share of a day.
double growth(double daily, double share) { return math::exp(share * math::log(1 + daily)); }

bool may_use_emergency(const Published& current, const IndexMove& move, Time now,
                       const PublishPolicy& policy) {
  if (policy.emergency_rise <= 0 || move.venues < policy.emergency_venues) return false;
  if (move.size <= policy.emergency_from * current.value) return false;
  return !current.emergency || now - *current.emergency >= policy.emergency_every;
}

Step kept(const Published& current, Time now, Decision decision, std::string reason) {
  Step step{current, decision, std::move(reason)};
  step.next.at = now;
  return step;
}

}  // namespace

std::string_view text_of(Decision decision) {
  switch (decision) {
    case Decision::first: return "first";
    case Decision::keep: return "keep";
    case Decision::up: return "up";
    case Decision::up_limited: return "up, limited";
    case Decision::down: return "down";
    case Decision::down_limited: return "down, limited";
    case Decision::emergency: return "emergency";
    case Decision::no_data: break;
  }
  return "no data";
}

Step publish_step(const std::optional<Published>& current, std::optional<double> target,
                  const IndexMove& move, Time now, const PublishPolicy& policy) {
  LS_ASSERT(policy.unit > 0 && policy.fall_daily >= 0 && policy.fall_daily < 1 && policy.rise_daily >= 0);
  if (target && !(stats::is_finite(*target) && *target >= 0 && *target <= 1e6)) target.reset();
  if (!target) {
    Step step;
    if (current) step = kept(*current, now, Decision::no_data, {});
    step.reason = current ? "no target: stays at " + percent(current->value) : "no target and no value yet";
    return step;
  }
  if (!current) {
    const double value = rounded_up(*target, policy.unit);
    return {{value, value, now, std::nullopt}, Decision::first, "first value " + percent(value)};
  }
  const double value = current->value;
  const std::string figures = "target " + percent(*target) + ", published " + percent(value);
  if (*target <= value * (1 + policy.band_up) && *target >= value * (1 - policy.band_down)) {
    return kept(*current, now, Decision::keep, figures + ": inside the dead band");
  }
  LS_ASSERT(now >= current->at);
  const double share =
      std::min(static_cast<double>((now - current->at).raw()) / static_cast<double>(day.raw()), 1.0);
  Step step{*current, Decision::up, {}};
  step.next.at = now;
  double limit = 0;
  if (*target > value) {
    limit = current->exact * growth(policy.rise_daily, share);
    const double exception = value * (1 + policy.emergency_rise);
    if (*target > limit && exception > limit && may_use_emergency(*current, move, now, policy)) {
      limit = exception;
      step.decision = Decision::emergency;
      step.next.emergency = now;
    }
    step.next.exact = std::min(*target, limit);
    const bool limited = *target > limit;
    if (limited && step.decision != Decision::emergency) step.decision = Decision::up_limited;
  } else {
    limit = current->exact * growth(-policy.fall_daily, share);
    step.next.exact = std::max(*target, limit);
    step.decision = *target < limit ? Decision::down_limited : Decision::down;
  }
  step.next.value = rounded_up(step.next.exact, policy.unit);
  step.reason = figures + ": " + std::string(text_of(step.decision)) + " to " + percent(step.next.value);
  if (step.decision == Decision::emergency) {
    step.reason +=
        ", the index moved " + percent(move.size) + " at " + std::to_string(move.venues) + " venues";
  }
  return step;
}

}  // namespace lockstep::calibrate
