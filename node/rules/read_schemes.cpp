#include "node/rules/expression_text.h"
#include "node/rules/read_parts.h"

namespace lockstep {
namespace {

struct SchemeName {
  std::string_view name;
  MarginMode mode;
  bool pooled;
};
constexpr SchemeName scheme_names[] = {{"isolated", MarginMode::isolated, false},
                                       {"cross", MarginMode::cross, false},
                                       {"cross_pooled", MarginMode::cross, true},
                                       {"portfolio", MarginMode::portfolio, false},
                                       {"portfolio_pooled", MarginMode::portfolio, true}};

bool parse_basis(std::string_view text, MarginBasis& out) {
  if (text != "equity" && text != "equity without options") return false;
  out = text == "equity" ? MarginBasis::equity : MarginBasis::without_options;
  return true;
}

bool parse_liquidate(std::string_view text, bool& at_equality) {
  if (text != "margin balance < maintenance" && text != "margin balance <= maintenance") return false;
  at_equality = text == "margin balance <= maintenance";
  return true;
}

bool parse_transition(std::string_view text, TransitionRule& out) {
  if (text != "no worse" && text != "not riskier") return false;
  out = text == "no worse" ? TransitionRule::no_worse : TransitionRule::not_riskier;
  return true;
}

bool parse_unit(std::string_view text, UnitBy& out) {
  constexpr std::string_view words[] = {"underlying and settlement", "underlying", "instrument"};
  for (std::size_t i = 0; i < std::size(words); ++i) {
    if (text != words[i]) continue;
    out = static_cast<UnitBy>(i);
    return true;
  }
  return false;
}

bool parse_valuation(std::string_view text, PriceUse& out) {
  out = text == "reference" ? PriceUse::reference : PriceUse::mark;
  return text == "mark" || text == "reference";
}

bool parse_liabilities(std::string_view text, bool& required) {
  required = text == "required";
  return text == "required" || text == "in balance";
}

bool parse_by_unit(std::string_view text, bool& by_unit) {
  by_unit = text == "unit";
  return text == "unit" || text == "pool";
}

bool parse_rule(std::string_view text, OrderRuleKind& out) {
  if (text == "none")
    out = OrderRuleKind::none;
  else if (text == "per order")
    out = OrderRuleKind::per_order;
  else if (text == "worst side")
    out = OrderRuleKind::worst_side;
  else if (text == "worst position")
    out = OrderRuleKind::worst_position;
  else if (text == "at limit")
    out = OrderRuleKind::at_limit;
  else
    return false;
  return true;
}

bool parse_side(std::string_view text, bool& by_value) {
  by_value = text == "by value";
  return text == "by value" || text == "each";
}

bool parse_spot(std::string_view text, SpotOrderRule& out) {
  out = text == "either fills" ? SpotOrderRule::either_fills
        : text == "reserved"   ? SpotOrderRule::reserved
                               : SpotOrderRule::reserve;
  return text == "reserve" || text == "either fills" || text == "reserved";
}

bool parse_any(std::string_view text, std::string& out) {
  out = text;
  return !text.empty();
}

u16 gap_number(Form& form, const TomlNode& table, std::string_view key, const Rulebook& rules) {
  std::string name;
  form.read(table, key, parse_any, "the name of a gap of [gaps]", name);
  if (!form.ok()) return no_gap;
  for (std::size_t i = 0; i < rules.gaps.size(); ++i) {
    if (rules.gaps[i].name == name) return static_cast<u16>(i);
  }
  form.fail(*table.find(key), "\"" + name + "\" is not listed in [gaps]");
  return no_gap;
}

void read_orders(Form& form, const TomlNode& scheme, const Rulebook& rules, OrderRule& orders) {
  const TomlNode* table = form.child(scheme, "orders", TomlKind::table,
                                     R"(a table such as { rule = "per order" } or { gap = "..." })");
  if (table == nullptr) return;
  form.allow_only(*table, {"rule", "market_buffer", "gap", "side", "spot", "each", "round"});
  if (table->find("gap") != nullptr) {
    orders.gap = gap_number(form, *table, "gap", rules);
    orders.kind = OrderRuleKind::gap;
    if (table->find("rule") != nullptr)
      form.fail(*table->find("rule"), "orders have a rule or a gap, not both");
    return;
  }
  form.read(*table, "rule", parse_rule, "none, per order, worst side, worst position or at limit",
            orders.kind);
  form.read_optional(*table, "market_buffer", parse_percentage, forms::percentage, orders.market_buffer);
  form.read_optional(*table, "side", parse_side, R"("each" or "by value")", orders.by_value);
  form.read_optional(*table, "spot", parse_spot, R"("reserve", "either fills" or "reserved")", orders.spot);
  form.read_optional(*table, "each", parse_amount, forms::amount, orders.each);
  form.read_optional(*table, "round", parse_rounding, forms::rounding, orders.rounding);
}

void read_exclusive(Form& form, const TomlNode& scheme, std::vector<std::string>& out) {
  constexpr const char* expected = R"(an array of base assets such as ["XYZ"])";
  const TomlNode* node = form.optional_child(scheme, "exclusive", TomlKind::array, expected);
  if (node == nullptr) return;
  for (const TomlNode& element : node->children) {
    if (element.kind != TomlKind::text) return form.fail(element, std::string("expected ") + expected);
    out.push_back(element.text);
  }
}

void read_expression(Form& form, const TomlNode& scheme, const std::string& key, const std::string& path,
                     const Rulebook& rules, Expression& out) {
  const TomlNode* node = form.child(scheme, key, TomlKind::text, "an expression");
  if (node == nullptr) return;
  form.remember(path + "." + key, *node);
  Result<Expression, std::string> expression = parse_expression(node->text, rules.components);
  if (!expression) return form.fail(*node, expression.error());
  out = std::move(expression).value();
}

void read_level(Form& form, const TomlNode& node, const std::string& path, const Rulebook& rules,
                Level& level) {
  level.name = node.key;
  form.remember(path + "." + node.key, node);
  const TomlNode* text = &node;
  if (node.kind == TomlKind::table) {
    form.allow_only(node, {"expression", "round", "of"});
    text = form.child(node, "expression", TomlKind::text, "an expression");
    form.read_optional(node, "round", parse_rounding, forms::rounding, level.rounding);
    form.read_optional(node, "of", parse_by_unit, R"("unit" or "pool")", level.by_unit);
  }
  if (text == nullptr) return;
  if (text->kind != TomlKind::text) {
    return form.fail(*text, "a level is an expression such as \"1.5 * maintenance\", or a table with one");
  }
  Result<Expression, std::string> expression = parse_expression(text->text, rules.components);
  if (!expression) return form.fail(*text, expression.error());
  level.expression = std::move(expression).value();
}

void read_levels(Form& form, const TomlNode& scheme, const std::string& path, const Rulebook& rules,
                 std::vector<Level>& levels) {
  const TomlNode* table = form.optional_child(scheme, "levels", TomlKind::table,
                                              R"(a table such as { warning = "1.5 * maintenance" })");
  if (table == nullptr) return;
  form.remember(path + ".levels", *table);
  for (const TomlNode& node : table->children) {
    Level level;
    read_level(form, node, path + ".levels", rules, level);
    levels.push_back(std::move(level));
  }
}

void read_roundings(Form& form, const TomlNode& node, Scheme& scheme) {
  form.read_optional(node, "round_initial", parse_rounding, forms::rounding, scheme.initial_rounding);
  form.read_optional(node, "round_maintenance", parse_rounding, forms::rounding, scheme.maintenance_rounding);
  form.read_optional(node, "round_unit_initial", parse_rounding, forms::rounding,
                     scheme.unit_initial_rounding);
  form.read_optional(node, "round_unit_maintenance", parse_rounding, forms::rounding,
                     scheme.unit_maintenance_rounding);
}

void read_scheme(Form& form, const TomlNode& node, const Rulebook& rules, Scheme& scheme) {
  const std::string path = "scheme." + node.key;
  form.remember(path, node);
  if (node.kind != TomlKind::table) return form.fail(node, node.key + " must be a table");
  if (node.find("gap") != nullptr) {
    form.allow_only(node, {"gap"});
    scheme.gap = gap_number(form, node, "gap", rules);
    return;
  }
  form.allow_only(
      node, {"margin_balance", "unit", "valuation", "liabilities", "unit_initial", "unit_maintenance",
             "initial", "maintenance", "levels", "liquidate", "orders", "round_initial", "round_maintenance",
             "round_unit_initial", "round_unit_maintenance", "transition", "exclusive", "gap"});
  form.read(node, "margin_balance", parse_basis, R"("equity" or "equity without options")", scheme.basis);
  form.read(node, "liquidate", parse_liquidate,
            R"("margin balance < maintenance" or "margin balance <= maintenance")",
            scheme.liquidate_at_equality);
  read_expression(form, node, "unit_initial", path, rules, scheme.unit_initial);
  read_expression(form, node, "unit_maintenance", path, rules, scheme.unit_maintenance);
  read_expression(form, node, "initial", path, rules, scheme.pool_initial);
  read_expression(form, node, "maintenance", path, rules, scheme.pool_maintenance);
  form.read_optional(node, "unit", parse_unit, R"("underlying and settlement", "underlying" or "instrument")",
                     scheme.unit);
  form.remember(path + ".unit", node);
  form.read_optional(node, "valuation", parse_valuation, R"("mark" or "reference")", scheme.valuation);
  form.read_optional(node, "liabilities", parse_liabilities, R"("in balance" or "required")",
                     scheme.liabilities_required);
  read_levels(form, node, path, rules, scheme.levels);
  read_roundings(form, node, scheme);
  read_exclusive(form, node, scheme.exclusive);
  form.read_optional(node, "transition", parse_transition, R"("no worse" or "not riskier")",
                     scheme.transition);
  read_orders(form, node, rules, scheme.orders);
}

u8 read_actions(Form& form, const TomlNode& table, std::string_view key) {
  static constexpr std::string_view names[] = {"open", "reduce", "withdraw", "liquidate"};
  constexpr const char* expected = "an array of actions out of open, reduce, withdraw, liquidate";
  const TomlNode* node = form.child(table, key, TomlKind::array, expected);
  u8 actions = 0;
  if (node == nullptr) return actions;
  for (const TomlNode& element : node->children) {
    bool known = false;
    for (std::size_t i = 0; i < std::size(names); ++i) {
      if (element.kind != TomlKind::text || element.text != names[i]) continue;
      actions = static_cast<u8>(actions | action_bit(static_cast<Action>(i)));
      known = true;
    }
    if (!known) form.fail(element, "an action is one of open, reduce, withdraw, liquidate");
  }
  return actions;
}

}  // namespace

u16 read_gap(Form& form, const TomlNode& table, const Rulebook& rules) {
  return gap_number(form, table, "gap_above", rules);
}

void read_schemes(Form& form, const TomlNode& file, Rulebook& rules) {
  const TomlNode* table = form.child(file, "scheme", TomlKind::table, "tables [scheme.NAME]");
  if (table == nullptr) return;
  form.remember("scheme", *table);
  form.allow_only(*table, {"isolated", "cross", "cross_pooled", "portfolio", "portfolio_pooled"});
  for (const TomlNode& node : table->children) {
    Scheme scheme;
    for (const SchemeName& known : scheme_names) {
      if (known.name != node.key) continue;
      scheme.mode = known.mode;
      scheme.pooled = known.pooled;
    }
    read_scheme(form, node, rules, scheme);
    rules.schemes.push_back(std::move(scheme));
  }
}

void read_prices(Form& form, const TomlNode& file, PriceRules& prices) {
  const TomlNode* table = form.child(file, "prices", TomlKind::table, "a table [prices]");
  if (table == nullptr) return;
  form.remember("prices", *table);
  form.allow_only(*table, {"stale_after", "divergence", "allow", "bound"});
  const TomlNode* stale =
      form.child(*table, "stale_after", TomlKind::table, "a table of mark, index, volatility");
  const TomlNode* divergence =
      form.child(*table, "divergence", TomlKind::table, "a table of perpetual, future");
  const TomlNode* allow = form.child(*table, "allow", TomlKind::table, "a table of stale, diverged, missing");
  if (!form.ok()) return;
  if (const TomlNode* bound =
          form.optional_child(*table, "bound", TomlKind::table, "a table of within, over, future")) {
    form.remember("prices.bound", *bound);
    form.allow_only(*bound, {"within", "over", "future"});
    form.read(*bound, "within", parse_percentage, forms::percentage, prices.bound);
    prices.bound_future = prices.bound;
    form.read_optional(*bound, "future", parse_percentage, forms::percentage, prices.bound_future);
    form.read(*bound, "over", parse_span, forms::span, prices.bound_over);
  }
  form.allow_only(*stale, {"mark", "index", "volatility"});
  form.read(*stale, "mark", parse_span, forms::span, prices.mark_stale_after);
  form.read(*stale, "index", parse_span, forms::span, prices.index_stale_after);
  form.read(*stale, "volatility", parse_span, forms::span, prices.volatility_stale_after);
  form.allow_only(*divergence, {"perpetual", "future"});
  form.read(*divergence, "perpetual", parse_percentage, forms::percentage, prices.divergence_perpetual);
  form.read(*divergence, "future", parse_percentage, forms::percentage, prices.divergence_future);
  form.allow_only(*allow, {"stale", "diverged", "missing"});
  form.remember("prices.allow", *allow);
  prices.allowed_stale = read_actions(form, *allow, "stale");
  prices.allowed_diverged = read_actions(form, *allow, "diverged");
  prices.allowed_missing = read_actions(form, *allow, "missing");
}

}  // namespace lockstep
