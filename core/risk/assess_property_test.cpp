// For portfolios nobody thought of: the statement is the computation, order and cache do not matter, cash
// never hurts, and a naive twin in floating point, which knows no units, arrays or caches, comes to the same
// margin.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/prng.h"
#include "core/ledger/valuation.h"
#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

using namespace testing;

long double real(Value v) { return static_cast<long double>(v.raw()) / 1e16L; }
long double real(Rate r) { return static_cast<long double>(r.raw()) / 1e12L; }
long double real(Price p) { return static_cast<long double>(p.raw()) / 1e8L; }

// Two coins, each with perpetuals and options that settle in coin and in USDT.
struct Bazaar {
  World world;
  AssetId usdt, btc, eth;
  std::vector<InstrumentId> ids;

  Bazaar(const Rulebook& rules, bool with_options, Prng& draw) : world(rules) {
    usdt = world.asset("USDT", 6);
    btc = world.asset("BTC", 10);
    eth = world.asset("ETH", 9);
    for (const AssetId base : {btc, eth}) {
      const std::string at = std::to_string(draw.between(1000, 90000));
      const IndexId index = world.index(base, usdt, at);
      ids.push_back(world.add("LINEAR", InstrumentKind::perpetual, false, index, "0.001", at));
      if (!with_options) continue;
      ids.push_back(world.add("INVERSE", InstrumentKind::perpetual, true, index, "10", at));
      for (int i = 0; i < 6; ++i) {
        const i64 percent_of = draw.between(60, 150);
        const std::string strike = std::to_string(std::stoll(at) * percent_of / 100);
        const Duration left = Duration::from_raw(day.raw() * draw.between(1, 300));
        const std::string volatility = "0." + std::to_string(draw.between(20, 95));
        const OptionType type = draw.chance(1, 2) ? OptionType::call : OptionType::put;
        ids.push_back(world.option(draw.chance(1, 2), type, index, strike, left, at, volatility, "0"));
      }
    }
  }

