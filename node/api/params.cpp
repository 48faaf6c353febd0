#include "node/api/params.h"

#include "core/base/wide.h"
#include "node/json/json.h"

namespace lockstep::api {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Shortest form only, no surrogates, at most U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<u8>(text[at]); };
    const u8 first = byte(i);
    const std::size_t size = first < 0x80       ? 1
                             : first >> 5 == 6  ? 2
                             : first >> 4 == 14 ? 3
                             : first >> 3 == 30 ? 4
                                                : 0;
    if (size == 0 || i + size > text.size()) return false;
    u32 point = size == 1 ? first : first & (0xffu >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      if (byte(i + k) >> 6 != 2) return false;
      point = point << 6 | (byte(i + k) & 0x3fu);
    }
    constexpr u32 smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < smallest[size] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
    i += size;
  }
  return true;
}

bool is_scalar(const JsonValue& value) {
  return value.kind == JsonValue::Kind::text || value.kind == JsonValue::Kind::number ||
         value.kind == JsonValue::Kind::boolean;
}
std::string scalar_text(const JsonValue& value) {
  return value.kind == JsonValue::Kind::boolean ? (value.flag ? "true" : "false") : value.text;
}
bool read_decimal(const JsonValue& value, int decimals, i128& raw) {
  return is_scalar(value) && parse_decimal(plain_digits(value), decimals, raw);
}

}  // namespace

bool decode_url(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return false;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return is_utf8(out);
}

Result<Params, std::string> Params::of_query(std::string_view query) {
  JsonValue object;
  object.kind = JsonValue::Kind::object;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    std::string name, value;
    if (!decode_url(part.substr(0, equals), name) ||
        !decode_url(part.substr(std::min(equals + 1, part.size())), value)) {
      return json_shown(part.substr(0, equals)) + " is not percent-encoded UTF-8";
    }
    if (object.find(name) != nullptr) return json_shown(name) + " is there twice";
    JsonValue text;
    text.kind = JsonValue::Kind::text;
    text.text = std::move(value);
    object.members.emplace_back(std::move(name), std::move(text));
  }
  return Params(std::move(object));
}

bool Params::has(std::string_view name) { return find(name) != nullptr; }

const JsonValue* Params::find(std::string_view name) {
  read_.emplace(name);
  const JsonValue* value = object_.find(name);
  return value == nullptr || value->kind == JsonValue::Kind::null ? nullptr : value;
}

void Params::fail(std::string_view name, std::string what) {
  if (!error_) error_ = invalid_params(std::string(name), std::string(name) + ": " + what);
}

std::string Params::text(std::string_view name) {
  if (!has(name)) fail(name, "is required");
  return text(name, "");
}

std::string Params::text(std::string_view name, std::string_view otherwise) {
  const JsonValue* value = find(name);
  if (value == nullptr) return std::string(otherwise);
  if (is_scalar(*value)) return scalar_text(*value);
  fail(name, "must be a text");
  return {};
}

i64 Params::integer(std::string_view name, i64 min, i64 max) {
  if (!has(name)) fail(name, "is required");
  return integer(name, min, min, max);
}

i64 Params::integer(std::string_view name, i64 otherwise, i64 min, i64 max) {
  const JsonValue* value = find(name);
  if (value == nullptr) return otherwise;
  i128 raw = 0;
  const bool whole = read_decimal(*value, 0, raw);
  if (whole && raw >= min && raw <= max) return static_cast<i64>(raw);
  fail(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return otherwise;
}

bool Params::flag(std::string_view name, bool otherwise) {
  const JsonValue* value = find(name);
  if (value == nullptr) return otherwise;
  const std::string text = is_scalar(*value) ? scalar_text(*value) : "";
  if (text != "true" && text != "false") fail(name, "must be true or false");
  return text == "true";
}

i128 Params::decimal(std::string_view name, int decimals) {
  if (!has(name)) fail(name, "is required");
  return decimal(name, decimals, 0);
}

i128 Params::decimal(std::string_view name, int decimals, i128 otherwise) {
  const JsonValue* value = find(name);
  if (value == nullptr) return otherwise;
  i128 raw = 0;
  if (read_decimal(*value, decimals, raw)) return raw;
  fail(name,
       "must be a decimal number with at most " + std::to_string(decimals) + " decimals, without exponent");
  return otherwise;
}

std::vector<std::string> Params::texts(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return {};
  if (is_scalar(*value)) return {scalar_text(*value)};
  std::vector<std::string> out;
  for (const JsonValue& item : value->items) {
    if (is_scalar(item)) out.push_back(scalar_text(item));
  }
  if (value->kind != JsonValue::Kind::array || out.size() != value->items.size()) {
    fail(name, "must be an array of texts");
  }
  return out;
}

std::string Params::take_text(std::string_view name) {
  std::string taken = text(name, "");
  if (!error_) std::erase_if(object_.members, [&](const auto& member) { return member.first == name; });
  return taken;
}

const JsonValue& Params::everything() {
  object_.kind = JsonValue::Kind::object;  // nothing sent at all is an object without members
  for (const auto& [name, value] : object_.members) read_.insert(name);
  return object_;
}

void Params::nothing_else() {
  for (const auto& [name, value] : object_.members) {
    if (!read_.contains(name)) fail(name, "is not a parameter of this method");
  }
}

}  // namespace lockstep::api
