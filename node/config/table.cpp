#include "node/config/table.h"

#include <algorithm>

#include "core/units/units.h"
#include "node/rules/decimal.h"
#include "node/rules/decimal_text.h"

namespace lockstep::config {

const TomlNode* Table::find(std::string_view key, TomlKind kind, const std::string& expected) {
  known_.emplace_back(key);
  return node_ == nullptr ? nullptr : form_.optional_child(*node_, key, kind, expected);
}

void Table::fail(std::string_view key, const std::string& what) {
  const TomlNode* const place = has(key) ? node_->find(key) : node_;
  TomlNode beginning;
  beginning.line = beginning.column = 1;
  form_.fail(place == nullptr ? beginning : *place, std::string(key) + " " + what);
}

void Table::text(std::string_view key, std::string& out) {
  const TomlNode* const node = find(key, TomlKind::text, "a text");
  if (node == nullptr) return;
  if (node->text.empty()) return fail(key, "must be a text, not an empty one");
  out = node->text;
}

void Table::flag(std::string_view key, bool& out) {
  if (const TomlNode* node = find(key, TomlKind::boolean, "true or false")) out = node->boolean;
}

bool Table::read_integer(std::string_view key, i64& out, i64 min, i64 max) {
  const std::string expected = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  const TomlNode* const node = find(key, TomlKind::integer, expected);
  if (node == nullptr) return false;
  out = node->integer;
  if (out < min || out > max) fail(key, "must be " + expected + ", not " + std::to_string(out));
  return form_.ok();
}

void Table::span(std::string_view key, i64& out_us, i64 min_us, i64 max_us) {
  const TomlNode* const node = find(key, TomlKind::text, forms::span);
  if (node == nullptr) return;
  Duration span;
  if (!parse_span(node->text, span)) {
    return fail(key, "must be " + std::string(forms::span) + ", not \"" + node->text + "\"");
  }
  if (span.raw() < min_us || span.raw() > max_us) {
    return fail(key, "must be from " + span_text(Duration::from_raw(min_us)) + " to " +
                         span_text(Duration::from_raw(max_us)) + ", not " + node->text);
  }
  out_us = span.raw();
}

std::vector<const TomlNode*> Table::texts(std::string_view key, const std::string& expected) {
  std::vector<const TomlNode*> out;
  const TomlNode* const node = find(key, TomlKind::array, "a list of texts, each " + expected);
  if (node == nullptr) return out;
  for (const TomlNode& item : node->children) {
    if (item.kind == TomlKind::text) {
      out.push_back(&item);
    } else {
      form_.fail(item, std::string(key) + " must be a list of texts, each " + expected + ", not of " +
                           to_text(item.kind));
    }
  }
  return out;
}

Table Table::table(std::string_view key) {
  return Table(find(key, TomlKind::table, "a table"), std::string(key), form_);
}

void Table::done() {
  if (node_ == nullptr) return;
  for (const TomlNode& child : node_->children) {
    if (std::find(known_.begin(), known_.end(), child.key) != known_.end()) continue;
    std::string names;
    for (const std::string& name : known_) names += (names.empty() ? "" : ", ") + name;
    return form_.fail(child, "unknown key \"" + child.key + "\"; " + name_ + " has " + names);
  }
}

}  // namespace lockstep::config
