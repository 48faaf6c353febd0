#include "node/json/value.h"

#include <simdjson.h>

#include <algorithm>

#include "node/json/json.h"

namespace lockstep {
namespace {

namespace od = simdjson::ondemand;

struct TreeBuilder {
  std::string error;

  bool broken(simdjson::error_code code) {
    if (code == simdjson::SUCCESS) return false;
    error = simdjson::error_message(code);
    return true;
  }
  bool fail(std::string what) {
    error = std::move(what);
    return false;
  }

  bool build_number(od::value value, JsonValue& out) {
    out.kind = JsonValue::Kind::number;
    std::string_view token = value.raw_json_token();
    while (!token.empty() && std::string_view(" \t\r\n").find(token.back()) != std::string_view::npos) {
      token.remove_suffix(1);
    }
    out.text = token;
    double checked = 0;  // that it is a number at all
    return !broken(value.get_double().get(checked));
  }
  bool build_array(od::value value, JsonValue& out, int depth) {
    out.kind = JsonValue::Kind::array;
    od::array array;
    if (broken(value.get_array().get(array))) return false;
    for (auto element : array) {
      od::value item;
      if (broken(element.get(item)) || !build(item, out.items.emplace_back(), depth + 1)) return false;
    }
    return true;
  }
  bool build_object(od::value value, JsonValue& out, int depth) {
    out.kind = JsonValue::Kind::object;
    od::object object;
    if (broken(value.get_object().get(object))) return false;
    for (auto member : object) {
      std::string_view key;
      od::value item;
      if (broken(member.unescaped_key().get(key))) return false;
      if (out.find(key) != nullptr) return fail(json_shown(key) + " is there twice");
      out.members.emplace_back(std::string(key), JsonValue{});
      if (broken(member.value().get(item)) || !build(item, out.members.back().second, depth + 1))
        return false;
    }
    return true;
  }
  bool build(od::value value, JsonValue& out, int depth) {
    if (depth > json_depth_max)
      return fail("nested deeper than " + std::to_string(json_depth_max) + " levels");
    od::json_type type;
    if (broken(value.type().get(type))) return false;
    switch (type) {
      case od::json_type::array: return build_array(value, out, depth);
      case od::json_type::object: return build_object(value, out, depth);
      case od::json_type::number: return build_number(value, out);
      case od::json_type::string: {
        std::string_view text;
        if (broken(value.get_string().get(text))) return false;
        out.kind = JsonValue::Kind::text;
        out.text = text;
        return true;
      }
      case od::json_type::boolean:
        out.kind = JsonValue::Kind::boolean;
        return !broken(value.get_bool().get(out.flag));
      case od::json_type::null: break;
    }
    return value.is_null() || fail("neither a value nor null");
  }
};

}  // namespace

JsonValue::JsonValue() = default;

const JsonValue* JsonValue::find(std::string_view name) const {
  const auto at =
      std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.first == name; });
  return at == members.end() ? nullptr : &at->second;
}

std::string plain_digits(const JsonValue& value) {
  const std::string_view text = value.text;
  const std::size_t end = value.kind == JsonValue::Kind::number ? text.find_first_of("eE") : text.npos;
  if (end == text.npos) return value.text;
  constexpr int exponent_max = 40;
  std::string_view power = text.substr(end + 1);
  const bool down = power.starts_with('-');
  if (down || power.starts_with('+')) power.remove_prefix(1);
  int exponent = 0;
  for (const char c : power) {
    exponent = exponent * 10 + (c - '0');
    if (exponent > exponent_max) return value.text;
  }
  const bool negative = text.starts_with('-');
  std::string digits(text.substr(negative ? 1 : 0, end - (negative ? 1 : 0)));
  std::size_t point = std::min(digits.find('.'), digits.size());  // so many digits are left of it
  if (point < digits.size()) digits.erase(point, 1);
  const auto places = static_cast<std::size_t>(exponent);
  if (down && point <= places) {
    digits.insert(0, places - point + 1, '0');
    point = 1;
  } else {
    point = down ? point - places : point + places;
  }
  if (point > digits.size()) digits.append(point - digits.size(), '0');
  if (point < digits.size()) digits.insert(point, 1, '.');
  return (negative ? "-" : "") + digits;
}

Result<JsonValue, std::string> parse_json(std::string_view text) {
  // The first checks the whole text, which the second does not; only the second has numbers as they were
  // sent.
  thread_local simdjson::dom::parser checker;
  thread_local od::parser parser;
  const simdjson::padded_string padded(text);
  TreeBuilder builder;
  od::document document;
  // A document that is a bare scalar cannot be asked for as a value; nobody needs one here.
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) {
    return std::string("expected a JSON object or array");
  }
  if (builder.broken(checker.parse(padded).error())) return "not JSON: " + builder.error;
  if (builder.broken(parser.iterate(padded).get(document))) return "not JSON: " + builder.error;
  od::value root;
  JsonValue out;
  if (builder.broken(document.get_value().get(root)) || !builder.build(root, out, 1)) {
    return "not JSON: " + builder.error;
  }
  return out;
}

}  // namespace lockstep
