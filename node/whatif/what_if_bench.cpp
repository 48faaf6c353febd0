// Questions a second: a trade, a move of the price, and both with liquidation prices, for one account of
// testing_book.h.  Command: build/release/bench/node_whatif_bench
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>

#include "node/rules/compile.h"
#include "node/whatif/testing_book.h"
#include "node/whatif/what_if.h"

namespace lockstep::whatif {
namespace {

void ask(benchmark::State& run, const std::vector<std::string>& texts, Wants wants) {
  std::ostringstream text;
  text << std::ifstream(LOCKSTEP_SOURCE_DIR "/rulebooks/binance-usdm.toml").rdbuf();
  const auto engine = testing_engine(compile_rulebook_text(text.str(), "binance-usdm.toml").value());
  const ReadRules none = [](const std::string&) -> Result<Rulebook, Fault> { return Fault{"none"}; };
  std::vector<Change> changes;
  for (const std::string& change : texts) changes.push_back(parse_change(change, *engine, none).value());
  Asker asker(*engine, AccountId{0}, wants);
  for (auto _ : run) benchmark::DoNotOptimize(asker.ask(changes));
  run.SetItemsProcessed(run.iterations());
}

const std::vector<std::string> trade = {"trade BTC-PERP 2"};
const std::vector<std::string> move = {"price BTC -10 %"};
const std::vector<std::string> both = {"price BTC -10 %", "trade BTC-PERP -2"};
constexpr Wants totals{.statements = false, .boundaries = false};
constexpr Wants statements{.statements = true, .boundaries = false};
constexpr Wants all{.statements = true, .boundaries = true};
BENCHMARK_CAPTURE(ask, trade, trade, totals);
BENCHMARK_CAPTURE(ask, move, move, totals);
BENCHMARK_CAPTURE(ask, both, both, totals);
BENCHMARK_CAPTURE(ask, both_with_statements, both, statements);
BENCHMARK_CAPTURE(ask, both_with_liquidation_prices, both, all);

}  // namespace
}  // namespace lockstep::whatif
