#include "node/rules/rulebook_text.h"

#include "core/risk/check.h"
#include "node/rules/text_parts.h"

namespace lockstep {

std::string quoted(const std::string& text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      out += c;
    } else {
      out += std::string("\\u00") + digits[static_cast<unsigned char>(c) >> 4] + digits[c & 0xf];
    }
  }
  return out + "\"";
}

std::string toml_key(const std::string& key) {
  bool bare = !key.empty();
  for (const char c : key) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    bare = bare && (letter || c == '_' || c == '-');
  }
  return bare ? key : quoted(key);
}

std::string Keys::in_line() const {
  std::string out = "{ ";
  for (const auto& [key, value] : keys_) out += (out.size() > 2 ? ", " : "") + key + " = " + value;
  return out + " }";
}

std::string Keys::lines() const {
  std::string out;
  for (const auto& [key, value] : keys_) out += key + " = " + value + "\n";
  return out;
}

namespace {

std::string section(const std::string& name, const Keys& keys) {
  return keys.empty() ? std::string() : "\n[" + name + "]\n" + keys.lines();
}

std::string list_text(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? ", " : "") + quoted(text);
  return out + "]";
}

std::string head_text(const Rulebook& rules) {
  Keys keys;
  keys.text("rulebook", rules.name);
  keys.text("version", rules.version);
  keys.text("source", rules.source);
  if (!rules.money.empty()) keys.text("money", rules.money);
  keys.factor("leverage_default", rules.leverage_default);
  return keys.lines();
}

// ---- schemes

const char* scheme_name(const Scheme& scheme) {
  switch (scheme.mode) {
    case MarginMode::isolated: return "isolated";
    case MarginMode::cross: return scheme.pooled ? "cross_pooled" : "cross";
    case MarginMode::portfolio: break;
  }
  return scheme.pooled ? "portfolio_pooled" : "portfolio";
}

std::string orders_text(const OrderRule& orders, const std::vector<Gap>& gaps) {
  static constexpr const char* rules[] = {"none", "per order",      "worst side",
                                          "",     "worst position", "at limit"};
  Keys keys;
  if (orders.kind == OrderRuleKind::gap) {
    keys.text("gap", gaps[orders.gap].name);
    return keys.in_line();
  }
  keys.text("rule", rules[static_cast<std::size_t>(orders.kind)]);
  keys.percentage_if("market_buffer", orders.market_buffer);
  if (orders.by_value) keys.text("side", "by value");
  if (orders.spot == SpotOrderRule::either_fills) keys.text("spot", "either fills");
  if (orders.spot == SpotOrderRule::reserved) keys.text("spot", "reserved");
  keys.amount_if("each", orders.each);
  keys.rounding_if("round", orders.rounding);
  return keys.in_line();
}

Keys levels_keys(const std::vector<Level>& levels) {
  Keys keys;
  for (const Level& level : levels) {
    Keys table;
    table.rounding_if("round", level.rounding);
    if (level.by_unit) table.text("of", "unit");
    if (table.empty()) {
      keys.text(toml_key(level.name), level.expression.text);
    } else {
      table.text("expression", level.expression.text);
      keys.raw(toml_key(level.name), table.in_line());
    }
  }
  return keys;
}

Keys scheme_keys(const Scheme& scheme, const std::vector<Gap>& gaps) {
  Keys keys;
  if (scheme.gap != no_gap) {
    keys.text("gap", gaps[scheme.gap].name);
    return keys;
  }
  keys.text("margin_balance", scheme.basis == MarginBasis::equity ? "equity" : "equity without options");
  if (scheme.unit == UnitBy::underlying) keys.text("unit", "underlying");
  if (scheme.unit == UnitBy::instrument) keys.text("unit", "instrument");
  if (scheme.valuation == PriceUse::reference) keys.text("valuation", "reference");
  if (scheme.liabilities_required) keys.text("liabilities", "required");
  keys.text("unit_initial", scheme.unit_initial.text);
  keys.text("unit_maintenance", scheme.unit_maintenance.text);
  keys.text("initial", scheme.pool_initial.text);
  keys.text("maintenance", scheme.pool_maintenance.text);
  keys.raw("orders", orders_text(scheme.orders, gaps));
  keys.text("liquidate",
            scheme.liquidate_at_equality ? "margin balance <= maintenance" : "margin balance < maintenance");
  keys.table_if("levels", levels_keys(scheme.levels));
  keys.rounding_if("round_initial", scheme.initial_rounding);
  keys.rounding_if("round_maintenance", scheme.maintenance_rounding);
  keys.rounding_if("round_unit_initial", scheme.unit_initial_rounding);
  keys.rounding_if("round_unit_maintenance", scheme.unit_maintenance_rounding);
  if (scheme.transition == TransitionRule::not_riskier) keys.text("transition", "not riskier");
  if (!scheme.exclusive.empty()) keys.raw("exclusive", list_text(scheme.exclusive));
  return keys;
}

