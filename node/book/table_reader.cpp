#include "node/book/table_reader.h"

#include <algorithm>

#include "core/units/limits.h"
#include "node/feed/calendar.h"
#include "node/rules/decimal.h"

namespace lockstep {

TableReader::TableReader(const TomlNode& node, std::string what, Form& form)
    : node_(node), what_(std::move(what)), form_(form) {
  if (node.kind != TomlKind::table) form_.fail(node, what_ + " must be a table, not " + to_text(node.kind));
}

const TomlNode& TableReader::place(std::string_view key) const {
  const TomlNode* child = node_.find(key);
  return child == nullptr ? node_ : *child;
}

void TableReader::wrong(std::string_view key, const std::string& what) {
  form_.fail(place(key), std::string(key) + " " + what);
}

const TomlNode* TableReader::find(std::string_view key, TomlKind kind, const std::string& expected,
                                  Need need) {
  known_.emplace_back(key);
  if (need == Need::optional || has(key)) return form_.optional_child(node_, key, kind, expected);
  form_.fail(node_, what_ + " needs " + std::string(key) + ", which must be " + expected);
  return nullptr;
}

std::string TableReader::text(std::string_view key, Need need) {
  const TomlNode* child = find(key, TomlKind::text, "a text", need);
  return child == nullptr ? "" : child->text;
}

bool TableReader::flag(std::string_view key) {
  const TomlNode* child = find(key, TomlKind::boolean, "true or false", Need::optional);
  return child != nullptr && child->boolean;
}

i64 TableReader::integer(std::string_view key, i64 low, i64 high) {
  const std::string expected = "an integer from " + std::to_string(low) + " to " + std::to_string(high);
  const TomlNode* child = find(key, TomlKind::integer, expected, Need::required);
  if (child == nullptr) return low;
  if (child->integer >= low && child->integer <= high) return child->integer;
  wrong(key, "must be " + expected + ", not " + std::to_string(child->integer));
  return low;
}

i128 TableReader::decimal(std::string_view key, int decimals, i128 low, i128 high, Need need) {
  const std::string form =
      "a decimal number in quotes, with at most " + std::to_string(decimals) + " decimals";
  const TomlNode* child = find(key, TomlKind::text, form, need);
  if (child == nullptr) return 0;
  i128 raw = 0;
  if (!parse_decimal(child->text, decimals, raw)) {
    wrong(key, "must be " + form + ", not \"" + child->text + "\"");
  } else if (raw < low || raw > high) {
    wrong(key, "must be from " + to_decimal(low, decimals) + " to " + to_decimal(high, decimals) + ", not " +
                   child->text);
  } else {
    return raw;
  }
  return 0;
}

Price TableReader::price(std::string_view key, Need need) {
  return Price::from_raw(static_cast<i64>(decimal(key, price_decimals, 1, limits::price_raw_max, need)));
}

Rate TableReader::percentage(std::string_view key, Need need) {
  const TomlNode* child = find(key, TomlKind::text, forms::percentage, need);
  Rate rate;
  if (child == nullptr) return rate;
  if (!parse_percentage(child->text, rate) || rate <= Rate{}) {
    wrong(key, "must be " + std::string(forms::percentage) + " above zero, not \"" + child->text + "\"");
  }
  return rate;
}

Time TableReader::time(std::string_view key, Need need) {
  const TomlNode* child =
      find(key, TomlKind::text, R"(a time in quotes such as "2026-02-05T21:29:00Z")", need);
  if (child == nullptr) return Time{};
  const Result<Time, Fault> time = parse_time(child->text, key);
  if (time) return time.value();
  form_.fail(*child, time.error().what);
  return Time{};
}

Duration TableReader::span(std::string_view key, Need need) {
  const TomlNode* child = find(key, TomlKind::text, forms::span, need);
  Duration span;
  if (child != nullptr && !parse_span(child->text, span)) {
    wrong(key, "must be " + std::string(forms::span) + ", not \"" + child->text + "\"");
  }
  return span;
}

const TomlNode* TableReader::table(std::string_view key, Need need) {
  return find(key, TomlKind::table, "a table", need);
}
const TomlNode* TableReader::array(std::string_view key, Need need) {
  return find(key, TomlKind::array, "an array of tables", need);
}

void TableReader::done() {
  for (const TomlNode& child : node_.children) {
    if (std::find(known_.begin(), known_.end(), child.key) != known_.end()) continue;
    std::string names;
    for (const std::string& name : known_) names += (names.empty() ? "" : ", ") + name;
    return form_.fail(child, "unknown key \"" + child.key + "\"; " + what_ + " has " + names);
  }
}

}  // namespace lockstep
