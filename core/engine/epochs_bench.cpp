// What the activation of an epoch costs, against a tick: 1,984 options on one coin under a scenario grid, and
// accounts that hold a perpetual and five of them.  docs/decisions/0013-activation.md rests on these figures.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>

#include "core/engine/engine.h"
#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

constexpr u32 expiries = 31, strikes = 32, held = 5;
constexpr Time start = Time::from_raw(1'770'000'000'000'000);

struct Venue {
  Engine engine;
  u64 sequence = 0;
  u32 version = 0;

  void must(const Command& command) {
    const Outcome outcome = apply(engine, engine.state.time, command);
    if (!outcome.accepted()) bug(__FILE__, __LINE__, refusal_name(outcome.refusal).data());
  }
  // Every second version is a little stricter, so that grace has somebody to look for.
  ScheduleEpoch propose(Duration grace) {
    Rulebook rules = testing::grid_rules();
    rules.epochs.grace = grace;
    if (version++ % 2 == 1) rules.components[0].grids[0].volatility_up = testing::percent("55");
    must(ProposeRulebook{rules});
    ScheduleEpoch schedule;
    schedule.rulebook = RulebookId{0};
    schedule.epoch = static_cast<u32>(engine.state.rulebooks[0].epochs.size());
    return schedule;
  }
  void list(const std::string& name, InstrumentKind kind, u32 expiry, u32 strike) {
    RegisterInstrument r;
    r.name = name;
    r.rulebook = RulebookId{0};
    r.kind = kind;
    r.inverse = true;
    r.index = IndexId{0};
    const bool option = kind == InstrumentKind::option;
    r.lot = option ? price_one / 10 : 10 * price_one;
    r.tick = Price::from_raw(option ? price_one / 10'000 : price_one / 2);
    r.price_max = Price::from_raw(option ? 10 * price_one : 1'000'000 * price_one);
    r.lots_max = Lots::from_raw(1'000'000);
    if (option) {
      r.expiry = start + Duration::from_raw((expiry + 1) * 7 * day.raw());
      r.strike = Price::from_raw((30'000 + 4'000 * (strike / 2)) * price_one);
      r.option = strike % 2 == 0 ? OptionType::call : OptionType::put;
    }
    must(r);
  }
  explicit Venue(u32 accounts) {
    engine.state.time = start;
    must(RegisterAsset{"USD", 6});
    must(RegisterAsset{"BTC", 8});
    must(RegisterIndex{"BTC-USD", AssetId{1}, AssetId{0}});
    must(propose(Duration{}));
    list("PERP", InstrumentKind::perpetual, 0, 0);
    for (u32 e = 0; e < expiries; ++e) {
      for (u32 k = 0; k < 2 * strikes; ++k) {
        list("O" + std::to_string(e) + "-" + std::to_string(k), InstrumentKind::option, e, k);
      }
    }
    must(OpenParty{"all"});
    const Price spot = Price::from_raw(90'000 * price_one);
    must(IndexPrices{1, ++sequence, {{IndexId{0}, spot}}});
    must(MarkPrices{1, ++sequence, {{InstrumentId{0}, spot, Rate{}, Price{}}}});
    for (u32 i = 1; i < engine.state.instruments.size(); ++i) {
      must(MarkPrices{1, ++sequence, {{InstrumentId{i}, Price{}, testing::percent("55"), spot}}});
    }
    for (u32 a = 0; a < accounts; ++a) {
      must(OpenAccount{"a" + std::to_string(a), PartyId{0}, RulebookId{0}, MarginMode::portfolio, false,
                       false});
      must(Deposit{AccountId{a}, AssetId{1}, Amount::from_raw(100'000'000'000)});
      hold(a);
    }
    must(Tick{});
  }
  // Written into the state: what is measured is not how the accounts came about.
  void hold(u32 a) {
    std::map<u32, i64> lots = {{0, 10}};
    for (u32 i = 0; i < held; ++i) {
      lots[1 + (a * 7 + i * 389) % static_cast<u32>(engine.state.instruments.size() - 1)] =
          i % 2 == 0 ? 3 : -2;
    }
    for (const auto& [instrument, n] : lots) {
      Holding holding;
      holding.instrument = InstrumentId{instrument};
      holding.lots = Lots::from_raw(n);
      engine.state.accounts[a].holdings.push_back(holding);
    }
  }
};

Venue& venue(i64 accounts) {
  static std::map<i64, std::unique_ptr<Venue>> all;
  std::unique_ptr<Venue>& one = all[accounts];
  if (one == nullptr) one = std::make_unique<Venue>(static_cast<u32>(accounts));
  return *one;
}

void tick(benchmark::State& bench) {
  Venue& v = venue(bench.range(0));
  for (auto _ : bench) v.must(Tick{});
}
BENCHMARK(tick)->Arg(10'000)->Arg(100'000)->Iterations(5)->Unit(benchmark::kMillisecond);

// range(1): minutes of grace.
void activation(benchmark::State& bench) {
  Venue& v = venue(bench.range(0));
  for (auto _ : bench) {
    bench.PauseTiming();
    const ScheduleEpoch schedule = v.propose(Duration::from_raw(bench.range(1) * minute.raw()));
    v.must(Tick{});  // rows are warm, as in the middle of a day
    benchmark::DoNotOptimize(entities_hash(v.engine));
    bench.ResumeTiming();
    v.must(schedule);
  }
}
BENCHMARK(activation)
    ->ArgsProduct({{10'000, 100'000}, {0, 60}})
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

void tick_behind_activation(benchmark::State& bench) {
  Venue& v = venue(bench.range(0));
  for (auto _ : bench) {
    bench.PauseTiming();
    v.must(v.propose(Duration{}));
    bench.ResumeTiming();
    v.must(Tick{});
  }
}
BENCHMARK(tick_behind_activation)->Arg(10'000)->Arg(100'000)->Iterations(5)->Unit(benchmark::kMillisecond);

// Everything that could be prebuilt: parameters looked up and risk arrays made, for all instruments.
void all_rows(benchmark::State& bench) {
  Venue& v = venue(10'000);
  for (auto _ : bench) {
    invalidate_all(v.engine.risk);
    for (u32 i = 0; i < v.engine.state.instruments.size(); ++i) {
      benchmark::DoNotOptimize(risk_row(v.engine.state, v.engine.risk, InstrumentId{i}));
    }
  }
}
BENCHMARK(all_rows)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockstep
