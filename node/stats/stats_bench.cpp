// What one bar costs with 50 assets, and what an estimator keeps.
#include <benchmark/benchmark.h>

#include "node/stats/correlation.h"
#include "node/stats/dcc.h"
#include "node/stats/ewma.h"
#include "node/stats/nearest_correlation.h"
#include "node/stats/rolling_quantile.h"
#include "node/stats/seeded_returns.h"
#include "node/stats/shrinkage.h"

namespace lockstep::stats {
namespace {

constexpr u32 asset_count = 50;

template <class State>
void report_bytes(benchmark::State& run, const State& state) {
  Bytes bytes;
  Writer writer(bytes);
  state.write(writer);
  run.counters["state_bytes"] = static_cast<double>(bytes.size());
}

std::vector<std::vector<std::optional<double>>> bars_of(u64 missing_percent) {
  SeededReturns source(1, asset_count, missing_percent);
  std::vector<std::vector<std::optional<double>>> bars;
  for (int i = 0; i < 256; ++i) bars.push_back(source.next());
  return bars;
}

// Runs `bar(state, returns)` once a bar.
template <class State, class Bar>
void run_bars(benchmark::State& run, State state, Bar bar) {
  const auto bars = bars_of(2);
  for (const auto& returns : bars) state.add(returns);
  std::size_t i = 0;
  for (auto _ : run) bar(state, bars[i++ % bars.size()]);
  report_bytes(run, state);
}

void one_bar_ewma(benchmark::State& run) {
  run_bars(run, PairMoments(asset_count, 0.97), [](PairMoments& state, Returns bar) {
    state.add(bar);
    benchmark::ClobberMemory();
  });
}
void one_bar_ewma_and_its_matrix(benchmark::State& run) {
  run_bars(run, PairMoments(asset_count, 0.97), [](PairMoments& state, Returns bar) {
    state.add(bar);
    benchmark::DoNotOptimize(state.correlation().values.data());
  });
}
void one_bar_dcc_and_its_matrix(benchmark::State& run) {
  run_bars(run, Dcc(asset_count, {}), [](Dcc& state, Returns bar) {
    state.add(bar);
    benchmark::DoNotOptimize(state.correlation().values.data());
  });
}
void one_bar_all_correlations(benchmark::State& run) {
  run_bars(run, Correlations(asset_count, {}), [](Correlations& state, Returns bar) {
    state.add(bar);
    benchmark::DoNotOptimize(state.pair(0, 1).reliable);
  });
}
void one_bar_shrinkage_to_constant_correlation(benchmark::State& run) {
  run_bars(run, ShrinkageMoments(asset_count, 0.97), [](ShrinkageMoments& state, Returns bar) {
    state.add(bar);
    benchmark::DoNotOptimize(shrink(state, Target::constant_correlation).intensity);
  });
}

void one_price_volatility(benchmark::State& run) {
  VolatilityEwma state{.half_life = day, .gap = hour};
  i64 at = 0;
  for (auto _ : run) {
    at += 1'000'000;
    benchmark::DoNotOptimize(state.add(Time::from_raw(at), at % 3'000'000 == 0 ? 100.0 : 100.1));
  }
  report_bytes(run, state);
}

void one_value_rolling_quantile(benchmark::State& run) {
  RollingQuantile state(static_cast<u32>(run.range(0)));
  Prng prng(1);
  for (i64 i = 0; i < run.range(0); ++i) state.add(static_cast<double>(prng.below(1'000'000)));
  for (auto _ : run) {
    state.add(static_cast<double>(prng.below(1'000'000)));
    benchmark::DoNotOptimize(*state.quantile(0.99));
  }
  report_bytes(run, state);
}

// Random elements in [-1, 1] are far from a correlation matrix; an estimate with gaps is near one.
void nearest_of_random(benchmark::State& run) {
  Prng prng(3);
  Matrix matrix = identity(asset_count);
  for (u32 i = 0; i < asset_count; ++i) {
    for (u32 j = 0; j < i; ++j) {
      matrix(i, j) = matrix(j, i) = static_cast<double>(prng.between(-1000, 1000)) / 1000;
    }
  }
  int iterations = 0;
  for (auto _ : run) iterations = nearest_correlation(matrix).value().iterations;
  run.counters["iterations"] = iterations;
}
void nearest_of_estimate_with_gaps(benchmark::State& run) {
  PairMoments moments(asset_count, 0.94);
  for (const auto& returns : bars_of(20)) moments.add(returns);
  const Matrix matrix = moments.correlation();
  int iterations = 0;
  for (auto _ : run) iterations = nearest_correlation(matrix).value().iterations;
  run.counters["iterations"] = iterations;
  run.counters["smallest_eigenvalue"] = smallest_eigenvalue(matrix).value();
}

BENCHMARK(one_bar_ewma);
BENCHMARK(one_bar_ewma_and_its_matrix);
BENCHMARK(one_bar_dcc_and_its_matrix);
BENCHMARK(one_bar_all_correlations);
BENCHMARK(one_bar_shrinkage_to_constant_correlation);
BENCHMARK(one_price_volatility);
BENCHMARK(one_value_rolling_quantile)->Arg(250)->Arg(1000)->Arg(3650);
BENCHMARK(nearest_of_random)->Unit(benchmark::kMillisecond);
BENCHMARK(nearest_of_estimate_with_gaps)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockstep::stats
