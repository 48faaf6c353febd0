#include "node/rules/read_funding.h"

#include "node/rules/decimal.h"

namespace lockstep {
namespace {

bool parse_rates(std::string_view text, bool& made) {
  made = text == "made";
  return made || text == "sent";
}

bool parse_formula(std::string_view text, FundingFormula& out) {
  if (text == "damped") return out = FundingFormula::damped, true;
  if (text == "plain") return out = FundingFormula::plain, true;
  if (text == "dead band") return out = FundingFormula::dead_band, true;
  return false;
}

bool parse_premium(std::string_view text, PremiumFrom& out) {
  if (text == "mark") return out = PremiumFrom::mark, true;
  if (text == "impact") return out = PremiumFrom::impact, true;
  return false;
}

bool parse_average(std::string_view text, FundingAverage& out) {
  if (text == "mean") return out = FundingAverage::mean, true;
  if (text == "linear") return out = FundingAverage::linear, true;
  if (text == "padded") return out = FundingAverage::padded, true;
  return false;
}

bool parse_count(std::string_view text, u32& out) {
  if (text.empty() || text.size() > 9) return false;
  u32 value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<u32>(c - '0');
  }
  out = value;
  return true;
}

void read_row(Form& form, const TomlNode& node, FundingRow& row) {
  form.allow_only(node,
                  {"formula", "premium", "average", "interval", "period", "sample", "samples_min", "interest",
                   "band", "premium_cap", "rate_cap", "cap_of_maintenance", "cap_of_margin"});
  form.read(node, "formula", parse_formula, R"("damped", "plain" or "dead band")", row.formula);
  form.read(node, "premium", parse_premium, R"("mark" or "impact")", row.premium);
  form.read_optional(node, "average", parse_average, R"("mean", "linear" or "padded")", row.average);
  form.read(node, "interval", parse_span, forms::span, row.interval);
  form.read(node, "period", parse_span, forms::span, row.period);
  form.read(node, "sample", parse_span, forms::span, row.sample);
  form.read_optional(node, "samples_min", parse_count, R"(a number of samples such as "60")",
                     row.samples_min);
  form.read_optional(node, "interest", parse_percentage, forms::percentage, row.interest);
  form.read_optional(node, "band", parse_percentage, forms::percentage, row.band);
  form.read_optional(node, "premium_cap", parse_percentage, forms::percentage, row.premium_cap);
  form.read_optional(node, "rate_cap", parse_percentage, forms::percentage, row.rate_cap);
  form.read_optional(node, "cap_of_maintenance", parse_percentage, forms::percentage, row.cap_of_maintenance);
  form.read_optional(node, "cap_of_margin", parse_percentage, forms::percentage, row.cap_of_margin);
}

}  // namespace

void read_funding(Form& form, const TomlNode& file, Rulebook& rules) {
  const TomlNode* table = form.optional_child(file, "funding", TomlKind::table, "a table of rates and rows");
  if (table == nullptr) return;
  form.allow_only(*table, {"rates", "rows"});
  form.remember("funding", *table);
  form.read(*table, "rates", parse_rates, R"("made" (by the engine) or "sent" (as commands))",
            rules.funding_made);
  const TomlNode* rows = form.child(*table, "rows", TomlKind::table, "a table of parameters by underlying");
  if (rows == nullptr) return;
  for (const TomlNode& node : rows->children) {
    FundingRow row;
    if (!parse_row_key(node.key, row.key)) {
      return form.fail(
          node, R"(a row is called "BTC", "BTC/USDC", "*/USDC" or "default", not ")" + node.key + "\"");
    }
    if (node.kind != TomlKind::table) return form.fail(node, node.key + " must be a table of parameters");
    read_row(form, node, row);
    form.remember("funding.rows." + node.key, node);
    rules.funding.push_back(row);
  }
}

}  // namespace lockstep
