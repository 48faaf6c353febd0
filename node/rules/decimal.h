// The numbers of a rulebook file: texts, read exactly, each with the unit that belongs to it.
//
//   percentage  "0.4 %"                          factor    "0.8", "150"
//   amount      "0", "300 k", "1.5 M", "2 B"     span      "30 s", "5 min", "24 h", "2 d", "500 ms"
//   moves       "±0 4 8 12 %", "-66 -33 +50 %"   rounding  "nearest 9", "up 8"
//
// Each is false on anything else; the name of the form for a message is in `forms`.
#pragma once

#include <string_view>
#include <vector>

#include "core/model/rulebook.h"

namespace lockstep {

namespace forms {
inline constexpr const char* percentage = R"(a percentage such as "0.4 %")";
inline constexpr const char* factor = R"(a number without unit such as "0.8")";
inline constexpr const char* amount = R"(an amount of money such as "300 k")";
inline constexpr const char* span = R"(a time span such as "30 s", "5 min", "24 h" or "2 d")";
inline constexpr const char* moves = R"(moves such as "±0 4 8 12 %" or "-33 +50 %")";
inline constexpr const char* flag = "\"yes\" or \"no\"";
inline constexpr const char* rounding = R"(a direction and decimals such as "nearest 9" or "up 8")";
}  // namespace forms

bool parse_percentage(std::string_view text, Rate& out);
bool parse_factor(std::string_view text, Rate& out);
bool parse_amount(std::string_view text, Value& out);
bool parse_span(std::string_view text, Duration& out);
bool parse_moves(std::string_view text, std::vector<Rate>& out);
bool parse_rounding(std::string_view text, Rounding& out);
bool parse_flag(std::string_view text, bool& out);
bool parse_word(std::string_view text, std::string& out);  // anything but nothing
// "BTC", "BTC/USDC", "*/USDC" or "default".
bool parse_row_key(std::string_view text, RowKey& out);

}  // namespace lockstep
