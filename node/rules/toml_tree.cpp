#include "node/rules/toml_tree.h"

#include <algorithm>
#include <tuple>

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

// toml++ explains itself over several lines; one line is what a fault has.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return out;
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
  return {.what = place(file_name, node.line, node.column) + what};
}

Result<TomlNode, Fault> parse_toml(std::string_view text, const std::string& file_name) {
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return Fault{.what = place(file_name, at.line, at.column) + one_line(error.description())};
  }
}

}  // namespace lockstep
