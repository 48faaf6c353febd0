// The rows of a rulebook's text: components, collateral, profits.  Each function is the inverse of the
// read_row of the same type.
#include <type_traits>

#include "core/risk/check.h"
#include "node/rules/text_parts.h"

namespace lockstep {

std::string steps_text(const std::vector<FactorStep>& steps) {
  std::string out = "[";
  for (const FactorStep& step : steps) {
    out += (out.size() > 1 ? ", [" : "[") + quoted(amount_text(step.floor)) + ", " +
           quoted(percentage_text(step.factor)) + "]";
  }
  return out + "]";
}

namespace {

constexpr Rate one = Rate::from_raw(rate_one);

std::string row_text(const BracketRow& row) {
  std::string lines = "[";
  for (const Bracket& bracket : row.brackets) {
    lines += (lines.size() > 1 ? ", [" : "[") + quoted(amount_text(bracket.floor)) + ", " +
             quoted(percentage_text(bracket.rate)) + ", " + quoted(factor_text(bracket.leverage_max));
    if (!row.whole) lines += ", " + quoted(amount_text(bracket.deduction));
    lines += "]";
  }
  lines += "]";
  if (!row.whole) return lines;
  Keys keys;
  keys.text("whole", "yes");
  keys.flag_if("by_coins", row.by_coins);
  keys.raw("brackets", lines);
  return keys.in_line();
}

std::string row_text(const SizeRow& row) {
  Keys keys;
  keys.percentage("initial", row.initial);
  keys.percentage("maintenance", row.maintenance);
  keys.percentage("per_coin", row.per_coin);
  return keys.in_line();
}

void short_option_keys(const ShortOptionRow& row, Keys& keys) {
  keys.percentage("initial", row.initial);
  keys.percentage("initial_min", row.initial_min);
  keys.percentage("maintenance", row.maintenance);
  keys.percentage_if("maintenance_put", row.maintenance_put);
  keys.percentage_if("of_mark", row.of_mark);
  keys.flag_if("of_mark_calls", row.of_mark_calls);
  keys.percentage_if("cover", row.cover, one);
  keys.percentage_if("fee", row.fee);
  if (row.distance == PriceUse::reference) keys.text("distance", "reference");
}

std::string row_text(const ShortOptionRow& row) {
  Keys keys;
  short_option_keys(row, keys);
  return keys.in_line();
}

std::string row_text(const ExpiryLossRow& row) {
  Keys keys;
  short_option_keys(row.short_options, keys);
  keys.percentage("unpaired_initial", row.unpaired_initial);
  keys.percentage("unpaired_maintenance", row.unpaired_maintenance);
  return keys.in_line();
}

std::string volatility_text(const ListedScenario& listed) {
  static constexpr const char* names[] = {"same", "up", "down", "turned", "bent"};
  if (listed.volatility_move != Rate{}) return percentage_text(listed.volatility_move);
  return names[static_cast<std::size_t>(listed.volatility)];
}

std::string listed_text(const std::vector<ListedScenario>& scenarios) {
  std::string out = "[";
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const ListedScenario& listed = scenarios[i];
    out += (i == 0 ? "" : i % 6 == 0 ? ",\n  " : ", ");
    out += "[" + quoted(percentage_text(listed.move)) + ", " + quoted(volatility_text(listed));
    if (listed.share != one) out += ", " + quoted(percentage_text(listed.share));
    out += "]";
  }
  return out + "]";
}

Keys discount_keys(const ExpiryDiscount& discount) {
  Keys keys;
  if (!discount.on) return keys;
  keys.percentage("long_base", discount.long_base);
  keys.factor("long_rate", discount.long_rate);
  keys.percentage("long_add", discount.long_add);
  if (discount.positive_only) return keys;
  keys.percentage("short_base", discount.short_base);
  keys.factor("short_rate", discount.short_rate);
  keys.percentage("short_add", discount.short_add);
  return keys;
}

Keys skew_keys(const Skew& skew) {
  Keys keys;
  const bool none = skew.k_min == Rate{} && skew.width == Rate{} && skew.level == Rate{} &&
                    skew.linear_base == Rate{} && skew.absolute_base == Rate{} &&
                    skew.linear_per_sqrt_year == Rate{} && skew.absolute_per_sqrt_year == Rate{} &&
                    skew.level_per_sqrt_year == Rate{};
  if (none) return keys;
  keys.factor("turned_base", skew.linear_base);
  keys.factor("turned_per_sqrt_year", skew.linear_per_sqrt_year);
  keys.factor("bent_base", skew.absolute_base);
  keys.factor("bent_per_sqrt_year", skew.absolute_per_sqrt_year);
  keys.factor("k_min", skew.k_min);
  keys.factor("width", skew.width);
  keys.factor("level", skew.level);
  keys.factor("level_per_sqrt_year", skew.level_per_sqrt_year);
  return keys;
}

Keys grid_keys(const GridRow& row) {
  Keys keys;
  if (!row.moves.empty()) keys.text("moves", moves_text(row.moves));
  keys.percentage("volatility_up", row.volatility_up);
  keys.percentage("volatility_down", row.volatility_down);
  keys.percentage("volatility_up_min", row.volatility_up_min);
  keys.factor("power_short", row.power_short);
  keys.factor("power_long", row.power_long);
  keys.factor("days_min", row.days_min);
  if (!row.extreme_moves.empty()) {
    keys.text("extreme_moves", moves_text(row.extreme_moves));
    keys.percentage("extreme_range", row.extreme_range);
    keys.amount("dampener", row.dampener);
  }
  if (!row.listed.empty()) keys.raw("listed", listed_text(row.listed));
  if (row.tail != 1) keys.text("tail", std::to_string(row.tail));
  if (row.price == PriceUse::reference) keys.text("price", "reference");
  keys.percentage_if("gains", row.gains, one);
  keys.table_if("discount", discount_keys(row.discount));
  keys.table_if("skew", skew_keys(row.skew));
  return keys;
}

std::string row_text(const RollRow& row) {
  Keys keys;
  keys.percentage("annualised", row.annualised);
  keys.percentage("minimum", row.minimum);
  return keys.in_line();
}

std::string row_text(const DeltaRow& row) {
  Keys keys;
  keys.amount("threshold", row.threshold);
  return keys.in_line();
}

std::string row_text(const NotionalRow& row) {
  Keys keys;
  keys.percentage("initial", row.initial);
  keys.percentage("maintenance", row.maintenance);
  keys.flag_if("of_initial", row.of_initial);
  keys.flag_if("by_leverage", row.by_leverage);
  keys.amount_if("interest_lower", row.interest_lower);
  keys.amount_if("interest_upper", row.interest_upper);
  keys.percentage_if("premium_share", row.premium_share);
  keys.factor_if("size_factor", row.size_factor);
  keys.percentage_if("relaxed", row.relaxed);
  keys.rounding_if("notional", row.notional);
  keys.rounding_if("rate", row.rate);
  keys.rounding_if("amount", row.amount);
  return keys.in_line();
}

std::string row_text(const SideRow& row) {
  Keys keys;
  keys.text("long", to_decimal(row.long_factor.raw(), value_decimals));
  keys.text("short", to_decimal(row.short_factor.raw(), value_decimals));
  keys.factor("slippage", row.slippage);
  keys.factor_if("slippage_squared", row.slippage_squared);
  keys.factor_if("funding", row.funding_factor);
  keys.amount_if("cap", row.cap);
  return keys.in_line();
}

std::string row_text(const ShortMinimumRow& row) {
  Keys keys;
  keys.percentage("initial", row.initial);
  keys.percentage("maintenance", row.maintenance);
  keys.amount_if("per_coin", row.per_coin);
  keys.flag_if("paired", row.paired);
  return keys.in_line();
}

std::string row_text(const ConfidenceRow& row) {
  Keys keys;
  keys.percentage("threshold", row.threshold);
  keys.percentage("rate", row.rate);
  keys.flag_if("shorts_only", row.shorts_only);
  keys.flag_if("depeg", row.depeg);
  return keys.in_line();
}

std::string row_text(const BasisRow& row) {
  Keys keys;
  keys.percentage("up", row.up);
  keys.percentage("down", row.down);
  keys.factor("add", row.add);
  keys.factor("per_year", row.per_year);
  return keys.in_line();
}

std::string row_text(const MinimumRow& row) {
  Keys keys;
  keys.percentage("net", row.net);
  keys.percentage("hedged", row.hedged);
  keys.flag_if("marginal", row.marginal);
  if (!row.steps.empty()) keys.raw("steps", steps_text(row.steps));
  return keys.in_line();
}

std::string row_text(const SpreadRow& row) {
  Keys keys;
  keys.percentage("rate", row.rate);
  return keys.in_line();
}

std::string row_text(const BorrowRow& row) {
  Keys keys;
  keys.percentage("initial", row.initial);
  keys.percentage("maintenance", row.maintenance);
  return keys.in_line();
}

std::string row_text(const OffsetRow& row) {
  Keys keys;
  keys.text("other", row.other);
  keys.percentage("credit", row.credit);
  keys.flag_if("same_direction", row.same_direction);
  return keys.in_line();
}

std::string classes_text(u16 applies) {
  static constexpr const char* kinds[] = {"spot", "perpetual", "future", "option"};
  std::string out = "[";
  for (std::size_t i = 1; i < std::size(kinds); ++i) {
    for (const bool inverse : {false, true}) {
      if ((applies & class_bit(static_cast<InstrumentKind>(i), inverse)) == 0) continue;
      out +=
          (out.size() > 1 ? ", " : "") + quoted((inverse ? "inverse " : "linear ") + std::string(kinds[i]));
    }
  }
  return out + "]";
}

template <class Row>
std::string rows_text(const std::string& path, const std::vector<Row>& rows) {
  if constexpr (std::is_same_v<Row, GridRow>) {  // too much for a line
    std::string out;
    for (const GridRow& row : rows) {
      out += "[" + path + "." + toml_key(to_text(row.key)) + "]\n" + grid_keys(row).lines();
    }
    return out;
  } else {
    std::string out = "[" + path + "]\n";
    for (const Row& row : rows) out += toml_key(to_text(row.key)) + " = " + row_text(row) + "\n";
    return out;
  }
}

std::string weights_text(const Weights& weights) {
  Keys keys;
  keys.percentage("asset", weights.asset);
  keys.percentage_if("debt", weights.liability, one);
  return keys.in_line();
}

void further_keys(const Collateral& row, Keys& keys) {
  if (!row.steps.empty()) keys.raw("steps", steps_text(row.steps));
  keys.amount_if("deposits_start", row.deposits_start);
  keys.amount_if("debts_start", row.debts_start);
  keys.factor_if("size_factor", row.size_factor);
  keys.factor_if("discount", row.discount);
  keys.percentage_if("premium_share", row.premium_share);
  keys.flag_if("slow", row.slow);
  keys.percentage_if("confidence_threshold", row.confidence_threshold);
  keys.percentage_if("confidence_rate", row.confidence_rate);
  keys.rounding_if("worth", row.worth, {Round::down});
  keys.rounding_if("weights", row.weights);
}

std::string row_text(const Collateral& row) {
  Keys further;
  further_keys(row, further);
  const bool haircut = further.empty() && row.initial.asset == row.maintenance.asset &&
                       row.initial.liability == one && row.maintenance.liability == one;
  if (haircut) return quoted(percentage_text(Rate::from_raw(rate_one - row.initial.asset.raw())));
  Keys keys;
  keys.raw("initial", weights_text(row.initial));
  keys.raw("maintenance", weights_text(row.maintenance));
  further_keys(row, keys);
  return keys.in_line();
}

}  // namespace

