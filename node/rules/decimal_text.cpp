#include "node/rules/decimal_text.h"

namespace lockstep {
namespace {

// -16 -8 0 8 16: rising, with every move in both directions.
bool both_ways(const std::vector<Rate>& moves) {
  for (std::size_t i = 0; i < moves.size(); ++i) {
    if (i > 0 && moves[i] <= moves[i - 1]) return false;
    if (moves[i] != -moves[moves.size() - 1 - i]) return false;
  }
  return !moves.empty();
}

std::string percent_number(Rate rate) { return to_decimal(rate.raw(), rate_decimals - 2); }

}  // namespace

std::string percentage_text(Rate rate) { return percent_number(rate) + " %"; }

std::string factor_text(Rate rate) { return to_decimal(rate.raw(), rate_decimals); }

std::string amount_text(Value amount) {
  static constexpr struct {
    int zeros;
    const char* name;
  } units[] = {{9, " B"}, {6, " M"}, {3, " k"}};
  for (const auto& unit : units) {
    const i128 whole = value_one * pow10(unit.zeros);
    if (abs(amount.raw()) < whole || amount.raw() % (whole / 1000) != 0) continue;
    return to_decimal(amount.raw() / (whole / 1000), 3) + unit.name;
  }
  return to_decimal(amount.raw(), value_decimals);
}

std::string span_text(Duration span) {
  static constexpr struct {
    i64 microseconds;
    const char* name;
  } units[] = {{86'400'000'000, " d"}, {3'600'000'000, " h"}, {60'000'000, " min"}, {1'000'000, " s"}};
  for (const auto& unit : units) {
    if (span.raw() == 0 || span.raw() % unit.microseconds != 0) continue;
    if (unit.microseconds == 86'400'000'000 && span.raw() == unit.microseconds) continue;  // "24 h"
    return std::to_string(span.raw() / unit.microseconds) + unit.name;
  }
  return span.raw() == 0 ? "0 s" : std::to_string(span.raw() / 1000) + " ms";
}

std::string moves_text(const std::vector<Rate>& moves) {
  std::string text;
  if (both_ways(moves)) {
    for (const Rate move : moves) {
      if (move >= Rate{}) text += (text.empty() ? "\u00b1" : " ") + percent_number(move);
    }
    return text + " %";
  }
  for (const Rate move : moves) {
    text += (text.empty() ? "" : " ") + std::string(move > Rate{} ? "+" : "") + percent_number(move);
  }
  return text + " %";
}

std::string rounding_text(Rounding rounding) {
  static constexpr const char* names[] = {"up", "down", "zero", "nearest"};
  return std::string(names[static_cast<std::size_t>(rounding.direction)]) + " " +
         std::to_string(rounding.decimals);
}

std::string flag_text(bool flag) { return flag ? "yes" : "no"; }

}  // namespace lockstep
