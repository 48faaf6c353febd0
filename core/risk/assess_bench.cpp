// Margin evaluations per second: full assessments without statement, cached rows, one core.  Rows: holdings.
#include <benchmark/benchmark.h>

#include "core/risk/testing_rules.h"

namespace {

using namespace lockstep;
using namespace lockstep::testing;

// One coin with a perpetual and many options, settled in coin.
struct Market1 {
  World world;
  AssetId usd = world.asset("USD", 6);
  AssetId btc = world.asset("BTC", 8);
  IndexId index = world.index(btc, usd, "90000");

  explicit Market1(const Rulebook& rules) : world(rules) {}

  Account account(i64 holdings, bool inverse) {
    Account fresh = World::account(MarginMode::portfolio);
    world.deposit(fresh, inverse ? btc : usd, "1000");
    const InstrumentId perpetual =
        world.add("PERP", InstrumentKind::perpetual, inverse, index, inverse ? "10" : "0.001", "90010");
    World::hold(fresh, perpetual, -1234, Value{});
    for (i64 i = 1; i < holdings; ++i) {
      const InstrumentId id = world.option(inverse, i % 2 == 0 ? OptionType::call : OptionType::put, index,
                                           std::to_string(60000 + 5000 * i),
                                           Duration::from_raw(day.raw() * 3 * i), "90100", "0.55", "0");
      World::hold(fresh, id, i % 3 == 0 ? 7 : -5, Value{});
    }
    return fresh;
  }
};

void scenario_grid(benchmark::State& bench) {
  Market1 market(grid_rules());
  const Account account = market.account(bench.range(0), true);
  Assessment out;
  for (auto _ : bench) {
    assess_into(market.world.state, market.world.book, account, nullptr, out);
    benchmark::DoNotOptimize(out.pools.data());
  }
  bench.SetItemsProcessed(bench.iterations());
}
BENCHMARK(scenario_grid)->Arg(1)->Arg(10)->Arg(20);

void scenario_grid_with_statement(benchmark::State& bench) {
  Market1 market(grid_rules());
  const Account account = market.account(bench.range(0), true);
  Statement statement;
  Assessment out;
  for (auto _ : bench) {
    assess_into(market.world.state, market.world.book, account, &statement, out);
    benchmark::DoNotOptimize(statement.lines.data());
  }
  bench.SetItemsProcessed(bench.iterations());
}
BENCHMARK(scenario_grid_with_statement)->Arg(10);

void brackets_cross(benchmark::State& bench) {
  World world(bracket_rules());
  const AssetId usdt = world.asset("USDT", 6);
  const IndexId index = world.index(world.asset("BTC", 8), usdt, "90000");
  Account account = World::account(MarginMode::cross);
  world.deposit(account, usdt, "100000");
  for (i64 i = 0; i < bench.range(0); ++i) {
    World::hold(account, world.add("P", InstrumentKind::perpetual, false, index, "0.001", "90010"), 1000 + i,
                value("90"));
  }
  Assessment out;
  for (auto _ : bench) {
    assess_into(world.state, world.book, account, nullptr, out);
    benchmark::DoNotOptimize(out.pools.data());
  }
  bench.SetItemsProcessed(bench.iterations());
}
BENCHMARK(brackets_cross)->Arg(1)->Arg(3)->Arg(10);

// One option's row: model value, delta and 35 scenarios.
void option_row(benchmark::State& bench) {
  Market1 market(grid_rules());
  const Account account = market.account(2, true);
  const InstrumentId option = account.holdings[1].instrument;
  for (auto _ : bench) {
    invalidate(market.world.book, option);
    benchmark::DoNotOptimize(risk_row(market.world.state, market.world.book, option).array.data());
  }
  bench.SetItemsProcessed(bench.iterations());
}
BENCHMARK(option_row);

}  // namespace
