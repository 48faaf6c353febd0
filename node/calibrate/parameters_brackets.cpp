// Brackets and concentration: what size costs.  Floors follow the volume that is traded, rates how far the
// price moves while a holding of that size is closed.
#include <algorithm>

#include "core/math/elementary.h"
#include "core/risk/check.h"
#include "core/risk/components.h"
#include "node/calibrate/draft.h"
#include "node/rules/decimal_text.h"

namespace lockstep::calibrate {
namespace {

constexpr double last_bracket = 4;  // the last bracket is margined for four times its floor
constexpr double rate_least = 0.0005;

// 0, first, then four times the one before.
double slice_floor_at(double first, std::size_t place) {
  double floor = place == 0 ? 0 : first;
  for (std::size_t i = 2; i <= place; ++i) floor *= 4;
  return floor;
}

// Whole numbers, halves below 20: a coarser ladder would raise initial margin by more than a day's limit.
double ladder_down(double leverage) {
  const double steps = leverage >= 20 ? 1 : 2;
  return std::max(static_cast<double>(static_cast<i64>(leverage * steps * (1 + 1e-9))) / steps, 1.0);
}

// A row in the making: one list a column.
struct RowDraft {
  Draft& draft;
  BracketRow& row;
  std::string path;
  Target volume, deviation, range;
  double unit = 1;  // dollars of one unit of the amounts: the price of rows in coins
  std::vector<double> floors, rates;

  std::size_t size() const { return row.brackets.size(); }
};

template <class F>
std::string joined(std::size_t count, F&& text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : ", ") + text(i);
  return out;
}

// One explanation of a column, out of its numbers' steps.
struct Column {
  Explanation explanation;
  void add(const Number& number) {
    explanation.changed = explanation.changed || number.changed;
    std::string& text = explanation.decision;
    if (text == number.decision || text.ends_with("| " + number.decision)) return;
    text = text.empty() ? number.decision : text + " | " + number.decision;
  }
};

Target in_units(Target target, const Target& price, double& unit) {
  unit = price.value.value_or(1);
  rest_on(target, price);
  return target;
}

RowDraft row_draft(Draft& draft, const Component& component, BracketRow& row,
                   const std::set<std::string>& named) {
  RowDraft made{draft, row, "component." + component.name + ".rows." + to_text(row.key), {}, {}, {}, 1,
                {},    {}};
  const ParameterPolicy& policy = draft.policy;
  const std::string& base = row.key.base;
  made.volume = draft.least(base, named, &AssetEstimates::volume, "volume", policy.others_volume);
  made.deviation = draft.worst(base, named, &AssetEstimates::deviation, "deviation", policy.others_factor);
  made.range = draft.worst(base, named, &AssetEstimates::scan_range, "scan range", policy.others_factor);
  if (!base.empty() && base == row.key.settle) {
    Target price = draft.worst(base, {}, &AssetEstimates::price, "price", 1);
    if (price.value && *price.value <= 0) price = {{}, "", "", "", "the price of " + base + " is 0", 0};
    made.volume = in_units(made.volume, price, made.unit);
  }
  for (const Bracket& bracket : row.brackets) {
    made.floors.push_back(real(bracket.floor));
    made.rates.push_back(real(bracket.rate));
  }
  return made;
}

template <class At>
void step_floors(RowDraft& made, const Target& first, At&& floor_of) {
  BracketRow& row = made.row;
  Column column{explanation_of(made.path + ".floors", first)};
  const auto text = [&](std::size_t i) { return amount_text(row.brackets[i].floor); };
  column.explanation.in_force = joined(made.size(), text);
  const auto target_at = [&](std::size_t i) {
    return with(first, "", [&](double x) { return floor_of(x, i); });
  };
  if (first.value) {
    column.explanation.target =
        joined(made.size(), [&](std::size_t i) { return i == 0 ? "0" : amount_words(*target_at(i).value); });
  }
  const Form form{.safer = Safer::smaller, .least = 0.02, .most = 1e11};
  std::vector<Value> floors(made.size());
  bool rising = true;
  for (std::size_t i = 1; i < made.size(); ++i) {
    const std::string path = made.path + ".floors[" + std::to_string(i) + "]";
    const Number number = made.draft.step(path, made.floors[i], target_at(i), form);
    floors[i] = number.changed ? to_amount(number.value) : row.brackets[i].floor;
    rising = rising && floors[i] > floors[i - 1];
    column.add(number);
  }
  for (std::size_t i = 1; i < made.size() && rising; ++i) {
    row.brackets[i].floor = floors[i];
    made.floors[i] = real(floors[i]);
  }
  if (!rising) {
    column.explanation.changed = false;
    column.explanation.decision = "kept: floors would not rise";
  }
  column.explanation.published = joined(made.size(), text);
  if (column.explanation.decision.empty()) column.explanation.decision = "kept: there is one bracket";
  made.draft.explain(std::move(column.explanation));
}

// Rates that rise strictly, whatever their steps left: raised one by one, and from the top not above 100 %.
bool put_in_order(std::vector<double>& rates) {
  constexpr double grain = 0.0001;
  bool moved = false;
  for (std::size_t i = 1; i < rates.size(); ++i) {
    const double due = rates[i - 1] + grain;
    if (rates[i] >= due - grain / 2) continue;
    rates[i] = due;
    moved = true;
  }
  for (std::size_t i = rates.size(); i-- > 0;) {
    const double most = 1 - grain * static_cast<double>(rates.size() - 1 - i);
    if (rates[i] <= most) continue;
    rates[i] = most;
    moved = true;
  }
  return moved;
}

template <class At>
void step_rates(RowDraft& made, const Target& sizes, std::size_t from, At&& rate_of) {
  BracketRow& row = made.row;
  Column column{explanation_of(made.path + ".rates", sizes)};
  const auto text = [&](std::size_t i) { return percentage_text(row.brackets[i].rate); };
  column.explanation.in_force = joined(made.size(), text);
  std::vector<Target> targets(made.size(), sizes);
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (sizes.value) targets[i].value = i < from ? 0 : rate_of(i);
  }
  if (sizes.value) {
    column.explanation.target =
        joined(made.size(), [&](std::size_t i) { return rate_text(std::min(*targets[i].value, 1e4), true); });
  }
  std::vector<Rate> old;
  for (std::size_t i = 0; i < made.size(); ++i) {
    old.push_back(row.brackets[i].rate);
    if (i < from) continue;
    const std::string path = made.path + ".rates[" + std::to_string(i) + "]";
    const Number number = made.draft.step(path, made.rates[i], targets[i], {.least = rate_least});
    made.rates[i] = number.value;
    column.add(number);
  }
  if (put_in_order(made.rates)) column.explanation.decision += "; put in order, so that rates rise";
  for (std::size_t i = from; i < made.size(); ++i) {
    const Rate rate = to_rate(made.rates[i]);
    if (to_rate(real(old[i])) != rate) row.brackets[i].rate = rate;
  }
  column.explanation.published = joined(made.size(), text);
  column.explanation.changed = column.explanation.published != column.explanation.in_force;
  if (column.explanation.decision.empty()) column.explanation.decision = "kept: the first slice is free";
  made.draft.explain(std::move(column.explanation));
}

