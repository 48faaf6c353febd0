#include <algorithm>

#include "core/risk/components.h"
#include "core/risk/expiry_loss.h"
#include "core/risk/explain.h"
#include "core/risk/grid.h"
#include "core/risk/short_minimum.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

// "2026-03-27": the civil date of a log time.
std::string date_text(Time time) {
  const i64 days = static_cast<i64>(div(i128{time.raw()}, i128{day.raw()}, Round::down)) + 719468;
  const i64 era = days / 146097;  // of 400 years; every time of a log is after 1970
  const i64 of_era = days - era * 146097;
  const i64 year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const i64 of_year = of_era - (365 * year + year / 4 - year / 100);
  const i64 shifted = (5 * of_year + 2) / 153;  // March is 0
  const i64 month = shifted < 10 ? shifted + 3 : shifted - 9;
  const i64 date = of_year - (153 * shifted + 2) / 5 + 1;
  const auto two = [](i64 n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(year + era * 400 + (month <= 2 ? 1 : 0)) + "-" + two(month) + "-" + two(date);
}

// Where lines of a component of a unit go, at both levels.
struct Place {
  Work& work;
  u32 unit_index;
  u8 slot;

  AssetId asset() const { return work.scratch.wallets[work.scratch.units[unit_index].wallet].asset; }
  StatementLine& line(MarginLevel level, const std::string& label, Value amount) const {
    const Section section = level == MarginLevel::initial ? Section::initial : Section::maintenance;
    const u32 pool = work.pool_of(work.scratch.units[unit_index].wallet);
    return add_line(work, place(pool, section, unit_index, slot * 8u), rule_of(work.component(slot).kind), 3,
                    label, asset(), amount);
  }
  // The same at both levels.
  void both(const std::string& label, const Margin& margin, const StatementInputs& inputs,
            bool binds = true) const {
    for (const MarginLevel level : {MarginLevel::maintenance, MarginLevel::initial}) {
      StatementLine& fresh =
          line(level, label, level == MarginLevel::initial ? margin.initial : margin.maintenance);
      fresh.inputs = inputs;
      fresh.binds = binds;
    }
  }
};

const char* fill_text(UnitFill fill) {
  return fill == UnitFill::none ? "" : fill == UnitFill::buys ? "all buys filled, " : "all sells filled, ";
}

Margin same(Value amount) { return {.initial = amount, .maintenance = amount}; }

// Scenarios from the worst on; equal ones in their order.
std::vector<std::size_t> by_loss(const std::vector<Value>& losses) {
  std::vector<std::size_t> order(losses.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return losses[a] != losses[b] ? losses[b] < losses[a] : a < b;
  });
  return order;
}

void grid(const Place& at, const UnitSum& unit, const GridRow& row) {
  std::vector<Value> losses(scenario_count(row));
  for (std::size_t s = 0; s < losses.size(); ++s) losses[s] = -scenario_profit(row, unit, s);
  const std::vector<std::size_t> order = by_loss(losses);
  const std::string with = fill_text(unit.fill);
  StatementInputs inputs;
  inputs.push_back({.name = "exposure", .value = number_text(unit.exposure)});
  inputs.push_back({.name = "delta", .value = number_text(unit.delta)});
  if (row.tail > 1) {
    for (std::size_t i = 0; i < order.size() && i < row.tail; ++i) {
      const Value loss = max(losses[order[i]], Value{});
      at.both(with + "counted loss at " + scenario_name(row, order[i]), same(loss),
              i == 0 ? inputs : StatementInputs{});
    }
  } else {
    const Worst worst = worst_loss(row, unit);
    at.both(with + "worst loss at " + scenario_name(row, worst.scenario), same(worst.loss), inputs);
  }
  const std::size_t next = std::min<std::size_t>(row.tail, order.size());
  if (next == order.size()) return;
  const std::size_t worst = row.tail > 1 ? order.size() : worst_loss(row, unit).scenario;
  std::size_t second = order[next] == worst ? order[0] : order[next];
  at.both(with + "runner-up at " + scenario_name(row, second), same(losses[second]), {}, false);
}

// A component that is a sum over expiries: each by itself, without what asks nothing.
template <class Explain>
void by_expiry(const Place& at, const UnitSum& unit, u16 row, Explain explain) {
  const Component& component = at.work.component(at.slot);
  UnitSum one = unit;
  for (const ExpirySum& expiry : unit.expiries) {
    one.expiries = {expiry};
    const Margin margin = unit_margin(component, row, one);
    if (margin.initial == Value{} && margin.maintenance == Value{}) continue;
    StatementInputs inputs;
    explain(expiry, inputs);
    at.both(std::string(fill_text(unit.fill)) + "expiry " + date_text(expiry.expiry), margin, inputs);
  }
}

