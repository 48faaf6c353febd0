// Option valuations per second: one option at a time (with its logarithm and square root), and the grid that
// a risk array needs, 1,000 options x 40 scenarios, where both are computed outside the loop.
#include <benchmark/benchmark.h>

#include <vector>

#include "core/base/prng.h"
#include "core/pricing/implied.h"
#include "core/pricing/inverse.h"

namespace lockstep {
namespace {

struct Option {
  double strike;
  double years;
  double volatility;
  bool is_call;
};

constexpr double forward = 64000;

// A chain like a large venue's: strikes a quarter to four times the forward, two hours to a year.
std::vector<Option> chain(int count) {
  Prng prng(7);
  std::vector<Option> options;
  for (int i = 0; i < count; ++i) {
    options.push_back({.strike = static_cast<double>(prng.between(16, 256)) * 1000,
                       .years = static_cast<double>(prng.between(2, 8760)) / 8760,
                       .volatility = static_cast<double>(prng.between(30, 120)) / 100,
                       .is_call = prng.chance(1, 2)});
  }
  return options;
}

void closed_form(benchmark::State& state) {
  const std::vector<Option> options = chain(1000);
  for (auto _ : state) {
    for (const Option& o : options) {
      benchmark::DoNotOptimize(black_value(forward, o.strike, o.years, o.volatility, o.is_call));
    }
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(closed_form);

void greeks(benchmark::State& state) {
  const std::vector<Option> options = chain(1000);
  for (auto _ : state) {
    for (const Option& o : options) {
      benchmark::DoNotOptimize(black_greeks(forward, o.strike, o.years, o.volatility, o.is_call));
    }
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(greeks);

template <bool inverse>
void grid(benchmark::State& state) {
  const std::vector<Option> options = chain(1000);
  std::vector<OptionTerms> terms;
  for (const Option& o : options) terms.push_back(option_terms(forward, o.strike, o.years, o.is_call));
  std::vector<PriceShock> shocks;
  for (int i = 0; i < 20; ++i) shocks.push_back(price_shock(0.84 + 0.016 * i));
  std::vector<double> values(40);
  for (auto _ : state) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const double volatility[2] = {options[i].volatility * 0.8, options[i].volatility * 1.3};
      for (std::size_t j = 0; j < 40; ++j) {
        const PriceShock& shock = shocks[j >> 1];
        values[j] = inverse ? inverse_value_at(terms[i], shock, volatility[j & 1])
                            : value_at(terms[i], shock, volatility[j & 1]);
      }
      benchmark::DoNotOptimize(values.data());
      benchmark::ClobberMemory();
    }
  }
  state.SetItemsProcessed(state.iterations() * 40000);
}
BENCHMARK(grid<false>);
BENCHMARK(grid<true>);

void implied(benchmark::State& state) {
  std::vector<Option> options;
  std::vector<double> prices;
  for (const Option& o : chain(1000)) {
    const double price = black_value(forward, o.strike, o.years, o.volatility, o.is_call);
    if (!implied_volatility(forward, o.strike, o.years, price, 0.01, o.is_call)) continue;
    options.push_back(o);
    prices.push_back(price);
  }
  for (auto _ : state) {
    for (std::size_t i = 0; i < options.size(); ++i) {
      const Option& o = options[i];
      benchmark::DoNotOptimize(implied_volatility(forward, o.strike, o.years, prices[i], 0.01, o.is_call));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<i64>(options.size()));
}
BENCHMARK(implied);

}  // namespace
}  // namespace lockstep
