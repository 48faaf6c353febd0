// What a surface costs: a chain of 15 expiries x 60 strikes (1,800 options) made from known smiles with
// noise, as a whole and stage by stage.  The budget for the whole is 5 ms on one core.
#include <benchmark/benchmark.h>

#include "node/surface/smile.h"
#include "node/surface/testing_chain.h"

namespace lockstep::surface {
namespace {

const Chain& bench_chain() {
  static const Chain chain = [] {
    MadeChain made;
    made.expiries = made_expiries(15);
    made.strikes = 60;
    return chain_of(made);
  }();
  return chain;
}

std::vector<ExpiryRows> bench_rows() {
  DropCounts counts{};
  return sorted_rows(bench_chain(), {}, counts);
}

std::vector<FitInput> bench_inputs() {
  DropCounts counts{};
  const std::vector<ExpiryRows> rows = bench_rows();
  const std::vector<Forward> all = forwards(bench_chain(), rows, {}, {});
  std::vector<FitInput> inputs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    FitInput input;
    input.expiry = rows[i].expiry;
    input.years = rows[i].years;
    input.forward = all[i];
    input.quotes = usable_quotes(rows[i], all[i].price, true, {}, counts);
    inputs.push_back(std::move(input));
  }
  return inputs;
}

void whole_chain(benchmark::State& state) {
  SurfaceState kept;
  for (auto _ : state) {
    benchmark::DoNotOptimize(update(bench_chain(), {}, kept));
  }
}
BENCHMARK(whole_chain)->Unit(benchmark::kMillisecond);

void sorting(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(bench_rows());
}
BENCHMARK(sorting)->Unit(benchmark::kMillisecond);

void forward_curves(benchmark::State& state) {
  const std::vector<ExpiryRows> rows = bench_rows();
  for (auto _ : state) benchmark::DoNotOptimize(forwards(bench_chain(), rows, {}, {}));
}
BENCHMARK(forward_curves)->Unit(benchmark::kMillisecond);

void implied_volatilities_and_filter(benchmark::State& state) {
  const std::vector<ExpiryRows> rows = bench_rows();
  const std::vector<Forward> all = forwards(bench_chain(), rows, {}, {});
  DropCounts counts{};
  for (auto _ : state) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      benchmark::DoNotOptimize(usable_quotes(rows[i], all[i].price, true, {}, counts));
    }
  }
}
BENCHMARK(implied_volatilities_and_filter)->Unit(benchmark::kMillisecond);

void essvi_smiles(benchmark::State& state) {
  std::vector<std::vector<Sample>> samples;
  for (const FitInput& input : bench_inputs()) {
    samples.push_back(samples_of(input.quotes.quotes, input.years, FitRules{}.half_spread_min));
  }
  for (auto _ : state) {
    std::optional<Essvi> earlier;
    for (const std::vector<Sample>& s : samples) {
      const double theta = variance_at_money(s);
      earlier = robust_essvi(s, usual_smile(theta), {earlier, {}}).smile;
    }
    benchmark::DoNotOptimize(earlier);
  }
}
BENCHMARK(essvi_smiles)->Unit(benchmark::kMillisecond);

void svi_smiles(benchmark::State& state) {
  std::vector<std::vector<Sample>> samples;
  for (const FitInput& input : bench_inputs()) {
    samples.push_back(samples_of(input.quotes.quotes, input.years, FitRules{}.half_spread_min));
  }
  for (auto _ : state) {
    std::optional<Smile> earlier;
    for (const std::vector<Sample>& s : samples) {
      const double theta = variance_at_money(s);
      earlier = smile_of(slice_of(robust_svi(s, theta, earlier, -theta).smile));
    }
    benchmark::DoNotOptimize(earlier);
  }
}
BENCHMARK(svi_smiles)->Unit(benchmark::kMillisecond);

// Smiles of all kinds with their checks, calendar order included.
void all_smiles(benchmark::State& state) {
  const std::vector<FitInput> inputs = bench_inputs();
  for (auto _ : state) benchmark::DoNotOptimize(fit_surface(inputs, 0.6, {}));
}
BENCHMARK(all_smiles)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockstep::surface
