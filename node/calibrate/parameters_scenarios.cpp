// Scenarios and the least that options, hedges and expiries cost: all from how far prices, volatilities and
// bases move in a day.
#include <algorithm>

#include "core/math/elementary.h"
#include "core/risk/check.h"
#include "node/calibrate/draft.h"
#include "node/rules/decimal_text.h"

namespace lockstep::calibrate {
namespace {

constexpr double half_percent = 0.005;

std::string row_path(const Component& component, const RowKey& key) {
  return "component." + component.name + ".rows." + to_text(key);
}

// Equal steps from -range to +range, as many on either side; 0: another shape.
std::size_t steps_of(const std::vector<Rate>& moves) {
  if (moves.size() < 3 || moves.size() % 2 == 0) return 0;
  const std::size_t count = moves.size() / 2;
  const Rate range = moves.back();
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const i64 place = static_cast<i64>(i) - static_cast<i64>(count);
    if (moves[i].raw() * static_cast<i64>(count) != range.raw() * place) return 0;
  }
  return count;
}

// -far -near near far.
bool two_each_way(const std::vector<Rate>& extremes) {
  return extremes.size() == 4 && extremes[0] == -extremes[3] && extremes[1] == -extremes[2] &&
         extremes[2] > Rate{} && extremes[3] >= extremes[2];
}

struct GridDraft {
  Draft& draft;
  const Component& component;
  GridRow& row;
  std::set<std::string> named;
  std::string path;

