// What recording costs: the crash of 2025-10-10 with 10,000 accounts, applied alone and applied with a
// history in a file, one commit a step; and what a command costs of the disk.  CPU is that of the thread
// that applies.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>

#include "core/risk/risk_book.h"
#include "node/feed/plan.h"
#include "node/history/history.h"
#include "node/io/linux_disk.h"
#include "node/rules/compile.h"
#include "node/runtime/venue.h"

namespace lockstep::history {
namespace {

Rulebook rulebook(const char* name) {
  LinuxDisk disk;
  Result<Rulebook, Fault> rules =
      compile_rulebook(disk, std::string(LOCKSTEP_SOURCE_DIR "/rulebooks/") + name);
  LS_ASSERT(rules);
  return std::move(rules).value();
}

// As `lockstep run`: contracts without margin parameters are left out.
bool covers(const Rulebook& rules, const RegisterInstrument& contract, std::string_view base,
            std::string_view quote) {
  const std::string settle(contract.inverse ? base : quote);
  for (const Component& component : rules.components) {
    const bool applies = (component.applies & class_bit(contract.kind, contract.inverse)) != 0;
    if (applies && find_row(component, std::string(base), settle) != no_row) return true;
  }
  return false;
}

struct Timed {
  Time time;
  std::vector<Command> commands;
};

// All commands of the run, with what the venue filled.
const std::vector<Timed>& commands() {
  static const std::vector<Timed> all = [] {
    FeedRequest request;
    request.first_rulebook = rulebook("deribit.toml");
    request.second_rulebook = rulebook("binance-usdm.toml");
    request.portfolios.accounts = 10'000;
    request.accepts = [one = request.first_rulebook, two = request.second_rulebook](
                          const RegisterInstrument& r, std::string_view base, std::string_view quote) {
      return covers(r.rulebook.index == 0 ? one : two, r, base, quote);
    };
    LinuxDisk disk;
    Result<Feed, Fault> feed = open_feed(disk, request);
    LS_ASSERT(feed);
    std::vector<Timed> steps;
    Engine engine;
    Step step;
    for (;;) {
      const Result<bool, Fault> more = feed.value().next(step);
      LS_ASSERT(more);
      if (!more.value()) return steps;
      steps.push_back({step.time, step.commands});
      for (const Command& command : step.commands) (void)apply(engine, step.time, command);
      std::vector<Command> fills = fill_liquidations(engine.state);
      for (const Command& command : fills) (void)apply(engine, step.time, command);
      if (!fills.empty()) steps.push_back({step.time, std::move(fills)});
    }
  }();
  return all;
}

void preset(benchmark::State& state, History* (*make)(), const std::string& path) {
  const std::vector<Timed>& all = commands();
  u64 count = 0;
  for (auto _ : state) {
    const std::unique_ptr<History> history(make());
    Engine engine;
    for (const Timed& step : all) {
      for (const Command& command : step.commands) {
        if (history) history->before(engine, command);
        const Outcome outcome = apply(engine, step.time, command);
        if (history) history->after(engine, command, outcome);
      }
      if (history) LS_ASSERT(history->commit());
    }
    count = engine.state.position;
  }
  state.counters["commands"] = static_cast<double>(count);
  state.SetItemsProcessed(static_cast<i64>(count) * static_cast<i64>(state.iterations()));
  if (path.empty()) return;
  state.counters["bytes_per_command"] =
      static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(count);
}

std::string file_path() { return "/tmp/lockstep-history-bench-" + std::to_string(::getpid()) + ".db"; }

void remove_files() {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file_path() + suffix);
}

void apply_alone(benchmark::State& state) {
  preset(
      state, [] { return static_cast<History*>(nullptr); }, "");
}
BENCHMARK(apply_alone)->Unit(benchmark::kMillisecond);

void apply_and_record(benchmark::State& state) {
  const auto make = [] {
    remove_files();
    Result<std::unique_ptr<History>, Fault> history = History::open(file_path());
    LS_ASSERT(history);
    return std::move(history).value().release();
  };
  preset(state, make, file_path());
  remove_files();
}
BENCHMARK(apply_and_record)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockstep::history
