// The accounts that a fall meets: seeded traders with leverage, mostly long, each with one to three
// perpetuals on one cross-margined balance.  Plain data; the caller makes deposits and fills of it.
//
// Sizes have a heavy tail (Pareto 1.5) and shrink with leverage, as in venues' own reports: many small
// accounts at high leverage, few large ones at low.  Leverage is 1.5 to 40, most of it between 5 and 20.
// Entries lie within some 3 % of the start; nobody begins below the plan's health.  Shorts are scaled so that
// per asset they and the longs are equal; what rounding leaves is the `maker`'s, who never needs margin.
//
// Makers who quote and value buyers are not here: they are the book's refill.  Everything is a pure
// function of the plan.
#pragma once

#include <vector>

#include "core/model/entities.h"
#include "core/units/units.h"

namespace lockstep::market {

struct MarketView {
  Price start;          // first price of the path
  i64 lot = 0;          // as BookPlan::lot
  Value open_interest;  // what the longs hold at `start`, in quote
};

struct AgentPlan {
  u64 seed = 1;
  u32 accounts = 2'000;
  Rate long_share = Rate::from_raw(rate_one / 10 * 7);
  u32 assets_max = 3;                                     // an account has 1 to so many
  Rate single_share = Rate::from_raw(rate_one / 10 * 6);  // of accounts with one asset only
  Rate hedged_share = Rate::from_raw(rate_one / 10);      // of second and third holdings against the first
  Rate stop_share;                                        // of holdings that are sold at a stop price
  // Least equity at the start, of the notional: the larger of a floor and a share of 1 / leverage.  Above
  // every maintenance rate that the caller's rulebook asks for, or the run begins with liquidations.
  Rate health_min = Rate::from_raw(rate_one / 1000 * 15);
  Rate health_share = Rate::from_raw(rate_one / 10 * 6);
};

struct AgentHolding {
  u32 asset = 0;
  Lots lots;  // below 0: short
  Price entry;
};

struct Agent {
  Value deposit;  // whole 10^-8 of quote; equity at the start is this and the profit since the entries
  Rate leverage;  // notional at entry over the deposit, before the plan's health; rate_one is 1
  std::vector<AgentHolding> holdings;  // by asset
};

// A holding that its owner closes at the market when the last price reaches `trigger`.
struct Stop {
  u32 agent = 0;
  u32 asset = 0;
  Side side = Side::sell;
  Price trigger;
  Lots lots;  // above 0
};

struct Population {
  std::vector<Agent> agents;
  std::vector<Stop> stops;          // not triggered; of an asset and side the nearest to the start first
  std::vector<Lots> open_interest;  // by asset: what the longs hold, and the shorts with the maker
  std::vector<AgentHolding> maker;  // what makes lots sum to zero, by asset, at the start price
};

Population make_population(const AgentPlan& plan, const std::vector<MarketView>& markets);

// Takes out of `stops` what `last` triggers, in the order in which they trigger.
std::vector<Stop> take_triggered(std::vector<Stop>& stops, u32 asset, Price last);

// At the given prices, by asset.  For reference counts and tests; the engine has its own.
Value notional_of(const Agent& agent, const std::vector<MarketView>& markets,
                  const std::vector<Price>& prices);
Value equity_of(const Agent& agent, const std::vector<MarketView>& markets, const std::vector<Price>& prices);

}  // namespace lockstep::market
