#include "core/risk/check_parts.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr i64 percent = rate_one / 100;
constexpr Value amount_max = Value::from_raw(limits::amount_max * value_one);

bool within(Rate rate, i64 low, i64 high) { return rate.raw() >= low && rate.raw() <= high; }
bool fraction(Rate rate) { return within(rate, 0, rate_one); }
bool amount(Value value) { return value >= Value{} && value <= amount_max; }

// Each check returns what is wrong with a row, or nothing.
std::string defect_of(const BracketRow& row) {
  if (row.brackets.empty() || row.brackets.size() > 100) return "a row has 1 to 100 brackets";
  if (row.brackets[0].floor != Value{} || row.brackets[0].deduction != Value{}) {
    return "the first bracket starts at 0 with a deduction of 0";
  }
  for (std::size_t n = 0; n < row.brackets.size(); ++n) {
    const Bracket& bracket = row.brackets[n];
    const std::string number = "bracket " + std::to_string(n + 1) + ": ";
    if (!amount(bracket.floor)) return number + "the floor is too large";
    if (!within(bracket.rate, 1, rate_one)) return number + "the rate lies above 0 % and at most at 100 %";
    if (!within(bracket.leverage_max, rate_one, 1000 * rate_one))
      return number + "leverage lies between 1 and 1000";
    if (n == 0) continue;
    const Bracket& before = row.brackets[n - 1];
    if (bracket.floor <= before.floor) return number + "floors must rise";
    if (bracket.rate <= before.rate) return number + "rates must rise";
    if (bracket.leverage_max > before.leverage_max) return number + "leverage must not rise";
    const i128 step = bracket.floor.raw() * (bracket.rate.raw() - before.rate.raw());
    const i128 due = before.deduction.raw() + div(step, rate_one, Round::nearest);
    if (step % rate_one != 0 || bracket.deduction.raw() != due) {
      return number + "the deduction must be " + to_decimal(due, value_decimals) +
             ", so that margin has no jump at " + to_decimal(bracket.floor.raw(), value_decimals) +
             "; it is " + to_decimal(bracket.deduction.raw(), value_decimals);
    }
  }
  return {};
}

std::string defect_of(const SizeRow& row) {
  if (!within(row.maintenance, 1, rate_one)) return "maintenance lies above 0 % and at most at 100 %";
  if (!within(row.initial, row.maintenance.raw(), rate_one))
    return "initial lies between maintenance and 100 %";
  if (!fraction(row.per_coin)) return "per_coin lies between 0 % and 100 %";
  return {};
}

std::string defect_of(const ShortOptionRow& row) {
  if (!within(row.maintenance, 1, rate_one)) return "maintenance lies above 0 % and at most at 100 %";
  if (!within(row.initial_min, row.maintenance.raw(), rate_one))
    return "initial_min lies between maintenance and 100 %";
  if (!within(row.initial, row.initial_min.raw(), rate_one))
    return "initial lies between initial_min and 100 %";
  return {};
}

bool possible_move(Rate move) { return within(move, -99 * percent, 1000 * percent); }

std::string defect_of(const GridRow& row) {
  if (row.moves.empty() || row.moves.size() > 50) return "a grid has 1 to 50 moves";
  bool zero = false;
  for (std::size_t i = 0; i < row.moves.size(); ++i) {
    if (!possible_move(row.moves[i])) return "a move lies between -99 % and +1000 %";
    if (i > 0 && row.moves[i] <= row.moves[i - 1]) return "moves must rise";
    zero = zero || row.moves[i] == Rate{};
  }
  if (!zero) return "the moves must contain 0 %";
  if (!within(row.volatility_up, 0, 10 * rate_one) || !fraction(row.volatility_down)) {
    return "volatility rises by 0 % to 1000 % and falls by 0 % to 100 %";
  }
  if (!within(row.volatility_up_min, 0, 10 * rate_one))
    return "volatility_up_min lies between 0 % and 1000 %";
  if (!fraction(row.power_short) || !fraction(row.power_long)) return "the powers lie between 0 and 1";
  if (!within(row.days_min, rate_one / 1000, 30 * rate_one)) return "days_min lies between 0.001 and 30";
  if (row.extreme_moves.size() > 50) return "a grid has at most 50 extreme moves";
  for (const Rate move : row.extreme_moves) {
    if (!possible_move(move) || move == Rate{})
      return "an extreme move lies between -99 % and +1000 % and is not 0 %";
    if (abs(i128{move.raw()}) < row.extreme_range.raw()) return "an extreme move lies outside extreme_range";
  }
  if (!row.extreme_moves.empty() && !within(row.extreme_range, percent, 99 * percent)) {
    return "extreme_range lies between 1 % and 99 %";
  }
  if (!amount(row.dampener)) return "the dampener is not negative";
  return {};
}

