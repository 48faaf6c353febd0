// `lockstep rulebook check` and `lockstep rulebook diff`.
#include "apps/lockstep/options.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/terminal.h"
#include "node/json/json.h"
#include "node/view/rulebook_words.h"

namespace lockstep {
namespace {

std::string scheme_text(const Scheme& scheme, const Rulebook& rules) {
  std::string text = std::string(word(scheme.mode)) + (scheme.pooled ? " pooled" : "");
  if (scheme.gap != no_gap) text += " (gap " + rules.gaps[scheme.gap].name + ")";
  return text;
}

std::string liquidation_text(const LiquidationRules& rules) {
  std::string text(word(rules.size));
  if (rules.size == LiquidationSize::none) return text;
  if (rules.size == LiquidationSize::to_target) text += " " + to_decimal(rules.target.raw(), rate_decimals);
  if (!rules.backstop.empty()) text += ", backstop " + rules.backstop;
  return text + ", losses " + std::string(word(rules.losses));
}

void print_json(const Compiled& compiled) {
  const Rulebook& rules = compiled.rules;
  Json json;
  json.begin_object()
      .field("rulebook", rules.name)
      .field("version", rules.version)
      .field("source", rules.source);
  json.field("identity", rules.identity).field("money", rules.money);
  json.field("liquidation", word(rules.liquidation.size)).key("components").begin_array();
  for (const Component& component : rules.components) {
    json.begin_object().field("name", component.name).field("kind", word(component.kind)).end_object();
  }
  json.end_array().key("schemes").begin_array();
  for (const Scheme& scheme : rules.schemes) {
    json.begin_object().field("mode", word(scheme.mode)).field("pooled", scheme.pooled);
    json.field("gap", scheme.gap == no_gap ? std::string() : rules.gaps[scheme.gap].name);
    json.field("orders", word(scheme.orders.kind)).end_object();
  }
  json.end_array().key("gaps").begin_array();
  for (const Gap& gap : rules.gaps)
    json.begin_object().field("name", gap.name).field("text", gap.text).end_object();
  json.end_array().key("warnings").begin_array();
  for (const std::string& warning : compiled.warnings) json.text(warning);
  json.end_array().end_object();
  print_line(json.str());
}

void print_text(const Rulebook& rules) {
  print_line("ok " + rules.name + " " + rules.version);
  Table table({false, false});
  table.row({"identity", rules.identity});
  table.row({"source", rules.source});
  if (!rules.money.empty()) table.row({"money", rules.money});
  std::string components, schemes;
  for (const Component& component : rules.components) {
    components +=
        (components.empty() ? "" : ", ") + component.name + " (" + std::string(word(component.kind)) + ")";
  }
  for (const Scheme& scheme : rules.schemes) {
    schemes += (schemes.empty() ? "" : ", ") + scheme_text(scheme, rules);
  }
  table.row({"components", components});
  table.row({"schemes", schemes});
  table.row({"liquidation", liquidation_text(rules.liquidation)});
  for (const Gap& gap : rules.gaps) table.row({"gap " + gap.name, gap.text});
  print(table.str("  "));
}

}  // namespace

int rulebook_check_verb(const RulebookOptions& options) {
  const Result<Compiled, Fault> compiled = read_with_warnings(options.first);
  if (!compiled) return unusable(compiled.error());
  if (options.json) {
    print_json(compiled.value());
  } else {
    print_text(compiled.value().rules);
    for (const std::string& warning : compiled.value().warnings) print_line("warning: " + warning);
  }
  return exit_success;
}

int rulebook_diff_verb(const RulebookOptions& options) {
  const Result<Rulebook, Fault> first = read_rulebook(options.first);
  if (!first) return unusable(first.error());
  const Result<Rulebook, Fault> other = read_rulebook(options.other);
  if (!other) return unusable(other.error());
  const std::vector<std::string> found = changes_in_words(first.value(), other.value());
  for (const std::string& change : found) {
    if (!options.json) {
      print_line(change);
      continue;
    }
    Json json;
    json.begin_object().field("change", change).end_object();
    print_line(json.str());
  }
  if (found.empty() && !options.json) print_line("equal");
  return found.empty() ? exit_success : exit_negative;
}

}  // namespace lockstep
