// What calls cost the thread that answers everybody, in the preset's book of 10,000 accounts.
// Command: build/release/bench/node_deribit_bench
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>

#include "node/deribit/channels.h"
#include "node/deribit/methods.h"
#include "node/deribit/testing_past.h"
#include "node/feed/plan.h"
#include "node/io/linux_disk.h"
#include "node/rules/compile.h"

namespace lockstep::deribit {
namespace {

Rulebook rules(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(LOCKSTEP_SOURCE_DIR "/rulebooks/" + name).rdbuf();
  return compile_rulebook_text(text.str(), name).value();
}

Engine& market() {
  static Engine engine;
  if (engine.state.position != 0) return engine;
  LinuxDisk disk;
  FeedRequest request;
  request.first_rulebook = rules("deribit.toml");
  request.second_rulebook = rules("binance-usdm.toml");
  Feed feed = open_feed(disk, std::move(request)).value();
  Step step;
  while (engine.state.accounts.empty() && feed.next(step).value()) {
    for (const Command& command : step.commands) apply(engine, step.time, command);
  }
  return engine;
}

// The account of the first rulebook with this many holdings, at least.
const Account& holder(const Engine& engine, std::size_t holdings) {
  for (const Account& account : engine.state.accounts) {
    if (account.rulebook == RulebookId{0} && account.holdings.size() >= holdings) return account;
  }
  return engine.state.accounts.front();
}

void call(benchmark::State& run, const std::string& name, const std::string& json) {
  Engine& engine = market();
  const ToldPast past;
  api::Caller caller;
  caller.operate = caller.read = caller.simulate = caller.trade = true;
  const std::vector<api::Method> table = methods();
  const auto method = std::find_if(table.begin(), table.end(), [&](const auto& m) { return m.name == name; });
  std::string params = json;
  const std::size_t at = params.find("HOLDER");
  if (at != std::string::npos) params.replace(at, 6, holder(engine, 5).name);
  const JsonValue parsed = parse_json(params).value();
  api::Context context{engine, past, caller, 0};
  for (auto _ : run) {
    api::Params read(parsed);
    const api::Reply reply = method->call(context, read);
    if (!std::get<api::Answer>(reply)) return run.SkipWithError("refused");
  }
}
BENCHMARK_CAPTURE(call, ticker, "public/ticker", R"({"instrument_name":"BTC-PERPETUAL"})");
BENCHMARK_CAPTURE(call, instruments, "public/get_instruments", "{}");
BENCHMARK_CAPTURE(call, book_summaries, "public/get_book_summary_by_currency", R"({"currency":"BTC"})");
BENCHMARK_CAPTURE(call, account_summary, "private/get_account_summary",
                  R"({"currency":"BTC","account":"HOLDER"})");
BENCHMARK_CAPTURE(call, positions, "private/get_positions", R"({"account":"HOLDER"})");
BENCHMARK_CAPTURE(call, margins, "private/get_margins",
                  R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":100000,"account":"HOLDER"})");

// A ticker behind every command: the open interest is counted anew.
void ticker_of_new_position(benchmark::State& run) {
  Engine& engine = market();
  Memo memo;
  for (auto _ : run) {
    memo.counted_at.reset();
    benchmark::DoNotOptimize(ticker_data(engine, memo, InstrumentId{0}));
  }
}
BENCHMARK(ticker_of_new_position);

}  // namespace
}  // namespace lockstep::deribit
