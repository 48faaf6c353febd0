// What the command line prints as JSON and what the service's methods answer are the same text, to the last
// digit: both come from node/view.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apps/lockstep/options.h"
#include "apps/lockstep/source.h"
#include "node/view/testing_view.h"

namespace lockstep {
namespace {

using view::Tree;

struct SameJson : testing::Test {
  MarginOptions of;
  SameJson() {
    of.rulebook = std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/binance-usdm.toml";
    of.book = std::string(LOCKSTEP_SOURCE_DIR) + "/books/binance-cross.toml";
    of.account = "multi-assets";
    of.explain = of.json = true;
  }
  std::unique_ptr<Engine> engine() {
    Result<std::unique_ptr<Engine>, Fault> opened = open_accounts(of);
    LS_ASSERT(static_cast<bool>(opened));
    return std::move(opened).value();
  }
  template <class Run>
  static std::string printed(Run run) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(run(), exit_success);
    std::string text = testing::internal::GetCapturedStdout();
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
};

TEST_F(SameJson, StatementIsMargin) {
  const auto own = engine();
  view::Asking asking(*own);
  EXPECT_EQ(asking.text("statement", {{"account", of.account}}), printed([&] { return margin_verb(of); }));
}

TEST_F(SameJson, WhatIfIsWhatIf) {
  WhatIfOptions options;
  options.of = of;
  options.changes = {"price BTC -12.5 %", "trade ETHUSDT-PERP 3", "transfer USDT 0.00000001"};
  const std::string printed_text = printed([&] { return what_if_verb(options); });
  const auto own = engine();
  view::Asking asking(*own);
  const Tree params = {
      {"account", of.account}, {"changes", options.changes}, {"explain", true}, {"prices", true}};
  const std::string position = "\"position\":" + std::to_string(own->state.position) + ",";
  EXPECT_EQ(asking.text("what_if", params), "{" + position + printed_text.substr(1));
}

TEST_F(SameJson, StressIsStress) {
  StressOptions options;
  options.of = of;
  const std::string printed_text = printed([&] { return stress_verb(options); });
  const auto own = engine();
  view::Asking asking(*own);
  EXPECT_EQ(asking.text("stress"), printed_text);
}

}  // namespace
}  // namespace lockstep
