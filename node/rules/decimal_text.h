// Numbers as a rulebook file writes them: the inverse of decimal.h, exact.  What is printed here is read back
// as the same number.
#pragma once

#include <string>
#include <vector>

#include "core/model/rulebook.h"

namespace lockstep {

std::string percentage_text(Rate rate);  // "0.4 %"
std::string factor_text(Rate rate);      // "0.8"
std::string amount_text(Value amount);   // "300 k", "1.5 M"; with at most three decimals of a unit
std::string span_text(Duration span);    // "30 s", in the largest unit that counts it exactly
std::string moves_text(const std::vector<Rate>& moves);  // "±0 4 8 12 %", or signed one by one
std::string rounding_text(Rounding rounding);            // "nearest 9"
std::string flag_text(bool flag);                        // "yes", "no"

}  // namespace lockstep
