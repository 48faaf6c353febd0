// What the rules of parameters_*.cpp share: a rulebook in the making, its estimates, and the one way in which
// a number gets from its target into it.  Private to node/calibrate.
#pragma once

#include <set>

#include "node/calibrate/parameters.h"

namespace lockstep::calibrate {

// A target and why.
struct Target {
  std::optional<double> value;
  std::string data, window, rule, lacking;
  u64 observations = 0;
};

// On which side the safer values lie: a requirement, what counts of something (1 - x is the requirement), an
// amount from which on more is required.
enum class Safer : u8 { higher, lower, smaller };

struct Form {
  Safer safer = Safer::higher;
  double least = 0, most = 1;  // of a target
  double grain = 0;            // of what is published; 0: readable, by its size
  bool percent = true;
};

// One number after its step.
struct Number {
  double value = 0;
  bool changed = false;
  std::string decision;
  bool urgent = false;  // an emergency, or a protection that does not wait
};

using Member = std::optional<Estimate> AssetEstimates::*;

struct Draft {
  const Rulebook& in_force;
  const Estimates& estimates;
  const ParameterPolicy& policy;
  const PublishState& before;
  Rulebook next;
  PublishState state;
  std::vector<Explanation> explanations;

  const AssetEstimates* asset(const std::string& base) const;
  // The estimate of an asset; without a base: the worst of the assets that are not `named`, at least `factor`
  // times the worst of those that are.
  Target worst(const std::string& base, const std::set<std::string>& named, Member member, const char* what,
               double factor) const;
  // The same of the least, for volumes: at most `factor` times the least of the named ones.
  Target least(const std::string& base, const std::set<std::string>& named, Member member, const char* what,
               double factor) const;
  IndexMove recent_move(const std::string& base) const;

  // A step of one number; `path` names what is remembered.
  Number step(const std::string& path, double current, const Target& target, const Form& form,
              const IndexMove& move = {});
  // At once, without limits: a protection.
  Number at_once(const std::string& path, double current, double value, std::string decision, Safer safer);

  // One rate of the rulebook, with its explanation.
  void rate(const std::string& path, Rate& slot, const Target& target, const Form& form);
  // Raises a rate that was published just now to `least`, and says so.
  void raise(const std::string& path, Rate& slot, Rate least);
  void explain(Explanation explanation) { explanations.push_back(std::move(explanation)); }
  // A field, or all below it, that no estimate moves.
  void keep(const std::string& path, const std::string& text, const std::string& why);
};

// "BTC", "ETH": of rows that name a base asset.
template <class Rows>
std::set<std::string> named_bases(const Rows& rows) {
  std::set<std::string> names;
  for (const auto& row : rows) {
    if (!row.key.base.empty()) names.insert(row.key.base);
  }
  return names;
}

// A target from another: f(value), with the rule that says what f is.
template <class F>
Target with(Target target, const std::string& rule, F&& f) {
  if (target.value) target.value = f(*target.value);
  target.rule = rule;
  return target;
}
// Adds what another estimate rests on.
void rest_on(Target& target, const Target& other);

Explanation explanation_of(const std::string& path, const Target& target);

// ---- numbers

double real(Rate rate);
double real(Value value);
Rate to_rate(double x);     // to 10^-6
Value to_amount(double x);  // two significant digits, down
std::string rate_text(double x, bool percent);
std::string amount_words(double x);
std::string steps_words(const std::vector<FactorStep>& steps);  // "0 100 %, 10 M 90 %"
// 0, first, 5 x, 20 x, then four times the one before: how floors stand to each other.
double floor_at(double first, std::size_t place);
// Whole grains, up; what is whole to within rounding stays.
double up_to(double x, double grain);

// ---- the rules, each for the components of its kind

void derive_grid(Draft& draft, std::size_t component);
void derive_short_options(Draft& draft, std::size_t component);
void derive_minimum(Draft& draft, std::size_t component);
void derive_written(Draft& draft, std::size_t component);
void derive_spreads(Draft& draft, std::size_t component);
void derive_brackets(Draft& draft, std::size_t component);
void derive_concentration(Draft& draft, std::size_t component);
void derive_borrow(Draft& draft, std::size_t component);
void derive_offsets(Draft& draft, std::size_t component);
void derive_collateral(Draft& draft);

}  // namespace lockstep::calibrate
