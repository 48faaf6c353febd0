#include "node/rules/read_liquidation.h"

#include "core/units/limits.h"
#include "node/rules/decimal.h"

namespace lockstep {
namespace {

constexpr const char* sizes = R"("whole", "tier" or "to target")";
constexpr const char* limits_at = R"("mark", "bankruptcy" or "health")";
constexpr const char* losses = R"("fund", "ranked" or "pro rata")";

bool parse_size(std::string_view text, LiquidationSize& out) {
  if (text == "whole") return out = LiquidationSize::whole, true;
  if (text == "tier") return out = LiquidationSize::tier, true;
  if (text == "to target") return out = LiquidationSize::to_target, true;
  return false;
}

bool parse_limit(std::string_view text, LimitRule& out) {
  if (text == "mark") return out = LimitRule::mark, true;
  if (text == "bankruptcy") return out = LimitRule::bankruptcy, true;
  if (text == "health") return out = LimitRule::health, true;
  return false;
}

bool parse_fee_from(std::string_view text, FeeRule& out) {
  if (text == "pool") return out = FeeRule::pool, true;
  if (text == "part") return out = FeeRule::part, true;
  return false;
}

bool parse_small(std::string_view text, u8& out) {
  i128 raw = 0;
  if (!parse_decimal(text, 0, raw) || raw < 0 || raw > 255) return false;
  return out = static_cast<u8>(raw), true;
}

bool parse_lots(std::string_view text, Lots& out) {
  i128 raw = 0;
  if (!parse_decimal(text, 0, raw) || abs(raw) > limits::lots_raw_max) return false;
  return out = Lots::from_raw(static_cast<i64>(raw)), true;
}

bool parse_losses(std::string_view text, LossRule& out) {
  if (text == "fund") return out = LossRule::fund, true;
  if (text == "ranked") return out = LossRule::ranked, true;
  if (text == "pro rata") return out = LossRule::pro_rata, true;
  return false;
}

void read_slice(Form& form, const TomlNode& table, LiquidationRules& rules) {
  const TomlNode* slice = form.optional_child(table, "slice", TomlKind::table,
                                              "a table of share, above, lots, least, every, whole_within");
  if (slice == nullptr) return;
  form.allow_only(*slice, {"share", "above", "lots", "least", "every", "whole_within"});
  form.read_optional(*slice, "share", parse_percentage, forms::percentage, rules.share);
  form.read_optional(*slice, "above", parse_amount, forms::amount, rules.share_above);
  form.read_optional(*slice, "lots", parse_lots, "a number of lots", rules.share_lots);
  form.read_optional(*slice, "least", parse_amount, forms::amount, rules.share_least);
  form.read_optional(*slice, "every", parse_span, forms::span, rules.cooldown);
  form.read_optional(*slice, "whole_within", parse_span, forms::span, rules.whole_within);
}

void read_pace(Form& form, const TomlNode& table, LiquidationRules& rules) {
  const TomlNode* pace =
      form.optional_child(table, "pace", TomlKind::table, "a table of depth, deviation, deviations, urgent");
  if (pace == nullptr) return;
  form.allow_only(*pace, {"depth", "deviation", "deviations", "urgent"});
  form.read_optional(*pace, "depth", parse_percentage, forms::percentage, rules.depth_share);
  form.read_optional(*pace, "deviation", parse_percentage, forms::percentage, rules.deviation);
  form.read_optional(*pace, "deviations", parse_factor, forms::factor, rules.deviations);
  form.read_optional(*pace, "urgent", parse_span, forms::span, rules.urgent);
}

void read_backstop(Form& form, const TomlNode& table, LiquidationRules& rules) {
  const TomlNode* backstop =
      form.optional_child(table, "backstop", TomlKind::table, "a table of account, at, penalty");
  if (backstop == nullptr) return;
  form.allow_only(*backstop, {"account", "at", "penalty"});
  form.read(*backstop, "account", parse_word, "the name of an account", rules.backstop);
  form.read_optional(*backstop, "at", parse_percentage, forms::percentage, rules.backstop_at);
  form.read_optional(*backstop, "penalty", parse_percentage, forms::percentage, rules.penalty);
}

void read_losses(Form& form, const TomlNode& table, LiquidationRules& rules) {
  const TomlNode* node = form.optional_child(table, "losses", TomlKind::table,
                                             "a table of rest, fund_daily, at, leverage_cap, protect_hedges");
  if (node == nullptr) return;
  form.allow_only(*node, {"rest", "fund_daily", "at", "leverage_cap", "protect_hedges"});
  form.read(*node, "rest", parse_losses, losses, rules.losses);
  form.read_optional(*node, "fund_daily", parse_percentage, forms::percentage, rules.fund_daily);
  form.read_optional(*node, "at", parse_percentage, forms::percentage, rules.deleverage_at);
  form.read_optional(*node, "leverage_cap", parse_factor, forms::factor, rules.leverage_cap);
  form.read_optional(*node, "protect_hedges", parse_flag, forms::flag, rules.protect_hedges);
}

}  // namespace

void read_states(Form& form, const TomlNode& file, StateRules& rules) {
  const TomlNode* table = form.optional_child(file, "states", TomlKind::table, "a table of lines");
  if (table == nullptr) return;
  form.remember("states", *table);
  form.allow_only(*table, {"warning", "reduce_only", "release", "call", "gate"});
  form.read_optional(*table, "warning", parse_percentage, forms::percentage, rules.warning);
  form.read_optional(*table, "reduce_only", parse_percentage, forms::percentage, rules.reduce_only);
  form.read_optional(*table, "release", parse_percentage, forms::percentage, rules.release);
  form.read_optional(*table, "call", parse_span, forms::span, rules.call_period);
  form.read_optional(*table, "gate", parse_span, forms::span, rules.gate);
}

void read_epochs(Form& form, const TomlNode& file, EpochRules& rules) {
  constexpr const char* people = "a number of people";
  const TomlNode* table = form.optional_child(file, "epochs", TomlKind::table, "a table of rules for epochs");
  if (table == nullptr) return;
  form.remember("epochs", *table);
  form.allow_only(*table, {"approvals", "emergency_approvals", "notice", "grace"});
  form.read_optional(*table, "approvals", parse_small, people, rules.approvals);
  rules.emergency_approvals = rules.approvals;
  form.read_optional(*table, "emergency_approvals", parse_small, people, rules.emergency_approvals);
  form.read_optional(*table, "notice", parse_span, forms::span, rules.notice);
  form.read_optional(*table, "grace", parse_span, forms::span, rules.grace);
}

void read_liquidation(Form& form, const TomlNode& file, LiquidationRules& rules) {
  const TomlNode* table = form.optional_child(file, "liquidation", TomlKind::table,
                                              "a table that says how accounts are liquidated");
  if (table == nullptr) return;
  form.remember("liquidation", *table);
  form.allow_only(
      *table, {"size", "target", "tiers", "fee", "fee_from", "cost", "impact", "limit", "limit_at", "spread",
               "adjustment", "slice", "pace", "cross", "backstop", "losses"});
  for (const char* key : {"target", "tiers", "limit_at", "slice", "pace", "backstop", "losses"}) {
    if (const TomlNode* node = table->find(key)) form.remember(std::string("liquidation.") + key, *node);
  }
  form.read(*table, "size", parse_size, sizes, rules.size);
  rules.target = Rate::from_raw(rate_one);
  form.read_optional(*table, "target", parse_factor, forms::factor, rules.target);
  form.read_optional(*table, "tiers", parse_small, "a number of tiers, at most 255", rules.tiers);
  form.read_optional(*table, "fee", parse_percentage, forms::percentage, rules.fee);
  form.read_optional(*table, "fee_from", parse_fee_from, R"("pool" or "part")", rules.fee_from);
  form.read_optional(*table, "cost", parse_percentage, forms::percentage, rules.cost);
  form.read_optional(*table, "impact", parse_factor, forms::factor, rules.impact);
  form.read_optional(*table, "limit", parse_percentage, forms::percentage, rules.limit);
  form.read_optional(*table, "limit_at", parse_limit, limits_at, rules.limit_at);
  form.read_optional(*table, "spread", parse_percentage, forms::percentage, rules.spread);
  form.read_optional(*table, "adjustment", parse_factor, forms::factor, rules.adjustment);
  form.read_optional(*table, "cross", parse_flag, forms::flag, rules.cross);
  read_slice(form, *table, rules);
  read_pace(form, *table, rules);
  read_backstop(form, *table, rules);
  read_losses(form, *table, rules);
}

}  // namespace lockstep
