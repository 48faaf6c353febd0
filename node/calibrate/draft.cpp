#include "node/calibrate/draft.h"

#include <algorithm>
#include <cstdio>

#include "core/math/elementary.h"
#include "node/rules/decimal_text.h"
#include "node/stats/state.h"

namespace lockstep::calibrate {

// ---- numbers

double real(Rate rate) { return static_cast<double>(rate.raw()) / static_cast<double>(rate_one); }
double real(Value value) { return static_cast<double>(value.raw()) / static_cast<double>(value_one); }

Rate to_rate(double x) {
  const double units = x * 1e6;
  return Rate::from_raw(static_cast<i64>(units + (units < 0 ? -0.5 : 0.5)) * (rate_one / 1'000'000));
}

namespace {

constexpr double amount_least = 0.01, amount_most = 1e12;

// `least` = 10^(significant digits - 1).
Value significant(double x, double least, double tolerance) {
  x = std::clamp(x, amount_least, amount_most);
  int exponent = 0;
  double scaled = x;
  for (; scaled >= 10 * least; scaled /= 10) ++exponent;
  for (; scaled < least; scaled *= 10) --exponent;
  return Value::from_raw(i128{static_cast<i64>(scaled + tolerance)} * pow10(value_decimals + exponent));
}

}  // namespace

Value to_amount(double x) { return significant(x, 10, 1e-9); }

std::string rate_text(double x, bool percent) {
  const Rate rate = to_rate(std::clamp(x, -1e5, 1e5));
  return percent ? percentage_text(rate) : factor_text(rate);
}

std::string amount_words(double x) { return amount_text(significant(x, 100, 0.5)); }

std::string steps_words(const std::vector<FactorStep>& steps) {
  std::string out;
  for (const FactorStep& step : steps) {
    out += (out.empty() ? "" : ", ") + amount_text(step.floor) + " " + percentage_text(step.factor);
  }
  return out;
}

double floor_at(double first, std::size_t place) {
  constexpr double ladder[] = {0, 1, 5, 20};
  if (place < std::size(ladder)) return first * ladder[place];
  double floor = first * ladder[std::size(ladder) - 1];
  for (std::size_t i = std::size(ladder); i <= place; ++i) floor *= 4;
  return floor;
}

double up_to(double x, double grain) {
  const double grains = x / grain;
  double whole = static_cast<double>(static_cast<i64>(grains));
  if (whole < grains - 1e-6) whole += 1;
  return whole * grain;
}

namespace {

// 0.1 % from 10 % on, 0.05 % from 1 % on, else 0.01 %.
double readable(double x) { return x >= 0.1 ? 0.001 : x >= 0.01 ? 0.0005 : 0.0001; }

// What is published grows with the requirement.
double required(double value, Safer safer) {
  if (safer == Safer::higher) return value;
  return safer == Safer::lower ? 1 - value : 1 / std::max(value, amount_least);
}

double from_required(double x, Safer safer, double grain) {
  if (safer == Safer::smaller) return real(to_amount(1 / std::max(x, 1 / amount_most)));
  const double rounded = up_to(x, grain > 0 ? grain : readable(x));
  return safer == Safer::lower ? 1 - rounded : rounded;
}

std::string decision_text(Decision decision, Safer safer, const PublishPolicy& policy) {
  const auto daily = [](double x) { return rate_text(x, true) + " a day"; };
  const bool higher = safer == Safer::higher;
  switch (decision) {
    case Decision::keep: return "kept in the dead band";
    case Decision::up: return higher ? "up to the target" : "tightened to the target";
    case Decision::up_limited:
      return (higher ? "up, limited to +" : "tightened, limited to ") + daily(policy.rise_daily);
    case Decision::down: return higher ? "down to the target" : "relaxed to the target";
    case Decision::down_limited:
      return (higher ? "down, limited to -" : "relaxed, limited to ") + daily(policy.fall_daily);
    case Decision::emergency: return "emergency: up by at most " + rate_text(policy.emergency_rise, true);
    case Decision::first:
    case Decision::no_data: break;
  }
  return "kept: no data";
}

}  // namespace

// ---- estimates

void rest_on(Target& target, const Target& other) {
  if (!other.data.empty()) target.data += (target.data.empty() ? "" : "; ") + other.data;
  if (target.window.empty()) target.window = other.window;
  target.observations =
      target.observations == 0 ? other.observations : std::min(target.observations, other.observations);
  if (!other.lacking.empty()) target.lacking += (target.lacking.empty() ? "" : "; ") + other.lacking;
  if (!other.value) target.value.reset();
}

Explanation explanation_of(const std::string& path, const Target& target) {
  Explanation explanation;
  explanation.field = path;
  explanation.data = target.data;
  explanation.window = target.window;
  explanation.observations = target.observations;
  explanation.rule = target.rule;
  return explanation;
}

const AssetEstimates* Draft::asset(const std::string& base) const {
  for (const AssetEstimates& known : estimates.assets) {
    if (known.base == base) return &known;
  }
  return nullptr;
}

namespace {

bool usable(const std::optional<Estimate>& estimate) {
  return estimate && stats::is_finite(estimate->value) && estimate->value >= 0;
}

// Why this figure is absent: of the lines of estimates.cpp the one about what it is estimated from.
std::string reason_of(const AssetEstimates& asset, Member member) {
  const bool traded = member == &AssetEstimates::volume || member == &AssetEstimates::depth;
  const bool daily = member == &AssetEstimates::scan_range || member == &AssetEstimates::crash ||
                     member == &AssetEstimates::haircut || member == &AssetEstimates::deviation;
  for (const std::string& line : asset.lacking) {
    if (line.starts_with("everything")) return line;
    const bool of_trade = line.starts_with("volume:"), of_days = line.starts_with("price scan range:");
    if (of_trade == traded && of_days == daily) return line;
  }
  return traded || daily ? "" : "no surfaces of its options";
}

Target one_asset(const Draft& draft, const std::string& base, Member member, const char* what) {
  Target target;
  const AssetEstimates* found = draft.asset(base);
  if (found == nullptr || !((*found).*member)) {
    target.lacking = std::string("no ") + what + " of " + base;
    const std::string reason = found == nullptr ? "" : reason_of(*found, member);
    if (!reason.empty()) target.lacking += ": " + reason;
    return target;
  }
  const Estimate& estimate = *((*found).*member);
  if (!usable((*found).*member)) {
    target.lacking = std::string("the ") + what + " of " + base + " is no number";
    return target;
  }
  target.value = estimate.value;
  target.data = estimate.data;
  target.window = estimate.window;
  target.observations = estimate.observations;
  return target;
}

// The extreme of the assets that have no row, and factor x that of those that have one.
Target of_all(const Draft& draft, const std::set<std::string>& named, Member member, const char* what,
              double factor, bool largest) {
  Target target;
  std::string from;
  for (const AssetEstimates& known : draft.estimates.assets) {
    const bool has_row = named.contains(known.base);
    // What is hardly traded is not what a default is for.
    const bool thin = !usable(known.volume) || known.volume->value < draft.policy.others_volume_least;
    if (!has_row && thin) continue;
    Target one = one_asset(draft, known.base, member, what);
    if (!one.value) {
      if (!has_row) target.lacking += (target.lacking.empty() ? "" : "; ") + one.lacking;
      continue;
    }
    const double value = *one.value * (has_row ? factor : 1);
    if (target.value && (largest ? value <= *target.value : value >= *target.value)) continue;
    from = known.base + (has_row && factor != 1 ? " x " + rate_text(factor, false) : "");
    target.value = value;
    target.data = one.data;
    target.window = one.window;
    target.observations = one.observations;
  }
  if (target.value) {
    target.data = "of " + from + ": " + target.data;
  } else if (target.lacking.empty()) {
    target.lacking = std::string("no ") + what + " of any asset";
  }
  return target;
}

}  // namespace

Target Draft::worst(const std::string& base, const std::set<std::string>& named, Member member,
                    const char* what, double factor) const {
  return base.empty() ? of_all(*this, named, member, what, factor, true)
                      : one_asset(*this, base, member, what);
}

Target Draft::least(const std::string& base, const std::set<std::string>& named, Member member,
                    const char* what, double factor) const {
  return base.empty() ? of_all(*this, named, member, what, factor, false)
                      : one_asset(*this, base, member, what);
}

IndexMove Draft::recent_move(const std::string& base) const {
  const AssetEstimates* found = asset(base);
  if (found == nullptr || !usable(found->recent_move)) return {};
  return {found->recent_move->value, found->recent_venues};
}

// ---- steps

namespace {

bool close(double a, double b) { return a - b < 1e-9 * b && b - a < 1e-9 * b; }

}  // namespace

Number Draft::step(const std::string& path, double current, const Target& target, const Form& form,
                   const IndexMove& move) {
  const double grain = form.grain > 0 ? form.grain : readable(required(current, form.safer));
  const double now_x = form.safer == Safer::smaller ? required(current, form.safer)
                                                    : std::max(required(current, form.safer), grain);
  Published memory{now_x, now_x, before.since, std::nullopt};
  const auto known = before.fields.find(path);
  if (known != before.fields.end()) {
    if (close(known->second.value, now_x)) memory = known->second;
    memory.emergency = known->second.emergency;
  }
  memory.at = std::min(memory.at, estimates.at);
  if (memory.emergency) memory.emergency = std::min(*memory.emergency, estimates.at);

  std::optional<double> x;
  std::string clamped;
  if (target.value && stats::is_finite(*target.value)) {
    const double value = std::clamp(*target.value, form.least, form.most);
    if (value != *target.value) clamped = "; target clamped to the sensible range";
    x = required(value, form.safer);
  }
  const Step step = publish_step(memory, x, move, estimates.at, policy.publish);
  Number number{current, false, decision_text(step.decision, form.safer, policy.publish) + clamped,
                step.decision == Decision::emergency};
  Published kept = step.next;
  kept.value = now_x;
  const bool moves = step.decision != Decision::keep && step.decision != Decision::no_data;
  if (step.decision == Decision::no_data && !target.lacking.empty()) {
    number.decision += " (" + target.lacking + ")";
  }
  if (moves) {
    const double value = from_required(kept.exact, form.safer, form.grain);
    const double new_x = required(value, form.safer);
    const bool right_way = (*x > now_x) == (new_x > now_x) && !close(new_x, now_x);
    if (right_way) {
      number.value = value;
      number.changed = true;
      kept.value = form.safer == Safer::smaller ? new_x : std::max(new_x, grain);
    } else {
      number.decision += "; not a readable step yet";
    }
  }
  state.fields[path] = kept;
  return number;
}

Number Draft::at_once(const std::string& path, double current, double value, std::string decision,
                      Safer safer) {
  const double x = required(value, safer);
  state.fields[path] = {x, x, estimates.at, std::nullopt};
  return {value, !close(current + 1, value + 1), std::move(decision), true};
}

void Draft::rate(const std::string& path, Rate& slot, const Target& target, const Form& form) {
  Explanation explanation = explanation_of(path, target);
  const double current = real(slot);
  const auto text = [&](Rate rate) { return form.percent ? percentage_text(rate) : factor_text(rate); };
  explanation.in_force = text(slot);
  if (target.value && stats::is_finite(*target.value))
    explanation.target = rate_text(*target.value, form.percent);
  const Number number = step(path, current, target, form);
  if (number.changed) slot = to_rate(number.value);
  explanation.published = text(slot);
  explanation.decision = number.decision;
  explanation.changed = number.changed;
  explanation.urgent = number.urgent;
  explain(std::move(explanation));
}

void Draft::raise(const std::string& path, Rate& slot, Rate least) {
  if (slot >= least) return;
  slot = least;
  for (Explanation& explanation : explanations) {
    if (explanation.field != path) continue;
    explanation.published = percentage_text(slot);
    explanation.changed = explanation.published != explanation.in_force;
    explanation.decision += "; raised to stay in order with its neighbour";
  }
}

void Draft::keep(const std::string& path, const std::string& text, const std::string& why) {
  Explanation explanation;
  explanation.field = path;
  explanation.in_force = explanation.published = text;
  explanation.rule = why;
  explanation.decision = kept_as_policy;
  explain(std::move(explanation));
}

}  // namespace lockstep::calibrate
