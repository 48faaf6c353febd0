// What the service's thread pays for looking: a row of the table, a page and an overview at 100,000 accounts,
// and questions about one account.  Command: build/release/bench/node_view_bench
#include <benchmark/benchmark.h>

#include "node/view/testing_view.h"
#include "node/whatif/testing_book.h"

namespace lockstep::view {
namespace {

// The preset's first hours with 100,000 accounts; settled.
struct Large {
  PresetBook book{100'000, 20};
  Asking asking{*book.engine};
};
Large& large() {
  static Large one;
  return one;
}

void refresh_accounts(benchmark::State& run) {
  Large& of = large();
  constexpr i64 slice = 1'000;
  for (auto _ : run) {
    of.asking.desk.table.left = slice;
    of.asking.desk.table.refresh(*of.book.engine, slice);
  }
  run.SetItemsProcessed(run.iterations() * slice);
}

void ask_large(benchmark::State& run, const std::string& method, const Tree& params) {
  Large& of = large();
  for (auto _ : run) benchmark::DoNotOptimize(of.asking.text(method, params));
  run.counters["accounts"] = static_cast<double>(of.book.engine->state.accounts.size());
}

void observe_fill(benchmark::State& run) {
  Large& of = large();
  Fill fill;
  fill.account = AccountId{77};
  const Outcome outcome;
  for (auto _ : run) of.asking.desk.observe(*of.book.engine, fill, outcome);
}

void ask_small(benchmark::State& run, const std::string& method, const Tree& params) {
  const auto engine = book_of("deribit.toml", "deribit-strangle.toml");
  Asking asking(*engine);
  for (auto _ : run) benchmark::DoNotOptimize(asking.text(method, params));
}

Tree batch(std::size_t size) {
  Tree questions = Tree::array();
  for (std::size_t i = 0; i < size; ++i) {
    const std::string move = std::to_string(static_cast<int>(i % 40) - 20);
    questions.push_back({{"if", {"price BTC " + move + " %", "trade BTC-PERPETUAL -10"}}});
  }
  return {{"questions", questions}};
}
void ask_batch(benchmark::State& run) {
  const auto engine = book_of("deribit.toml", "deribit-strangle.toml");
  Asking asking(*engine);
  const Tree params = batch(1'000);
  for (auto _ : run) benchmark::DoNotOptimize(asking.text("what_if_batch", params));
  run.SetItemsProcessed(run.iterations() * 1'000);
}

BENCHMARK(refresh_accounts)->Unit(benchmark::kMicrosecond);
BENCHMARK(observe_fill);
BENCHMARK_CAPTURE(ask_large, overview, "overview", Tree::object())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_large, accounts_by_usage, "accounts", Tree::object())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_large, accounts_by_name, "accounts", (Tree{{"sort", "name"}, {"descending", false}}))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_large, accounts_deep_page, "accounts", (Tree{{"offset", 60'000}}))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_large, accounts_filtered, "accounts", (Tree{{"filter", "77"}}))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_large, surface, "surface", Tree::object())->Unit(benchmark::kMicrosecond);
// All ladders and the fund, with the answer's text.
BENCHMARK_CAPTURE(ask_large, ladder, "ladder", Tree::object())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ask_small, account, "account", Tree::object())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_small, account_with_prices, "account", (Tree{{"prices", true}}))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_small, statement, "statement", Tree::object())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_small, heat_map_11x7, "heat_map", Tree::object())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask_small, what_if, "what_if", (Tree{{"changes", {"price BTC -10 %"}}}))
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(ask_batch)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace lockstep::view
