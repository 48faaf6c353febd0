#include "node/rules/form.h"

#include <algorithm>

namespace lockstep {

void Form::allow_only(const TomlNode& table, std::initializer_list<std::string_view> keys) {
  for (const TomlNode& node : table.children) {
    if (std::find(keys.begin(), keys.end(), node.key) != keys.end()) continue;
    std::string what = "unknown key \"" + node.key + "\"; expected one of ";
    bool first = true;
    for (const std::string_view key : keys) {
      if (!first) what += ", ";
      what += key;
      first = false;
    }
    return fail(node, what);
  }
}

void Form::wrong_kind(const TomlNode& node, std::string_view name, const std::string& expected) {
  fail(node, std::string(name) + " must be " + expected + ", not " + to_text(node.kind));
}

const TomlNode* Form::optional_child(const TomlNode& table, std::string_view key, TomlKind kind,
                                     const std::string& expected) {
  if (!ok()) return nullptr;
  const TomlNode* node = table.find(key);
  if (node == nullptr || node->kind == kind) return node;
  wrong_kind(*node, key, expected);
  return nullptr;
}

const TomlNode* Form::child(const TomlNode& table, std::string_view key, TomlKind kind,
                            const std::string& expected) {
  const TomlNode* node = optional_child(table, key, kind, expected);
  if (node == nullptr && ok()) {
    const std::string where = table.key.empty() ? "the file" : "\"" + table.key + "\"";
    fail(table, where + " lacks the key \"" + std::string(key) + "\": " + expected);
  }
  return node;
}

TomlNode Form::place_of(const std::string& path) const {
  TomlNode at;
  at.line = 1;
  at.column = 1;
  // The longest remembered beginning of the path.
  for (std::string known = path; !known.empty();) {
    const auto it = places_.find(known);
    if (it != places_.end()) {
      at.line = it->second.first;
      at.column = it->second.second;
      break;
    }
    const std::size_t dot = known.rfind('.');
    known = dot == std::string::npos ? std::string() : known.substr(0, dot);
  }
  return at;
}

void Form::fail_at_path(const std::string& path, const std::string& what) {
  fail(place_of(path), path + ": " + what);
}

std::string Form::at_path(const std::string& path, const std::string& what) const {
  return fault_at(file_name_, place_of(path), path + ": " + what).what;
}

}  // namespace lockstep