  Account draw_account(MarginMode mode, Prng& draw) const {
    Account account = World::account(mode, mode == MarginMode::cross && draw.chance(1, 3) &&
                                               !world.state.rulebooks[0].rules().money.empty());
    for (const AssetId asset : {usdt, btc, eth}) {
      if (draw.chance(2, 3)) world.deposit(account, asset, std::to_string(draw.between(0, 500000)));
    }
    for (const InstrumentId id : ids) {
      if (draw.chance(1, 2)) continue;
      const Instrument& instrument = world.state.instrument(id);
      const i64 limit = instrument.kind == InstrumentKind::option ? 100 : 5000;
      i64 size = draw.between(-limit, limit);
      if (size == 0) size = 1;
      const bool is_option = instrument.kind == InstrumentKind::option;
      const Value cost = is_option ? Value{} : value_per_lot(instrument, world.state.market(id).mark);
      Holding& holding = World::hold(account, id, size, cost);
      holding.cost += Value::from_raw(draw.between(-1'000'000, 1'000'000) * pow10(14));
      if (mode == MarginMode::isolated) holding.isolated = Amount::from_raw(draw.between(0, 1'000'000'000));
    }
    return account;
  }
  void draw_orders(Account& account, Prng& draw) const {
    for (i64 left = draw.between(0, 6); left > 0; --left) {
      const InstrumentId id = ids[draw.below(ids.size())];
      const i64 at = world.state.market(id).mark.raw() / 100 * draw.between(90, 110);
      Order& order =
          World::order(account, id, draw.chance(1, 2) ? Side::buy : Side::sell, draw.between(1, 9000), "0");
      order.price = Price::from_raw(at);
    }
  }
};

// The statement says what the totals say: its last line, its headlines, and the sum of what stands under
// equity.
void expect_statement_is_computation(const Assessment& a, const Statement& statement, const State& state) {
  std::size_t pool = 0;
  Value under_equity;
  for (const StatementLine& line : statement.lines) {
    ASSERT_LT(pool, a.pools.size());
    const PoolTotals& totals = a.pools[pool];
    if (line.depth == 2 && line.rule[0] == '4' && line.rule != "4.7") under_equity += line.amount;
    if (line.depth != 0) continue;
    EXPECT_EQ(line.asset, totals.asset);
    if (line.label == "equity") {
      EXPECT_EQ(line.amount, totals.equity);
      if (a.pools.size() > 1) {
        const int decimals = state.asset(totals.asset).decimals;
        EXPECT_EQ(to_value(to_amount(under_equity, decimals, Round::down), decimals), totals.equity);
      }
      under_equity = Value{};
    }
    if (line.label == "margin balance") {
      EXPECT_EQ(line.amount, totals.margin_balance);
    }
    if (line.label.rfind("maintenance", 0) == 0) {
      EXPECT_EQ(line.amount, totals.maintenance);
    }
    if (line.label.rfind("initial", 0) == 0) {
      EXPECT_EQ(line.amount, totals.initial);
    }
    if (line.label.rfind("available", 0) == 0) {
      EXPECT_EQ(line.amount, totals.available);
      ++pool;
    }
  }
  EXPECT_EQ(pool, a.pools.size());
}

void expect_equal(const Assessment& a, const Assessment& b) {
  EXPECT_TRUE(a.pools == b.pools);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.obstacle, b.obstacle);
}

void expect_properties(Bazaar& bazaar, const Account& account, Prng& draw) {
  const Assessment plain = bazaar.world.assess(account);
  ASSERT_EQ(plain.obstacle, Obstacle::none);
  Statement statement;
  expect_equal(bazaar.world.assess(account, &statement), plain);
  expect_statement_is_computation(plain, statement, bazaar.world.state);

  RiskBook fresh;
  expect_equal(assess(bazaar.world.state, fresh, account), plain);

  // Without orders, which look their holding up in the sorted vector.
  Account shuffled = account;
  shuffled.orders.clear();
  const Assessment without_orders = bazaar.world.assess(shuffled);
  for (std::size_t i = shuffled.holdings.size(); i > 1; --i) {
    std::swap(shuffled.holdings[i - 1], shuffled.holdings[draw.below(i)]);
  }
  Assessment permuted = bazaar.world.assess(shuffled);
  const auto by_holding = [](const PoolTotals& p) {
    return std::tuple(!p.isolated.is_none(), p.isolated, p.asset);
  };
  std::sort(permuted.pools.begin(), permuted.pools.end(),
            [&](const PoolTotals& a, const PoolTotals& b) { return by_holding(a) < by_holding(b); });
  expect_equal(permuted, without_orders);

  if (account.balances.empty()) return;
  Account richer = account;
  richer.balances[0].amount += Amount::from_raw(draw.between(1, 1'000'000'000));
  const Assessment better = bazaar.world.assess(richer);
  EXPECT_LE(better.state, plain.state);
  for (std::size_t i = 0; i < plain.pools.size(); ++i)
    EXPECT_GE(better.pools[i].available, plain.pools[i].available);
}

TEST(Property, Brackets) {
  Prng draw(20260210);
  for (int round = 0; round < 400; ++round) {
    Bazaar bazaar(bracket_rules(), false, draw);
    Account account = bazaar.draw_account(draw.chance(1, 2) ? MarginMode::cross : MarginMode::isolated, draw);
    bazaar.draw_orders(account, draw);
    expect_properties(bazaar, account, draw);
  }
}

TEST(Property, Grid) {
  Prng draw(20260211);
  for (int round = 0; round < 400; ++round) {
    Bazaar bazaar(grid_rules(), true, draw);
    const Account account = bazaar.draw_account(MarginMode::cross, draw);
    expect_properties(bazaar, account, draw);
  }
}

// The twin of the grid: one loop over scenarios, each holding valued from scratch by the textbook.
long double black(long double forward, long double strike, long double deviation, bool is_call) {
  const auto phi = [](long double x) { return 0.5L * std::erfc(-x / std::sqrt(2.0L)); };
  const long double d1 = std::log(forward / strike) / deviation + deviation / 2;
  const long double call = forward * phi(d1) - strike * phi(d1 - deviation);
  return is_call ? call : call - forward + strike;
}

long double lot_value(const State& state, InstrumentId id, long double move, long double volatility) {
  const Instrument& instrument = state.instrument(id);
  const Market& market = state.market(id);
  const long double lot = static_cast<long double>(instrument.lot) / 1e8L;
  if (instrument.kind != InstrumentKind::option) {
    const long double at = real(market.mark) * (1 + move);
    return instrument.inverse ? -lot / at : lot * at;
  }
  const long double at = real(market.forward) * (1 + move);
  const long double years =
      static_cast<long double>((instrument.expiry - state.time).raw()) / 1e6L / 86400 / 365;
  const long double v = std::clamp(volatility, 0.01L, 10.0L);
  const long double worth =
      black(at, real(instrument.strike), v * std::sqrt(years), instrument.option == OptionType::call);
  return lot * (instrument.inverse ? worth / at : worth);
}

// Worst loss per (underlying, settlement asset), added up per settlement asset.
std::map<AssetId, long double> twin_of_grid(const State& state, const Account& account) {
  std::map<std::pair<IndexId, AssetId>, std::vector<const Holding*>> units;
  for (const Holding& h : account.holdings) {
    units[{state.instrument(h.instrument).index, state.instrument(h.instrument).settle}].push_back(&h);
  }
  const auto profit = [&state](const std::vector<const Holding*>& holdings, long double move, int direction) {
    long double sum = 0;
    for (const Holding* h : holdings) {
      const Instrument& instrument = state.instrument(h->instrument);
      const long double v = real(state.market(h->instrument).volatility);
      long double shocked = v;
      if (instrument.kind == InstrumentKind::option) {
        const long double days =
            static_cast<long double>((instrument.expiry - state.time).raw()) / 1e6L / 86400;
        const long double stretch = std::pow(30 / days, days < 30 ? 0.3L : 0.13L);
        if (direction > 0) shocked = v * (1 + 0.5L * stretch);
        if (direction < 0) shocked = std::max(v * (1 - 0.25L * stretch), 0.0L);
      }
      sum += static_cast<long double>(h->lots.raw()) *
             (lot_value(state, h->instrument, move, shocked) - lot_value(state, h->instrument, 0, v));
    }
    return sum;
  };
  std::map<AssetId, long double> margin;
  for (const auto& [key, holdings] : units) {
    long double worst = 0;
    for (int step = -4; step <= 4; ++step) {
      for (const int direction : {-1, 0, 1})
        worst = std::min(worst, profit(holdings, 0.04L * step, direction));
    }
    const bool inverse = state.instrument(holdings[0]->instrument).inverse;
    for (const long double move : {-0.66L, -0.33L, 0.5L, 1.0L, 2.0L, 3.0L, 4.0L, 5.0L}) {
      long double counted = profit(holdings, move, 1) * 0.16L / std::abs(move);
      if (inverse) counted *= (1 + move) / (move < 0 ? 0.84L : 1.16L);
      worst = std::min(worst, counted);
    }
    margin[key.second] -= worst;
  }
  return margin;
}

TEST(Twin, GridInFloatingPoint) {
  Prng draw(20260212);
  int compared = 0;
  for (int round = 0; round < 200; ++round) {
    Bazaar bazaar(grid_rules(), true, draw);
    const Account account = bazaar.draw_account(MarginMode::cross, draw);
    const std::map<AssetId, long double> twin = twin_of_grid(bazaar.world.state, account);
    for (const PoolTotals& pool : bazaar.world.assess(account).pools) {
      const auto it = twin.find(pool.asset);
      const long double expected = it == twin.end() ? 0 : it->second;
      // Ledger units up, and a lot's scenario values to 10^-12.
      const long double unit = 1 / std::pow(10.0L, bazaar.world.state.asset(pool.asset).decimals);
      EXPECT_NEAR(static_cast<double>(real(pool.maintenance)), static_cast<double>(expected),
                  static_cast<double>(unit + 1e-8L + expected * 1e-11L));
      ++compared;
    }
  }
  EXPECT_GT(compared, 400);
}

// The twin of the brackets: margin is the sum over brackets of the part of the notional that lies in each.
TEST(Twin, BracketsSliceBySlice) {
  Prng draw(20260213);
  const long double floors[] = {0, 50000, 250000, 1000000, 1e18L};
  const long double rates[] = {0.004L, 0.005L, 0.01L, 0.025L};
  const long double leverages[] = {20, 20, 20, 20};
  for (int round = 0; round < 400; ++round) {
    Bazaar bazaar(bracket_rules(), false, draw);
    Account account = bazaar.draw_account(MarginMode::cross, draw);
    account.pooled = false;
    long double maintenance = 0;
    long double initial = 0;
    for (const Holding& h : account.holdings) {
      const Instrument& instrument = bazaar.world.state.instrument(h.instrument);
      const long double notional = std::abs(static_cast<long double>(h.lots.raw())) *
                                   static_cast<long double>(instrument.lot) / 1e8L *
                                   real(bazaar.world.state.market(h.instrument).mark);
      for (int n = 0; n < 4; ++n) {
        maintenance += rates[n] * std::clamp(notional - floors[n], 0.0L, floors[n + 1] - floors[n]);
      }
      initial += notional / leverages[0];
    }
    const Assessment a = bazaar.world.assess(account);
    const PoolTotals* pool = a.find(bazaar.usdt);
    if (pool == nullptr) continue;
    EXPECT_NEAR(static_cast<double>(real(pool->maintenance)), static_cast<double>(maintenance), 1.1e-6);
    EXPECT_NEAR(static_cast<double>(real(pool->initial)), static_cast<double>(initial), 1.1e-6);
  }
}

}  // namespace
}  // namespace lockstep
