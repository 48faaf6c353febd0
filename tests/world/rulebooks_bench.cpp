// Assessments a second of an account of twenty holdings (or as many as the rulebook's instruments allow),
// for every rulebook and scheme.  Command: build/release/bench/tests_world_bench
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "node/book/words.h"
#include "node/rules/compile.h"
#include "tests/world/world.h"

namespace lockstep {
namespace {

void assess_account(benchmark::State& run, const Rulebook& rules, const Scheme& scheme) {
  world::World world = world::world_of(rules);
  Prng prng(11);
  const std::vector<InstrumentId> from = world::usable(world, scheme);
  const std::vector<world::Draw> draws = world::draw(world, from, scheme, 20, prng);
  const Account account = world::account_of(world, scheme, draws, Amount::from_raw(10'000'000'000'000));
  Assessment out;
  for (auto _ : run) {
    assess_into(world.engine->state, world.engine->risk, account, nullptr, out);
    benchmark::DoNotOptimize(out);
  }
  run.counters["holdings"] = static_cast<double>(account.holdings.size());
  run.SetItemsProcessed(run.iterations());
}

bool register_all() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(LOCKSTEP_SOURCE_DIR "/rulebooks")) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::filesystem::path& path : paths) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    const Result<Rulebook, Fault> rules = compile_rulebook_text(text.str(), path.string());
    if (!rules) continue;
    for (const Scheme& scheme : rules.value().schemes) {
      if (scheme.gap != no_gap || scheme.mode == MarginMode::isolated) continue;
      const std::string name =
          path.stem().string() + "/" + std::string(word(scheme.mode)) + (scheme.pooled ? "_pooled" : "");
      benchmark::RegisterBenchmark(name.c_str(), assess_account, rules.value(), scheme);
    }
  }
  return true;
}

const bool registered = register_all();

}  // namespace
}  // namespace lockstep
