// The arithmetic of ewma.h: core/math's exp and log, so that an estimate has the same bits on every machine.
#include "node/stats/ewma.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/math/elementary.h"

namespace lockstep::stats {
namespace {

constexpr double floor_per_day = winsorise_floor_per_year * winsorise_floor_per_year / days_per_year;
constexpr double smallest_normal = 0x1p-1022;

}  // namespace

double half_life_of(double lambda) {
  LS_ASSERT(0 < lambda && lambda < 1);
  return -ln2 / math::log(lambda);
}

double effective_size(double lambda) {
  LS_ASSERT(0 < lambda && lambda < 1);
  return (1 + lambda) / (1 - lambda);
}

double forgotten(Duration elapsed, Duration half_life) {
  LS_ASSERT(elapsed.raw() >= 0 && half_life.raw() > 0);
  const double x = ln2 * (static_cast<double>(elapsed.raw()) / static_cast<double>(half_life.raw()));
  // 1 - e^-x: by its series where the difference would lose digits (the first term left out is x^5/720).
  if (x < 0x1p-10) return x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5))));
  return 1 - math::exp(-x);
}

double decay(Duration elapsed, Duration half_life) { return 1 - forgotten(elapsed, half_life); }

void Ewma::add(double value, double lambda, double w) {
  LS_ASSERT(is_finite(value) && 0 <= lambda && lambda <= 1 && w > 0);
  sum = lambda * sum + w * value;
  weight = lambda * weight + w;
  squares = lambda * lambda * squares + w * w;
}

double Ewma::mean() const { return empty() ? 0 : sum / weight; }

double Ewma::effective_size() const { return empty() || squares <= 0 ? 0 : weight * weight / squares; }

void Ewma::write(Writer& writer) const {
  write_number(writer, sum);
  write_number(writer, weight);
  write_number(writer, squares);
}

void Ewma::read(Reader& reader) {
  sum = read_sum(reader);
  weight = read_weight(reader);
  squares = read_weight(reader);
  if (weight == 0 && (sum != 0 || squares != 0)) reader.fail();
}

Observed VolatilityEwma::add(Time at, double price) {
  if (!is_finite(price) || price < smallest_normal) {
    ++counts.bad_price;
    return Observed::bad_price;
  }
  if (last_price == 0) {
    last = at;
    last_price = price;
    return Observed::first;
  }
  if (at <= last) {
    ++counts.out_of_order;
    return Observed::out_of_order;
  }
  const Duration span = at - last;
  const double days = static_cast<double>(span.raw()) / static_cast<double>(day.raw());
  const double r = math::log(price) - math::log(last_price);
  double value = r * r / days;
  bool cut = false;
  if (rate.effective_size() >= winsorise_from) {
    const double most = winsorise_at * winsorise_at * std::max(rate.mean(), floor_per_day);
    cut = value > most;
    if (cut) value = most;
  }
  const double weight = forgotten(span, half_life);
  rate.add(value, 1 - weight, weight);
  ++counts.used;
  if (cut) ++counts.winsorised;
  if (span > gap) ++counts.gaps;
  last = at;
  last_price = price;
  return cut ? Observed::winsorised : Observed::used;
}

std::optional<double> VolatilityEwma::variance_per_day() const {
  if (rate.empty()) return std::nullopt;
  return rate.mean();
}

std::optional<double> VolatilityEwma::volatility_per_year() const {
  if (rate.empty()) return std::nullopt;
  return math::square_root(rate.mean() * days_per_year);
}

void VolatilityEwma::write(Writer& writer) const {
  writer.integer(half_life.raw());
  writer.integer(gap.raw());
  rate.write(writer);
  writer.integer(last.raw());
  write_number(writer, last_price);
  for (const u64 count :
       {counts.used, counts.winsorised, counts.gaps, counts.bad_price, counts.out_of_order}) {
    writer.integer(count);
  }
}

void VolatilityEwma::read(Reader& reader) {
  half_life = Duration::from_raw(read_microseconds(reader));
  gap = Duration::from_raw(read_microseconds(reader));
  rate.read(reader);
  last = Time::from_raw(read_microseconds(reader));
  last_price = read_number(reader, 0, 0x1.fffffffffffffp+1023);
  for (u64* count :
       {&counts.used, &counts.winsorised, &counts.gaps, &counts.bad_price, &counts.out_of_order}) {
    *count = reader.integer<u64>();
  }
  // No price yet, or a normal one, with a rate that is a mean of squares with weights below one.
  const bool price_fits = last_price == 0 ? rate.empty() : last_price >= smallest_normal;
  if (half_life.raw() <= 0 || !price_fits || rate.sum < 0 || rate.weight > 1 + 1e-9) reader.fail();
}

}  // namespace lockstep::stats
