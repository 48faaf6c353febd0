// The reference portfolio of quant.md 5.2: +2.5 BTC perpetual at 100,000, -4 calls 110 k, +3 puts 90 k of 30
// days (forward 100,500, volatility 58 % and 66 %), -30 ETH perpetual at 4,000.  Expected values were
// computed there with 50 digits.
#include <gtest/gtest.h>

#include "core/risk/grid.h"
#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

using namespace testing;

constexpr Duration days_30 = Duration::from_raw(30 * day.raw());

struct Reference {
  World world{grid_rules()};
  AssetId usd = world.asset("USD", 8);
  AssetId btc = world.asset("BTC", 8);
  AssetId eth = world.asset("ETH", 8);
  IndexId btc_index = world.index(btc, usd, "100000");
  IndexId eth_index = world.index(eth, usd, "4000");
  InstrumentId perpetual =
      world.add("BTC-PERP", InstrumentKind::perpetual, false, btc_index, "0.5", "100000");
  InstrumentId call =
      world.option(false, OptionType::call, btc_index, "110000", days_30, "100500", "0.58", "0");
  InstrumentId put = world.option(false, OptionType::put, btc_index, "90000", days_30, "100500", "0.66", "0");
  InstrumentId eth_perpetual =
      world.add("ETH-PERP", InstrumentKind::perpetual, false, eth_index, "1", "4000");
  Account account = World::account(MarginMode::cross);

  Reference() {
    World::hold(account, perpetual, 5, value("50000"));
    World::hold(account, call, -4, Value{});
    World::hold(account, put, 3, Value{});
  }
  void hold_eth() { World::hold(account, eth_perpetual, -30, value("4000")); }
};

void expect_close(Value actual, std::string_view expected, std::string_view tolerance) {
  EXPECT_TRUE(abs(actual - value(expected)) <= value(tolerance)) << text(actual) << " against " << expected;
}

TEST(ReferencePortfolio, ModelValues) {
  Reference r;
  expect_close(risk_row(r.world.state, r.world.book, r.call).mark, "3224.9984747057", "0.00000001");
  expect_close(risk_row(r.world.state, r.world.book, r.put).mark, "3111.7345412561", "0.00000001");
}

TEST(ReferencePortfolio, EveryScenario) {
  Reference r;
  UnitSum unit;
  unit.exposure = value("250000");
  const GridRow& grid = r.world.rules().components[0].grids[0];
  std::vector<i128>& sums = expiry_of(unit, Time{}).scenarios;
  sums.assign(scenario_count(grid), 0);
  for (const auto& [id, size] : {std::pair(r.call, -4), std::pair(r.put, 3)}) {
    const RiskRow& row = risk_row(r.world.state, r.world.book, id);
    for (std::size_t s = 0; s < row.array.size(); ++s) sums[s] += i128{row.array[s]} * size;
  }
  const char* expected[] = {"-12080.193829079", "-8746.444088289",
                            "-4881.9387908138", "-9635.8278581517",
                            "-6739.3888041497", "-4134.4584784929",
                            "-6236.4627634263", "-4405.6353473288",
                            "-3500.5638081669", "-2346.7477685259",
                            "-2054.0087862853", "-3098.1578648941",
                            "1436.8529904633",  "0",
                            "-3027.2901684892", "4525.4117088657",
                            "1480.2885947606",  "-3365.593015761",
                            "6461.5760352889",  "2181.8714852814",
                            "-4166.6898828552", "6989.6822825352",
                            "1984.6096957981",  "-5460.9931181947",
                            "6061.5728867822",  "850.60921086112",
                            "-7258.1783403178", "1468.7615312593",
                            "-3137.4565626627", "-12600.01174244",
                            "-17718.145257091", "-20994.877742832",
                            "-22103.211287216", "-22657.408389047",
                            "-22989.926711194"};
  ASSERT_EQ(std::size(expected), scenario_count(grid));
  for (std::size_t s = 0; s < std::size(expected); ++s) {
    expect_close(scenario_profit(grid, unit, s), expected[s], "0.0000001");
  }
  EXPECT_EQ(worst_loss(grid, unit).scenario, 34u);
}

TEST(ReferencePortfolio, UnitsAddUpWithoutNetting) {
  Reference r;
  r.hold_eth();
  Statement statement;
  const Assessment a = r.world.assess(r.account, &statement);
  ASSERT_EQ(a.pools.size(), 1u);
  expect_close(a.pools[0].maintenance, "42189.926711194",
               "0.00000003");  // 22,989.93 of BTC and 19,200 of ETH
}

