#include "node/view/rulebook_words.h"

#include <algorithm>
#include <array>

#include "core/risk/check.h"
#include "node/rules/decimal.h"

namespace lockstep {
namespace {

// Fields that a rulebook writes as percentages; the others are plain numbers, amounts or words.
constexpr std::array percentages = {"rate",
                                    "initial",
                                    "maintenance",
                                    "initial_min",
                                    "maintenance_put",
                                    "of_mark",
                                    "cover",
                                    "fee",
                                    "annualised",
                                    "minimum",
                                    "net",
                                    "hedged",
                                    "factor",
                                    "credit",
                                    "unpaired_initial",
                                    "share",
                                    "gains",
                                    "volatility_up",
                                    "volatility_down",
                                    "volatility_up_min",
                                    "extreme_range",
                                    "move",
                                    "moves",
                                    "extreme_moves",
                                    "volatility_move",
                                    "asset",
                                    "liability",
                                    "threshold",
                                    "unpaired_maintenance",
                                    "market_buffer",
                                    "per_coin",
                                    "premium_share",
                                    "confidence_rate",
                                    "confidence_threshold",
                                    "relaxed",
                                    "up",
                                    "down",
                                    "depeg_threshold",
                                    "interest",
                                    "band",
                                    "premium_cap",
                                    "rate_cap",
                                    "cap_of_maintenance",
                                    "cap_of_margin",
                                    "divergence_perpetual",
                                    "divergence_future",
                                    "bound",
                                    "bound_future",
                                    "warning",
                                    "reduce_only",
                                    "release",
                                    "cost",
                                    "limit",
                                    "spread",
                                    "depth_share",
                                    "deviation",
                                    "backstop_at",
                                    "penalty",
                                    "fund_daily",
                                    "deleverage_at"};

// Fields of [states] and [liquidation] by the keys that a file has for them, where those differ.
constexpr std::array<std::pair<const char*, const char*>, 17> keys = {
    {{"call_period", "call"},
     {"share", "slice share"},
     {"share_above", "slice above"},
     {"share_lots", "slice lots"},
     {"share_least", "slice least"},
     {"cooldown", "slice every"},
     {"whole_within", "slice whole within"},
     {"depth_share", "pace depth"},
     {"deviation", "pace deviation"},
     {"deviations", "pace deviations"},
     {"urgent", "pace urgent"},
     {"penalty", "backstop penalty"},
     {"fund_daily", "losses fund daily"},
     {"deleverage_at", "losses at"},
     {"losses", "losses rest"},
     {"leverage_cap", "losses leverage cap"},
     {"protect_hedges", "losses protect hedges"}}};

struct Step {
  std::string name;  // of the field
  std::string key;   // of its element; empty: no vector
};

std::vector<Step> steps_of(const std::string& path) {
  std::vector<Step> steps;
  for (std::size_t at = 0; at < path.size();) {
    Step step;
    while (at < path.size() && path[at] != '.' && path[at] != '[') step.name += path[at++];
    if (at < path.size() && path[at] == '[') {
      const std::size_t close = path.find(']', at);
      step.key = path.substr(at + 1, close - at - 1);
      if (step.key.empty()) step.key = " ";
      at = close + 1;
    }
    if (at < path.size() && path[at] == '.') ++at;
    steps.push_back(step);
  }
  return steps;
}

std::string spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string singular(const std::string& name) {
  if (name == "listed") return "scenario";
  if (name == "code") return "operation";
  return spaced(name.back() == 's' ? name.substr(0, name.size() - 1) : name);
}

// "BTC/USDT"; "/" is the row for what no other row names.
std::string row_name(const std::string& key) {
  const std::size_t slash = key.find('/');
  const std::string base = key.substr(0, slash), settle = key.substr(slash + 1);
  return to_text(RowKey{base, settle});
}

std::string words_of(const Step& step) {
  if (step.key.empty()) return spaced(step.name);
  const bool number = step.key.find_first_not_of("0123456789") == std::string::npos;
  if (number) return singular(step.name) + " " + std::to_string(std::stoul(step.key) + 1);
  if (step.key.find('/') != std::string::npos) {
    return (step.name == "funding" ? "funding " : "") + row_name(step.key);
  }
  return singular(step.name) + " " + step.key;
}

// The field at the end of a path.
std::string field_words(const std::vector<Step>& steps) {
  const Step& last = steps.back();
  const bool section = steps.size() == 2 && (steps[0].name == "liquidation" || steps[0].name == "states");
  for (const auto& [field, key] : keys) {
    if (section && last.name == field) return key;
  }
  return words_of(last);
}

// The last element of a vector, if that is what the path ends in, belongs to the value.
std::string place_in_words(const std::vector<Step>& steps, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + words_of(steps[i]);
  return text;
}

std::string value_in_words(const std::string& field, const std::string& text) {
  if (std::find(percentages.begin(), percentages.end(), field) == percentages.end()) return text;
  i128 raw = 0;
  if (!parse_decimal(text, rate_decimals, raw)) return text;
  return to_decimal(raw, rate_decimals - 2) + " %";
}

bool has_below(const FieldTexts& texts, const std::string& prefix) {
  const auto it = texts.lower_bound(prefix);
  return it != texts.end() && it->first.compare(0, prefix.size(), prefix) == 0;
}

// The shortest beginning of the path, ending in an element, below which the other side has nothing.
std::string missing_top(const std::string& path, const FieldTexts& other) {
  for (std::size_t close = path.find(']'); close != std::string::npos; close = path.find(']', close + 1)) {
    const std::string prefix = path.substr(0, close + 1);
    if (!has_below(other, prefix)) return prefix;
  }
  return {};
}

}  // namespace

std::vector<std::string> changes_in_words(const Rulebook& first, const Rulebook& other) {
  const FieldTexts left = field_texts(first, nullptr);
  const FieldTexts right = field_texts(other, nullptr);
  std::vector<std::string> lines;
  std::string told;  // what was said to be added or removed as a whole
  for (const FieldDifference& d : differences(left, right)) {
    const bool compiled = d.field.find(".code[") != std::string::npos;  // its text is told
    if (d.field == "identity" || compiled) continue;
    if (!told.empty() && d.field.compare(0, told.size(), told) == 0) continue;
    const bool removed = d.right == "-";
    const std::string top = d.left == "-" || removed ? missing_top(d.field, removed ? right : left) : "";
    if (!top.empty()) {
      told = top;
      const std::vector<Step> steps = steps_of(top);
      lines.push_back(place_in_words(steps, steps.size()) + (removed ? ": removed" : ": added"));
      continue;
    }
    const std::vector<Step> steps = steps_of(d.field);
    const Step& last = steps.back();
    const std::string place = place_in_words(steps, steps.size() - 1);
    lines.push_back(place + (place.empty() ? "" : ": ") + field_words(steps) + " " +
                    value_in_words(last.name, d.left) + " -> " + value_in_words(last.name, d.right));
  }
  return lines;
}

void write_differences(Json& json, const RulebookHistory& history, const Rulebook& other) {
  constexpr std::size_t shown_max = 500;
  if (history.active == 0) return;
  const std::vector<std::string> lines = changes_in_words(history.rules(), other);
  json.field("differences_total", u64{lines.size()}).key("differences").begin_array();
  for (std::size_t i = 0; i < std::min(lines.size(), shown_max); ++i) json.text(lines[i]);
  json.end_array();
}

}  // namespace lockstep
