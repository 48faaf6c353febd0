#include "node/rules/decimal.h"

#include <algorithm>

#include "core/units/limits.h"

namespace lockstep {
namespace {

// Splits at single blanks; empty parts (double, leading, trailing blanks) stay and fail later.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool parse_rate(std::string_view text, int decimals, Rate& out) {
  i128 raw = 0;
  if (!parse_decimal(text, decimals, raw) || abs(raw) > limits::rate_raw_max) return false;
  out = Rate::from_raw(static_cast<i64>(raw));
  return true;
}

constexpr int percent_decimals = rate_decimals - 2;

}  // namespace

bool parse_percentage(std::string_view text, Rate& out) {
  const std::vector<std::string_view> parts = words(text);
  return parts.size() == 2 && parts[1] == "%" && parse_rate(parts[0], percent_decimals, out);
}

bool parse_factor(std::string_view text, Rate& out) { return parse_rate(text, rate_decimals, out); }

bool parse_amount(std::string_view text, Value& out) {
  const std::vector<std::string_view> parts = words(text);
  if (parts.size() > 2) return false;
  i128 unit = 1;
  if (parts.size() == 2) {
    if (parts[1] == "k") unit = pow10(3);
    if (parts[1] == "M") unit = pow10(6);
    if (parts[1] == "B") unit = pow10(9);
    if (unit == 1) return false;
  }
  i128 raw = 0;
  constexpr i128 raw_max = limits::amount_max * value_one;
  if (!parse_decimal(parts[0], value_decimals, raw) || abs(raw) > raw_max / unit) return false;
  out = Value::from_raw(raw * unit);
  return true;
}

bool parse_span(std::string_view text, Duration& out) {
  static constexpr struct {
    std::string_view name;
    i64 microseconds;
  } units[] = {
      {"ms", 1'000}, {"s", 1'000'000}, {"min", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}};
  const std::vector<std::string_view> parts = words(text);
  i128 count = 0;
  if (parts.size() != 2 || !parse_decimal(parts[0], 0, count) || count < 0 || count > 1'000'000) return false;
  for (const auto& unit : units) {
    if (unit.name != parts[1]) continue;
    out = Duration::from_raw(static_cast<i64>(count) * unit.microseconds);
    return true;
  }
  return false;
}

bool parse_moves(std::string_view text, std::vector<Rate>& out) {
  constexpr std::string_view plus_minus = "+-";  // how toml_tree.h reads the sign ±
  const bool both = text.substr(0, plus_minus.size()) == plus_minus;
  if (both) text.remove_prefix(plus_minus.size());
  const std::vector<std::string_view> parts = words(text);
  if (parts.size() < 2 || parts.back() != "%") return false;
  out.clear();
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    std::string_view number = parts[i];
    const bool is_signed = !number.empty() && (number[0] == '+' || number[0] == '-');
    if (both && is_signed) return false;
    if (is_signed && number[0] == '+') number.remove_prefix(1);
    if (!number.empty() && number[0] == '-' && parts[i][0] == '+') return false;
    Rate move;
    if (!parse_rate(number, percent_decimals, move)) return false;
    out.push_back(move);
    if (both && move != Rate{}) out.push_back(-move);
  }
  if (both) std::sort(out.begin(), out.end());
  return true;
}

bool parse_rounding(std::string_view text, Rounding& out) {
  const std::vector<std::string_view> parts = words(text);
  i128 decimals = 0;
  if (parts.size() != 2 || !parse_decimal(parts[1], 0, decimals) || decimals < 0 ||
      decimals > value_decimals) {
    return false;
  }
  static constexpr std::string_view names[] = {"up", "down", "zero", "nearest"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (names[i] != parts[0]) continue;
    out = {.direction = static_cast<Round>(i), .decimals = static_cast<u8>(decimals)};
    return true;
  }
  return false;
}

bool parse_flag(std::string_view text, bool& out) {
  out = text == "yes";
  return out || text == "no";
}

bool parse_word(std::string_view text, std::string& out) {
  out = text;
  return !text.empty();
}

bool parse_row_key(std::string_view text, RowKey& out) {
  if (text == "default") return true;
  const std::size_t slash = text.find('/');
  out.base = text.substr(0, slash);
  if (slash != std::string_view::npos) out.settle = text.substr(slash + 1);
  if (out.base.empty() || out.settle.find('/') != std::string::npos) return false;
  if (slash != std::string_view::npos && out.settle.empty()) return false;
  if (out.base == "*") {
    if (out.settle.empty()) return false;
    out.base.clear();
  }
  return true;
}

}  // namespace lockstep
