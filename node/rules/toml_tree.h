// TOML as a plain tree with the place of everything in the file.  The one wrapper around toml++ (house rule
// R4): nobody else includes it, because it takes half a minute to compile and says what it dislikes by
// exception.
//
// Characters outside ASCII can stand in comments only, except the sign ±, which is read as "+-".
//
// Children of a table are in the order of the file.  Numbers are kept out on purpose where exactness matters:
// decimals are texts in our files, so `number` (a TOML float) is only known to be one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/int.h"
#include "core/base/result.h"
#include "node/io/fault.h"

namespace lockstep {

enum class TomlKind : u8 { table, array, text, integer, boolean, number, date };

struct TomlNode {
  TomlKind kind = TomlKind::table;
  std::string key;  // in its table; empty in an array
  std::string text;
  i64 integer = 0;
  bool boolean = false;
  u32 line = 0;  // of the key, or of the value in an array; from 1
  u32 column = 0;
  std::string origin;  // where it comes from, if not from the file: a variable of the environment
  std::vector<TomlNode> children;

  const TomlNode* find(std::string_view name) const {
    for (const TomlNode& child : children) {
      if (child.key == name) return &child;
    }
    return nullptr;
  }
};

// "a text", "an integer", as a sentence needs it.
const char* to_text(TomlKind kind);

// The tree, or a fault "file:line:column: what".  Duplicate keys are a fault.
Result<TomlNode, Fault> parse_toml(std::string_view text, const std::string& file_name);

// A fault that points at a node: its place in the file, or its origin.
Fault fault_at(const std::string& file_name, const TomlNode& node, const std::string& what);

}  // namespace lockstep
