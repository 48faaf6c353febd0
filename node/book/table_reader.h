// Strict reading of one TOML table of a book file, on top of node/rules/form.h: every key must be known,
// every number exact.  The first thing that is wrong stays in the Form, and everything read after it is a
// harmless zero.
//
//   TableReader reader(node, "account \"desk\"", form);
//   const std::string name = reader.text("name");
//   const Price entry = reader.price("entry", Need::optional);
//   reader.done();                                   // what was not asked for is an unknown key
//   if (!form.ok()) return form.fault();
#pragma once

#include <string>
#include <vector>

#include "core/units/units.h"
#include "node/book/words.h"
#include "node/rules/form.h"

namespace lockstep {

enum class Need : u8 { required, optional };

class TableReader {
 public:
  // what: the table, for messages.  A node that is no table is a fault.
  TableReader(const TomlNode& node, std::string what, Form& form);

  bool has(std::string_view key) const { return node_.find(key) != nullptr; }
  const TomlNode& node() const { return node_; }
  // The place of a key, or of the table if it has none.
  const TomlNode& place(std::string_view key) const;
  void wrong(std::string_view key, const std::string& what);  // "key what", at the key's place
  void fail(const std::string& what) { form_.fail(node_, what_ + " " + what); }

  std::string text(std::string_view key, Need need = Need::required);
  bool flag(std::string_view key);  // absent: false
  i64 integer(std::string_view key, i64 low, i64 high);
  // A decimal written as a text, e.g. "-2.5", with at most so many decimals and inside low..high; absent: 0.
  i128 decimal(std::string_view key, int decimals, i128 low, i128 high, Need need = Need::required);
  Price price(std::string_view key, Need need = Need::required);  // positive
  Rate percentage(std::string_view key, Need need = Need::required);
  Time time(std::string_view key, Need need = Need::required);
  Duration span(std::string_view key, Need need = Need::required);
  // One of the enum's words; absent: the first of them.
  template <class E>
  E word(std::string_view key, Need need = Need::required) {
    const TomlNode* child = find(key, TomlKind::text, "one of " + all_words<E>(), need);
    E value = static_cast<E>(0);
    if (child != nullptr && !from_word(child->text, value)) {
      wrong(key, "must be one of " + all_words<E>() + ", not \"" + child->text + "\"");
    }
    return value;
  }
  // A child that is a table or an array, or nullptr.
  const TomlNode* table(std::string_view key, Need need = Need::optional);
  const TomlNode* array(std::string_view key, Need need = Need::optional);

  void done();

 private:
  // The child if it is of this kind, else a fault or nothing.  The key is known from now on.
  const TomlNode* find(std::string_view key, TomlKind kind, const std::string& expected, Need need);

  const TomlNode& node_;
  std::string what_;
  Form& form_;
  std::vector<std::string> known_;
};

}  // namespace lockstep
