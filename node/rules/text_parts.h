// The parts of a rulebook's text, each written by its own function; private to node/rules.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/model/rulebook.h"
#include "node/rules/decimal_text.h"

namespace lockstep {

// A text as TOML writes it, with quotes.
std::string quoted(const std::string& text);
// A key, with quotes where it needs them.
std::string toml_key(const std::string& key);

// The keys of one table, in order: as "{ a = "1", b = "2" }", or a line each.
class Keys {
 public:
  void text(const std::string& key, const std::string& value) { raw(key, quoted(value)); }
  void raw(const std::string& key, const std::string& value) { keys_.emplace_back(key, value); }
  void percentage(const std::string& key, Rate rate) { text(key, percentage_text(rate)); }
  void factor(const std::string& key, Rate rate) { text(key, factor_text(rate)); }
  void amount(const std::string& key, Value value) { text(key, amount_text(value)); }
  void span(const std::string& key, Duration span) { text(key, span_text(span)); }
  // Only where it says something else than what holds without it.
  void percentage_if(const std::string& key, Rate rate, Rate usual = {}) {
    if (rate != usual) percentage(key, rate);
  }
  void factor_if(const std::string& key, Rate rate, Rate usual = {}) {
    if (rate != usual) factor(key, rate);
  }
  void amount_if(const std::string& key, Value value) {
    if (value != Value{}) amount(key, value);
  }
  void span_if(const std::string& key, Duration value) {
    if (value != Duration{}) span(key, value);
  }
  void flag_if(const std::string& key, bool flag) {
    if (flag) text(key, "yes");
  }
  void rounding_if(const std::string& key, Rounding value, Rounding usual = {}) {
    if (value.direction != usual.direction || value.decimals != usual.decimals)
      text(key, rounding_text(value));
  }
  void table_if(const std::string& key, const Keys& table) {
    if (!table.keys_.empty()) raw(key, table.in_line());
  }
  bool empty() const { return keys_.empty(); }
  std::string in_line() const;
  std::string lines() const;

 private:
  std::vector<std::pair<std::string, std::string>> keys_;
};

std::string steps_text(const std::vector<FactorStep>& steps);
std::string component_text(const Component& component, const std::vector<Gap>& gaps);
std::string collateral_text(const std::vector<Collateral>& collateral);
std::string profits_text(const std::vector<ProfitRow>& profits);

}  // namespace lockstep
