// The population: that it is what the plan says, and that one seed gives one.
#include "node/market/agents.h"

#include <gtest/gtest.h>

#include "node/market/chance.h"

namespace lockstep::market {
namespace {

Price dollars(i64 n) { return Price::from_raw(n * price_one); }

std::vector<MarketView> three_markets() {
  return {{dollars(100'000), price_one / 1000, Value::from_raw(1'000'000'000 * value_one)},
          {dollars(4'000), price_one / 100, Value::from_raw(500'000'000 * value_one)},
          {dollars(200), price_one / 10, Value::from_raw(200'000'000 * value_one)}};
}

std::vector<Price> starts() { return {dollars(100'000), dollars(4'000), dollars(200)}; }

Population population_of(const AgentPlan& plan) { return make_population(plan, three_markets()); }

double share_of(u32 part, std::size_t all) { return static_cast<double>(part) / static_cast<double>(all); }

TEST(Agents, LotsOfAllSumToZeroAndLongsHoldTheOpenInterest) {
  const Population population = population_of({});
  std::vector<i64> net(3), longs(3);
  const auto count = [&](const AgentHolding& holding) {
    net[holding.asset] += holding.lots.raw();
    longs[holding.asset] += std::max<i64>(holding.lots.raw(), 0);
  };
  for (const Agent& agent : population.agents) {
    for (const AgentHolding& holding : agent.holdings) count(holding);
  }
  for (const AgentHolding& holding : population.maker) count(holding);
  const double planned[] = {10'000'000, 12'500'000, 10'000'000};  // a billion in lots of 100 dollars, ...
  for (std::size_t asset = 0; asset < 3; ++asset) {
    EXPECT_EQ(net[asset], 0);
    EXPECT_EQ(longs[asset], population.open_interest[asset].raw());
    EXPECT_NEAR(static_cast<double>(longs[asset]), planned[asset], 2'000);
    EXPECT_LT(abs(population.maker[asset].lots), Lots::from_raw(2'000));  // what rounding leaves
  }
}

TEST(Agents, LeverageIsBetweenOneAndAHalfAndFortyAndMostlyFiveToTwenty) {
  const Population population = population_of({});
  u32 middle = 0;
  for (const Agent& agent : population.agents) {
    EXPECT_GE(agent.leverage.raw(), rate_one * 3 / 2);
    EXPECT_LE(agent.leverage.raw(), rate_one * 40);
    if (agent.leverage.raw() >= rate_one * 5 && agent.leverage.raw() <= rate_one * 20) middle += 1;
  }
  EXPECT_NEAR(share_of(middle, population.agents.size()), 0.6, 0.04);
}

TEST(Agents, SevenOfTenAreLong) {
  const Population population = population_of({});
  u32 longs = 0, alone = 0;
  for (const Agent& agent : population.agents) {
    ASSERT_FALSE(agent.holdings.empty());
    if (agent.holdings.size() == 1) alone += 1;
    if (agent.holdings.size() == 1 && agent.holdings[0].lots > Lots{}) longs += 1;
  }
  EXPECT_NEAR(share_of(alone, population.agents.size()), 0.6, 0.04);
  EXPECT_NEAR(share_of(longs, alone), 0.7, 0.04);
}

TEST(Agents, BeginHealthyAndAtTheirLeverage) {
  const AgentPlan plan;
  for (const Agent& agent : population_of(plan).agents) {
    const Value notional = notional_of(agent, three_markets(), starts());
    const Value equity = equity_of(agent, three_markets(), starts());
    EXPECT_GE(equity, scale(notional, plan.health_min, Round::down));
    // 60 % of 1 / leverage; products instead of a quotient.
    EXPECT_GE(scale(equity, agent.leverage, Round::up), scale(notional, plan.health_share, Round::down));
    EXPECT_EQ(agent.deposit.raw() % (value_one / price_one), 0);  // a ledger of 8 decimals holds it
    Value at_entry;
    for (const AgentHolding& holding : agent.holdings) {
      const MarketView market = three_markets()[holding.asset];
      at_entry += times(Value::from_raw(i128{holding.entry.raw()} * market.lot), abs(holding.lots));
    }
    EXPECT_GE(scale(agent.deposit, agent.leverage, Round::up), at_entry);
  }
}

TEST(Agents, AreAFunctionOfTheSeed) {
  const auto deposits = [](u64 seed) {
    AgentPlan plan;
    plan.seed = seed;
    plan.accounts = 300;
    std::vector<Value> result;
    for (const Agent& agent : population_of(plan).agents) result.push_back(agent.deposit);
    return result;
  };
  EXPECT_EQ(deposits(1), deposits(1));
  EXPECT_NE(deposits(1), deposits(2));
}

TEST(Agents, StopsAddNothingButStops) {
  AgentPlan plan;
  plan.accounts = 300;
  const Population without = population_of(plan);
  plan.stop_share = percent(50);
  const Population with = population_of(plan);
  EXPECT_TRUE(without.stops.empty());
  EXPECT_GT(with.stops.size(), 100u);
  ASSERT_EQ(without.agents.size(), with.agents.size());
  for (std::size_t i = 0; i < with.agents.size(); ++i) {
    EXPECT_EQ(without.agents[i].deposit, with.agents[i].deposit);
  }
}

TEST(Agents, StopsAreSortedByTheirDistanceAndBetweenTwoAndTenPercent) {
  AgentPlan plan;
  plan.stop_share = percent(50);
  const std::vector<Stop> stops = make_population(plan, {three_markets()[0]}).stops;
  for (std::size_t i = 0; i < stops.size(); ++i) {
    const bool sells = stops[i].side == Side::sell;
    EXPECT_GT(stops[i].trigger, sells ? dollars(90'000) : dollars(102'000));  // e^.02 is above 1.02
    EXPECT_LT(stops[i].trigger, sells ? dollars(98'100) : dollars(110'600));
    if (i == 0 || stops[i].side != stops[i - 1].side) continue;
    if (sells) {
      EXPECT_LE(stops[i].trigger, stops[i - 1].trigger);
    } else {
      EXPECT_GE(stops[i].trigger, stops[i - 1].trigger);
    }
  }
}

TEST(Agents, StopsTriggerNearestFirst) {
  std::vector<Stop> stops = {{7, 0, Side::buy, dollars(104), Lots::from_raw(1)},
                             {3, 0, Side::sell, dollars(98), Lots::from_raw(2)},
                             {4, 1, Side::sell, dollars(97), Lots::from_raw(3)},
                             {5, 0, Side::sell, dollars(96), Lots::from_raw(4)},
                             {1, 0, Side::sell, dollars(92), Lots::from_raw(5)}};
  const std::vector<Stop> triggered = take_triggered(stops, 0, dollars(96));
  ASSERT_EQ(triggered.size(), 2u);
  EXPECT_EQ(triggered[0].agent, 3u);
  EXPECT_EQ(triggered[1].agent, 5u);
  EXPECT_EQ(stops.size(), 3u);
  EXPECT_TRUE(take_triggered(stops, 0, dollars(96)).empty());
  EXPECT_EQ(take_triggered(stops, 0, dollars(104))[0].agent, 7u);
}

TEST(Agents, OneMarketIsEnough) {
  const Population population = make_population({}, {three_markets()[0]});
  for (const Agent& agent : population.agents) EXPECT_LE(agent.holdings.size(), 1u);
  EXPECT_EQ(population.maker.size(), 1u);
}

}  // namespace
}  // namespace lockstep::market