std::string component_text(const Component& component, const std::vector<Gap>& gaps) {
  const std::string path = "component." + component.name;
  Keys keys;
  keys.text("kind", component_kind_names[static_cast<std::size_t>(component.kind)]);
  if (class_of(component.kind) != ComponentClass::pool)
    keys.raw("applies_to", classes_text(component.applies));
  if (component.gap != no_gap) keys.text("gap_above", gaps[component.gap].name);
  if (component.price == PriceUse::reference) keys.text("price", "reference");
  keys.percentage_if("depeg_threshold", component.depeg_threshold);
  keys.factor_if("depeg_factor", component.depeg_factor);
  keys.rounding_if("round", component.rounding);
  return "\n[" + path + "]\n" + keys.lines() +
         with_rows(component, [&](const auto& rows) { return rows_text(path + ".rows", rows); });
}

std::string collateral_text(const std::vector<Collateral>& collateral) {
  if (collateral.empty()) return {};
  std::string out = "\n[collateral]\n";
  for (const Collateral& row : collateral) out += toml_key(row.asset) + " = " + row_text(row) + "\n";
  return out;
}

std::string profits_text(const std::vector<ProfitRow>& profits) {
  if (profits.empty()) return {};
  std::string out = "\n[profits]\n";
  for (const ProfitRow& row : profits) {
    Keys keys;
    keys.percentage("initial", row.initial);
    keys.percentage("maintenance", row.maintenance);
    keys.amount_if("initial_max", row.initial_max);
    keys.factor_if("size_factor", row.size_factor);
    keys.factor_if("discount", row.discount);
    keys.amount_if("imbalance_max", row.imbalance_max);
    keys.rounding_if("rounding", row.rounding, {Round::down});
    keys.rounding_if("weights", row.weights);
    out += toml_key(to_text(row.key)) + " = " + keys.in_line() + "\n";
  }
  return out;
}

}  // namespace lockstep
