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

// Where the first byte outside ASCII stands that is in no text and no comment, or npos.  TOML allows none there, and
// toml++ 3.3 does not survive one: its test for white space runs into undefined behaviour.
std::size_t stray_character(std::string_view text) {
  const auto starts = [text](std::size_t at, std::string_view with) {
    return text.substr(at, with.size()) == with;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x80) return at;
    if (c == '#') at = std::min(text.find('\n', at), text.size());
    if (c != '"' && c != '\'') continue;
    const std::string quote(starts(at, std::string(3, c)) ? 3 : 1, c);
    std::size_t end = at + quote.size();
    while (end < text.size() && !starts(end, quote) && (quote.size() == 3 || text[end] != '\n')) {
      end += c == '"' && text[end] == '\\' ? 2 : 1;
    }
    if (end >= text.size()) return std::string_view::npos;
    if (text[end] == c) end += quote.size();
    for (int more = 0; more < 2 && quote.size() == 3 && starts(end, quote.substr(0, 1)); ++more) ++end;
    at = end - 1;
  }
  return std::string_view::npos;
}

Fault stray_character_at(std::string_view text, std::size_t at, const std::string& file_name) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto line = static_cast<u32>(std::count(before.begin(), before.end(), '\n') + 1);
  return {.what = place(file_name, line, static_cast<u32>(at - line_begin + 1)) +
                  "characters outside ASCII belong into texts and comments"};
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
  return {.what = place(file_name, node.line, node.column) + one_line(what)};
}

Result<TomlNode, Fault> parse_toml(std::string_view text, const std::string& file_name) {
  const std::size_t stray = stray_character(text);
  if (stray != std::string_view::npos) return stray_character_at(text, stray, file_name);
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return Fault{.what = place(file_name, at.line, at.column) + one_line(error.description())};
  } catch (const std::logic_error&) {
    return Fault{.what = place(file_name, 1, 1) + "this is not TOML, in a way that has no name or place"};
  }
}

}  // namespace lockstep