// ---- sections

std::string states_text(const StateRules& states) {
  Keys keys;
  keys.percentage_if("warning", states.warning);
  keys.percentage_if("reduce_only", states.reduce_only);
  keys.percentage_if("release", states.release);
  keys.span_if("call", states.call_period);
  keys.span_if("gate", states.gate);
  return section("states", keys);
}

std::string epochs_text(const EpochRules& epochs) {
  Keys keys;
  if (epochs.approvals != 0 || epochs.emergency_approvals != 0) {
    keys.text("approvals", std::to_string(epochs.approvals));
    keys.text("emergency_approvals", std::to_string(epochs.emergency_approvals));
  }
  keys.span_if("notice", epochs.notice);
  keys.span_if("grace", epochs.grace);
  return section("epochs", keys);
}

Keys slice_keys(const LiquidationRules& rules) {
  Keys keys;
  keys.percentage_if("share", rules.share);
  keys.amount_if("above", rules.share_above);
  if (rules.share_lots != Lots{}) keys.text("lots", std::to_string(rules.share_lots.raw()));
  keys.amount_if("least", rules.share_least);
  keys.span_if("every", rules.cooldown);
  keys.span_if("whole_within", rules.whole_within);
  return keys;
}

Keys pace_keys(const LiquidationRules& rules) {
  Keys keys;
  keys.percentage_if("depth", rules.depth_share);
  keys.percentage_if("deviation", rules.deviation);
  keys.factor_if("deviations", rules.deviations);
  keys.span_if("urgent", rules.urgent);
  return keys;
}

Keys backstop_keys(const LiquidationRules& rules) {
  Keys keys;
  if (rules.backstop.empty()) return keys;
  keys.text("account", rules.backstop);
  keys.percentage_if("at", rules.backstop_at);
  keys.percentage_if("penalty", rules.penalty);
  return keys;
}

Keys losses_keys(const LiquidationRules& rules) {
  static constexpr const char* names[] = {"fund", "ranked", "pro rata"};
  Keys keys;
  keys.text("rest", names[static_cast<std::size_t>(rules.losses)]);
  keys.percentage_if("at", rules.deleverage_at);
  keys.percentage_if("fund_daily", rules.fund_daily);
  keys.factor_if("leverage_cap", rules.leverage_cap);
  keys.flag_if("protect_hedges", rules.protect_hedges);
  return keys;
}

std::string liquidation_text(const LiquidationRules& rules) {
  if (rules.size == LiquidationSize::none) return {};
  static constexpr const char* sizes[] = {"", "whole", "tier", "to target"};
  static constexpr const char* limits_at[] = {"mark", "bankruptcy", "health"};
  Keys keys;
  keys.text("size", sizes[static_cast<std::size_t>(rules.size)]);
  keys.factor_if("target", rules.target, Rate::from_raw(rate_one));
  if (rules.tiers != 1) keys.text("tiers", std::to_string(rules.tiers));
  keys.percentage_if("fee", rules.fee);
  if (rules.fee_from == FeeRule::part) keys.text("fee_from", "part");
  keys.percentage_if("cost", rules.cost);
  keys.factor_if("impact", rules.impact);
  keys.percentage_if("limit", rules.limit);
  if (rules.limit_at != LimitRule::mark) {
    keys.text("limit_at", limits_at[static_cast<std::size_t>(rules.limit_at)]);
  }
  keys.percentage_if("spread", rules.spread);
  keys.factor_if("adjustment", rules.adjustment);
  keys.flag_if("cross", rules.cross);
  keys.table_if("slice", slice_keys(rules));
  keys.table_if("pace", pace_keys(rules));
  keys.table_if("backstop", backstop_keys(rules));
  keys.table_if("losses", losses_keys(rules));
  return section("liquidation", keys);
}