// Leverage moves as 1 / leverage does.
void step_leverages(RowDraft& made, std::size_t from, double per_rate, const std::string& rule) {
  BracketRow& row = made.row;
  Target basis = made.deviation;
  rest_on(basis, made.volume);
  basis.rule = rule;
  Column column{explanation_of(made.path + ".leverages", basis)};
  const auto text = [&](std::size_t i) { return factor_text(row.brackets[i].leverage_max); };
  column.explanation.in_force = joined(made.size(), text);
  std::vector<double> targets;
  for (std::size_t i = 0; i < made.size(); ++i) {
    targets.push_back(i < from ? real(row.brackets[i].leverage_max)
                               : std::clamp(1 / (per_rate * made.rates[i]), 1.0, 1000.0));
  }
  column.explanation.target =
      joined(made.size(), [&](std::size_t i) { return factor_text(to_rate(ladder_down(targets[i]))); });
  for (std::size_t i = from; i < made.size(); ++i) {
    Bracket& bracket = row.brackets[i];
    const double current = real(bracket.leverage_max);
    Target target = basis;
    target.value = 1 / targets[i];
    const std::string path = made.path + ".leverages[" + std::to_string(i) + "]";
    const Number number = made.draft.step(path, 1 / current, target, {.least = 0.001, .grain = 1e-6});
    if (number.changed) {
      const double stepped = ladder_down(1 / number.value);
      const bool tighter = number.value > 1 / current;
      if (tighter ? stepped < current : stepped > current) bracket.leverage_max = to_rate(stepped);
    }
    if (i > 0) bracket.leverage_max = std::min(bracket.leverage_max, row.brackets[i - 1].leverage_max);
    // What is in force is what is remembered, so that small steps add up until the ladder's next rung.
    made.draft.state.fields[path].value = 1 / real(bracket.leverage_max);
    column.add(number);
  }
  column.explanation.published = joined(made.size(), text);
  column.explanation.changed = column.explanation.published != column.explanation.in_force;
  if (!column.explanation.changed) column.explanation.decision = "kept: not a readable step yet";
  made.draft.explain(std::move(column.explanation));
}

void renew_deductions(RowDraft& made) {
  BracketRow& row = made.row;
  Explanation explanation;
  explanation.field = made.path + ".deductions";
  explanation.rule = "what makes margin continuous at each floor (methodology 5.1)";
  explanation.decision = "follows floors and rates";
  const auto text = [&](std::size_t i) { return amount_text(row.brackets[i].deduction); };
  explanation.in_force = joined(made.size(), text);
  for (std::size_t i = 1; i < made.size(); ++i) {
    Bracket& bracket = row.brackets[i];
    bracket.deduction = deduction_at(row.brackets[i - 1], bracket.floor, bracket.rate);
  }
  explanation.published = explanation.target = joined(made.size(), text);
  explanation.changed = explanation.published != explanation.in_force;
  made.draft.explain(std::move(explanation));
}

