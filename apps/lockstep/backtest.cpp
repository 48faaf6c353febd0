// `lockstep backtest`: would the scan range have covered what happened?
#include <algorithm>
#include <fstream>
#include <set>
#include <tuple>

#include "apps/lockstep/backtest_report.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/terminal.h"
#include "node/feed/calendar.h"
#include "node/io/linux_disk.h"

namespace lockstep {
namespace {

using backtest::Row;

const std::vector<double> fixed_ranges = {0.08, 0.10, 0.12, 0.15, 0.16, 0.20, 0.24, 0.30};

constexpr Duration eight_hours = Duration::from_raw(8 * hour.raw());

constexpr std::pair<std::string_view, calibrate::ScanModel> policy_keys[] = {
    {"historical", calibrate::ScanModel::historical},  {"fhs", calibrate::ScanModel::filtered},
    {"stress", calibrate::ScanModel::stress_weighted}, {"buffer", calibrate::ScanModel::buffered},
    {"floor", calibrate::ScanModel::floored},          {"stress-floor", calibrate::ScanModel::combined}};

std::size_t row_of(const backtest::Walk& walk, const Row& wanted) {
  return static_cast<std::size_t>(std::find(walk.rows.begin(), walk.rows.end(), wanted) - walk.rows.begin());
}

const std::vector<calibrate::ScanModel> publishable(std::begin(backtest::publishable_models),
                                                    std::end(backtest::publishable_models));

BacktestAsset judge_asset(DailyPrices daily, const backtest::BarChain& chain, calibrate::ScanModel model,
                          backtest::WalkPolicy policy) {
  BacktestAsset asset;
  asset.daily = std::move(daily);
  for (const double confidence : backtest_confidences) {
    policy.setup.confidence = confidence;
    BacktestTable table{backtest::walk(asset.daily.closes, backtest::usual_rows(), policy), {}, {}};
    for (std::size_t row = 0; row < table.walk.rows.size(); ++row) {
      table.rows.push_back(backtest::judge(table.walk, row));
    }
    table.bars = backtest::judge_bars(chain, asset.daily, publishable, policy, day);
    if (confidence == calibrate::RiskSetup{}.confidence) {
      asset.books = backtest::judge_books(table.walk, row_of(table.walk, {model, true}), {});
    }
    asset.tables.push_back(std::move(table));
  }
  asset.exceedances = backtest::exceedances(asset.daily.closes, fixed_ranges);
  PriceHistory bars;
  bars.series.push_back({asset.daily.base, {}, {}, hour, chain.bars, {}});
  if (!chain.bars.empty()) {
    asset.inside = backtest::exceedances(daily_prices(bars, asset.daily.base).closes, fixed_ranges);
  }
  return asset;
}

void weigh_policies(BacktestReport& report) {
  for (std::size_t t = 0; t < std::size(backtest_confidences); ++t) {
    for (std::size_t m = 0; m < publishable.size(); ++m) {
      std::vector<backtest::Evidence> evidence;
      for (const BacktestAsset& asset : report.assets) {
        const BacktestTable& table = asset.tables[t];
        const std::size_t row = row_of(table.walk, {publishable[m], true});
        evidence.push_back({asset.daily.base, &table.rows[row], &table.bars[m]});
      }
      report.choices.push_back(backtest::weigh(publishable[m], backtest_confidences[t], evidence));
    }
  }
}

BacktestReport judge_all(const PriceHistory& history, const std::vector<std::string>& wanted,
                         calibrate::ScanModel model, const backtest::WalkPolicy& policy) {
  BacktestReport report;
  report.model = model;
  report.notes = history.notes;
  std::set<std::string> bases(wanted.begin(), wanted.end());
  for (const PriceSeries& series : history.series) bases.insert(series.base);
  for (const std::string& base : bases) {
    DailyPrices daily = daily_prices(history, base);
    // Half of the days at least are left to judge.
    constexpr u64 closes_min = 2 * calibrate::AssetRisk::returns_min;
    if (daily.closes.size() < closes_min) {
      report.lacking.push_back(base + ": " + std::to_string(daily.closes.size()) + " daily closes, of " +
                               std::to_string(closes_min) + " that are needed");
      continue;
    }
    const backtest::BarChain chain = backtest::bar_chain(history, base);
    for (const Duration horizon : {day, eight_hours}) {
      for (backtest::Intraday& bars : backtest::judge_bars(chain, daily, {model}, policy, horizon)) {
        if (bars.all.bars != 0) report.intraday.push_back(std::move(bars));
      }
    }
    if (std::find(wanted.begin(), wanted.end(), base) != wanted.end()) {
      BacktestAsset asset = judge_asset(std::move(daily), chain, model, policy);
      if (asset.tables.front().walk.days.empty()) {
        report.lacking.push_back(base + ": no day to judge between --from and --to");
      } else {
        report.assets.push_back(std::move(asset));
      }
    }
  }
  if (!report.assets.empty()) weigh_policies(report);
  return report;
}

Result<calibrate::ScanModel, Fault> model_of(const std::string& wanted) {
  if (wanted.empty()) return calibrate::ScanPolicy{}.model;
  std::string names;
  for (const auto& [key, model] : policy_keys) {
    if (key == wanted) return model;
    names += (names.empty() ? "" : ", ") + std::string(key);
  }
  return Fault{"--policy " + wanted + ": there is no such policy; expected one of " + names};
}

Result<backtest::WalkPolicy, Fault> policy_of(const BacktestOptions& options) {
  backtest::WalkPolicy policy;
  for (const auto& [text, name, time] :
       {std::tuple{&options.from, "--from", &policy.from}, std::tuple{&options.to, "--to", &policy.to}}) {
    if (text->empty()) continue;
    const Result<Time, Fault> read = parse_time(*text, name);
    if (!read) return read.error();
    *time = read.value();
  }
  return policy;
}

}  // namespace

int backtest_verb(const BacktestOptions& options) {
  const Result<calibrate::ScanModel, Fault> model = model_of(options.policy);
  if (!model) return unusable(model.error());
  const Result<backtest::WalkPolicy, Fault> policy = policy_of(options);
  if (!policy) return unusable(policy.error());
  LinuxDisk disk;
  const Result<PriceHistory, Fault> history = read_price_history(disk, options.data, {});
  if (!history) return unusable(history.error());
  const BacktestReport report = judge_all(history.value(), options.assets, model.value(), policy.value());
  if (report.assets.empty()) {
    std::string what = options.data + ": nothing to judge";
    for (const std::string& line : report.lacking) what += "; " + line;
    return unusable(what);
  }
  if (!options.svg.empty()) {
    std::ofstream file(options.svg, std::ios::binary);
    file << backtest_picture(options, report);
    file.close();
    if (!file) return unusable(options.svg + ": cannot be written");
  }
  if (options.json) {
    print_line(backtest_json(report));
  } else {
    print(backtest_text(report));
  }
  return exit_success;
}

}  // namespace lockstep
