// What `lockstep backtest` found, and how it is shown: as tables, as JSON, as a picture.
#pragma once

#include <string>
#include <vector>

#include "apps/lockstep/options_backtest.h"
#include "node/backtest/choice.h"
#include "node/backtest/intraday.h"
#include "node/backtest/judge.h"
#include "node/backtest/portfolios.h"

namespace lockstep {

inline constexpr double backtest_confidences[] = {0.99, 0.995};

// One confidence of one asset.
struct BacktestTable {
  backtest::Walk walk;
  std::vector<backtest::Judged> rows;    // of the walk's rows
  std::vector<backtest::Intraday> bars;  // of the publishable models, a day ahead
};

struct BacktestAsset {
  DailyPrices daily;
  std::vector<BacktestTable> tables;        // by confidence
  backtest::Exceedances exceedances;        // of the closes
  backtest::Exceedances inside;             // of bars, with lows and highs; without days: no bars
  std::vector<backtest::BookResult> books;  // at 99 %
};

struct BacktestReport {
  calibrate::ScanModel model = calibrate::ScanPolicy{}.model;  // of bars, books and picture, published
  std::vector<BacktestAsset> assets;
  std::vector<backtest::Choice> choices;     // of every published policy over these assets
  std::vector<backtest::Intraday> intraday;  // of the model, everything that has bars and enough history
  std::vector<std::string> lacking;          // one line each
  std::vector<std::string> notes;            // about the data
};

std::string backtest_text(const BacktestReport& report);
std::string backtest_json(const BacktestReport& report);
std::string backtest_picture(const BacktestOptions& options, const BacktestReport& report);

}  // namespace lockstep
