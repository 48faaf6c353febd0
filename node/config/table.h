// Reading one table of the configuration: what is absent keeps the value it has.  The first thing that is
// wrong stays in the Form; what is read after it is not used.
#pragma once

#include <concepts>
#include <string>
#include <vector>

#include "node/rules/form.h"

namespace lockstep::config {

class Table {
 public:
  // node: nullptr where the file has no such table.  name: "server", for messages.
  Table(const TomlNode* node, std::string name, Form& form)
      : node_(node), name_(std::move(name)), form_(form) {}

  bool has(std::string_view key) const { return node_ != nullptr && node_->find(key) != nullptr; }
  const TomlNode* find(std::string_view key, TomlKind kind, const std::string& expected);
  // "key must be ..", at the key or, if it is absent, at the table.
  void fail(std::string_view key, const std::string& what);

  void text(std::string_view key, std::string& out);
  void flag(std::string_view key, bool& out);
  void span(std::string_view key, i64& out_us, i64 min_us, i64 max_us);
  template <std::integral T>
  void integer(std::string_view key, T& out, i64 min, i64 max) {
    i64 value = 0;
    if (read_integer(key, value, min, max)) out = static_cast<T>(value);
  }
  // An array of texts.
  std::vector<const TomlNode*> texts(std::string_view key, const std::string& expected);
  Table table(std::string_view key);

  // That there is nothing else in it.
  void done();

 private:
  bool read_integer(std::string_view key, i64& out, i64 min, i64 max);

  const TomlNode* node_;
  std::string name_;
  Form& form_;
  std::vector<std::string> known_;
};

}  // namespace lockstep::config
