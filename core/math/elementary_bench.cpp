// Cost of one elementary function; inputs vary, so that branches cannot be learned.
#include "core/math/elementary.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "core/base/prng.h"

namespace lockstep {
namespace {

std::vector<double> inputs(double low, double high) {
  Prng prng(5);
  std::vector<double> values(4096);
  for (double& x : values) x = low + (high - low) * (static_cast<double>(prng.next() >> 11) * 0x1p-53);
  return values;
}

template <class Function>
void run(benchmark::State& state, double low, double high, Function function) {
  const std::vector<double> x = inputs(low, high);
  std::vector<double> y(x.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = function(x[i]);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<i64>(x.size()));
}

void exp(benchmark::State& state) {
  run(state, -20, 20, [](double x) { return math::exp(x); });
}
void log(benchmark::State& state) {
  run(state, 1e-3, 1e3, [](double x) { return math::log(x); });
}
void normal_cdf(benchmark::State& state) {
  run(state, -6, 6, [](double x) { return math::normal_cdf(x); });
}
void normal_cdf_pair(benchmark::State& state) {
  run(state, -6, 6, [](double x) {
    const math::Pair p = math::normal_cdf(math::Pair{x, x - 0.25});
    return p[0] + p[1];
  });
}
void normal_quantile(benchmark::State& state) {
  run(state, 1e-6, 1 - 1e-6, [](double x) { return math::normal_quantile(x); });
}
BENCHMARK(exp);
BENCHMARK(log);
BENCHMARK(normal_cdf);
BENCHMARK(normal_cdf_pair);
BENCHMARK(normal_quantile);

}  // namespace
}  // namespace lockstep