  Target of(Member member, const char* what) const { return of(member, what, draft.policy.others_factor); }
  Target of(Member member, const char* what, double factor) const {
    return draft.worst(row.key.base, named, member, what, factor);
  }
};

void derive_moves(GridDraft& grid) {
  GridRow& row = grid.row;
  Draft& draft = grid.draft;
  const std::size_t count = steps_of(row.moves);
  if (count == 0) {
    return draft.keep(grid.path + ".moves", moves_text(row.moves),
                      "the rule is for equal steps in both directions");
  }
  Target target = grid.of(&AssetEstimates::scan_range, "scan range");
  target.rule = "price scan range in " + std::to_string(count) + " equal steps each way (quant 4.1, 4.6)";
  Explanation explanation = explanation_of(grid.path + ".moves", target);
  explanation.in_force = moves_text(row.moves);
  if (target.value) explanation.target = "\u00b1" + rate_text(*target.value, true);
  const double grain = 0.001 * static_cast<double>(count);
  const Form form{.least = 0.02, .most = draft.policy.range_most, .grain = grain};
  const Number range =
      draft.step(explanation.field, real(row.moves.back()), target, form, draft.recent_move(row.key.base));
  if (range.changed) {
    for (std::size_t i = 0; i < row.moves.size(); ++i) {
      const double place = static_cast<double>(i) - static_cast<double>(count);
      row.moves[i] = to_rate(range.value * place / static_cast<double>(count));
    }
  }
  explanation.published = moves_text(row.moves);
  explanation.decision = range.decision;
  explanation.changed = range.changed;
  explanation.urgent = range.urgent;
  draft.explain(std::move(explanation));
}

void derive_extremes(GridDraft& grid) {
  GridRow& row = grid.row;
  Draft& draft = grid.draft;
  const std::string path = grid.path + ".extreme_moves";
  if (row.extreme_moves.empty()) return;
  if (!two_each_way(row.extreme_moves) || steps_of(row.moves) == 0) {
    draft.keep(path, moves_text(row.extreme_moves), "the rule is for two extreme moves in each direction");
    draft.keep(grid.path + ".extreme_range", percentage_text(row.extreme_range), "goes with extreme_moves");
    return;
  }
  const Target range = grid.of(&AssetEstimates::scan_range, "scan range");
  const Target crash = grid.of(&AssetEstimates::crash, "largest move of a day");
  Target far = with(range,
                    "two and four times the scan range, the far one at least the worst day on record, "
                    "both at most " +
                        rate_text(draft.policy.extreme_most, true) + " (quant 4.1)",
                    [&](double x) { return std::max(4 * x, crash.value.value_or(0)); });
  if (crash.value) far.data += "; " + crash.data;
  const Target near = with(range, "", [](double x) { return 2 * x; });
  Explanation explanation = explanation_of(path, far);
  explanation.in_force = moves_text(row.extreme_moves);
  if (far.value) {
    explanation.target = "\u00b1" + rate_text(*near.value, true) + ", \u00b1" + rate_text(*far.value, true);
  }
  const Form form{.least = 0.02, .most = draft.policy.extreme_most, .grain = 0.01};
  const Number first = draft.step(path + "[near]", real(row.extreme_moves[2]), near, form);
  const Number second = draft.step(path + "[far]", real(row.extreme_moves[3]), far, form);
  // An extreme move lies outside the range, and the far one beyond the near one.
  const Rate near_rate =
      std::max(first.changed ? to_rate(first.value) : row.extreme_moves[2], row.moves.back());
  const Rate far_rate = std::max(second.changed ? to_rate(second.value) : row.extreme_moves[3], near_rate);
  explanation.changed = near_rate != row.extreme_moves[2] || far_rate != row.extreme_moves[3];
  row.extreme_moves = {-far_rate, -near_rate, near_rate, far_rate};
  explanation.published = moves_text(row.extreme_moves);
  explanation.decision = "near: " + first.decision + "; far: " + second.decision;
  draft.explain(std::move(explanation));

  Explanation same = explanation_of(grid.path + ".extreme_range", range);
  same.rule = "the scan range: beyond it a move counts for range / move (quant 4.1)";
  same.in_force = percentage_text(row.extreme_range);
  same.changed = row.extreme_range != row.moves.back();
  row.extreme_range = row.moves.back();
  same.target = same.published = percentage_text(row.extreme_range);
  same.decision = "follows moves";
  draft.explain(std::move(same));
}

void derive_volatilities(GridDraft& grid) {
  Draft& draft = grid.draft;
  GridRow& row = grid.row;
  Target up = grid.of(&AssetEstimates::volatility_up, "rise of volatility", draft.policy.others_volatility);
  up = with(up, "rise of the 30-day volatility in a day, one day in 100: e^u - 1 (quant 4.3)",
            [](double u) { return math::exp(std::min(u, 5.0)) - 1; });
  draft.rate(grid.path + ".volatility_up", row.volatility_up, up,
             {.least = 0.05, .most = 3, .grain = half_percent});
  Target down =
      grid.of(&AssetEstimates::volatility_down, "fall of volatility", draft.policy.others_volatility);
  down = with(down, "fall of the 30-day volatility in a day, one day in 100: 1 - e^-d (quant 4.3)",
              [](double d) { return 1 - math::exp(-std::min(d, 5.0)); });
  draft.rate(grid.path + ".volatility_down", row.volatility_down, down,
             {.least = 0.05, .most = 0.9, .grain = half_percent});
  draft.keep(grid.path + ".volatility_up_min", percentage_text(row.volatility_up_min),
             "the shock is relative; a floor of its own would be in absolute volatility");
  Target power = grid.of(&AssetEstimates::power_short, "term structure below 30 days", 1);
  power.rule = "power of 30/days by least squares, below 30 days (quant 4.3); larger is safer";
  draft.rate(grid.path + ".power_short", row.power_short, power, {.grain = 0.01, .percent = false});
  power =
      draft.least(row.key.base, grid.named, &AssetEstimates::power_long, "term structure beyond 30 days", 1);
  power.rule = "power of 30/days by least squares, beyond 30 days (quant 4.3); smaller is safer";
  draft.rate(grid.path + ".power_long", row.power_long, power,
             {.safer = Safer::lower, .grain = 0.01, .percent = false});
  draft.keep(grid.path + ".days_min", factor_text(row.days_min), "the last day is shocked like a whole one");
}

// A volatility v at a 25-delta strike, turn_at_deviations of v away from the forward, is multiplied by
// 1 +- turn x that x v / (width x level).  Where v is the level, the risk reversal moves by twice
// turn x turn_at_deviations x level / width.
void derive_turn(GridDraft& grid) {
  Draft& draft = grid.draft;
  GridRow& row = grid.row;
  if (row.listed.empty()) return;
  bool turns = row.skew.width > Rate{} && row.skew.level > Rate{};
  for (const ListedScenario& listed : row.listed) {
    turns = turns && (listed.volatility == VolatilityMove::skew_linear ||
                      listed.volatility == VolatilityMove::skew_absolute);
  }
  draft.keep(grid.path + ".listed", std::to_string(row.listed.size()) + " scenarios",
             "which ones is a policy");
  const std::string path = grid.path + ".skew";
  if (!turns) return draft.keep(path, "", "the rule is for grids that list turns of the smile alone");
  Target turn = grid.of(&AssetEstimates::skew, "change of the risk reversal");
  const double per_turn = 2 * draft.policy.turn_at_deviations * real(row.skew.level) / real(row.skew.width);
  turn =
      with(turn, "turn that moves the 25-delta risk reversal by what it moves on one day in 100 (quant 4.3)",
           [&](double change) { return change / per_turn; });
  const Form form{.least = 0.02, .most = 0.5, .grain = 0.01, .percent = false};
  draft.rate(path + ".turned_base", row.skew.linear_base, turn, form);
  turn.rule = "the same size for both wings at once (quant 4.3)";
  draft.rate(path + ".bent_base", row.skew.absolute_base, turn, form);
  const auto shape = [&](const char* key, Rate value) {
    draft.keep(path + key, factor_text(value), "the shape of the turn, not its size");
  };
  shape(".turned_per_sqrt_year", row.skew.linear_per_sqrt_year);
  shape(".bent_per_sqrt_year", row.skew.absolute_per_sqrt_year);
  shape(".k_min", row.skew.k_min), shape(".width", row.skew.width), shape(".level", row.skew.level);
  shape(".level_per_sqrt_year", row.skew.level_per_sqrt_year);
}

}  // namespace

