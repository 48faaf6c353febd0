#include "node/rules/compile.h"

#include "core/risk/check.h"
#include "core/units/limits.h"
#include "core/wire/codec.h"
#include "node/io/sha256.h"
#include "node/rules/read_collateral.h"
#include "node/rules/read_funding.h"
#include "node/rules/read_liquidation.h"
#include "node/rules/read_parts.h"
#include "node/rules/warnings.h"

namespace lockstep {
namespace {

bool parse_text(std::string_view text, std::string& out) {
  out = text;
  return !text.empty();
}

void read_head(Form& form, const TomlNode& file, Rulebook& rules) {
  form.allow_only(file,
                  {"rulebook", "version", "source", "money", "leverage_default", "prices", "states", "epochs",
                   "liquidation", "component", "scheme", "collateral", "profits", "funding", "gaps"});
  form.read(file, "rulebook", parse_text, "the rulebook's name", rules.name);
  form.read(file, "version", parse_text, "a version such as \"2026-02-15\"", rules.version);
  form.read(file, "source", parse_text, "where the rules come from", rules.source);
  form.read_optional(file, "money", parse_text, "the asset of pooled accounts", rules.money);
  rules.leverage_default = Rate::from_raw(rate_one);
  form.read_optional(file, "leverage_default", parse_factor, forms::factor, rules.leverage_default);
  for (const char* key : {"rulebook", "version", "source", "leverage_default"}) {
    if (const TomlNode* node = file.find(key)) form.remember(key, *node);
  }
}

void read_gaps(Form& form, const TomlNode& file, Rulebook& rules) {
  const TomlNode* table = form.optional_child(file, "gaps", TomlKind::table, "a table of names and texts");
  if (table == nullptr) return;
  for (const TomlNode& node : table->children) {
    Gap gap;
    gap.name = node.key;
    form.value(node, node.key, parse_text, "a text that says what is missing", gap.text);
    form.remember("gaps." + node.key, node);
    rules.gaps.push_back(gap);
  }
}

}  // namespace

std::string rulebook_identity(const Rulebook& rules) {
  Rulebook anonymous = rules;
  anonymous.identity.clear();
  return to_hex(Sha256()("lockstep rulebook", encode(anonymous)));
}

namespace {

Result<Rulebook, Fault> compile_into(Form& form, std::string_view text, const std::string& file_name) {
  Result<TomlNode, Fault> tree = parse_toml(text, file_name);
  if (!tree) return tree.error();
  const TomlNode& file = tree.value();
  Rulebook rules;
  read_head(form, file, rules);
  read_gaps(form, file, rules);
  read_prices(form, file, rules.prices);
  read_states(form, file, rules.states);
  read_epochs(form, file, rules.epochs);
  read_liquidation(form, file, rules.liquidation);
  read_components(form, file, rules);
  read_schemes(form, file, rules);
  read_collateral(form, file, rules);
  read_profits(form, file, rules);
  read_funding(form, file, rules);
  if (!form.ok()) return form.fault();
  const RulebookDefect defect = check_rulebook(rules);
  if (!defect.none()) form.fail_at_path(defect.path, defect.what);
  if (!form.ok()) return form.fault();
  rules.identity = rulebook_identity(rules);
  return rules;
}

Result<std::string, Fault> read_rulebook_text(Disk& disk, const std::string& path) {
  const Result<Bytes, Fault> bytes = read_file(disk, path, limits::rulebook_bytes_max);
  if (!bytes) return bytes.error();
  return std::string(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size());
}

}  // namespace

Result<Rulebook, Fault> compile_rulebook_text(std::string_view text, const std::string& file_name) {
  Form form(file_name);
  return compile_into(form, text, file_name);
}

Result<Rulebook, Fault> compile_rulebook(Disk& disk, const std::string& path) {
  const Result<std::string, Fault> text = read_rulebook_text(disk, path);
  if (!text) return text.error();
  return compile_rulebook_text(text.value(), path);
}

Result<Compiled, Fault> compile_with_warnings(Disk& disk, const std::string& path) {
  const Result<std::string, Fault> text = read_rulebook_text(disk, path);
  if (!text) return text.error();
  Form form(path);
  Result<Rulebook, Fault> rules = compile_into(form, text.value(), path);
  if (!rules) return rules.error();
  Compiled compiled{std::move(rules).value(), {}};
  for (const RulebookDefect& warning : rulebook_warnings(compiled.rules)) {
    compiled.warnings.push_back(form.at_path(warning.path, warning.what));
  }
  return compiled;
}

}  // namespace lockstep
