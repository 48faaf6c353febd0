// The engine in the market: everybody begins healthy, money sums to zero (asserted in run), the crude policy
// cascades and the rulebook's own does so less, and a seed is one run.
#include "node/cascade/cascade.h"

#include <gtest/gtest.h>

#include "node/io/linux_disk.h"
#include "node/rules/compile.h"

namespace lockstep::cascade {
namespace {

Rulebook our_rules() {
  LinuxDisk disk;
  Result<Rulebook, Fault> rules = compile_rulebook(disk, LOCKSTEP_SOURCE_DIR "/rulebooks/lockstep.toml");
  EXPECT_TRUE(rules) << rules.error().what;
  return std::move(rules).value();
}

// A quarter of an hour with a fall of a tenth in the middle.
Setup small() {
  const auto point = [](i64 minutes, i64 price) {
    return market::PricePoint{Duration::from_raw(minutes * minute.raw()), Price::from_raw(price * price_one)};
  };
  const auto depth = [](i64 minutes, i64 percent) {
    return market::DepthPoint{Duration::from_raw(minutes * minute.raw()),
                              Rate::from_raw(percent * (rate_one / 100))};
  };
  Setup setup;
  setup.scenario.name = "small";
  setup.scenario.prices = {point(0, 100'000), point(2, 100'000), point(6, 90'000), point(10, 93'000)};
  setup.scenario.depths = {depth(0, 100), depth(2, 5), depth(10, 20)};
  setup.accounts = 120;
  setup.open_interest = Value::from_raw(100'000'000 * value_one);
  return setup;
}

TEST(Cascade, OursIsBetterThanTheCrudePolicy) {
  const Rulebook rules = our_rules();
  std::vector<Policy> both = policies(rules);
  ASSERT_EQ(both.size(), 6u);
  both.erase(both.begin() + 1, both.end() - 1);
  const Table table = compare_policies(rules, both, small(), 1, 2);
  ASSERT_EQ(table.rows.size(), 2u);
  const auto mean = [&](std::size_t row, market::Column column) {
    return table.rows[row].summary[static_cast<std::size_t>(column)].mean;
  };
  EXPECT_GT(mean(0, market::Column::overshoot), 0);
  EXPECT_GT(mean(0, market::Column::volume), 0);
  for (const market::Column column : {market::Column::volume, market::Column::overshoot,
                                      market::Column::bankruptcies, market::Column::cascade_index}) {
    EXPECT_LT(mean(1, column), mean(0, column)) << market::text_of(column).name;
  }
  for (const market::StepRecord& step :
       {table.rows[0].first_seed.front(), table.rows[1].first_seed.front()}) {
    EXPECT_EQ(step.liquidations, 0u);
  }
}

TEST(Cascade, ASeedIsOneRun) {
  const Rulebook rules = our_rules();
  const Policy policy = policies(rules).back();
  const market::RunRecord one = run(rules, policy, small(), 3, 0), other = run(rules, policy, small(), 3, 0);
  ASSERT_EQ(one.steps.size(), other.steps.size());
  for (std::size_t i = 0; i < one.steps.size(); ++i) {
    ASSERT_EQ(one.steps[i].price, other.steps[i].price) << i;
    ASSERT_EQ(one.steps[i].fund, other.steps[i].fund) << i;
    ASSERT_EQ(one.steps[i].liquidated, other.steps[i].liquidated) << i;
  }
}

// Nothing is lost on the way: what a backstop takes over is worth the same in the venue's money.
TEST(Cascade, ABackstopHasHalfOfTheMoney) {
  const Rulebook rules = our_rules();
  Policy policy = policies(rules).back();
  const Value without = run(rules, policy, small(), 1, 0).fund_start;
  policy.liquidation.backstop = "backstop";
  policy.liquidation.backstop_at = Rate::from_raw(rate_one / 3 * 2);
  const market::RunRecord with = run(rules, policy, small(), 1, 0);
  EXPECT_EQ(with.fund_start, without);
  EXPECT_NE(with.steps.back().fund, with.fund_start);
}

}  // namespace
}  // namespace lockstep::cascade