std::string defect_of(const RollRow& row) {
  if (!fraction(row.annualised) || !fraction(row.minimum))
    return "annualised and minimum lie between 0 % and 100 %";
  return {};
}

std::string defect_of(const DeltaRow& row) {
  if (row.threshold == Value{} || !amount(row.threshold)) return "the threshold is positive";
  return {};
}

template <class Row>
RulebookDefect check_rows(const std::string& path, const std::vector<Row>& rows) {
  if (rows.empty()) return {path, "a component needs at least one row of parameters"};
  if (rows.size() > 5000) return {path, "a component has at most 5000 rows"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string row_path = path + ".rows." + to_text(rows[i].key);
    if (rows[i].key.base.size() > 64 || rows[i].key.settle.size() > 64)
      return {path, "a row's name is too long"};
    for (std::size_t j = 0; j < i; ++j) {
      if (to_text(rows[j].key) == to_text(rows[i].key)) return {row_path, "this row is listed twice"};
    }
    std::string defect = defect_of(rows[i]);
    if (!defect.empty()) return {row_path, std::move(defect)};
  }
  return {};
}

// How many rows of other kinds the component has: none is right.
std::size_t foreign_rows(const Component& c) {
  const std::size_t counts[] = {c.brackets.size(), c.sizes.size(), c.short_options.size(),
                                c.grids.size(),    c.rolls.size(), c.deltas.size()};
  std::size_t sum = 0;
  for (std::size_t i = 0; i < std::size(counts); ++i) {
    if (i != static_cast<std::size_t>(c.kind)) sum += counts[i];
  }
  return sum;
}

std::string class_defect(const Component& component) {
  const u16 options = class_bit(InstrumentKind::option, false) | class_bit(InstrumentKind::option, true);
  const u16 spot = class_bit(InstrumentKind::spot, false) | class_bit(InstrumentKind::spot, true);
  if (component.applies == 0) return "applies_to must name a class of instruments";
  if ((component.applies & spot) != 0 || component.applies > 0xff) return "spot instruments are never held";
  const bool some = (component.applies & options) != 0;
  const bool only = (component.applies & ~options) == 0;
  if (component.kind == ComponentKind::short_option && !only) return "short_option applies to options alone";
  if ((component.kind == ComponentKind::linear_in_size || component.kind == ComponentKind::brackets) &&
      some) {
    return "options cannot be margined by their size";
  }
  return {};
}

}  // namespace

const char* to_text(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::brackets: return "brackets";
    case ComponentKind::linear_in_size: return "linear_in_size";
    case ComponentKind::short_option: return "short_option";
    case ComponentKind::scenario_grid: return "scenario_grid";
    case ComponentKind::roll_charge: return "roll_charge";
    case ComponentKind::delta_charge: return "delta_charge";
  }
  return "";
}

RulebookDefect check_component(const Component& component, std::size_t gap_count) {
  const std::string path = "component." + component.name;
  std::string defect = class_defect(component);
  if (!defect.empty()) return {path + ".applies_to", std::move(defect)};
  if (component.rounding.decimals > value_decimals) return {path + ".rounding", "at most 16 decimals"};
  const bool wants_gap = component.kind == ComponentKind::delta_charge;
  if (wants_gap != (component.gap != no_gap) || (wants_gap && component.gap >= gap_count)) {
    return {path + ".gap",
            wants_gap ? "name the gap that holds above the threshold" : "only a delta_charge has a gap"};
  }
  if (foreign_rows(component) != 0) return {path, "rows of another kind"};
  switch (component.kind) {
    case ComponentKind::brackets: return check_rows(path, component.brackets);
    case ComponentKind::linear_in_size: return check_rows(path, component.sizes);
    case ComponentKind::short_option: return check_rows(path, component.short_options);
    case ComponentKind::scenario_grid: return check_rows(path, component.grids);
    case ComponentKind::roll_charge: return check_rows(path, component.rolls);
    case ComponentKind::delta_charge: return check_rows(path, component.deltas);
  }
  return {};
}

}  // namespace lockstep
