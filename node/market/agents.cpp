// Seeded accounts.  Three passes: what each account would like to hold, as binary numbers; then lots, so that
// open interest is what the plan says and longs equal shorts; then the money behind them, from the lots.
#include "node/market/agents.h"

#include <algorithm>

#include "core/math/elementary.h"
#include "core/units/limits.h"
#include "node/market/chance.h"

namespace lockstep::market {
namespace {

// Leverage at quantiles of the accounts, between which it is spread evenly.
struct Quantile {
  double share;
  double leverage;
};
constexpr Quantile leverages[] = {{0, 1.5}, {0.12, 3}, {0.25, 5}, {0.55, 10}, {0.85, 20}, {1, 40}};

constexpr double sizes_tail = 1.5;
constexpr double size_largest = 30;  // of the smallest sizes; a tail without end would be one account
constexpr double entry_spread = 0.03;
constexpr double entry_lead = 0.005;  // longs came lower, shorts higher: the trend before was theirs

struct Wish {
  u32 asset;
  double size;  // above 0: long; in units of notional that only their ratios matter of
  double entry_move;
  double stop_move;  // 0: no stop
};
struct Draft {
  double leverage;
  std::vector<Wish> wishes;
};

double draw_leverage(Prng& prng) {
  const double at = uniform(prng);
  const Quantile* upper = leverages;
  while (upper->share < at) ++upper;
  const Quantile* lower = upper - 1;
  return lower->leverage +
         (upper->leverage - lower->leverage) * (at - lower->share) / (upper->share - lower->share);
}

double draw_size(Prng& prng, double leverage) {
  const double pareto = math::exp(-math::log(uniform(prng)) / sizes_tail) - 1.0 + 0.05;
  return std::min(pareto, size_largest) / math::square_root(leverage);
}

// Every account draws the same number of times whatever it becomes, so one parameter moves one thing.
Draft draw_account(const AgentPlan& plan, u32 markets, Prng& prng) {
  Draft draft{draw_leverage(prng), {}};
  const double size = draw_size(prng, draft.leverage);
  const bool is_long = chance(prng, plan.long_share);
  const u32 most = std::min(plan.assets_max, markets);
  const bool single = chance(prng, plan.single_share);
  const u32 more = static_cast<u32>(prng.below(std::max(most, 2u) - 1));
  const u32 count = single || most < 2 ? 1 : 2 + more;
  // The first market is the largest one: half of the accounts begin there, the others anywhere.
  const bool in_first = prng.chance(1, 2);
  const u32 anywhere = static_cast<u32>(prng.below(markets));
  const u32 first = in_first ? 0 : anywhere;
  for (u32 i = 0; i < plan.assets_max; ++i) {
    const bool hedge = chance(prng, plan.hedged_share) && i > 0;
    const double sign = is_long != hedge ? 1 : -1;
    const double entry = entry_spread * standard_normal(prng) - sign * entry_lead;
    const bool stops = chance(prng, plan.stop_share);
    const double stop = 0.02 + 0.08 * uniform(prng);  // 2 to 10 % from the start
    if (i >= count) continue;
    draft.wishes.push_back(
        {(first + i) % markets, sign * size / static_cast<double>(count), entry, stops ? stop : 0});
  }
  std::sort(draft.wishes.begin(), draft.wishes.end(),
            [](const Wish& a, const Wish& b) { return a.asset < b.asset; });
  return draft;
}

// Long and short sizes by asset, in the wishes' own unit.
struct Sums {
  std::vector<double> longs, shorts;
};

Sums sum_wishes(const std::vector<Draft>& drafts, std::size_t markets) {
  Sums sums{std::vector<double>(markets), std::vector<double>(markets)};
  for (const Draft& draft : drafts) {
    for (const Wish& wish : draft.wishes) {
      if (wish.size > 0) {
        sums.longs[wish.asset] += wish.size;
      } else {
        sums.shorts[wish.asset] -= wish.size;
      }
    }
  }
  return sums;
}

Value one_lot(const MarketView& market, Price price) {
  return Value::from_raw(i128{price.raw()} * market.lot);
}

Lots lots_of(const Wish& wish, const MarketView& market, const Sums& sums) {
  const bool is_long = wish.size > 0;
  const double share = wish.size / (is_long ? sums.longs[wish.asset] : sums.shorts[wish.asset]);
  const i128 all = div(market.open_interest.raw(), one_lot(market, market.start).raw(), Round::nearest);
  LS_ASSERT(all <= limits::lots_raw_max);
  return Lots::from_raw(nearest(share * static_cast<double>(static_cast<i64>(all))));
}

Price moved(Price price, double log_move) {
  const i64 factor = nearest(math::exp(log_move) * static_cast<double>(rate_one));
  return Price::from_raw(static_cast<i64>(mul_div(price.raw(), factor, rate_one, Round::nearest)));
}

Value rounded_up(Value value) {
  constexpr i128 unit = value_one / price_one;
  return Value::from_raw(div(value.raw(), unit, Round::up) * unit);
}

// The deposit that gives the leverage, and enough of it to begin with.
Value deposit_of(const Agent& agent, const AgentPlan& plan, const std::vector<MarketView>& markets) {
  std::vector<Price> starts;
  for (const MarketView& market : markets) starts.push_back(market.start);
  Value at_entry;
  for (const AgentHolding& holding : agent.holdings) {
    at_entry += times(one_lot(markets[holding.asset], holding.entry), abs(holding.lots));
  }
  const Value margin = Value::from_raw(mul_div(at_entry.raw(), rate_one, agent.leverage.raw(), Round::up));
  const Rate share = Rate::from_raw(
      static_cast<i64>(mul_div(plan.health_share.raw(), rate_one, agent.leverage.raw(), Round::up)));
  const Value needed =
      scale(notional_of(agent, markets, starts), std::max(plan.health_min, share), Round::up);
  return rounded_up(max(margin, needed - equity_of(agent, markets, starts)));
}

void add_stop(const Wish& wish, const AgentHolding& holding, Price start, u32 agent,
              std::vector<Stop>& stops) {
  if (wish.stop_move == 0) return;
  const bool is_long = holding.lots > Lots{};
  stops.push_back({agent, holding.asset, is_long ? Side::sell : Side::buy,
                   moved(start, is_long ? -wish.stop_move : wish.stop_move), abs(holding.lots)});
}

// Which of two stops a price that leaves the start reaches first.
bool sooner(const Stop& a, const Stop& b) {
  if (a.side != b.side) return a.side < b.side;
  if (a.trigger != b.trigger) return a.side == Side::sell ? a.trigger > b.trigger : a.trigger < b.trigger;
  return a.agent < b.agent;
}

}  // namespace

Population make_population(const AgentPlan& plan, const std::vector<MarketView>& markets) {
  LS_ASSERT(!markets.empty() && plan.assets_max >= 1);
  Prng prng(plan.seed);
  std::vector<Draft> drafts;
  for (u32 i = 0; i < plan.accounts; ++i) {
    drafts.push_back(draw_account(plan, static_cast<u32>(markets.size()), prng));
  }
  const Sums sums = sum_wishes(drafts, markets.size());
  Population population;
  population.open_interest.resize(markets.size());
  std::vector<Lots> net(markets.size());
  for (const Draft& draft : drafts) {
    Agent agent;
    agent.leverage = Rate::from_raw(nearest(draft.leverage * static_cast<double>(rate_one)));
    for (const Wish& wish : draft.wishes) {
      const MarketView& market = markets[wish.asset];
      const AgentHolding holding{wish.asset, lots_of(wish, market, sums),
                                 moved(market.start, wish.entry_move)};
      if (holding.lots == Lots{}) continue;
      if (holding.lots > Lots{}) population.open_interest[wish.asset] += holding.lots;
      net[wish.asset] += holding.lots;
      add_stop(wish, holding, market.start, static_cast<u32>(population.agents.size()), population.stops);
      agent.holdings.push_back(holding);
    }
    agent.deposit = deposit_of(agent, plan, markets);
    population.agents.push_back(std::move(agent));
  }
  for (u32 asset = 0; asset < markets.size(); ++asset) {
    population.maker.push_back({asset, -net[asset], markets[asset].start});
    if (net[asset] < Lots{}) population.open_interest[asset] -= net[asset];
  }
  std::sort(population.stops.begin(), population.stops.end(), sooner);
  return population;
}

std::vector<Stop> take_triggered(std::vector<Stop>& stops, u32 asset, Price last) {
  std::vector<Stop> triggered;
  std::erase_if(stops, [&](const Stop& stop) {
    const bool reached = stop.side == Side::sell ? last <= stop.trigger : last >= stop.trigger;
    if (stop.asset != asset || !reached) return false;
    triggered.push_back(stop);
    return true;
  });
  return triggered;
}

Value notional_of(const Agent& agent, const std::vector<MarketView>& markets,
                  const std::vector<Price>& prices) {
  Value sum;
  for (const AgentHolding& holding : agent.holdings) {
    sum += times(one_lot(markets[holding.asset], prices[holding.asset]), abs(holding.lots));
  }
  return sum;
}

Value equity_of(const Agent& agent, const std::vector<MarketView>& markets,
                const std::vector<Price>& prices) {
  Value sum = agent.deposit;
  for (const AgentHolding& holding : agent.holdings) {
    sum += times(one_lot(markets[holding.asset], prices[holding.asset] - holding.entry), holding.lots);
  }
  return sum;
}

}  // namespace lockstep::market