std::string actions_text(u8 actions) {
  static constexpr const char* names[] = {"open", "reduce", "withdraw", "liquidate"};
  std::vector<std::string> found;
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if ((actions & action_bit(static_cast<Action>(i))) != 0) found.push_back(names[i]);
  }
  return list_text(found);
}

std::string prices_text(const PriceRules& prices) {
  Keys stale, divergence, bound, allow, keys;
  stale.span("mark", prices.mark_stale_after);
  stale.span("index", prices.index_stale_after);
  stale.span("volatility", prices.volatility_stale_after);
  divergence.percentage("perpetual", prices.divergence_perpetual);
  divergence.percentage("future", prices.divergence_future);
  keys.raw("stale_after", stale.in_line());
  keys.raw("divergence", divergence.in_line());
  if (prices.bound != Rate{} || prices.bound_future != Rate{} || prices.bound_over != Duration{}) {
    bound.percentage("within", prices.bound);
    bound.span("over", prices.bound_over);
    bound.percentage("future", prices.bound_future);
    keys.raw("bound", bound.in_line());
  }
  allow.raw("stale", actions_text(prices.allowed_stale));
  allow.raw("diverged", actions_text(prices.allowed_diverged));
  allow.raw("missing", actions_text(prices.allowed_missing));
  return section("prices", keys) + "[prices.allow]\n" + allow.lines();
}

std::string funding_row_text(const FundingRow& row) {
  static constexpr const char* formulas[] = {"damped", "plain", "dead band"};
  static constexpr const char* averages[] = {"mean", "linear", "padded"};
  Keys keys;
  keys.text("formula", formulas[static_cast<std::size_t>(row.formula)]);
  keys.text("premium", row.premium == PremiumFrom::mark ? "mark" : "impact");
  if (row.average != FundingAverage::mean)
    keys.text("average", averages[static_cast<std::size_t>(row.average)]);
  keys.span("interval", row.interval);
  keys.span("period", row.period);
  keys.span("sample", row.sample);
  if (row.samples_min != 1) keys.text("samples_min", std::to_string(row.samples_min));
  keys.percentage_if("interest", row.interest);
  keys.percentage_if("band", row.band);
  keys.percentage_if("premium_cap", row.premium_cap);
  keys.percentage_if("rate_cap", row.rate_cap);
  keys.percentage_if("cap_of_maintenance", row.cap_of_maintenance);
  keys.percentage_if("cap_of_margin", row.cap_of_margin);
  return keys.in_line();
}

std::string funding_text(const Rulebook& rules) {
  if (rules.funding.empty() && !rules.funding_made) return {};
  std::string out = std::string("\n[funding]\nrates = ") + (rules.funding_made ? "\"made\"" : "\"sent\"") +
                    "\n[funding.rows]\n";
  for (const FundingRow& row : rules.funding) {
    out += toml_key(to_text(row.key)) + " = " + funding_row_text(row) + "\n";
  }
  return out;
}

}  // namespace

std::string rulebook_text(const Rulebook& rules) {
  std::string out = head_text(rules);
  for (const Scheme& scheme : rules.schemes) {
    out += section(std::string("scheme.") + scheme_name(scheme), scheme_keys(scheme, rules.gaps));
  }
  for (const Component& component : rules.components) out += component_text(component, rules.gaps);
  out += collateral_text(rules.collateral) + profits_text(rules.profits);
  out += states_text(rules.states) + epochs_text(rules.epochs) + liquidation_text(rules.liquidation);
  out += prices_text(rules.prices);
  out += funding_text(rules);
  Keys gaps;
  for (const Gap& gap : rules.gaps) gaps.text(toml_key(gap.name), gap.text);
  return out + section("gaps", gaps);
}

}  // namespace lockstep
