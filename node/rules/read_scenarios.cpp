#include "node/rules/read_scenarios.h"

#include "node/rules/decimal.h"

namespace lockstep {
namespace {

bool parse_grid_price(std::string_view text, PriceUse& out) {
  out = text == "reference" ? PriceUse::reference : PriceUse::mark;
  return text == "mark" || text == "reference";
}

bool parse_distance(std::string_view text, PriceUse& out) {
  out = text == "reference" ? PriceUse::reference : PriceUse::forward;
  return text == "reference" || text == "forward";
}

bool parse_volatility(std::string_view text, ListedScenario& out) {
  static constexpr std::string_view names[] = {"same", "up", "down", "turned", "bent"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (names[i] != text) continue;
    out.volatility = static_cast<VolatilityMove>(i);
    return true;
  }
  return parse_percentage(text, out.volatility_move);
}

bool parse_tail(std::string_view text, u16& out) {
  i128 raw = 0;
  if (!parse_decimal(text, 0, raw) || raw < 1 || raw > 1000) return false;
  out = static_cast<u16>(raw);
  return true;
}

void read_listed(Form& form, const TomlNode& node, std::vector<ListedScenario>& listed) {
  for (const TomlNode& line : node.children) {
    if (line.kind != TomlKind::array || line.children.size() < 2 || line.children.size() > 3) {
      return form.fail(line, "a scenario must be an array [move, volatility] or [move, volatility, share]");
    }
    ListedScenario scenario;
    form.value(line.children[0], "the move", parse_percentage, forms::percentage, scenario.move);
    form.value(line.children[1], "the volatility", parse_volatility,
               "same, up, down, turned, bent or a percentage", scenario);
    if (line.children.size() == 3) {
      form.value(line.children[2], "the share", parse_percentage, forms::percentage, scenario.share);
    }
    listed.push_back(scenario);
  }
}

void read_discount(Form& form, const TomlNode& node, ExpiryDiscount& discount) {
  form.allow_only(node, {"long_base", "long_rate", "long_add", "short_base", "short_rate", "short_add"});
  discount.on = true;
  discount.positive_only = node.find("short_base") == nullptr;
  form.read(node, "long_base", parse_percentage, forms::percentage, discount.long_base);
  form.read(node, "long_rate", parse_factor, forms::factor, discount.long_rate);
  form.read(node, "long_add", parse_percentage, forms::percentage, discount.long_add);
  if (discount.positive_only) return;
  form.read(node, "short_base", parse_percentage, forms::percentage, discount.short_base);
  form.read(node, "short_rate", parse_factor, forms::factor, discount.short_rate);
  form.read(node, "short_add", parse_percentage, forms::percentage, discount.short_add);
}

void read_skew(Form& form, const TomlNode& node, Skew& skew) {
  form.allow_only(node, {"turned_base", "turned_per_sqrt_year", "bent_base", "bent_per_sqrt_year", "k_min",
                         "width", "level", "level_per_sqrt_year"});
  form.read(node, "turned_base", parse_factor, forms::factor, skew.linear_base);
  form.read(node, "turned_per_sqrt_year", parse_factor, forms::factor, skew.linear_per_sqrt_year);
  form.read(node, "bent_base", parse_factor, forms::factor, skew.absolute_base);
  form.read(node, "bent_per_sqrt_year", parse_factor, forms::factor, skew.absolute_per_sqrt_year);
  form.read(node, "k_min", parse_factor, forms::factor, skew.k_min);
  form.read(node, "width", parse_factor, forms::factor, skew.width);
  form.read(node, "level", parse_factor, forms::factor, skew.level);
  form.read(node, "level_per_sqrt_year", parse_factor, forms::factor, skew.level_per_sqrt_year);
}

void read_short_options(Form& form, const TomlNode& node, ShortOptionRow& row) {
  form.read(node, "initial", parse_percentage, forms::percentage, row.initial);
  form.read(node, "initial_min", parse_percentage, forms::percentage, row.initial_min);
  form.read(node, "maintenance", parse_percentage, forms::percentage, row.maintenance);
  form.read_optional(node, "maintenance_put", parse_percentage, forms::percentage, row.maintenance_put);
  form.read_optional(node, "of_mark", parse_percentage, forms::percentage, row.of_mark);
  form.read_optional(node, "of_mark_calls", parse_flag, forms::flag, row.of_mark_calls);
  form.read_optional(node, "cover", parse_percentage, forms::percentage, row.cover);
  form.read_optional(node, "fee", parse_percentage, forms::percentage, row.fee);
  form.read_optional(node, "distance", parse_distance, "\"forward\" or \"reference\"", row.distance);
}

}  // namespace

bool is_row(Form& form, const TomlNode& node) {
  if (node.kind == TomlKind::table) return true;
  form.fail(node, node.key + " must be a table of parameters, not " + to_text(node.kind));
  return false;
}

void read_row(Form& form, const TomlNode& node, ShortOptionRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"initial", "initial_min", "maintenance", "maintenance_put", "of_mark",
                         "of_mark_calls", "cover", "fee", "distance"});
  read_short_options(form, node, row);
}

