#include "node/calibrate/scan_range.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/math/elementary.h"

namespace lockstep::calibrate {
namespace {

constexpr double lambda_slow = 0.97, lambda_fast = 0.94;
constexpr Duration gap_from = Duration::from_raw(day.raw() * 3 / 2);
constexpr Duration close_until = hour;  // behind midnight
constexpr double stress_share = 0.05, stress_quantile = 0.9;
constexpr u32 buffer_days = 250;
constexpr double microseconds_per_day = 86'400e6;

stats::VolatilityEwma daily_ewma(double lambda) {
  const double half_life = stats::half_life_of(lambda) * microseconds_per_day;
  stats::VolatilityEwma ewma{};
  ewma.half_life = Duration::from_raw(static_cast<i64>(half_life));
  ewma.gap = gap_from;
  return ewma;
}

// Deviation of a day, the return since the last daily close included.
double deviation_now(stats::VolatilityEwma ewma, const AssetRisk& risk) {
  if (risk.last > ewma.last) ewma.add(risk.last, risk.last_price);
  return math::square_root(ewma.variance_per_day().value_or(0));
}

std::size_t ceil_of(double x) {
  const std::size_t whole = static_cast<std::size_t>(x - 1e-9 > 0 ? x - 1e-9 : 0);
  return static_cast<double>(whole) < x - 1e-9 ? whole + 1 : whole;
}

double stressed_size(const stats::RollingQuantile& ever) {
  const std::vector<double>& sorted = ever.sorted();
  const std::size_t worst =
      std::max<std::size_t>(ceil_of(stress_share * static_cast<double>(sorted.size())), 1);
  const std::size_t rank = std::max<std::size_t>(ceil_of(stress_quantile * static_cast<double>(worst)), 1);
  return sorted[sorted.size() - worst + rank - 1];
}

// Mean of the values above the quantile, over the quantile; 1 where there is none above.
double shortfall_ratio(const stats::RollingQuantile& values, double confidence, double quantile) {
  const std::vector<double>& sorted = values.sorted();
  const std::size_t rank = std::max<std::size_t>(ceil_of(confidence * static_cast<double>(sorted.size())), 1);
  if (rank >= sorted.size() || quantile <= 0) return 1;
  double sum = 0;
  for (std::size_t i = rank; i < sorted.size(); ++i) sum += sorted[i];
  return sum / static_cast<double>(sorted.size() - rank) / quantile;
}

// In ascending order, so that the sum is as exact as it gets and always in the same order.
double root_mean_square(const stats::RollingQuantile& values) {
  double sum = 0;
  for (const double value : values.sorted()) sum += value * value;
  return math::square_root(sum / static_cast<double>(values.size()));
}

void add_daily_close(AssetRisk& risk, Time at, double price) {
  const double before = risk.slow.last_price;
  if (before != 0) {
    const i64 span = (at - risk.slow.last).raw();
    const double r = math::log(price) - math::log(before);
    const double scaled = r / math::square_root(static_cast<double>(span) / microseconds_per_day);
    const double size = math::absolute(scaled);
    const double variance = risk.slow.variance_per_day().value_or(0);
    if (risk.returns >= AssetRisk::warm_returns && variance > 0) {
      risk.standardised.add(size / math::square_root(variance));
    }
    risk.sizes.add(size);
    risk.falls.add(-scaled);
    risk.long_run.add(size);
    risk.ever.add(size);
    risk.deviation_ten_years = root_mean_square(risk.long_run);
    ++risk.returns;
    const i64 days = (span + day.raw() / 2) / day.raw();
    if (days > 1) risk.missing += static_cast<u64>(days - 1);
  }
  risk.slow.add(at, price);
  risk.fast.add(at, price);
  const std::optional<double> variance = risk.slow.variance_per_day();
  const std::optional<double> z = risk.standardised.quantile(risk.setup.confidence);
  if (variance && z) risk.filtered.add(*z * math::square_root(*variance));
}

}  // namespace

AssetRisk::AssetRisk(const RiskSetup& chosen)
    : setup(chosen),
      slow(daily_ewma(lambda_slow)),
      fast(daily_ewma(lambda_fast)),
      sizes(chosen.window),
      standardised(chosen.window),
      falls(chosen.window),
      long_run(ten_years),
      ever(stats::RollingQuantile::capacity_max),
      filtered(buffer_days),
      moves(chosen.move_window) {
  LS_ASSERT(chosen.confidence >= 0.5 && chosen.confidence <= 0.9999);
  LS_ASSERT(chosen.window >= returns_min && chosen.move_window.raw() > 0);
}

bool AssetRisk::add(const Close& bar) {
  const bool is_price = stats::is_finite(bar.close) && bar.close >= 1e-12 && bar.close <= 1e15;
  if (!is_price || bar.at <= last) {
    ++rejected;
    return false;
  }
  const i64 today = bar.at.raw() / day.raw();
  const bool closes_a_day = bar.at.raw() - today * day.raw() <= close_until.raw() &&
                            (slow.last_price == 0 || today > slow.last.raw() / day.raw());
  moves.add(bar);
  if (closes_a_day) add_daily_close(*this, bar.at, bar.close);
  last = bar.at;
  last_price = bar.close;
  return true;
}

void AssetRisk::write(Writer& writer) const {
  stats::write_number(writer, setup.confidence);
  writer.integer(setup.window);
  writer.integer(setup.move_window.raw());
  slow.write(writer);
  fast.write(writer);
  for (const stats::RollingQuantile* values : {&sizes, &standardised, &falls, &long_run, &ever, &filtered}) {
    values->write(writer);
  }
  moves.write(writer);
  writer.integer(last.raw());
  stats::write_number(writer, last_price);
  for (const u64 count : {returns, missing, rejected}) writer.integer(count);
}

void AssetRisk::read(Reader& reader) {
  RiskSetup stored;
  stored.confidence = stats::read_number(reader, 0.5, 0.9999);
  stored.window = reader.integer<u32>();
  stored.move_window = Duration::from_raw(reader.integer<i64>());
  const bool fits = stored.window >= returns_min && stored.window <= stats::RollingQuantile::capacity_max &&
                    stored.move_window.raw() > 0;
  if (reader.failed() || !fits) return reader.fail();
  *this = AssetRisk(stored);
  slow.read(reader);
  fast.read(reader);
  for (stats::RollingQuantile* values : {&sizes, &standardised, &falls, &long_run, &ever, &filtered}) {
    values->read(reader);
  }
  moves.read(reader);
  last = Time::from_raw(reader.integer<i64>());
  last_price = stats::read_number(reader, 0, 1e15);
  for (u64* count : {&returns, &missing, &rejected}) *count = reader.integer<u64>();
  const bool agrees = moves.window == setup.move_window && sizes.capacity() == setup.window &&
                      standardised.capacity() == setup.window && falls.capacity() == setup.window &&
                      long_run.capacity() == ten_years && filtered.capacity() == buffer_days &&
                      sizes.size() == falls.size() && ever.size() <= returns;
  if (!agrees) return reader.fail();
  deviation_ten_years = returns == 0 ? 0 : root_mean_square(long_run);
}

std::string_view text_of(ScanModel model) {
  switch (model) {
    case ScanModel::normal_fast: return "normal, EWMA 0.94";
    case ScanModel::normal: return "normal, EWMA 0.97";
    case ScanModel::historical: return "historical, 1000 days";
    case ScanModel::filtered: return "FHS";
    case ScanModel::stress_weighted: return "FHS + 25 % stress";
    case ScanModel::buffered: return "FHS + 25 % buffer";
    case ScanModel::floored: return "FHS + ten-year floor";
    case ScanModel::combined: break;
  }
  return "stress + floor";
}

double range_of(const ScanTargets& targets, ScanModel model) {
  switch (model) {
    case ScanModel::normal_fast: return targets.normal_fast;
    case ScanModel::normal: return targets.normal;
    case ScanModel::historical: return targets.historical;
    case ScanModel::filtered: return targets.filtered;
    case ScanModel::stress_weighted: return targets.stress_weighted;
    case ScanModel::buffered: return targets.buffered;
    case ScanModel::floored: return std::max(targets.filtered, targets.floor);
    case ScanModel::combined: break;
  }
  return std::max(targets.stress_weighted, targets.floor);
}

double fraction_of(double range) { return math::exp(range) - 1; }

Result<ScanTargets, Lacking> scan_targets(const AssetRisk& risk, const ScanPolicy& policy) {
  if (risk.returns < AssetRisk::returns_min) {
    return Lacking{"only " + std::to_string(risk.returns) + " daily returns; " +
                   std::to_string(AssetRisk::returns_min) + " are needed"};
  }
  const double confidence = risk.setup.confidence;
  const std::optional<double> z = risk.standardised.quantile(confidence);
  if (!z || *z <= 0) return Lacking{"the price does not move"};
  ScanTargets t;
  t.quantile = *z;
  t.deviation = deviation_now(risk.slow, risk);
  t.deviation_fast = deviation_now(risk.fast, risk);
  t.deviation_ten_years = risk.deviation_ten_years;
  const double normal = math::normal_quantile((1 + confidence) / 2);
  t.normal_fast = normal * t.deviation_fast;
  t.normal = normal * t.deviation;
  t.historical = risk.sizes.quantile(confidence).value_or(0);
  t.filtered = t.quantile * t.deviation;
  t.stressed = stressed_size(risk.ever);
  t.stress_weighted =
      (1 - policy.stress_weight) * t.filtered + policy.stress_weight * std::max(t.filtered, t.stressed);
  const double above = 1 + policy.buffer;
  const double median = risk.filtered.quantile(0.5).value_or(t.filtered);
  t.buffered = std::max(t.filtered, std::min(above * t.filtered, above * median));
  t.floor = t.quantile * t.deviation_ten_years;
  t.recent = policy.recent_share * risk.moves.largest().value_or(0);
  t.shortfall_historical = shortfall_ratio(risk.sizes, confidence, t.historical);
  t.shortfall_filtered = shortfall_ratio(risk.standardised, confidence, t.quantile);
  t.model = range_of(t, policy.model);
  const double days = static_cast<double>(policy.horizon.raw()) / microseconds_per_day;
  t.range = t.model * math::square_root(days);
  const bool has_floor = policy.model == ScanModel::floored || policy.model == ScanModel::combined;
  t.binding = has_floor && t.model == t.floor       ? "ten-year floor"
              : policy.model == ScanModel::combined ? text_of(ScanModel::stress_weighted)
                                                    : text_of(policy.model);
  if (t.recent > t.range) {
    t.range = t.recent;
    t.binding = "largest move of 30 days";
  }
  t.target = fraction_of(t.range * (1 + policy.rounding_buffer));
  if (t.target < policy.minimum) {
    t.target = policy.minimum;
    t.binding = "minimum";
  }
  return t;
}

}  // namespace lockstep::calibrate
