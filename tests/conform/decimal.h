// Decimals of any length, to compare an answer with what is expected: 40 digits and a tolerance of 10^-12 do
// not fit a double, and a comparison must not round what it judges.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/int.h"

namespace lockstep::conform {

// (-1)^negative x digits x 10^-scale.  digits: most significant first, no leading zero; zero: none.
struct Decimal {
  bool negative = false;
  std::string digits;
  int scale = 0;
};

// [-]digits[.digits][e[+|-]digits], the exponent within 9999 either way.
bool is_decimal(std::string_view text);
std::optional<Decimal> read_decimal(std::string_view text);

Decimal product(const Decimal& a, const Decimal& b);
Decimal difference(const Decimal& a, const Decimal& b);
bool magnitude_within(const Decimal& a, const Decimal& limit);  // |a| <= |limit|
Decimal cut(const Decimal& a, int places);                      // toward zero, to 10^-places

// A number or a fraction n/d of two, d not 0.
struct Fraction {
  Decimal numerator, denominator;
};
std::optional<Fraction> read_fraction(std::string_view text);

// How far an answer may be from what is expected; either suffices.
struct Bounds {
  Decimal absolute, relative;
  std::optional<int> cut_places;  // both are cut toward zero first, and must then be equal
};

// Numbers by their value, everything else by its text.
bool within(const std::string& got, const std::string& expected, const Bounds& bounds);

}  // namespace lockstep::conform
