#include "tests/conform/decimal.h"

#include <algorithm>
#include <charconv>

namespace lockstep::conform {
namespace {

constexpr int exponent_max = 9999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front of `text` away and returns them.
std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

void trim(Decimal& a) {
  a.digits.erase(0, std::min(a.digits.find_first_not_of('0'), a.digits.size()));
  if (a.digits.empty()) a.negative = false;
}

// Both to the same scale, so that their digits can be compared.
void align(Decimal& a, Decimal& b) {
  Decimal& coarse = a.scale < b.scale ? a : b;
  const int scale = std::max(a.scale, b.scale);
  if (!coarse.digits.empty()) coarse.digits.append(static_cast<std::size_t>(scale - coarse.scale), '0');
  coarse.scale = scale;
}

int compare_digits(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int digit_from_end(const std::string& digits, std::size_t n) {
  return n < digits.size() ? digits[digits.size() - 1 - n] - '0' : 0;
}

// a + sign b, a >= b if the sign is -1.
std::string combine(const std::string& a, const std::string& b, int sign) {
  std::string out;
  int carry = 0;
  for (std::size_t n = 0; n < std::max(a.size(), b.size()) + 1; ++n) {
    int digit = digit_from_end(a, n) + sign * digit_from_end(b, n) + carry;
    carry = digit < 0 ? -1 : digit / 10;
    digit -= carry * 10;
    out += static_cast<char>('0' + digit);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal out;
  if (text.starts_with('-')) {
    out.negative = true;
    text.remove_prefix(1);
  }
  out.digits = take_digits(text);
  if (out.digits.empty()) return std::nullopt;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::string_view after = take_digits(text);
    if (after.empty() || after.size() > exponent_max) return std::nullopt;
    out.digits += after;
    out.scale = static_cast<int>(after.size());
  }
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    const bool down = text.starts_with('-');
    if (down || text.starts_with('+')) text.remove_prefix(1);
    const std::string_view digits = take_digits(text);
    int exponent = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (digits.empty() || read.ec != std::errc{} || exponent > exponent_max) return std::nullopt;
    out.scale += down ? exponent : -exponent;
  }
  if (!text.empty()) return std::nullopt;
  trim(out);
  return out;
}

bool is_decimal(std::string_view text) { return read_decimal(text).has_value(); }

Decimal product(const Decimal& a, const Decimal& b) {
  Decimal out{a.negative != b.negative, std::string(a.digits.size() + b.digits.size(), '0'),
              a.scale + b.scale};
  for (std::size_t i = 0; i < a.digits.size(); ++i) {
    int carry = 0;
    for (std::size_t j = 0; j <= b.digits.size(); ++j) {
      const std::size_t place = i + j;
      if (place >= out.digits.size()) break;
      char& digit = out.digits[out.digits.size() - 1 - place];
      const int sum = digit - '0' + digit_from_end(a.digits, i) * digit_from_end(b.digits, j) + carry;
      digit = static_cast<char>('0' + sum % 10);
      carry = sum / 10;
    }
  }
  trim(out);
  return out;
}

Decimal difference(const Decimal& a, const Decimal& b) {
  Decimal x = a, y = b;
  align(x, y);
  Decimal out{x.negative, {}, x.scale};
  if (x.negative != y.negative) {
    out.digits = combine(x.digits, y.digits, 1);
    if (x.digits.empty()) out.negative = !y.negative;
  } else if (compare_digits(x.digits, y.digits) >= 0) {
    out.digits = combine(x.digits, y.digits, -1);
  } else {
    out.digits = combine(y.digits, x.digits, -1);
    out.negative = !x.negative;
  }
  trim(out);
  return out;
}

bool magnitude_within(const Decimal& a, const Decimal& limit) {
  Decimal x = a, y = limit;
  align(x, y);
  return compare_digits(x.digits, y.digits) <= 0;
}

Decimal cut(const Decimal& a, int places) {
  Decimal out = a;
  if (out.scale <= places) return out;
  const std::size_t off = static_cast<std::size_t>(out.scale - places);
  out.digits.resize(out.digits.size() > off ? out.digits.size() - off : 0);
  out.scale = places;
  trim(out);
  return out;
}

std::optional<Fraction> read_fraction(std::string_view text) {
  const std::size_t bar = text.find('/');
  const std::optional<Decimal> numerator = read_decimal(text.substr(0, bar));
  const std::optional<Decimal> denominator =
      bar == std::string_view::npos ? read_decimal("1") : read_decimal(text.substr(bar + 1));
  if (!numerator || !denominator || denominator->digits.empty()) return std::nullopt;
  return Fraction{*numerator, *denominator};
}

bool within(const std::string& got, const std::string& expected, const Bounds& bounds) {
  if (got == expected) return true;
  const std::optional<Fraction> g = read_fraction(got), e = read_fraction(expected);
  if (!g || !e) return false;
  if (bounds.cut_places) {
    const std::optional<Decimal> a = read_decimal(got), b = read_decimal(expected);
    if (!a || !b) return false;
    return difference(cut(*a, *bounds.cut_places), cut(*b, *bounds.cut_places)).digits.empty();
  }
  // |n/d - m/k| <= absolute, or <= relative x |m/k|, times |d k|
  const Decimal apart =
      difference(product(g->numerator, e->denominator), product(e->numerator, g->denominator));
  const Decimal both = product(g->denominator, e->denominator);
  const Decimal scale = product(e->numerator, g->denominator);
  return magnitude_within(apart, product(bounds.absolute, both)) ||
         magnitude_within(apart, product(bounds.relative, scale));
}

}  // namespace lockstep::conform
