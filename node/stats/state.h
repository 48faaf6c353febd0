// How the estimators of this module are stored.  An estimator is a plain struct with
//
//   void write(Writer& writer) const;   its state, doubles as their bit patterns
//   void read(Reader& reader);          the inverse; what cannot be a state of it makes the reader `failed`
//
// so that a restarted process goes on with the same bits.  As everywhere with a Reader, the caller reads all
// parts and asks once, at the end, whether the reader is done(); after a failure the estimator's content is
// unspecified and must be thrown away.
#pragma once

#include <bit>

#include "core/base/bytes.h"

namespace lockstep::stats {

// A finite number: neither infinite nor NaN.
constexpr bool is_finite(double x) {
  return (std::bit_cast<u64>(x) & 0x7ff0000000000000u) != 0x7ff0000000000000u;
}

inline void write_number(Writer& writer, double x) { writer.integer(std::bit_cast<u64>(x)); }

// Fails on anything but a finite number of [low, high].
inline double read_number(Reader& reader, double low, double high) {
  const double x = std::bit_cast<double>(reader.integer<u64>());
  if (is_finite(x) && low <= x && x <= high) return x;
  reader.fail();
  return low;
}
// Sums and weights of observations: far beyond what any can be, and so that no quotient of two overflows.
inline double read_sum(Reader& reader) { return read_number(reader, -1e60, 1e60); }
inline double read_not_negative(Reader& reader) { return read_number(reader, 0, 1e60); }
inline double read_weight(Reader& reader) {
  const double weight = read_not_negative(reader);
  if (weight != 0 && weight < 1e-60) reader.fail();
  return weight;
}
// A time or a span within 70,000 years: two can be added.
inline i64 read_microseconds(Reader& reader) {
  constexpr i64 most = i64{1} << 61;
  const i64 raw = reader.integer<i64>();
  if (-most <= raw && raw <= most) return raw;
  reader.fail();
  return 0;
}

}  // namespace lockstep::stats
