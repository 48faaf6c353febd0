// What the adapters of published examples share: numbers by name out of `inputs`.
#pragma once

#include <cstdio>

#include "core/risk/components.h"
#include "core/risk/unit.h"
#include "tests/conform/conform.h"

namespace lockstep::conform::venues {

inline const Json& inputs(const Vector& vector) { return vector.json.at("inputs"); }
inline Value value(const Json& json) { return Value::from_raw(json.fixed(value_decimals)); }
inline Value value(const Json& json, std::string_view key) { return value(json.at(key)); }
inline Rate rate(const Json& json) { return Rate::from_raw(static_cast<i64>(json.fixed(rate_decimals))); }
inline Rate rate(const Json& json, std::string_view key) { return rate(json.at(key)); }
inline Price price(const Json& json, std::string_view key) {
  return Price::from_raw(static_cast<i64>(json.at(key).fixed(price_decimals)));
}
inline Rate ppm(const Json& json, std::string_view key) {
  return Rate::from_raw(static_cast<i64>(json.at(key).fixed(0)) * (rate_one / 1'000'000));
}
inline std::string text(Value value) { return to_decimal(value.raw(), value_decimals); }
inline std::string text(Rate rate) { return to_decimal(rate.raw(), rate_decimals); }
inline Value product(Value a, Value b, Round round = Round::nearest) {
  return Value::from_raw(mul_div(a.raw(), b.raw(), value_one, round));
}
inline Rate percent(i64 thousandths) { return Rate::from_raw(thousandths * (rate_one / 100'000)); }

// a b max -> the larger, and so on: the postfix code of an expression over values by position.
Value combined(std::string_view postfix, std::initializer_list<Value> values);

std::vector<Entry> margin_examples();
std::vector<Entry> account_examples();
std::vector<Entry> option_examples();
std::vector<Entry> liquidation_examples();
std::vector<Entry> funding_examples();

}  // namespace lockstep::conform::venues
