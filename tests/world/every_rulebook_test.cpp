// What must hold for every rulebook of the project, over portfolios drawn at random: the order of things
// does not matter, more collateral does not hurt, initial margin is not below maintenance, the statement and
// the fast way agree, and a covered spread costs no more than it can lose where the venue sees that.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/ledger/ledger.h"
#include "node/book/words.h"
#include "node/rules/compile.h"
#include "tests/world/world.h"

namespace lockstep::world {
namespace {

constexpr Amount cash = Amount::from_raw(10'000'000'000'000);  // 100,000 at 8 decimals
constexpr int portfolios = 40;

Rulebook rules_of(const std::string& name) {
  const std::string path = std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/" + name + ".toml";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return compile_rulebook_text(text.str(), path).value();
}

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(LOCKSTEP_SOURCE_DIR "/rulebooks")) {
    found.push_back(entry.path().stem().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string test_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// By the names of assets, so that two worlds with other ids can be compared.
using Totals = std::map<std::string, std::vector<Value>>;
Totals totals_of(World& world, const Account& account) {
  const Assessment assessment = assess(world.engine->state, world.engine->risk, account);
  EXPECT_EQ(assessment.obstacle, Obstacle::none);
  Totals totals;
  for (const PoolTotals& pool : assessment.pools) {
    totals[world.engine->state.asset(pool.asset).name] = {
        pool.equity, pool.margin_balance, pool.initial_balance, pool.initial, pool.maintenance};
  }
  return totals;
}

struct EveryRulebook : ::testing::TestWithParam<std::string> {
  Rulebook rules = rules_of(GetParam());
  World world = world_of(rules);
  Prng prng{7};

  // f(scheme, draws) for portfolios of one to twelve holdings under each scheme that is published.
  template <class F>
  void each_portfolio(F f) {
    int seen = 0;
    for (const Scheme& scheme : rules.schemes) {
      if (scheme.gap != no_gap || scheme.mode == MarginMode::isolated) continue;
      const std::vector<InstrumentId> from = usable(world, scheme);
      EXPECT_FALSE(from.empty()) << word(scheme.mode);
      for (int i = 0; i < portfolios && !from.empty(); ++i) {
        f(scheme, draw(world, from, scheme, 1 + prng.below(12), prng));
        ++seen;
      }
    }
    EXPECT_GT(seen, 0);
  }
};

TEST_P(EveryRulebook, DoesNotCareInWhichOrderThingsCome) {
  World reversed = world_of(rules, true);
  each_portfolio([&](const Scheme& scheme, std::vector<Draw> draws) {
    const Totals totals = totals_of(world, account_of(world, scheme, draws, cash));
    std::reverse(draws.begin(), draws.end());
    EXPECT_EQ(totals, totals_of(reversed, account_of(reversed, scheme, draws, cash)));
  });
}

TEST_P(EveryRulebook, NeverAsksMoreOfMoreCash) {
  each_portfolio([&](const Scheme& scheme, const std::vector<Draw>& draws) {
    const Totals poor = totals_of(world, account_of(world, scheme, draws, cash));
    const Totals rich = totals_of(world, account_of(world, scheme, draws, cash + Amount::from_raw(12'345)));
    for (const auto& [asset, before] : poor) {
      const std::vector<Value>& after = rich.at(asset);
      for (std::size_t i = 0; i < 3; ++i) EXPECT_GE(after[i], before[i]) << asset;
      EXPECT_LE(after[3], before[3]);
      EXPECT_LE(after[4], before[4]);
    }
  });
}

TEST_P(EveryRulebook, AsksNoLessInitiallyThanToMaintain) {
  each_portfolio([&](const Scheme& scheme, const std::vector<Draw>& draws) {
    for (const auto& [asset, totals] : totals_of(world, account_of(world, scheme, draws, cash))) {
      EXPECT_GE(totals[3], totals[4]) << asset << " " << word(scheme.mode);
      EXPECT_GE(totals[4], Value{});
    }
  });
}

TEST_P(EveryRulebook, SaysTheSameWithAndWithoutAStatement) {
  each_portfolio([&](const Scheme& scheme, const std::vector<Draw>& draws) {
    const Account account = account_of(world, scheme, draws, cash);
    Statement statement;
    const Assessment told = assess(world.engine->state, world.engine->risk, account, &statement);
    EXPECT_EQ(told.pools, assess(world.engine->state, world.engine->risk, account).pools);
    EXPECT_FALSE(statement.lines.empty());
  });
}

INSTANTIATE_TEST_SUITE_P(Of, EveryRulebook, ::testing::ValuesIn(names()),
                         [](const auto& of) { return test_name(of.param); });

// Rulebooks that see a spread as a whole: by its worst settlement, or by scenarios whose losses it bounds.
struct Spreads : ::testing::TestWithParam<std::string> {};

// Long the lower call, short the higher one, as many of each, same expiry: it can lose what it is worth, and
// so can the put spread the other way round.  What an expiry of written options costs at least is allowed
// for: 1 % of the index a coin and what short_minimum asks.
TEST_P(Spreads, CostNoMoreThanTheyCanLose) {
  const Rulebook rules = rules_of(GetParam());
  World world = world_of(rules);
  const State& state = world.engine->state;
  for (const Scheme& scheme : rules.schemes) {
    const bool whole = scheme.mode == MarginMode::portfolio || GetParam() == "derive-srm";
    if (scheme.gap != no_gap || scheme.pooled || !whole) continue;
    for (const std::string days : {"14D", "90D"}) {
      for (const auto& [held, written] :
           {std::pair("90-C", "110-C"), {"100-C", "110-C"}, {"110-P", "90-P"}}) {
        const std::vector<Draw> spread = {
            {"BTC-USDC-" + days + held, Value::from_raw(50'000 * value_one)},
            {"BTC-USDC-" + days + written, Value::from_raw(-50'000 * value_one)}};
        const Account account = account_of(world, scheme, spread, cash);
        Value worth;  // of the spread
        for (const Holding& holding : account.holdings) worth += holding.cost;
        ASSERT_GT(worth, Value{});
        const Assessment assessment = assess(state, world.engine->risk, account);
        ASSERT_EQ(assessment.obstacle, Obstacle::none);
        const bool without_options = scheme.basis == MarginBasis::without_options;
        const Value most = (without_options ? Value{} : worth) + Value::from_raw(50'000 * value_one / 100);
        EXPECT_LE(assessment.pools[0].maintenance, most) << days << " " << held << " " << written;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Spreads, ::testing::Values("derive-srm", "es", "span", "tims", "paradex"),
                         [](const auto& of) { return test_name(of.param); });

}  // namespace
}  // namespace lockstep::world
