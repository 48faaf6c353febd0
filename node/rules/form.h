// Filling a form from a TOML tree, strictly: every key of a table is named here, an unknown one is a fault,
// and so is a missing or malformed one.  The first fault stays; after it every reading is a no-op, so that a
// caller reads on without looking and asks once at the end.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>

#include "node/rules/toml_tree.h"

namespace lockstep {

class Form {
 public:
  explicit Form(std::string file_name) : file_name_(std::move(file_name)) {}

  bool ok() const { return !fault_.has_value(); }
  const Fault& fault() const { return *fault_; }
  void fail(const TomlNode& at, const std::string& what) {
    if (ok()) fault_ = fault_at(file_name_, at, what);
  }

  // "unknown key "foo"; expected one of a, b, c".
  void allow_only(const TomlNode& table, std::initializer_list<std::string_view> keys);

  // The child, or nullptr: a fault if it is required or of another kind.
  const TomlNode* child(const TomlNode& table, std::string_view key, TomlKind kind,
                        const std::string& expected);
  const TomlNode* optional_child(const TomlNode& table, std::string_view key, TomlKind kind,
                                 const std::string& expected);

  // A text that `parse` accepts; `expected` completes "key must be ...".
  template <class T>
  void read(const TomlNode& table, std::string_view key, bool (*parse)(std::string_view, T&),
            const char* expected, T& out) {
    if (const TomlNode* node = child(table, key, TomlKind::text, expected))
      value(*node, key, parse, expected, out);
  }
  template <class T>
  void read_optional(const TomlNode& table, std::string_view key, bool (*parse)(std::string_view, T&),
                     const char* expected, T& out) {
    if (const TomlNode* node = optional_child(table, key, TomlKind::text, expected)) {
      value(*node, key, parse, expected, out);
    }
  }
  // The same for a node that is at hand, such as an element of an array; `name` is what the message calls it.
  template <class T>
  void value(const TomlNode& node, std::string_view name, bool (*parse)(std::string_view, T&),
             const char* expected, T& out) {
    if (!ok()) return;
    if (node.kind != TomlKind::text) return wrong_kind(node, name, expected);
    if (!parse(node.text, out))
      fail(node, std::string(name) + " must be " + expected + ", not \"" + node.text + "\"");
  }

  // Remembers where a path of the rulebook stands in the file, and points there.
  void remember(const std::string& path, const TomlNode& node) { places_[path] = {node.line, node.column}; }
  void fail_at_path(const std::string& path, const std::string& what);
  // That as one line, without failing.
  std::string at_path(const std::string& path, const std::string& what) const;

 private:
  TomlNode place_of(const std::string& path) const;
  void wrong_kind(const TomlNode& node, std::string_view name, const std::string& expected);

  std::string file_name_;
  std::optional<Fault> fault_;
  std::map<std::string, std::pair<u32, u32>> places_;
};

}  // namespace lockstep