void expiry_loss_input(const ExpirySum& expiry, StatementInputs& inputs) {
  Value alone;
  for (const HeldOption& option : expiry.options) alone += option.alone.initial;
  const Value payoff = worst_payoff(expiry.options);
  inputs.push_back({.name = "worst payoff", .value = number_text(payoff)});
  inputs.push_back({.name = "written options one by one", .value = number_text(alone)});
}

void net_delta(const UnitSum& unit, StatementInputs& inputs) {
  inputs.push_back({.name = "net delta", .value = number_text(abs(unit.delta))});
  inputs.push_back({.name = "hedged delta", .value = number_text(unit.delta_gross - abs(unit.delta))});
  if (!unit.inverse) inputs.push_back({.name = "price", .value = number_text(unit.index_price)});
}

StatementInputs inputs_of(const Component& component, u16 row, const UnitSum& unit) {
  StatementInputs inputs;
  if (component.kind == ComponentKind::expiry_spread) {
    for (const ExpiryDelta& delta : unit.deltas) {
      const std::string name =
          delta.expiry == Time{} ? "delta without expiry" : "delta " + date_text(delta.expiry);
      inputs.push_back({.name = name, .value = number_text(delta.delta)});
    }
    inputs.push_back({.name = "rate", .value = percent_text(component.spreads[row].rate)});
    return inputs;
  }
  net_delta(unit, inputs);
  if (component.kind == ComponentKind::minimum_charge) {
    inputs.push_back({.name = "of net", .value = percent_text(component.minimums[row].net)});
    inputs.push_back({.name = "of hedged", .value = percent_text(component.minimums[row].hedged)});
  } else if (component.kind == ComponentKind::concentration) {
    const Value size = priced(abs(unit.delta), unit.inverse ? Price{} : unit.index_price);
    const Bracket& bracket = bracket_of(component.brackets[row], size);
    inputs.push_back({.name = "bracket from", .value = number_text(bracket.floor)});
    inputs.push_back({.name = "rate", .value = percent_text(bracket.rate)});
  } else if (component.kind == ComponentKind::delta_charge) {
    inputs.push_back({.name = "nothing below", .value = number_text(component.deltas[row].threshold)});
  }
  return inputs;
}

}  // namespace

void explain_unit(Work& work, u32 unit_index, UnitSum& unit, u8 slot) {
  const Component& component = work.component(slot);
  const u16 row = unit.unit_rows[slot];
  if (row == no_row) return;
  const Place at{work, unit_index, slot};
  switch (component.kind) {
    case ComponentKind::scenario_grid: {
      const GridView view(unit, work.grid_of[slot]);
      return grid(at, unit, component.grids[row]);
    }
    case ComponentKind::expiry_loss: return by_expiry(at, unit, row, expiry_loss_input);
    case ComponentKind::short_minimum:
      return by_expiry(at, unit, row, [&](const ExpirySum& expiry, StatementInputs& inputs) {
        const bool paired = component.short_minimums[row].paired;
        inputs.push_back(
            {.name = "uncovered", .value = number_text(uncovered_coins(expiry.options, paired))});
      });
    case ComponentKind::basis_charge:
      return by_expiry(at, unit, row, [](const ExpirySum& expiry, StatementInputs& inputs) {
        static constexpr const char* names[] = {"forward up", "forward down"};
        for (std::size_t i = 0; i < expiry.basis.size(); ++i) {
          inputs.push_back(
              {.name = names[i], .value = number_text(Value::from_raw(expiry.basis[i] * array_unit_value))});
        }
      });
    default:
      const Margin margin = unit_margin(component, row, unit);
      at.both(std::string(fill_text(unit.fill)) + "whole unit", margin, inputs_of(component, row, unit));
  }
}

void explain_choice(const Work& work, const Expression& expression, u64 binding, StatementInputs& inputs) {
  const bool chooses = std::any_of(expression.code.begin(), expression.code.end(), [](const Op& op) {
    return op.code == OpCode::max || op.code == OpCode::min;
  });
  if (!chooses) return;
  std::string names;
  for (u8 slot = 0; slot < work.slot_count; ++slot) {
    if ((binding >> slot & 1) != 0) names += (names.empty() ? "" : ", ") + work.component(slot).name;
  }
  if (!names.empty()) inputs.push_back({.name = "binds", .value = names});
}

}  // namespace lockstep
