// The gate on a book of one account: 10 BTC at a mark of 110,000 on 300,000 of equity (node/whatif's market).
//  A maintenance of 27.3 % is more than it has.
#include "node/calibrate/gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "node/rules/compile.h"
#include "node/whatif/testing_book.h"

namespace lockstep::calibrate {
namespace {

// One bracket for BTC, with this maintenance.
Rulebook with_maintenance(i64 percent, const std::string& version) {
  std::ostringstream text;
  text << std::ifstream(std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/binance-usdm.toml").rdbuf();
  Rulebook rules = compile_rulebook_text(text.str(), "binance-usdm.toml").value();
  for (BracketRow& row : rules.components[0].brackets) {
    if (row.key.base != "BTC") continue;
    row.brackets.resize(1);
    row.brackets[0].rate = Rate::from_raw(rate_one / 100 * percent);
    row.brackets[0].leverage_max = Rate::from_raw(std::min<i64>(4, 100 / percent) * rate_one);
  }
  std::erase_if(rules.collateral, [](const Collateral& row) {
    return row.asset != "USDT" && row.asset != "BTC" && row.asset != "ETH";
  });
  rules.version = version;
  rules.identity = rulebook_identity(rules);
  return rules;
}

Passed pass(i64 percent, double depth) {
  const auto engine = whatif::testing_engine(with_maintenance(4, "now"));
  const Hash128 before = entities_hash(*engine);
  std::map<std::string, double> known;
  if (depth != 0) known["BTC"] = depth;
  const auto passed = pass_gate(*engine, with_maintenance(percent, "next"), known, GatePolicy{});
  EXPECT_TRUE(static_cast<bool>(passed));
  EXPECT_TRUE(entities_hash(*engine) == before);
  return passed.value();
}

TEST(Gate, LetsPassWhatPushesNobodyUnder) {
  const Passed passed = pass(20, 0);  // the depth is not known, and does not matter
  EXPECT_EQ(passed.step, 8u);
  EXPECT_EQ(passed.rules.version, "next");
  EXPECT_TRUE(passed.taken.accounts.empty());
  EXPECT_DOUBLE_EQ(passed.taken.maintenance_before, 44'000);
  EXPECT_DOUBLE_EQ(passed.taken.maintenance_after, 220'000);
  EXPECT_EQ(passed.taken.reason, "nobody is pushed under");
}

// 30 % of 1.1 M is 30,000 more than there is; closing sells 10 BTC at the index of 110,100.
TEST(Gate, LetsPassWhatTheMarketCanTake) {
  const Passed passed = pass(30, 40e6);
  EXPECT_EQ(passed.step, 8u);
  ASSERT_EQ(passed.taken.accounts.size(), 1u);
  EXPECT_DOUBLE_EQ(passed.taken.accounts[0].shortfall, 30'000);
  EXPECT_DOUBLE_EQ(passed.taken.accounts[0].notional, 1'101'000);
  ASSERT_EQ(passed.taken.implied.size(), 1u);
  EXPECT_EQ(passed.taken.implied[0].base, "BTC");
  EXPECT_DOUBLE_EQ(passed.taken.implied[0].notional, 1'101'000);
  EXPECT_EQ(passed.taken.reason, "1 pushed under, at most 2.8 % of a depth to close; 5.0 % may be");
}

// From 4 to 60 %: three eighths of the way are 25 %, four are 32 %.
TEST(Gate, TakesTheLargestPartOfTheWayThatPasses) {
  const Passed passed = pass(60, 10e6);
  EXPECT_FALSE(passed.whole.passed);
  EXPECT_EQ(passed.whole.reason, "1 pushed under, at most 11.0 % of a depth to close; 5.0 % may be");
  EXPECT_EQ(passed.step, 3u);
  EXPECT_EQ(passed.rules.version, "next 3/8");
  EXPECT_EQ(passed.rules.identity, rulebook_identity(passed.rules));
  EXPECT_TRUE(passed.taken.accounts.empty());
  EXPECT_DOUBLE_EQ(passed.taken.maintenance_after, 275'000);
}

TEST(Gate, WithoutAKnownDepthNobodyMayBePushedUnder) {
  const Passed passed = pass(30, 0);  // seven eighths of the way are 26.75 %
  EXPECT_EQ(passed.whole.reason, "1 pushed under; the depth of BTC is not known");
  EXPECT_EQ(passed.step, 7u);
}

// Another shape cannot be reached in steps: it passes whole or not at all.
TEST(Gate, WhatCannotBeTakenInStepsIsHeld) {
  const auto engine = whatif::testing_engine(with_maintenance(4, "now"));
  Rulebook other = with_maintenance(60, "next");
  for (BracketRow& row : other.components[0].brackets) {
    if (row.key.base != "BTC") continue;
    row.brackets.push_back({Value::from_raw(value_one * 5'000'000), Rate::from_raw(rate_one / 100 * 80),
                            Rate::from_raw(rate_one), Value::from_raw(value_one * 1'000'000)});
  }
  const auto passed = pass_gate(*engine, other, {}, GatePolicy{});
  ASSERT_TRUE(static_cast<bool>(passed)) << passed.error();
  EXPECT_EQ(passed.value().step, 0u);
  EXPECT_FALSE(passed.value().whole.passed);
}

TEST(Gate, SaysWhatTheEngineRefuses) {
  const auto engine = whatif::testing_engine(with_maintenance(4, "now"));
  Rulebook other = with_maintenance(60, "next");
  other.name = "unknown";
  const auto passed = pass_gate(*engine, other, {}, GatePolicy{});
  ASSERT_FALSE(static_cast<bool>(passed));
  EXPECT_NE(passed.error().find("unknown"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::calibrate
