#include "node/rules/expression_text.h"
#include "node/rules/read_parts.h"
#include "node/rules/read_scenarios.h"
#include "node/rules/read_units.h"

namespace lockstep {
namespace {

bool parse_kind(std::string_view text, ComponentKind& out) {
  for (std::size_t i = 0; i < std::size(component_kind_names); ++i) {
    if (component_kind_names[i] != text) continue;
    out = static_cast<ComponentKind>(i);
    return true;
  }
  return false;
}

bool parse_class(std::string_view text, u16& out) {
  static constexpr std::string_view kinds[] = {"spot", "perpetual", "future", "option"};
  for (std::size_t i = 1; i < std::size(kinds); ++i) {
    for (const bool inverse : {false, true}) {
      if (text != std::string(inverse ? "inverse " : "linear ") + std::string(kinds[i])) continue;
      out = class_bit(static_cast<InstrumentKind>(i), inverse);
      return true;
    }
  }
  return false;
}

void read_row(Form& form, const TomlNode& node, SizeRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"initial", "maintenance", "per_coin"});
  form.read(node, "initial", parse_percentage, forms::percentage, row.initial);
  form.read(node, "maintenance", parse_percentage, forms::percentage, row.maintenance);
  form.read(node, "per_coin", parse_percentage, forms::percentage, row.per_coin);
}

void read_row(Form& form, const TomlNode& node, RollRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"annualised", "minimum"});
  form.read(node, "annualised", parse_percentage, forms::percentage, row.annualised);
  form.read(node, "minimum", parse_percentage, forms::percentage, row.minimum);
}

void read_row(Form& form, const TomlNode& node, DeltaRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"threshold"});
  form.read(node, "threshold", parse_amount, forms::amount, row.threshold);
}

bool parse_price_use(std::string_view text, PriceUse& out) {
  out = text == "reference" ? PriceUse::reference : PriceUse::mark;
  return text == "reference" || text == "mark";
}

template <class Row>
void read_rows(Form& form, const TomlNode& table, const std::string& path, std::vector<Row>& rows) {
  const TomlNode* node = form.child(table, "rows", TomlKind::table, "a table of parameters by underlying");
  if (node == nullptr) return;
  form.remember(path, table);
  for (const TomlNode& child : node->children) {
    Row row;
    if (!parse_row_key(child.key, row.key)) {
      return form.fail(child, "a row is called \"BTC\", \"BTC/USDC\", \"*/USDC\" or \"default\", not \"" +
                                  child.key + "\"");
    }
    read_row(form, child, row);
    form.remember(path + ".rows." + child.key, child);
    rows.push_back(std::move(row));
  }
}

void read_classes(Form& form, const TomlNode& table, u16& applies) {
  constexpr const char* expected = R"(an array of classes such as "linear perpetual" or "inverse option")";
  const TomlNode* node = form.child(table, "applies_to", TomlKind::array, expected);
  if (node == nullptr) return;
  for (const TomlNode& element : node->children) {
    u16 bit = 0;
    form.value(element, "a class", parse_class, "linear or inverse, then perpetual, future or option", bit);
    applies = static_cast<u16>(applies | bit);
  }
}

void read_component(Form& form, const TomlNode& node, const Rulebook& rules, Component& component) {
  if (!is_row(form, node)) return;
  const std::string path = "component." + node.key;
  component.name = node.key;
  if (is_reserved(node.key))
    return form.fail(node, "\"" + node.key + "\" has a meaning in expressions; choose another name");
  form.allow_only(
      node, {"kind", "applies_to", "round", "gap_above", "price", "depeg_threshold", "depeg_factor", "rows"});
  form.read(node, "kind", parse_kind,
            "one of brackets, linear_in_size, short_option, scenario_grid, roll_charge, delta_charge, "
            "notional_rate, risk_factors, short_minimum, low_confidence, expiry_loss, basis_charge, "
            "minimum_charge, expiry_spread, concentration, borrow, offset",
            component.kind);
  form.read_optional(node, "price", parse_price_use, "\"mark\" or \"reference\"", component.price);
  form.read_optional(node, "depeg_threshold", parse_percentage, forms::percentage, component.depeg_threshold);
  form.read_optional(node, "depeg_factor", parse_factor, forms::factor, component.depeg_factor);
  if (class_of(component.kind) != ComponentClass::pool) read_classes(form, node, component.applies);
  form.read_optional(node, "round", parse_rounding, forms::rounding, component.rounding);
  if (node.find("gap_above") != nullptr) component.gap = read_gap(form, node, rules);
  with_rows(component, [&](auto& rows) { read_rows(form, node, path, rows); });
}

}  // namespace

void read_components(Form& form, const TomlNode& file, Rulebook& rules) {
  const TomlNode* table = form.child(file, "component", TomlKind::table, "tables [component.NAME]");
  if (table == nullptr) return;
  form.remember("component", *table);
  for (const TomlNode& node : table->children) {
    Component component;
    read_component(form, node, rules, component);
    rules.components.push_back(std::move(component));
  }
}

}  // namespace lockstep
