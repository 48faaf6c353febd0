#include "node/calibrate/option_moves.h"

#include <algorithm>

#include "core/math/elementary.h"

namespace lockstep::calibrate {
namespace {

constexpr Duration apart_min = Duration::from_raw(18 * hour.raw()),
                   apart_max = Duration::from_raw(36 * hour.raw());
constexpr double rare = 0.99;
constexpr double days_per_year = 365;
constexpr std::size_t recent_max = 100'000;  // of a stored state

double in_days(Duration span) { return static_cast<double>(span.raw()) / static_cast<double>(day.raw()); }

// ln(forward/index) grows linearly between expiries, from 0 today; behind the last one at its rate.
double carry_at(std::span<const ForwardAt> forwards, double index, double years) {
  double years_before = 0, carry_before = 0;
  for (const ForwardAt& next : forwards) {
    const double carry = math::log(next.forward / index);
    if (years <= next.years) {
      return carry_before + (carry - carry_before) * (years - years_before) / (next.years - years_before);
    }
    years_before = next.years;
    carry_before = carry;
  }
  return carry_before / years_before * years;
}

OptionMoves::Reading reading_of(Time at, std::span<const Expiry> expiries,
                                std::span<const ForwardAt> forwards, double index) {
  OptionMoves::Reading reading;
  reading.at = at;
  for (std::size_t i = 0; i < OptionMoves::tenors.size(); ++i) {
    const SmileAt smile = smile_at(expiries, OptionMoves::tenors[i] / days_per_year);
    reading.log_volatility[i] = math::log(volatility(smile, 0));
  }
  const double years = OptionMoves::tenors[OptionMoves::reference] / days_per_year;
  const SmileAt smile = smile_at(expiries, years);
  const double width = volatility(smile, 0) * math::square_root(years);
  reading.skew = volatility(smile, width) - volatility(smile, -width);
  reading.basis = carry_at(forwards, index, years) / years;
  return reading;
}

bool usable(double price) { return stats::is_finite(price) && price > 0; }

std::optional<double> rare_change(const stats::RollingQuantile& sizes) {
  if (sizes.size() < OptionMoves::changes_min) return std::nullopt;
  return sizes.quantile(rare);
}

// Least squares through the reference: y = p x with x = ln(30/d), y = ln(shock at d / shock at 30).
std::optional<double> power(const OptionMoves& moves, std::size_t first, std::size_t last) {
  const std::optional<double> at_30 = rare_change(moves.levels[OptionMoves::reference]);
  if (!at_30 || *at_30 <= 0) return std::nullopt;
  double xy = 0, xx = 0;
  for (std::size_t i = first; i <= last; ++i) {
    const double shock = rare_change(moves.levels[i]).value_or(0);
    if (shock <= 0) continue;
    const double x = math::log(OptionMoves::tenors[OptionMoves::reference] / OptionMoves::tenors[i]);
    xy += x * math::log(shock / *at_30);
    xx += x * x;
  }
  if (xx == 0) return std::nullopt;
  return xy / xx;
}

}  // namespace

OptionMoves::OptionMoves()
    : levels(tenors.size(), stats::RollingQuantile(window)), skews(window), bases(window) {}

bool OptionMoves::add(Time at, std::span<const Expiry> expiries, std::span<const ForwardAt> forwards,
                      double index) {
  const bool prices =
      usable(index) && !forwards.empty() &&
      std::all_of(forwards.begin(), forwards.end(), [](const ForwardAt& f) { return usable(f.forward); });
  if (expiries.empty() || !prices || (!recent.empty() && at <= recent.back().at)) {
    rejected += 1;
    return false;
  }
  const Reading now = reading_of(at, expiries, forwards, index);
  surfaces += 1;
  while (!recent.empty() && at - recent.front().at > apart_max) recent.pop_front();
  // Of the surfaces that lie about a day back, the one nearest to it.
  const Reading* then = nullptr;
  const auto off = [&](const Reading& r) { return std::abs((at - r.at - day).raw()); };
  for (const Reading& r : recent) {
    if (at - r.at >= apart_min && (then == nullptr || off(r) < off(*then))) then = &r;
  }
  if (then != nullptr) {
    const double scale = 1 / math::square_root(in_days(at - then->at));
    for (std::size_t i = 0; i < tenors.size(); ++i) {
      levels[i].add((now.log_volatility[i] - then->log_volatility[i]) * scale);
    }
    skews.add(std::abs(now.skew - then->skew) * scale);
    bases.add(std::abs(now.basis - then->basis) * scale);
  }
  recent.push_back(now);
  return true;
}

std::optional<double> OptionMoves::volatility_now() const {
  if (recent.empty()) return std::nullopt;
  return math::exp(recent.back().log_volatility[reference]);
}

std::optional<double> OptionMoves::up() const {
  const std::optional<double> change = rare_change(levels[reference]);
  return change && *change > 0 ? change : std::nullopt;
}

std::optional<double> OptionMoves::down() const {
  if (levels[reference].size() < changes_min) return std::nullopt;
  const std::optional<double> change = levels[reference].quantile(1 - rare);
  return change && *change < 0 ? std::optional(-*change) : std::nullopt;
}

std::optional<double> OptionMoves::power_short() const { return power(*this, 0, reference - 1); }
std::optional<double> OptionMoves::power_long() const {
  return power(*this, reference + 1, tenors.size() - 1);
}
std::optional<double> OptionMoves::skew_change() const { return rare_change(skews); }
std::optional<double> OptionMoves::basis_change() const { return rare_change(bases); }

void OptionMoves::write(Writer& writer) const {
  writer.integer(static_cast<u32>(recent.size()));
  for (const Reading& r : recent) {
    writer.integer(r.at.raw());
    for (const double level : r.log_volatility) stats::write_number(writer, level);
    stats::write_number(writer, r.skew);
    stats::write_number(writer, r.basis);
  }
  for (const stats::RollingQuantile& level : levels) level.write(writer);
  skews.write(writer);
  bases.write(writer);
  writer.integer(surfaces);
  writer.integer(rejected);
}

void OptionMoves::read(Reader& reader) {
  recent.clear();
  const u32 count = reader.integer<u32>();
  if (count > recent_max) return reader.fail();
  for (u32 i = 0; i < count && !reader.failed(); ++i) {
    Reading r;
    r.at = Time::from_raw(stats::read_microseconds(reader));
    for (double& level : r.log_volatility) level = stats::read_number(reader, -1e3, 1e3);
    r.skew = stats::read_number(reader, -1e3, 1e3);
    r.basis = stats::read_number(reader, -1e3, 1e3);
    recent.push_back(r);
  }
  for (stats::RollingQuantile& level : levels) level.read(reader);
  skews.read(reader);
  bases.read(reader);
  surfaces = reader.integer<u64>();
  rejected = reader.integer<u64>();
}

}  // namespace lockstep::calibrate
