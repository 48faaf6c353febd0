#include "node/rules/read_collateral.h"

#include "node/rules/decimal.h"
#include "node/rules/read_units.h"

namespace lockstep {
namespace {

void read_weights(Form& form, const TomlNode& row, std::string_view key, Weights& weights) {
  const TomlNode* table =
      form.child(row, key, TomlKind::table, R"(a table such as { asset = "80 %", debt = "120 %" })");
  if (table == nullptr) return;
  form.allow_only(*table, {"asset", "debt"});
  form.read(*table, "asset", parse_percentage, forms::percentage, weights.asset);
  form.read_optional(*table, "debt", parse_percentage, forms::percentage, weights.liability);
}

void read_asset(Form& form, const TomlNode& node, Collateral& row) {
  if (node.kind == TomlKind::text) {
    Rate haircut;
    form.value(node, node.key, parse_percentage, forms::percentage, haircut);
    row.initial.asset = row.maintenance.asset = Rate::from_raw(rate_one - haircut.raw());
    return;
  }
  if (node.kind != TomlKind::table)
    return form.fail(node, node.key + " must be a haircut or a table of weights");
  form.allow_only(
      node, {"initial", "maintenance", "steps", "deposits_start", "debts_start", "size_factor", "discount",
             "premium_share", "slow", "confidence_threshold", "confidence_rate", "worth", "weights"});
  read_weights(form, node, "initial", row.initial);
  read_weights(form, node, "maintenance", row.maintenance);
  if (const TomlNode* steps =
          form.optional_child(node, "steps", TomlKind::array, "an array of steps [floor, percentage]")) {
    read_steps(form, *steps, row.steps);
  }
  form.read_optional(node, "deposits_start", parse_amount, forms::amount, row.deposits_start);
  form.read_optional(node, "debts_start", parse_amount, forms::amount, row.debts_start);
  form.read_optional(node, "size_factor", parse_factor, forms::factor, row.size_factor);
  form.read_optional(node, "discount", parse_factor, forms::factor, row.discount);
  form.read_optional(node, "premium_share", parse_percentage, forms::percentage, row.premium_share);
  form.read_optional(node, "slow", parse_flag, forms::flag, row.slow);
  form.read_optional(node, "confidence_threshold", parse_percentage, forms::percentage,
                     row.confidence_threshold);
  form.read_optional(node, "confidence_rate", parse_percentage, forms::percentage, row.confidence_rate);
  form.read_optional(node, "worth", parse_rounding, forms::rounding, row.worth);
  form.read_optional(node, "weights", parse_rounding, forms::rounding, row.weights);
}

void read_profit(Form& form, const TomlNode& node, ProfitRow& row) {
  form.allow_only(node, {"initial", "maintenance", "initial_max", "size_factor", "discount", "imbalance_max",
                         "rounding", "weights"});
  form.read(node, "initial", parse_percentage, forms::percentage, row.initial);
  form.read(node, "maintenance", parse_percentage, forms::percentage, row.maintenance);
  form.read_optional(node, "initial_max", parse_amount, forms::amount, row.initial_max);
  form.read_optional(node, "size_factor", parse_factor, forms::factor, row.size_factor);
  form.read_optional(node, "discount", parse_factor, forms::factor, row.discount);
  form.read_optional(node, "imbalance_max", parse_amount, forms::amount, row.imbalance_max);
  form.read_optional(node, "rounding", parse_rounding, forms::rounding, row.rounding);
  form.read_optional(node, "weights", parse_rounding, forms::rounding, row.weights);
}

}  // namespace

void read_collateral(Form& form, const TomlNode& file, Rulebook& rules) {
  const TomlNode* table =
      form.optional_child(file, "collateral", TomlKind::table, "a table of assets and haircuts");
  if (table == nullptr) return;
  for (const TomlNode& node : table->children) {
    Collateral row;
    row.asset = node.key;
    read_asset(form, node, row);
    form.remember("collateral." + node.key, node);
    rules.collateral.push_back(row);
  }
}

void read_profits(Form& form, const TomlNode& file, Rulebook& rules) {
  const TomlNode* table =
      form.optional_child(file, "profits", TomlKind::table, "a table of parameters by underlying");
  if (table == nullptr) return;
  for (const TomlNode& node : table->children) {
    ProfitRow row;
    if (!parse_row_key(node.key, row.key)) {
      return form.fail(
          node, R"(a row is called "BTC", "BTC/USDC", "*/USDC" or "default", not ")" + node.key + "\"");
    }
    if (node.kind != TomlKind::table) return form.fail(node, node.key + " must be a table of parameters");
    read_profit(form, node, row);
    form.remember("profits." + node.key, node);
    rules.profits.push_back(row);
  }
}

}  // namespace lockstep
