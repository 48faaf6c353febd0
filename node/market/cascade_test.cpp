// All parts together, with a liquidation of a few lines in place of the engine: does this market cascade, and
// does marking at an index instead of the last price calm it, as it does in any market?  Not a test of a
// policy.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/hash.h"
#include "node/market/agents.h"
#include "node/market/book.h"
#include "node/market/chance.h"
#include "node/market/metrics.h"
#include "node/market/path.h"

namespace lockstep::market {
namespace {

enum class Mark { last, index };

struct World {
  Path path;
  std::vector<MarketView> markets;
  Population population;
  BookPlan book;
};

constexpr i64 lot = price_one / 1000;

// Open interest of a billion; 4 % of it within 50 bp.
World world_of(std::string_view scenario, u64 seed) {
  PathPlan plan;
  plan.seed = seed;
  plan.scenario = std::move(find_scenario(scenario)).value();
  World world;
  world.path = make_path(plan);
  world.markets = {{world.path.prices[0][0], lot, Value::from_raw(1'000'000'000 * value_one)}};
  AgentPlan agents;
  agents.seed = seed;
  agents.accounts = 1'000;
  world.population = make_population(agents, world.markets);
  world.book.depth = Lots::from_raw(world.population.open_interest[0].raw() / 25);
  return world;
}

// Half of what 1 / leverage asks for, between .5 and 3 %.
Value maintenance(const Agent& agent, Value notional) {
  const Rate half =
      Rate::from_raw(static_cast<i64>(div(i128{rate_one} * rate_one / 2, agent.leverage.raw(), Round::down)));
  return scale(notional, std::clamp(half, basis_points(50), basis_points(300)), Round::up);
}

u32 reference_liquidations(const World& world) {
  std::vector<bool> below(world.population.agents.size());
  for (const Price price : world.path.prices[0]) {
    for (std::size_t i = 0; i < below.size(); ++i) {
      const Agent& agent = world.population.agents[i];
      if (below[i] || agent.holdings.empty()) continue;
      const Value notional = notional_of(agent, world.markets, {price});
      below[i] = equity_of(agent, world.markets, {price}) < maintenance(agent, notional);
    }
  }
  return static_cast<u32>(std::count(below.begin(), below.end(), true));
}

// Closes an account's whole holding at the market.
void close(Agent& agent, Book& book, StepRecord& record, Value& fund) {
  AgentHolding& holding = agent.holdings[0];
  const Side side = holding.lots > Lots{} ? Side::sell : Side::buy;
  const Taken taken = take(book, side, abs(holding.lots), no_limit(side));
  const Lots closed = side == Side::sell ? taken.lots : -taken.lots;
  const Value cost = times(Value::from_raw(i128{holding.entry.raw()} * lot), closed);
  agent.deposit += (side == Side::sell ? taken.quote : -taken.quote) - cost;
  record.liquidated += taken.quote;
  holding.lots -= closed;
  if (holding.lots != Lots{}) return;  // the book was empty: the rest in the next step
  agent.holdings.clear();
  if (agent.deposit >= Value{}) return;
  record.bankruptcies += 1;
  fund += agent.deposit;
}

RunRecord run(World world, Mark mark, u64 seed) {
  RunRecord result{mark == Mark::last ? "naive" : "index", seed, Value{}, world.markets[0].open_interest,
                   reference_liquidations(world),          {}};
  Book book = make_book(world.book, world.path.prices[0][0]);
  std::vector<bool> hit(world.population.agents.size());
  Value fund;
  for (std::size_t step = 0; step < world.path.steps(); ++step) {
    begin_step(book, world.path.prices[0][step], world.path.depths[step]);
    StepRecord record;
    const std::vector<Price> marks = {mark == Mark::last ? book.last : book.index};
    for (std::size_t i = 0; i < hit.size(); ++i) {
      Agent& agent = world.population.agents[i];
      if (agent.holdings.empty()) continue;
      const Value needed = maintenance(agent, notional_of(agent, world.markets, marks));
      if (equity_of(agent, world.markets, marks) >= needed) continue;
      if (!hit[i]) record.liquidations += 1;
      hit[i] = true;
      close(agent, book, record, fund);
    }
    record.fundamental = book.fundamental;
    record.price = book.last;
    record.fund = fund;
    result.steps.push_back(record);
  }
  return result;
}

TEST(Cascade, MarkingAtTheLastPriceLiquidatesMoreThanTheFallAsksFor) {
  std::vector<Metrics> naive, index;
  for (u64 seed = 1; seed <= 3; ++seed) {
    const World world = world_of("slow", seed);
    naive.push_back(metrics_of(run(world, Mark::last, seed)));
    index.push_back(metrics_of(run(world, Mark::index, seed)));
    set_cascade_index(index.back(), naive.back());
    EXPECT_GT(naive.back().excess, 0) << seed;
    EXPECT_GT(naive.back().overshoot, percent(1)) << seed;
    EXPECT_LT(naive.back().overshoot, percent(15)) << seed;
    EXPECT_LT(*index.back().cascade_index, percent(90)) << seed;
  }
  const Comparison comparison = compare(index, naive);
  EXPECT_LT(comparison.difference[static_cast<std::size_t>(Column::excess)].mean, 0);
  EXPECT_LT(comparison.difference[static_cast<std::size_t>(Column::volume)].mean, 0);
}

TEST(Cascade, AMildFallHasAMilderCascade) {
  const Metrics slow = metrics_of(run(world_of("slow", 1), Mark::last, 1));
  const Metrics mild = metrics_of(run(world_of("mild", 1), Mark::last, 1));
  EXPECT_LT(mild.volume, slow.volume);
  EXPECT_LT(mild.overshoot, slow.overshoot);
}

TEST(Cascade, OneSeedIsOneRun) {
  const RunRecord a = run(world_of("fast", 4), Mark::last, 4), b = run(world_of("fast", 4), Mark::last, 4);
  ASSERT_EQ(a.steps.size(), b.steps.size());
  EXPECT_EQ(a.steps[0].liquidations, 0u);  // everyone begins healthy
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    ASSERT_EQ(a.steps[i].price, b.steps[i].price);
    ASSERT_EQ(a.steps[i].liquidated, b.steps[i].liquidated);
  }
}

// One run as one number: path, accounts, book and what the liquidation made of them.  Another compiler,
// another level of optimisation or another machine must find the same.
TEST(Cascade, HasTheSameBitsEverywhere) {
  std::vector<u8> bytes;
  const auto add = [&](u128 word) {
    for (int i = 0; i < 16; ++i) bytes.push_back(static_cast<u8>(word >> (8 * i)));
  };
  for (const StepRecord& step : run(world_of("2025-10-10", 1), Mark::last, 1).steps) {
    add(static_cast<u128>(step.fundamental.raw()));
    add(static_cast<u128>(step.price.raw()));
    add(static_cast<u128>(step.liquidated.raw()));
    add(static_cast<u128>(step.fund.raw()));
  }
  EXPECT_EQ(to_hex(hash_bytes(bytes)), "86bf75eb0128437b65c4d05c99bea4f7");
}

}  // namespace
}  // namespace lockstep::market