TEST(ReferencePortfolio, RollChargesEveryDeltaOnItsOwn) {
  // Deltas 2.5, 4 x 0.3397..., 3 x -0.2263... : with the net delta 0.4621894218 of quant.md their sum of
  // sizes follows.
  Reference r;
  r.account.mode = MarginMode::portfolio;
  const Value call_delta = times(risk_row(r.world.state, r.world.book, r.call).delta, lots(-4));
  const Value put_delta = times(risk_row(r.world.state, r.world.book, r.put).delta, lots(3));
  expect_close(value("2.5") + call_delta + put_delta, "0.4621894218054", "0.00000000001");
  Statement statement;
  r.world.assess(r.account, &statement);
  for (const StatementLine& line : statement.lines) {
    if (line.label != "roll") continue;
    // 1 % of index x (2.5 + |call| + |put|); the term 7.5 % x 30/365 = 0.616 % stays below the minimum.
    const Value sizes = value("2.5") - call_delta - put_delta;
    expect_close(line.amount, text(Value::from_raw(sizes.raw() * 1000)), "0.0000001");
  }
}

// The same options settled in coin: the array is that of the coin value, and the extreme rows convert at one
// price.
TEST(InverseOption, ExtremeRowOfADeepCallRepeatsThePerpetual) {
  World world(grid_rules());
  const AssetId usd = world.asset("USD", 8);
  const AssetId btc = world.asset("BTC", 8);
  const IndexId index = world.index(btc, usd, "100000");
  // A call with a strike next to nothing is the coin: worth 1 whatever the price, so it has no profit
  // anywhere.
  const InstrumentId call =
      world.option(true, OptionType::call, index, "0.00000001", days_30, "100000", "0.5", "0");
  const RiskRow& row = risk_row(world.state, world.book, call);
  EXPECT_EQ(text(row.mark), "1");
  for (const i64 profit : row.array) EXPECT_LE(profit < 0 ? -profit : profit, 1);
}

TEST(Series, SliceServesWhereTheInstrumentHasNoVolatility) {
  World world(grid_rules());
  const AssetId usd = world.asset("USD", 8);
  const AssetId btc = world.asset("BTC", 8);
  const IndexId index = world.index(btc, usd, "100000");
  const InstrumentId call = world.option(false, OptionType::call, index, "110000", days_30, "0", "0", "0");
  EXPECT_EQ(risk_row(world.state, world.book, call).mark_known, Known::missing);
  // A flat smile of total variance 0.58^2 x 30/365 = 0.0276493...: SVI with b = 0 is not allowed, eSSVI with
  // psi 0 is.
  Series series;
  series.index = index;
  series.expiry = world.state.instrument(call).expiry;
  series.forward = price("100500");
  series.slice.kind = SliceKind::essvi;
  series.slice.p0 = static_cast<i64>(0.58 * 0.58 * 30 / 365 * static_cast<double>(slice_one) + 0.5);
  series.stamp.at = world.state.time;
  world.state.series.push_back(series);
  invalidate(world.book, world.state, index, series.expiry);
  expect_close(risk_row(world.state, world.book, call).mark, "3224.9984747", "0.000001");
}

TEST(Averaging, InsideTheWindowOnlyTheOpenPartMoves) {
  World world(grid_rules());
  const AssetId usd = world.asset("USD", 8);
  const AssetId btc = world.asset("BTC", 8);
  const IndexId index = world.index(btc, usd, "100000");
  const Duration left = Duration::from_raw(10 * minute.raw());
  const InstrumentId call =
      world.option(false, OptionType::call, index, "0.00000001", left, "100000", "0.5", "0");
  Instrument& instrument = world.state.instruments[call.index];
  instrument.averaging = Duration::from_raw(30 * minute.raw());
  Series series;
  series.index = index;
  series.expiry = instrument.expiry;
  series.averaging = instrument.averaging;
  series.average_until = world.state.time;  // 20 of 30 minutes seen, at 90,000
  series.average_sum = i128{price("90000").raw()} * 20 * minute.raw();
  series.stamp.at = world.state.time;
  world.state.series.push_back(series);
  const RiskRow& row = risk_row(world.state, world.book, call);
  expect_close(row.mark, "93333.33333333", "0.0001");  // (2 x 90,000 + 100,000) / 3
  expect_close(row.delta, "0.33333333333", "0.0000001");
  expect_close(Value::from_raw(row.array[24] * i128{10000}), "5333.33333333", "0.0001");  // +16 % of a third
}

}  // namespace
}  // namespace lockstep
