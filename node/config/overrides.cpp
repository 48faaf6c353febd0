#include "node/config/overrides.h"

#include <algorithm>

namespace lockstep::config {
namespace {

constexpr std::string_view prefix = "LOCKSTEP_SERVE__";

// The value as TOML has it, if it is one of the kinds that the file has; else the text itself.
TomlNode value_of(const std::string& text) {
  const Result<TomlNode, Fault> read = parse_toml("value = " + text + "\n", "");
  if (read && read.value().children.size() == 1) {
    const TomlNode& node = read.value().children[0];
    if (node.kind != TomlKind::number && node.kind != TomlKind::date) return node;
  }
  TomlNode node;
  node.kind = TomlKind::text;
  node.text = text;
  return node;
}

void mark(TomlNode& node, const std::string& origin) {
  node.origin = origin;
  for (TomlNode& child : node.children) mark(child, origin);
}

TomlNode& child_of(TomlNode& table, const std::string& key, const std::string& origin) {
  const auto found = std::find_if(table.children.begin(), table.children.end(),
                                  [&](const TomlNode& child) { return child.key == key; });
  if (found != table.children.end()) return *found;
  TomlNode node;
  node.key = key;
  node.origin = origin;
  table.children.push_back(node);
  return table.children.back();
}

}  // namespace

Result<Done, Fault> override_by(const Environment& environment, TomlNode& root) {
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(prefix)) continue;
    std::string path = name.substr(prefix.size());
    std::transform(path.begin(), path.end(), path.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    TomlNode* node = &root;
    while (true) {
      const std::size_t end = path.find("__");
      const std::string key = path.substr(0, end);
      const bool is_table = node->kind == TomlKind::table && !key.empty();
      if (!is_table || (node == &root && key == "keys")) {
        return Fault{name + ": sets no key of the file; it must be " + std::string(prefix) +
                     "SECTION__KEY, and keys of clients stand in the file only"};
      }
      node = &child_of(*node, key, name);
      if (end == std::string::npos) break;
      path.erase(0, end + 2);
    }
    const std::string key = node->key;
    *node = value_of(value);
    node->key = key;
    mark(*node, name);
  }
  return Done{};
}

}  // namespace lockstep::config
