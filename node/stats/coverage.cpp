// The statistics of coverage.h.  Logarithms of ratios near one, never differences of likelihoods: the
// statistic of a series that behaves exactly as promised is 0, not rounding noise.
#include "node/stats/coverage.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/math/elementary.h"

namespace lockstep::stats {
namespace {

constexpr double critical_5_percent = 3.841458820694124;  // chi-square, one degree of freedom

// Amounts beyond these are no losses and margins of anything, and would overflow the sums.
constexpr double largest = 1e30;
constexpr double smallest_margin = 1e-20;

bool is_loss(double x) { return is_finite(x) && -largest <= x && x <= largest; }
bool is_margin(double x) { return is_finite(x) && smallest_margin <= x && x <= largest; }

double number(u64 count) { return static_cast<double>(count); }

// count * ln(observed / expected), and 0 for a count of 0.
double term(u64 count, double observed, double expected) {
  return count == 0 ? 0 : number(count) * math::log(observed / expected);
}

// The binomial weights relative to that of the most likely number, summed over [0, k) and [k, n].
struct Parts {
  double below = 0, from = 0;
};
Parts binomial_parts(u64 k, u64 n, double p) {
  LS_ASSERT(0 < p && p < 1);
  const double odds = p / (1 - p);
  const u64 mode = std::min(n, static_cast<u64>((number(n) + 1) * p));
  Parts parts;
  double weight = 1;
  for (u64 i = mode;; ++i) {
    (i < k ? parts.below : parts.from) += weight;
    if (i == n || weight == 0) break;
    weight *= number(n - i) / number(i + 1) * odds;
  }
  weight = 1;
  for (u64 i = mode; i > 0 && weight > 0; --i) {
    weight *= number(i) / (number(n - i + 1) * odds);
    (i - 1 < k ? parts.below : parts.from) += weight;
  }
  return parts;
}

}  // namespace

double chi_square_1(double x) {
  LS_ASSERT(x >= 0);
  return math::erfc(math::square_root(x / 2));
}

double chi_square_2(double x) {
  LS_ASSERT(x >= 0);
  return math::exp(-x / 2);
}

double binomial_at_most(u64 k, u64 n, double p) {
  if (k >= n) return 1;
  const Parts parts = binomial_parts(k + 1, n, p);
  return parts.below / (parts.below + parts.from);
}

double binomial_at_least(u64 k, u64 n, double p) {
  const Parts parts = binomial_parts(k, n, p);
  return parts.from / (parts.below + parts.from);
}

bool Coverage::add(double loss, double margin) {
  if (!is_loss(loss) || !is_margin(margin)) {
    ++rejected;
    return false;
  }
  const bool breached = loss > margin;
  if (observations > 0) ++followed[last_breached][breached];
  ++observations;
  last_breached = breached;
  margin_sum += margin;
  if (breached) {
    ++breaches;
    const double excess = loss / margin - 1;
    excess_sum += excess;
    excess_max = std::max(excess_max, excess);
  }
  return true;
}

double Coverage::coverage() const {
  return observations == 0 ? 1 : number(observations - breaches) / number(observations);
}
double Coverage::mean_excess() const { return breaches == 0 ? 0 : excess_sum / number(breaches); }
double Coverage::mean_margin() const { return observations == 0 ? 0 : margin_sum / number(observations); }

void Coverage::write(Writer& writer) const {
  writer.integer(observations);
  writer.integer(breaches);
  for (const auto& row : followed) {
    for (const u64 count : row) writer.integer(count);
  }
  writer.integer(static_cast<u8>(last_breached));
  write_number(writer, excess_sum);
  write_number(writer, excess_max);
  write_number(writer, margin_sum);
  writer.integer(rejected);
}

void Coverage::read(Reader& reader) {
  observations = reader.integer<u64>();
  breaches = reader.integer<u64>();
  for (auto& row : followed) {
    for (u64& count : row) count = reader.integer<u64>();
  }
  const u8 last = reader.integer<u8>();
  last_breached = last == 1;
  excess_sum = read_not_negative(reader);
  excess_max = read_not_negative(reader);
  margin_sum = read_not_negative(reader);
  rejected = reader.integer<u64>();
  const u64 transitions = observations == 0 ? 0 : observations - 1;
  u64 left = transitions;
  bool fits = last <= 1 && breaches <= observations;
  for (const auto& row : followed) {
    for (const u64 count : row) {
      fits = fits && count <= left;
      left -= fits ? count : 0;
    }
  }
  if (!fits || left != 0) reader.fail();
}

LikelihoodRatio kupiec(u64 x, u64 n, double p) {
  LS_ASSERT(n >= 1 && x <= n && 0 < p && p < 1);
  const double statistic =
      2 * (term(x, number(x), number(n) * p) + term(n - x, number(n - x), number(n) * (1 - p)));
  const double ratio = std::max(statistic, 0.0);
  return {ratio, chi_square_1(ratio)};
}

Accepted kupiec_accepts(u64 n, double p) {
  // The statistic grows on both sides of the expected number, and the nearest integer to it is accepted.
  const u64 expected = std::min(n, static_cast<u64>(number(n) * p + 0.5));
  Accepted accepted{expected, expected};
  const auto fits = [&](u64 x) { return kupiec(x, n, p).statistic <= critical_5_percent; };
  while (accepted.least > 0 && fits(accepted.least - 1)) --accepted.least;
  while (accepted.most < n && fits(accepted.most + 1)) ++accepted.most;
  return accepted;
}

LikelihoodRatio christoffersen_independence(const Coverage& series) {
  const auto& c = series.followed;
  const double to_calm = number(c[0][0] + c[1][0]);
  const double to_breach = number(c[0][1] + c[1][1]);
  const double all = to_calm + to_breach;
  double sum = 0;
  for (const auto& row : c) {
    const double from = number(row[0] + row[1]);
    sum += term(row[0], number(row[0]) * all, from * to_calm);
    sum += term(row[1], number(row[1]) * all, from * to_breach);
  }
  const double ratio = std::max(2 * sum, 0.0);
  return {ratio, chi_square_1(ratio)};
}

LikelihoodRatio christoffersen_joint(const Coverage& series, double p) {
  if (series.observations == 0) return {};
  const double ratio = kupiec(series.breaches, series.observations, p).statistic +
                       christoffersen_independence(series).statistic;
  return {ratio, chi_square_2(ratio)};
}

Zone traffic_light(u64 x, u64 n, double p) {
  const double at_most = binomial_at_most(x, n, p);
  if (at_most < 0.95) return Zone::green;
  return at_most < 0.9999 ? Zone::yellow : Zone::red;
}

bool ShortfallTest::add(double loss, double margin, double expected_shortfall) {
  if (!is_loss(loss) || !is_margin(margin) || !is_margin(expected_shortfall)) {
    ++rejected;
    return false;
  }
  ++observations;
  if (loss > margin) sum += loss / expected_shortfall;
  return true;
}

double ShortfallTest::z2(double alpha) const {
  LS_ASSERT(0 < alpha && alpha < 1);
  return observations == 0 ? 0 : sum / (number(observations) * (1 - alpha)) - 1;
}

void ShortfallTest::write(Writer& writer) const {
  writer.integer(observations);
  write_number(writer, sum);
  writer.integer(rejected);
}

void ShortfallTest::read(Reader& reader) {
  observations = reader.integer<u64>();
  sum = read_not_negative(reader);
  rejected = reader.integer<u64>();
}

}  // namespace lockstep::stats
