// What the adapters of one peer share: its vocabulary in this engine's units.  One underlying in several
// expiries, seconds instead of dates, and net margin: collateral minus requirement.
#pragma once

#include <cstdio>

#include "core/pricing/convert.h"
#include "core/risk/collateral.h"
#include "core/risk/expiry_value.h"
#include "core/risk/low_confidence.h"
#include "core/risk/notional_rate.h"
#include "tests/conform/conform.h"

namespace lockstep::conform::derive {

constexpr i64 lots_held = 4096;  // one holding, so that a lot of it fits a risk array

inline Value value_of(const Json& json) { return Value::from_raw(json.fixed(value_decimals)); }
inline Rate rate_of(const Json& json) { return Rate::from_raw(static_cast<i64>(json.fixed(rate_decimals))); }
// Down: what is just below a threshold stays below it.
inline Rate confidence_of(const Json& json) {
  return Rate::from_raw(static_cast<i64>(div(json.fixed(18), pow10(18 - rate_decimals), Round::down)));
}
inline Price price_of(const Json& json) {
  return Price::from_raw(static_cast<i64>(json.fixed(price_decimals)));
}

inline Value optional_value(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr ? Value{} : value_of(*found);
}

inline bool is_true(const Json& json) { return json.text == "true"; }

inline Rate product(Rate a, Rate b) {
  return Rate::from_raw(static_cast<i64>(mul_div(a.raw(), b.raw(), rate_one, Round::nearest)));
}
inline Value product(Value a, Value b) {
  return Value::from_raw(mul_div(a.raw(), b.raw(), value_one, Round::nearest));
}

inline std::string text(Value value) { return to_decimal(value.raw(), value_decimals); }
inline std::string text(double value) {
  char buffer[400];
  std::snprintf(buffer, sizeof buffer, "%.30f", value);
  return buffer;
}

inline Time expiry_of(const Json& json) {
  return Time::from_raw(static_cast<i64>(json.at("seconds_to_expiry").fixed(6)));
}
inline double years_of(const Json& json) { return json.at("seconds_to_expiry").real() / 31'536'000.0; }
inline Rate years_rate(const Json& json) {
  return Rate::from_raw(
      static_cast<i64>(div(json.at("seconds_to_expiry").fixed(12), 31'536'000, Round::zero)));
}

inline const Json& at_expiry(const Json& market, const Json& option) {
  for (const Json& expiry : market.at("expiries").items) {
    if (expiry_of(expiry) == expiry_of(option)) return expiry;
  }
  throw VectorError{"no expiry for an option"};
}

struct Held {
  OptionInputs inputs;
  Lots lots;
  Value coins;
};

inline Held held_option(const Json& option, double forward, double fixed, double discount) {
  Held held;
  held.coins = value_of(option.at("amount"));
  held.lots = Lots::from_raw(held.coins < Value{} ? -lots_held : lots_held);
  const double amount = option.at("amount").real();
  held.inputs.is_call = is_true(option.at("is_call"));
  held.inputs.forward = forward;
  held.inputs.fixed = fixed;
  held.inputs.discount = discount;
  held.inputs.strike = option.at("strike").real();
  held.inputs.volatility = option.at("vol").real();
  held.inputs.days = option.at("seconds_to_expiry").real() / 86'400.0;
  held.inputs.lot = (amount < 0 ? -amount : amount) / static_cast<double>(lots_held);
  held.inputs.window.years_to_start = years_of(option);
  return held;
}

inline Value model_value(const Held& held) {
  return times(Value::from_raw(i128{option_value_units(held.inputs)} * array_unit_value), held.lots);
}

inline HoldingFacts option_facts(const Json& option, const Held& held) {
  HoldingFacts facts;
  facts.kind = InstrumentKind::option;
  facts.option = held.inputs.is_call ? OptionType::call : OptionType::put;
  facts.strike = price_of(option.at("strike"));
  facts.coins = held.coins;
  return facts;
}

inline HoldingFacts perpetual_facts(Value coins, Value price) {
  HoldingFacts facts;
  facts.coins = coins;
  facts.notional = product(abs(coins), price);
  return facts;
}

inline void add(Margin& sum, const Margin& margin) {
  sum.initial += margin.initial;
  sum.maintenance += margin.maintenance;
}

inline NotionalRow notional_row(Rate initial, Rate maintenance) {
  NotionalRow row;
  row.initial = initial;
  row.maintenance = maintenance;
  return row;
}

inline ConfidenceRow confidence_row(const Json& threshold, const Json& rate, bool shorts_only, bool depeg) {
  ConfidenceRow row;
  row.threshold = rate_of(threshold);
  row.rate = rate_of(rate);
  row.shorts_only = shorts_only;
  row.depeg = depeg;
  return row;
}

Answer first_generation(const Vector& vector);
Answer second_generation(const Vector& vector);
Answer perp_funding(const Vector& vector);
Answer cash_interest(const Vector& vector);

Answer auction_solvent(const Vector& vector);
Answer auction_insolvent(const Vector& vector);
Answer liquidated_portfolio(const Vector& vector);  // first generation

}  // namespace lockstep::conform::derive