void read_row(Form& form, const TomlNode& node, GridRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"moves", "volatility_up", "volatility_down", "volatility_up_min", "power_short",
                         "power_long", "days_min", "extreme_moves", "extreme_range", "dampener", "listed",
                         "tail", "discount", "skew", "price", "gains"});
  const TomlNode* listed =
      form.optional_child(node, "listed", TomlKind::array, "an array of scenarios [move, volatility, share]");
  if (listed != nullptr) {
    read_listed(form, *listed, row.listed);
    form.read_optional(node, "moves", parse_moves, forms::moves, row.moves);
  } else {
    form.read(node, "moves", parse_moves, forms::moves, row.moves);
  }
  form.read_optional(node, "tail", parse_tail, "a number of scenarios from 1 to 1000", row.tail);
  form.read_optional(node, "price", parse_grid_price, R"("mark" or "reference")", row.price);
  form.read_optional(node, "gains", parse_percentage, forms::percentage, row.gains);
  form.read(node, "volatility_up", parse_percentage, forms::percentage, row.volatility_up);
  form.read(node, "volatility_down", parse_percentage, forms::percentage, row.volatility_down);
  form.read(node, "volatility_up_min", parse_percentage, forms::percentage, row.volatility_up_min);
  form.read(node, "power_short", parse_factor, forms::factor, row.power_short);
  form.read(node, "power_long", parse_factor, forms::factor, row.power_long);
  form.read(node, "days_min", parse_factor, forms::factor, row.days_min);
  if (const TomlNode* child = form.optional_child(node, "discount", TomlKind::table, "a table")) {
    read_discount(form, *child, row.discount);
  }
  if (const TomlNode* child = form.optional_child(node, "skew", TomlKind::table, "a table")) {
    read_skew(form, *child, row.skew);
  }
  form.read_optional(node, "extreme_moves", parse_moves, forms::moves, row.extreme_moves);
  if (row.extreme_moves.empty()) return;
  form.read(node, "extreme_range", parse_percentage, forms::percentage, row.extreme_range);
  form.read(node, "dampener", parse_amount, forms::amount, row.dampener);
}

void read_row(Form& form, const TomlNode& node, NotionalRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node,
                  {"initial", "maintenance", "of_initial", "by_leverage", "interest_lower", "interest_upper",
                   "premium_share", "size_factor", "relaxed", "notional", "rate", "amount"});
  form.read(node, "initial", parse_percentage, forms::percentage, row.initial);
  form.read(node, "maintenance", parse_percentage, forms::percentage, row.maintenance);
  form.read_optional(node, "of_initial", parse_flag, forms::flag, row.of_initial);
  form.read_optional(node, "by_leverage", parse_flag, forms::flag, row.by_leverage);
  form.read_optional(node, "interest_lower", parse_amount, forms::amount, row.interest_lower);
  form.read_optional(node, "interest_upper", parse_amount, forms::amount, row.interest_upper);
  form.read_optional(node, "premium_share", parse_percentage, forms::percentage, row.premium_share);
  form.read_optional(node, "size_factor", parse_factor, forms::factor, row.size_factor);
  form.read_optional(node, "relaxed", parse_percentage, forms::percentage, row.relaxed);
  form.read_optional(node, "notional", parse_rounding, forms::rounding, row.notional);
  form.read_optional(node, "rate", parse_rounding, forms::rounding, row.rate);
  form.read_optional(node, "amount", parse_rounding, forms::rounding, row.amount);
}

void read_row(Form& form, const TomlNode& node, ShortMinimumRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"initial", "maintenance", "per_coin", "paired"});
  form.read(node, "initial", parse_percentage, forms::percentage, row.initial);
  form.read(node, "maintenance", parse_percentage, forms::percentage, row.maintenance);
  form.read_optional(node, "per_coin", parse_amount, forms::amount, row.per_coin);
  form.read_optional(node, "paired", parse_flag, forms::flag, row.paired);
}

void read_row(Form& form, const TomlNode& node, ConfidenceRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"threshold", "rate", "shorts_only", "depeg"});
  form.read(node, "threshold", parse_percentage, forms::percentage, row.threshold);
  form.read(node, "rate", parse_percentage, forms::percentage, row.rate);
  form.read_optional(node, "shorts_only", parse_flag, forms::flag, row.shorts_only);
  form.read_optional(node, "depeg", parse_flag, forms::flag, row.depeg);
}

void read_row(Form& form, const TomlNode& node, ExpiryLossRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(
      node, {"initial", "initial_min", "maintenance", "maintenance_put", "of_mark", "of_mark_calls", "cover",
             "fee", "distance", "unpaired_initial", "unpaired_maintenance"});
  read_short_options(form, node, row.short_options);
  form.read(node, "unpaired_initial", parse_percentage, forms::percentage, row.unpaired_initial);
  form.read(node, "unpaired_maintenance", parse_percentage, forms::percentage, row.unpaired_maintenance);
}

void read_row(Form& form, const TomlNode& node, BasisRow& row) {
  if (!is_row(form, node)) return;
  form.allow_only(node, {"up", "down", "add", "per_year"});
  form.read(node, "up", parse_percentage, forms::percentage, row.up);
  form.read(node, "down", parse_percentage, forms::percentage, row.down);
  form.read(node, "add", parse_factor, forms::factor, row.add);
  form.read(node, "per_year", parse_factor, forms::factor, row.per_year);
}

}  // namespace lockstep