void derive_grid(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  for (GridRow& row : component.grids) {
    GridDraft grid{draft, component, row, named_bases(component.grids), row_path(component, row.key)};
    derive_moves(grid);
    derive_volatilities(grid);
    derive_extremes(grid);
    if (!row.extreme_moves.empty()) {
      draft.keep(grid.path + ".dampener", amount_text(row.dampener),
                 "nothing of an extreme loss is forgiven");
    }
    derive_turn(grid);
    if (row.discount.on || row.tail != 1 || row.gains.raw() != rate_one) {
      draft.keep(grid.path, "", "tail, gains and discount: how scenarios are added up");
    }
  }
}

namespace {

// A part of the scan range.
Target part(const Draft& draft, const std::string& base, const std::set<std::string>& named, double share,
            const std::string& why) {
  Target target =
      draft.worst(base, named, &AssetEstimates::scan_range, "scan range", draft.policy.others_factor);
  return with(target, rate_text(share, true) + " of the scan range: " + why,
              [&](double x) { return share * x; });
}

}  // namespace

void derive_short_options(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const std::set<std::string> named = named_bases(component.short_options);
  const ParameterPolicy& policy = draft.policy;
  for (ShortOptionRow& row : component.short_options) {
    const std::string path = row_path(component, row.key);
    const auto share = [&](const char* key, Rate& slot, double factor, const char* why, double grain) {
      draft.rate(path + key, slot, part(draft, row.key.base, named, factor, why),
                 {.least = 0.01, .grain = grain});
    };
    share(".initial", row.initial, policy.option_initial, "a written option at the money", half_percent);
    share(".initial_min", row.initial_min, policy.option_initial_min, "one far from the money", half_percent);
    share(".maintenance", row.maintenance, policy.option_maintenance, "half of initial", 0.001);
    if (row.maintenance_put != Rate{}) {
      share(".maintenance_put", row.maintenance_put, policy.option_maintenance, "as for calls", 0.001);
    }
    if (row.of_mark != Rate{}) {
      share(".of_mark", row.of_mark, policy.option_maintenance, "of a put worth more than the coin", 0.001);
    }
    // They moved on their own; none may pass the next.
    draft.raise(path + ".initial_min", row.initial_min, row.maintenance);
    draft.raise(path + ".initial", row.initial, row.initial_min);
    draft.keep(path + ".cover", percentage_text(row.cover), "a put's initial margin against its maintenance");
    draft.keep(path + ".fee", percentage_text(row.fee), "of closing");
  }
}

void derive_minimum(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const std::set<std::string> named = named_bases(component.minimums);
  for (MinimumRow& row : component.minimums) {
    const std::string path = row_path(component, row.key);
    if (!row.steps.empty()) {
      draft.keep(path, "", "the rule is for rows without steps");
      continue;
    }
    const ParameterPolicy& policy = draft.policy;
    draft.rate(path + ".net", row.net,
               part(draft, row.key.base, named, policy.least_net, "of the net delta, however well it looks"),
               {});
    draft.rate(
        path + ".hedged", row.hedged,
        part(draft, row.key.base, named, policy.least_hedged, "of what is hedged: hedges are imperfect"), {});
  }
}

void derive_written(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const std::set<std::string> named = named_bases(component.short_minimums);
  for (ShortMinimumRow& row : component.short_minimums) {
    const std::string path = row_path(component, row.key);
    const Target target =
        part(draft, row.key.base, named, draft.policy.written, "a written option is never free (quant 4.5)");
    draft.rate(path + ".initial", row.initial, target, {});
    draft.rate(path + ".maintenance", row.maintenance, target, {});
    draft.raise(path + ".initial", row.initial, row.maintenance);
    if (row.per_coin != Value{}) draft.keep(path + ".per_coin", amount_text(row.per_coin), "an amount");
  }
}

void derive_spreads(Draft& draft, std::size_t index) {
  Component& component = draft.next.components[index];
  const std::set<std::string> named = named_bases(component.spreads);
  const ParameterPolicy& policy = draft.policy;
  for (SpreadRow& row : component.spreads) {
    Target target =
        draft.worst(row.key.base, named, &AssetEstimates::basis, "change of the basis", policy.others_factor);
    target = with(target,
                  "change of the annualised basis on one day in 100, at least " +
                      rate_text(policy.basis_least, true) + ", x " +
                      factor_text(to_rate(policy.spread_years)) + " years between two expiries (quant 4.3)",
                  [&](double x) { return std::max(x, policy.basis_least) * policy.spread_years; });
    draft.rate(row_path(component, row.key) + ".rate", row.rate, target, {.least = 0.001, .most = 0.25});
  }
}

}  // namespace lockstep::calibrate
