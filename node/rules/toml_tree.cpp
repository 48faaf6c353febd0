#include "node/rules/toml_tree.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace lockstep {
// toml++ 3.3 asserts things that malformed files can break.  For us that is a malformed file, not a bug.
static constexpr void malformed_unless(bool condition) {
  if (!condition) throw std::logic_error("malformed");
}
}  // namespace lockstep
#define TOML_ASSERT(condition) ::lockstep::malformed_unless(static_cast<bool>(condition))
#include <toml++/toml.h>

namespace lockstep {
namespace {

std::string place(const std::string& file_name, u32 line, u32 column) {
  return file_name + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
}

TomlNode convert(const toml::node& node) {
  TomlNode out;
  out.line = node.source().begin.line;
  out.column = node.source().begin.column;
  if (const toml::table* table = node.as_table()) {
    out.kind = TomlKind::table;
    for (const auto& [key, value] : *table) {
      TomlNode child = convert(value);
      child.key = std::string(key.str());
      child.line = key.source().begin.line;
      child.column = key.source().begin.column;
      out.children.push_back(std::move(child));
    }
    std::stable_sort(out.children.begin(), out.children.end(), [](const TomlNode& a, const TomlNode& b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
  } else if (const toml::array* array = node.as_array()) {
    out.kind = TomlKind::array;
    for (const toml::node& element : *array) out.children.push_back(convert(element));
  } else if (const auto* text = node.as_string()) {
    out.kind = TomlKind::text;
    out.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    out.kind = TomlKind::integer;
    out.integer = integer->get();
  } else if (const auto* boolean = node.as_boolean()) {
    out.kind = TomlKind::boolean;
    out.boolean = boolean->get();
  } else {
    out.kind = node.is_floating_point() ? TomlKind::number : TomlKind::date;
  }
  return out;
}

// A fault is one line, whatever toml++ says and whatever a key or text of the file contains.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return out;
}

// The text in ASCII: bytes outside it become '?' in comments and "+-" where they are the sign plus-minus.
// toml++ 3.3 does not survive others: its test for white space runs into undefined behaviour wherever it
// looks for the end of a value.  Gives the place of the first byte that is neither, or npos.
std::size_t to_ascii(std::string& text) {
  bool in_comment = false;
  char quote = 0;  // of the text we are in; a text of several lines looks like three, which does no harm
  for (std::size_t at = 0; at < text.size(); ++at) {
    char& c = text[at];
    if (c == '\n') {
      in_comment = false;
    } else if (text.compare(at, 2, "\u00b1") == 0) {
      text.replace(at, 2, "+-");
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      if (!in_comment) return at;
      c = '?';
    } else if (!in_comment && quote != 0) {
      if (c == '\\' && quote == '"') ++at;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = in_comment ? char{0} : c;
    } else if (c == '#') {
      in_comment = true;
    }
  }
  return std::string::npos;
}

Fault stray_character_at(std::string_view text, std::size_t at, const std::string& file_name) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto line = static_cast<u32>(std::count(before.begin(), before.end(), '\n') + 1);
  return {.what = place(file_name, line, static_cast<u32>(at - line_begin + 1)) +
                  "characters outside ASCII belong into comments"};
}

}  // namespace

const char* to_text(TomlKind kind) {
  switch (kind) {
    case TomlKind::table: return "a table";
    case TomlKind::array: return "an array";
    case TomlKind::text: return "a text";
    case TomlKind::integer: return "an integer";
    case TomlKind::boolean: return "a boolean";
    case TomlKind::number: return "a number";
    case TomlKind::date: return "a date";
  }
  return "";
}

Fault fault_at(const std::string& file_name, const TomlNode& node, const std::string& what) {
  const std::string where =
      node.origin.empty() ? place(file_name, node.line, node.column) : node.origin + ": ";
  return {.what = where + one_line(what)};
}

Result<TomlNode, Fault> parse_toml(std::string_view text, const std::string& file_name) {
  std::string ascii(text);
  const std::size_t stray = to_ascii(ascii);
  if (stray != std::string::npos) return stray_character_at(text, stray, file_name);
  try {
    return convert(toml::parse(ascii));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return Fault{.what = place(file_name, at.line, at.column) + one_line(error.description())};
  } catch (const std::logic_error&) {
    return Fault{.what = place(file_name, 1, 1) + "this is not TOML, in a way that has no name or place"};
  }
}

}  // namespace lockstep