// Impact of closing all of a holding (quant 4.5): 2/3 Y deviation size sqrt(size / volume).
double impact_cost(double size, double volume, double deviation, double y) {
  return 2.0 / 3 * y * deviation * size * math::square_root(size / volume);
}

}  // namespace

void derive_brackets(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const std::set<std::string> named = named_bases(component.brackets);
  const ParameterPolicy& policy = draft.policy;
  for (BracketRow& row : component.brackets) {
    RowDraft made = row_draft(draft, component, row, named);
    if (row.whole) {
      draft.keep(made.path, "", "the rule is for brackets with deductions");
      continue;
    }
    Target first = with(made.volume,
                        "first floor " + rate_text(policy.brackets_of_volume, true) +
                            " of a day's volume, then 5 and 20 times (quant 4.5)",
                        [&](double volume) { return policy.brackets_of_volume * volume / made.unit; });
    step_floors(made, first, floor_at);
    Target rates = made.deviation;
    rest_on(rates, made.volume);
    rest_on(rates, made.range);
    rates.rule = factor_text(to_rate(policy.bracket_z)) + " deviations over 5 min + size / (" +
                 rate_text(policy.participation, true) + " of volume), plus impact; deviation at least " +
                 rate_text(policy.calm_deviation, true) + " of the scan range (quant 4.5)";
    if (rates.value && *made.volume.value <= 0) {
      rates.value.reset();
      rates.lacking = "the volume is 0";
    }
    step_rates(made, rates, 0, [&](std::size_t i) {
      const double size =
          (i + 1 < made.size() ? made.floors[i + 1] : std::max(made.floors[i], 1.0) * last_bracket) *
          made.unit;
      const double volume = *made.volume.value;
      const double deviation = std::max(*made.deviation.value, policy.calm_deviation * *made.range.value);
      const double days = policy.reaction_days + size / (policy.participation * volume);
      return policy.bracket_z * deviation * math::square_root(days) +
             impact_cost(size, volume, deviation, policy.impact) / size;
    });
    step_leverages(made, 0, policy.initial_per_maintenance,
                   "initial margin is " + factor_text(to_rate(policy.initial_per_maintenance)) +
                       " x maintenance, leverage down to a whole number, to a half below 20");
    renew_deductions(made);
  }
}

void derive_concentration(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const std::set<std::string> named = named_bases(component.brackets);
  const ParameterPolicy& policy = draft.policy;
  for (BracketRow& row : component.brackets) {
    RowDraft made = row_draft(draft, component, row, named);
    if (row.whole || row.brackets[0].rate != Rate{}) {
      draft.keep(made.path, "", "the rule is for brackets with deductions whose first slice is free");
      continue;
    }
    const Target depth =
        draft.least(row.key.base, named, &AssetEstimates::depth, "depth", policy.others_volume);
    Target first = with(made.volume,
                        "free up to " + rate_text(policy.free_of_volume, true) +
                            " of a day's volume, at most the depth within 1 %; then times 4 (quant 4.5)",
                        [&](double volume) {
                          const double free = policy.free_of_volume * volume;
                          return std::min(free, depth.value.value_or(free)) / made.unit;
                        });
    if (depth.value) first.data += "; " + depth.data;
    step_floors(made, first, slice_floor_at);
    Target rates = made.deviation;
    rest_on(rates, made.volume);
    rest_on(rates, made.range);
    rates.rule = "slope of 2/3 Y deviation N sqrt(N / volume) between floors, Y = " +
                 factor_text(to_rate(policy.impact)) + ", volume " +
                 rate_text(policy.stressed_liquidity, true) + " of usual, deviation at least " +
                 rate_text(policy.stressed_deviation, true) + " of the scan range (quant 4.5, 7.4)";
    if (rates.value && *made.volume.value <= 0) {
      rates.value.reset();
      rates.lacking = "the volume is 0";
    }
    step_rates(made, rates, 1, [&](std::size_t i) {
      const double volume = policy.stressed_liquidity * *made.volume.value;
      const double deviation = std::max(*made.deviation.value, policy.stressed_deviation * *made.range.value);
      const double low = made.floors[i] * made.unit;
      const double high = i + 1 < made.size() ? made.floors[i + 1] * made.unit : low * policy.last_slice;
      return (impact_cost(high, volume, deviation, policy.impact) -
              impact_cost(low, volume, deviation, policy.impact)) /
             (high - low);
    });
    step_leverages(made, 1, 1,
                   "1 / rate, down to a whole number, to a half below 20: initial margin is the rate itself");
    renew_deductions(made);
  }
}

}  // namespace lockstep::calibrate
