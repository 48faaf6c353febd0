#include "core/risk/check_parts.h"
#include "core/risk/components.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr i64 percent = rate_one / 100;
constexpr Value amount_max = Value::from_raw(limits::amount_max * value_one);

bool within(Rate rate, i64 low, i64 high) { return rate.raw() >= low && rate.raw() <= high; }
bool fraction(Rate rate) { return within(rate, 0, rate_one); }
bool amount(Value value) { return value >= Value{} && value <= amount_max; }

// Each check returns what is wrong with a row, or nothing.
std::string defect_of(const BracketRow& row, bool may_be_free) {
  if (row.brackets.empty() || row.brackets.size() > 100) return "a row has 1 to 100 brackets";
  if (row.brackets[0].floor != Value{} || row.brackets[0].deduction != Value{}) {
    return "the first bracket starts at 0 with a deduction of 0";
  }
  if (row.by_coins && !row.whole) return "floors in coins need the rate of the whole holding (whole)";
  for (std::size_t n = 0; n < row.brackets.size(); ++n) {
    const Bracket& bracket = row.brackets[n];
    const std::string number = "bracket " + std::to_string(n + 1) + ": ";
    if (!amount(bracket.floor)) return number + "the floor is too large";
    if (!within(bracket.rate, may_be_free ? 0 : 1, rate_one)) {
      return number + (may_be_free ? "the rate lies between 0 % and 100 %"
                                   : "the rate lies above 0 % and at most at 100 %");
    }
    if (!within(bracket.leverage_max, rate_one, 1000 * rate_one))
      return number + "leverage lies between 1 and 1000";
    if (n == 0) continue;
    const Bracket& before = row.brackets[n - 1];
    if (bracket.floor <= before.floor) return number + "floors must rise";
    if (bracket.rate <= before.rate) return number + "rates must rise";
    if (bracket.leverage_max > before.leverage_max) return number + "leverage must not rise";
    if (row.whole) {
      if (bracket.deduction != Value{}) return number + "the rate of a whole holding has no deduction";
      continue;
    }
    const i128 step = bracket.floor.raw() * (bracket.rate.raw() - before.rate.raw());
    const Value due = deduction_at(before, bracket.floor, bracket.rate);
    if (step % rate_one != 0 || bracket.deduction != due) {
      return number + "the deduction must be " + to_decimal(due.raw(), value_decimals) +
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
  if (!fraction(row.maintenance_put) || !fraction(row.of_mark) || !fraction(row.fee)) {
    return "maintenance_put, of_mark and fee lie between 0 % and 100 %";
  }
  if (!within(row.cover, 0, 10 * rate_one)) return "cover lies between 0 % and 1000 %";
  return {};
}

bool possible_move(Rate move) { return within(move, -99 * percent, 1000 * percent); }

std::string defect_of(const ListedScenario& listed) {
  if (!possible_move(listed.move)) return "a listed move lies between -99 % and +1000 %";
  if (!within(listed.share, 1, rate_one)) return "a listed share lies above 0 % and at most at 100 %";
  if (!within(listed.volatility_move, -99 * percent, 10 * rate_one)) {
    return "a listed volatility moves by -99 % to +1000 %";
  }
  const bool skew =
      listed.volatility == VolatilityMove::skew_linear || listed.volatility == VolatilityMove::skew_absolute;
  if (skew && listed.move != Rate{}) return "a scenario that turns volatilities does not move the price";
  return {};
}

std::string defect_of(const ExpiryDiscount& row) {
  if (!row.on) return {};
  const auto base = [](Rate rate) { return within(rate, rate_one / 10, 10 * rate_one); };
  if (!base(row.long_base) || (!row.positive_only && !base(row.short_base))) {
    return "a discount's base lies between 10 % and 1000 %";
  }
  for (const Rate rate : {row.long_rate, row.long_add, row.short_rate, row.short_add}) {
    if (!within(rate, 0, 100 * rate_one)) return "a discount's rates lie between 0 and 100";
  }
  return {};
}

std::string listed_defect(const GridRow& row) {
  if (row.listed.size() > 1000) return "a grid lists at most 1000 scenarios";
  bool skew = false;
  for (const ListedScenario& listed : row.listed) {
    std::string defect = defect_of(listed);
    if (!defect.empty()) return defect;
    skew = skew || listed.volatility == VolatilityMove::skew_linear ||
           listed.volatility == VolatilityMove::skew_absolute;
  }
  if (skew && !within(row.skew.k_min, rate_one / 1'000'000, rate_one)) {
    return "a turn of volatilities needs k_min between 0.000001 and 1";
  }
  if (row.tail < 1 || row.tail > 1000) return "the tail is 1 to 1000 scenarios";
  return defect_of(row.discount);
}

std::string defect_of(const GridRow& row) {
  std::string defect = listed_defect(row);
  if (!defect.empty()) return defect;
  if (row.moves.empty() && row.listed.empty()) return "a grid needs moves or listed scenarios";
  if (row.moves.size() > 50) return "a grid has at most 50 moves";
  bool zero = false;
  for (std::size_t i = 0; i < row.moves.size(); ++i) {
    if (!possible_move(row.moves[i])) return "a move lies between -99 % and +1000 %";
    if (i > 0 && row.moves[i] <= row.moves[i - 1]) return "moves must rise";
    zero = zero || row.moves[i] == Rate{};
  }
  if (!zero && !row.moves.empty()) return "the moves must contain 0 %";
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
  if (row.price == PriceUse::forward) return "a grid looks at the mark or at the reference";
  if (!fraction(row.gains)) return "gains lie between 0 % and 100 %";
  if (!amount(row.dampener)) return "the dampener is not negative";
  return {};
}

std::string defect_of(const ShortMinimumRow& row) {
  if (!fraction(row.maintenance) || !within(row.initial, row.maintenance.raw(), rate_one)) {
    return "maintenance lies between 0 % and 100 %, initial between maintenance and 100 %";
  }
  return amount(row.per_coin) ? "" : "per_coin is not negative";
}

std::string defect_of(const NotionalRow& row) {
  if (!within(row.initial, 0, rate_one) || !within(row.maintenance, 0, rate_one)) {
    return "initial and maintenance lie between 0 % and 100 %";
  }
  if (!row.of_initial && row.maintenance > row.initial) return "initial is not below maintenance";
  if (!amount(row.interest_lower) || !amount(row.interest_upper) || row.interest_upper < row.interest_lower) {
    return "interest_lower is not negative and not above interest_upper";
  }
  if (!fraction(row.premium_share) || !within(row.size_factor, 0, rate_one)) {
    return "premium_share and size_factor lie between 0 % and 100 %";
  }
  if (!within(row.relaxed, 0, row.initial.raw())) return "relaxed lies between 0 % and initial";
  const bool fits = row.notional.decimals <= value_decimals && row.amount.decimals <= value_decimals &&
                    row.rate.decimals <= value_decimals;
  return fits ? "" : "at most 16 decimals";
}

std::string defect_of(const ConfidenceRow& row) {
  if (!within(row.threshold, 0, 2 * rate_one) || !within(row.rate, 0, 100 * rate_one)) {
    return "threshold lies between 0 % and 200 %, rate between 0 % and 10000 %";
  }
  return {};
}

std::string defect_of(const ExpiryLossRow& row) {
  if (!within(row.unpaired_maintenance, 0, 10 * rate_one) ||
      !within(row.unpaired_initial, row.unpaired_maintenance.raw(), 10 * rate_one)) {
    return "unpaired_maintenance lies between 0 % and 1000 %, unpaired_initial not below it";
  }
  return defect_of(row.short_options);
}

std::string defect_of(const BasisRow& row) {
  if (!possible_move(row.up) || !possible_move(row.down)) return "a move lies between -99 % and +1000 %";
  if (row.up <= Rate{} || row.down >= Rate{}) return "up is above 0 % and down below";
  if (!within(row.add, 0, 100 * rate_one) || !within(row.per_year, 0, 100 * rate_one)) {
    return "add and per_year lie between 0 and 100";
  }
  return {};
}

std::string steps_defect(const std::vector<FactorStep>& steps, i64 most) {
  if (steps.size() > 100) return "at most 100 steps";
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const std::string number = "step " + std::to_string(n + 1) + ": ";
    if (n == 0 && steps[n].floor != Value{}) return "the first step starts at 0";
    if (!amount(steps[n].floor) || (n > 0 && steps[n].floor <= steps[n - 1].floor)) {
      return number + "floors must rise";
    }
    if (!within(steps[n].factor, 0, most))
      return number + "the percentage lies between 0 % and " + to_decimal(most / percent, 0) + " %";
  }
  return {};
}

std::string defect_of(const SideRow& row) {
  const auto factor = [](Value value) {
    return value >= Value{} && value <= Value::from_raw(1000 * value_one);
  };
  if (!factor(row.long_factor) || !factor(row.short_factor)) return "long and short lie between 0 and 1000";
  if (!within(row.slippage, 0, 1000 * rate_one) || !within(row.slippage_squared, 0, 1000 * rate_one)) {
    return "slippage and slippage_squared lie between 0 and 1000";
  }
  if (!amount(row.cap)) return "the cap is too large";
  return within(row.funding_factor, 0, 100 * rate_one) ? "" : "funding lies between 0 and 100";
}

std::string defect_of(const MinimumRow& row) {
  if (!within(row.net, 0, 10 * rate_one) || !within(row.hedged, 0, 10 * rate_one)) {
    return "net and hedged lie between 0 % and 1000 %";
  }
  if (row.marginal && row.steps.empty()) return "marginal needs steps";
  return steps_defect(row.steps, 100 * rate_one);
}

std::string defect_of(const SpreadRow& row) {
  return fraction(row.rate) ? "" : "the rate lies between 0 % and 100 %";
}

std::string defect_of(const BorrowRow& row) {
  if (!fraction(row.maintenance) || !within(row.initial, row.maintenance.raw(), rate_one)) {
    return "maintenance lies between 0 % and 100 %, initial between maintenance and 100 %";
  }
  if (!row.key.base.empty()) return "debts are named by their asset alone, such as \"*/USDT\" or default";
  return {};
}

std::string defect_of(const OffsetRow& row) {
  if (!fraction(row.credit)) return "the credit lies between 0 % and 100 %";
  if (row.key.base.empty() || row.other.empty() || row.other.size() > 64) {
    return "an offset lies between two base assets: the row's name and `other`";
  }
  return row.key.base == row.other ? "an offset lies between two different assets" : "";
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
RulebookDefect check_rows([[maybe_unused]] ComponentKind kind, const std::string& path,
                          const std::vector<Row>& rows) {
  if (rows.empty()) return {path, "a component needs at least one row of parameters"};
  if (rows.size() > 5000) return {path, "a component has at most 5000 rows"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string row_path = path + ".rows." + to_text(rows[i].key);
    if (rows[i].key.base.size() > 64 || rows[i].key.settle.size() > 64)
      return {path, "a row's name is too long"};
    for (std::size_t j = 0; j < i; ++j) {
      if (to_text(rows[j].key) == to_text(rows[i].key)) return {row_path, "this row is listed twice"};
    }
    std::string defect;
    if constexpr (std::is_same_v<Row, BracketRow>) {
      defect = defect_of(rows[i], kind == ComponentKind::concentration);
    } else {
      defect = defect_of(rows[i]);
    }
    if (!defect.empty()) return {row_path, std::move(defect)};
  }
  return {};
}

// How many rows of other kinds the component has: none is right.
std::size_t foreign_rows(const Component& c) {
  const std::size_t all = c.brackets.size() + c.sizes.size() + c.short_options.size() + c.grids.size() +
                          c.rolls.size() + c.deltas.size() + c.notionals.size() + c.sides.size() +
                          c.short_minimums.size() + c.confidences.size() + c.expiry_losses.size() +
                          c.bases.size() + c.minimums.size() + c.spreads.size() + c.borrows.size() +
                          c.offsets.size();
  return all - with_rows(c, [](const auto& rows) { return rows.size(); });
}

std::string class_defect(const Component& component) {
  const u16 options = class_bit(InstrumentKind::option, false) | class_bit(InstrumentKind::option, true);
  const u16 spot = class_bit(InstrumentKind::spot, false) | class_bit(InstrumentKind::spot, true);
  if (class_of(component.kind) == ComponentClass::pool) {
    return component.applies == 0 ? "" : "a rule of pools applies to no instruments";
  }
  if (component.applies == 0) return "applies_to must name a class of instruments";
  if ((component.applies & spot) != 0 || component.applies > 0xff) return "spot instruments are never held";
  const bool some = (component.applies & options) != 0;
  const bool only = (component.applies & ~options) == 0;
  const bool option_kind =
      component.kind == ComponentKind::short_option || component.kind == ComponentKind::expiry_loss ||
      component.kind == ComponentKind::short_minimum || component.kind == ComponentKind::basis_charge;
  if (option_kind && !only) return std::string(to_text(component.kind)) + " applies to options alone";
  if ((component.kind == ComponentKind::linear_in_size || component.kind == ComponentKind::brackets ||
       component.kind == ComponentKind::notional_rate || component.kind == ComponentKind::risk_factors) &&
      some) {
    return "options cannot be margined by their size";
  }
  return {};
}

}  // namespace

const char* to_text(ComponentKind kind) { return component_kind_names[static_cast<std::size_t>(kind)]; }

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
  const bool by_reference =
      component.price == PriceUse::reference && component.kind == ComponentKind::notional_rate;
  if (component.price != PriceUse::mark && !by_reference) {
    return {path, "only a notional_rate looks at another price than the mark, and then at the reference"};
  }
  if (component.depeg_threshold < Rate{} || component.depeg_threshold.raw() > 2 * rate_one ||
      component.depeg_factor < Rate{} || component.depeg_factor.raw() > 1000 * rate_one) {
    return {path, "depeg_threshold lies between 0 % and 200 %, depeg_factor between 0 and 1000"};
  }
  return with_rows(component, [&](const auto& rows) { return check_rows(component.kind, path, rows); });
}

}  // namespace lockstep
