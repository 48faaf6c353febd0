#include "node/rules/read_units.h"

#include "core/pricing/lognormal.h"
#include "node/rules/decimal.h"
#include "node/rules/read_scenarios.h"

namespace lockstep {
namespace {

void read_bracket(Form& form, const TomlNode& line, bool whole, Bracket& bracket) {
  const std::size_t size = whole ? 3 : 4;
  if (line.kind != TomlKind::array || line.children.size() != size) {
    return form.fail(line,
                     whole ? "a bracket must be an array [floor, rate, leverage] of three texts"
                           : "a bracket must be an array [floor, rate, leverage, deduction] of four texts");
  }
  form.value(line.children[0], "the floor", parse_amount, forms::amount, bracket.floor);
  form.value(line.children[1], "the rate", parse_percentage, forms::percentage, bracket.rate);
  form.value(line.children[2], "the leverage", parse_factor, forms::factor, bracket.leverage_max);
  if (!whole) form.value(line.children[3], "the deduction", parse_amount, forms::amount, bracket.deduction);
}

// A factor to 10^-16.
bool parse_fine(std::string_view text, Value& out) {
  i128 raw = 0;
  if (!parse_decimal(text, value_decimals, raw) || raw < 0 || raw > 1000 * value_one) return false;
  out = Value::from_raw(raw);
  return true;
}

double real(Rate rate) { return static_cast<double>(rate.raw()) / static_cast<double>(rate_one); }

void read_lognormal(Form& form, const TomlNode& node, SideRow& row) {
  form.allow_only(node, {"aversion", "years", "drift", "volatility"});
  Rate aversion, years, drift, volatility;
  form.read(node, "aversion", parse_factor, forms::factor, aversion);
  form.read(node, "years", parse_factor, forms::factor, years);
  form.read_optional(node, "drift", parse_factor, forms::factor, drift);
  form.read(node, "volatility", parse_factor, forms::factor, volatility);
  if (!form.ok()) return;
  const bool possible = aversion > Rate{} && aversion.raw() < rate_one && years > Rate{} &&
                        years.raw() <= rate_one && volatility > Rate{} && volatility.raw() <= 10 * rate_one &&
                        drift.raw() <= 10 * rate_one;
  if (!possible) {
    return form.fail(
        node,
        "aversion lies between 0 and 1, years between 0 and 1, volatility between 0 and 10, drift "
        "between 0 and 10");
  }
  const SideFactors factors =
      lognormal_factors(lognormal_of(real(drift), real(volatility), real(years)), real(aversion));
  row.long_factor = factors.long_factor;
  row.short_factor = factors.short_factor;
}

}  // namespace

void read_steps(Form& form, const TomlNode& node, std::vector<FactorStep>& steps) {
  for (const TomlNode& line : node.children) {
    if (line.kind != TomlKind::array || line.children.size() != 2) {
      return form.fail(line, "a step must be an array [floor, percentage] of two texts");
    }
    FactorStep step;
    form.value(line.children[0], "the floor", parse_amount, forms::amount, step.floor);
    form.value(line.children[1], "the percentage", parse_percentage, forms::percentage, step.factor);
    steps.push_back(step);
  }
}

void read_row(Form& form, const TomlNode& node, BracketRow& row) {
  const TomlNode* lines = &node;
  if (node.kind == TomlKind::table) {
    form.allow_only(node, {"whole", "by_coins", "brackets"});
    form.read(node, "whole", parse_flag, forms::flag, row.whole);
    form.read_optional(node, "by_coins", parse_flag, forms::flag, row.by_coins);
    lines = form.child(node, "brackets", TomlKind::array, "an array of brackets");
    if (lines == nullptr) return;
  }
  if (lines->kind != TomlKind::array) return form.fail(node, node.key + " must be an array of brackets");
  for (const TomlNode& line : lines->children) {
    read_bracket(form, line, row.whole, row.brackets.emplace_back());
    if (!form.ok()) return;
  }
}

void read_row(Form& form, const TomlNode& node, SideRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"long", "short", "lognormal", "slippage", "slippage_squared", "funding", "cap"});
  const TomlNode* model = form.optional_child(node, "lognormal", TomlKind::table,
                                              "a table of aversion, years, drift, volatility");
  if (model != nullptr) {
    read_lognormal(form, *model, row);
    form.read_optional(node, "long", parse_fine, forms::factor, row.long_factor);
    form.read_optional(node, "short", parse_fine, forms::factor, row.short_factor);
  } else {
    form.read(node, "long", parse_fine, forms::factor, row.long_factor);
    form.read(node, "short", parse_fine, forms::factor, row.short_factor);
  }
  form.read(node, "slippage", parse_factor, forms::factor, row.slippage);
  form.read_optional(node, "slippage_squared", parse_factor, forms::factor, row.slippage_squared);
  form.read_optional(node, "funding", parse_factor, forms::factor, row.funding_factor);
  form.read_optional(node, "cap", parse_amount, forms::amount, row.cap);
}

void read_row(Form& form, const TomlNode& node, MinimumRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"net", "hedged", "steps", "marginal"});
  form.read(node, "net", parse_percentage, forms::percentage, row.net);
  form.read(node, "hedged", parse_percentage, forms::percentage, row.hedged);
  form.read_optional(node, "marginal", parse_flag, forms::flag, row.marginal);
  const TomlNode* steps =
      form.optional_child(node, "steps", TomlKind::array, "an array of steps [floor, percentage]");
  if (steps != nullptr) read_steps(form, *steps, row.steps);
}

void read_row(Form& form, const TomlNode& node, SpreadRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"rate"});
  form.read(node, "rate", parse_percentage, forms::percentage, row.rate);
}

void read_row(Form& form, const TomlNode& node, BorrowRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"initial", "maintenance"});
  form.read(node, "initial", parse_percentage, forms::percentage, row.initial);
  form.read(node, "maintenance", parse_percentage, forms::percentage, row.maintenance);
}

void read_row(Form& form, const TomlNode& node, OffsetRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"other", "credit", "same_direction"});
  form.read(node, "other", parse_word, "the base asset of the other unit", row.other);
  form.read(node, "credit", parse_percentage, forms::percentage, row.credit);
  form.read_optional(node, "same_direction", parse_flag, forms::flag, row.same_direction);
}

}  // namespace lockstep
