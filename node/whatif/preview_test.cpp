// Preview and attribution against what the engine itself says after the change was made.
#include "node/whatif/preview.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "node/rules/compile.h"
#include "node/whatif/attribution.h"
#include "node/whatif/testing_book.h"

namespace lockstep::whatif {
namespace {

Rulebook binance() {
  std::ostringstream text;
  text << std::ifstream(std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/binance-usdm.toml").rdbuf();
  return compile_rulebook_text(text.str(), "binance-usdm.toml").value();
}

// Every bracket of BTC gone but one: 30 % of the notional.
Rulebook strict() {
  Rulebook rules = binance();
  for (BracketRow& row : rules.components[0].brackets) {
    if (row.key.base != "BTC") continue;
    row.brackets.resize(1);
    row.brackets[0].rate = Rate::from_raw(rate_one * 30 / 100);
    row.brackets[0].leverage_max = Rate::from_raw(3 * rate_one);
  }
  rules.version = "strict";
  std::erase_if(rules.collateral, [](const Collateral& row) {
    return row.asset != "USDT" && row.asset != "BTC" && row.asset != "ETH";
  });
  return rules;
}

Value dollars(i64 whole) { return Value::from_raw(i128{whole} * value_one); }

// 10 BTC at a mark of 110,000 on 200,000 + 100,000 of profit: 30 % of 1,100,000 is 330,000.
TEST(Preview, NamesWhoCrossesWhichLevelAndWhatIsRequiredWhere) {
  const auto engine = testing_engine(binance());
  const Hash128 before = entities_hash(*engine);
  const auto found = preview(*engine, strict());
  ASSERT_TRUE(static_cast<bool>(found)) << found.error();
  EXPECT_TRUE(entities_hash(*engine) == before);
  EXPECT_EQ(found.value().epoch, 2u);
  ASSERT_EQ(found.value().accounts.size(), 1u);
  const AccountChange& change = found.value().accounts[0];
  EXPECT_EQ(change.before.state, MarginState::normal);
  EXPECT_EQ(change.after.state, MarginState::liquidation);
  EXPECT_EQ(change.after.maintenance, dollars(330'000));
  EXPECT_EQ(change.after.room, dollars(-30'000));
  EXPECT_TRUE(change.crosses());
  for (const LevelCount& level : found.value().levels) {
    const u64 expected = level.level == "bankrupt" ? 0 : 1;
    EXPECT_EQ(level.entered, expected) << level.level;
    EXPECT_EQ(level.after, expected) << level.level;
    EXPECT_EQ(level.before + level.left, 0u) << level.level;
  }
  ASSERT_EQ(found.value().underlyings.size(), 1u);
  const UnderlyingTotal& total = found.value().underlyings[0];
  EXPECT_EQ(engine->state.asset(total.base).name, "BTC");
  EXPECT_EQ(total.maintenance_after, dollars(330'000));
  EXPECT_LT(total.maintenance_before, dollars(10'000));
}

TEST(Preview, IsWhatTheEngineSaysOnceTheEpochIsInForce) {
  const auto engine = testing_engine(binance());
  const auto found = preview(*engine, strict());
  ASSERT_TRUE(static_cast<bool>(found));
  ASSERT_TRUE(apply(*engine, engine->state.time, ProposeRulebook{strict()}).accepted());
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0};
  schedule.epoch = 2;
  ASSERT_TRUE(apply(*engine, engine->state.time, schedule).accepted());
  const PoolTotals pool = assess_account(*engine, AccountId{0}).pools[0];
  EXPECT_EQ(found.value().accounts[0].after.initial, pool.initial);
  EXPECT_EQ(found.value().accounts[0].after.maintenance, pool.maintenance);
}

// Approvals, notice and replicas decide when an epoch may come, not what it would do.
TEST(Preview, IsAskedBeforeAnybodyHasApproved) {
  Rulebook careful = binance();
  careful.epochs = {2, 3, day, hour};
  const auto engine = testing_engine(careful);
  ASSERT_TRUE(
      apply(*engine, engine->state.time, RegisterReplica{"a", std::string(64, '0'), true}).accepted());
  const auto found = preview(*engine, strict());
  ASSERT_TRUE(static_cast<bool>(found)) << found.error();
  EXPECT_EQ(found.value().epoch, 2u);
}

TEST(Preview, RefusesWhatTheEngineRefuses) {
  const auto engine = testing_engine(binance());
  Rulebook other = strict();
  other.name = "other";
  EXPECT_EQ(preview(*engine, other).error(), "no account lives under a rulebook named other");
  Rulebook narrow = strict();
  std::erase_if(narrow.components[0].brackets, [](const BracketRow& row) { return row.key.base == "ETH"; });
  const auto found = preview(*engine, narrow);
  ASSERT_FALSE(static_cast<bool>(found));
  EXPECT_NE(found.error().find("ETH-PERP"), std::string::npos) << found.error();
}

Report report_of(const Engine& engine) {
  Report report;
  report.asset = AssetId{0};
  const PoolTotals pool = assess_account(const_cast<Engine&>(engine), AccountId{0}).pools[0];
  report.equity = pool.equity;
  report.initial = pool.initial;
  report.maintenance = pool.maintenance;
  return report;
}

Value sum(const std::vector<Part>& parts, Value Part::*figure) {
  Value total;
  for (const Part& part : parts) total += part.*figure;
  return total;
}

TEST(Attribution, NothingIsLeftWhereNothingDiffers) {
  const auto engine = testing_engine(binance());
  const auto parts = attribute(*engine, AccountId{0}, report_of(*engine));
  ASSERT_TRUE(static_cast<bool>(parts));
  ASSERT_EQ(parts.value().size(), 2u);
  EXPECT_EQ(parts.value()[1].cause, Cause::rule);
  EXPECT_EQ(parts.value()[1].initial, Value{});
}

// The venue marks 10 BTC 1,000 lower, shows 9 of them, and uses the strict parameters: 9 x 109,000 x 30 %.
// Of its maintenance 7 are of no cause.
TEST(Attribution, GivesEachDifferenceOfInputsItsPartAndTheRestToTheRule) {
  const auto engine = testing_engine(binance());
  Report report = report_of(*engine);
  const Value ours = *report.maintenance;
  report.marks = {{InstrumentId{0}, Price::from_raw(109'000 * price_one)}};
  report.holdings = {{InstrumentId{0}, Lots::from_raw(9'000)}};
  report.rules = strict();
  report.rules->identity = "strict";
  report.equity = dollars(200'000 + 9 * 9'000);
  report.maintenance = dollars(294'300 + 7);
  report.initial = std::nullopt;
  const auto found = attribute(*engine, AccountId{0}, report);
  ASSERT_TRUE(static_cast<bool>(found)) << found.error();
  const std::vector<Part>& parts = found.value();
  ASSERT_EQ(parts.size(), 5u);
  EXPECT_EQ(parts[0].cause, Cause::ours);
  EXPECT_EQ(parts[0].maintenance, ours);
  EXPECT_EQ(parts[1].cause, Cause::price);
  EXPECT_EQ(parts[1].equity, dollars(-10'000));
  EXPECT_EQ(parts[1].what, "mark of BTC-PERP 109000 instead of 110000");
  EXPECT_EQ(parts[2].cause, Cause::holding);
  EXPECT_EQ(parts[2].equity, dollars(-9'000));
  EXPECT_EQ(parts[3].cause, Cause::epoch);
  EXPECT_EQ(parts[3].equity, Value{});
  EXPECT_EQ(parts[4].cause, Cause::rule);
  EXPECT_EQ(parts[4].maintenance, dollars(7));
  EXPECT_EQ(parts[4].equity, Value{});
  EXPECT_EQ(sum(parts, &Part::maintenance), *report.maintenance);
  EXPECT_EQ(sum(parts, &Part::equity), *report.equity);
}

}  // namespace
}  // namespace lockstep::whatif
