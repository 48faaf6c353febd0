// `lockstep backtest` as a risk manager meets it: tables, JSON and a picture from a folder of prices; one
// line where there is nothing to judge.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/prng.h"
#include "tests/e2e/json_lines.h"
#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Hourly bars of BTCUSDT from 2024-01-01 on.
std::string hourly_bars(int days) {
  Prng prng(11);
  std::string text = "open_ms,symbol,open,high,low,close,volume_base\n";
  double price = 50'000;
  for (int i = 0; i < days * 24; ++i) {
    double sum = 0;
    for (int k = 0; k < 12; ++k) sum += static_cast<double>(prng.below(1'000'000)) / 1e6;
    const double close = price * std::exp(0.006 * (sum - 6));
    char row[160];
    std::snprintf(row, sizeof row, "%lld,BTCUSDT,%.2f,%.2f,%.2f,%.2f,10\n",
                  1'704'067'200'000LL + i * 3'600'000LL, price, std::max(price, close) * 1.001,
                  std::min(price, close) * 0.999, close);
    text += row;
    price = close;
  }
  return text;
}

TEST(Backtest, JudgesAFolderOfBars) {
  const Folder folder;
  folder.write("bars.csv", hourly_bars(700));
  const Ran ran = run({"backtest", "--data", folder.path(), "--asset", "BTC", "--svg", folder.path("b.svg")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(has(ran.out, "BTC: 700 daily closes, 0 missing\n")) << ran.out;
  EXPECT_TRUE(has(ran.out, "  judged: 349 days, 2024-12-18 to 2025-12-01\n")) << ran.out;
  EXPECT_TRUE(has(ran.out, "Published policies")) << ran.out;
  EXPECT_TRUE(has(ran.out, "strangle, delta hedged")) << ran.out;
  EXPECT_TRUE(has(read_file(folder.path("b.svg")), "published: FHS + 25 % stress"));
  const Ran again = run({"backtest", "--data", folder.path(), "--asset", "BTC", "--json"});
  ASSERT_EQ(again.code, 0) << again.err;
  const auto report = json_lines(again.out).at(0);
  EXPECT_EQ(report.at("choices").size(), 12u);
  EXPECT_EQ(report.at("assets").at(0).at("tables").at(1).at("confidence"), "0.995000");
  EXPECT_EQ(report.at("assets").at(0).at("tables").at(0).at("days"), 349);
  EXPECT_EQ(report.at("bars").size(), 2u);
  const Ran part = run({"backtest", "--data", folder.path(), "--asset", "BTC", "--from", "2025-11-01"});
  EXPECT_TRUE(has(part.out, "  judged: 31 days, 2025-11-01 to 2025-12-01\n")) << part.out;
  const Ran none = run({"backtest", "--data", folder.path(), "--asset", "BTC", "--from", "2026-11-01"});
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(has(none.err, "BTC: no day to judge between --from and --to")) << none.err;
  const Ran floor = run({"backtest", "--data", folder.path(), "--asset", "BTC", "--policy", "stress-floor"});
  EXPECT_TRUE(has(floor.out, "Bars under \"published: stress + floor\"")) << floor.out;
}

TEST(Backtest, WhatCannotBeJudgedIsOneLine) {
  const Folder folder;
  const auto line = [](const Ran& ran) {
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    return ran.err;
  };
  EXPECT_TRUE(has(line(run({"backtest", "--data", folder.path("none")})), "there is no such folder"));
  EXPECT_TRUE(has(line(run({"backtest", "--data", folder.path()})), "holds no prices"));
  folder.write("bars.csv", hourly_bars(20));
  const std::string few = line(run({"backtest", "--data", folder.path(), "--asset", "BTC"}));
  EXPECT_TRUE(has(few, "nothing to judge; BTC: 20 daily closes, of 500 that are needed")) << few;
  EXPECT_TRUE(has(line(run({"backtest", "--data", folder.path(), "--policy", "best"})),
                  "--policy best: there is no such policy; expected one of historical, fhs"));
}

}  // namespace
}  // namespace lockstep::e2e
