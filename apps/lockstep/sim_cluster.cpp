// `lockstep sim cluster`: seeded runs of a whole cluster with faults; each seed twice, so that a run can be
// trusted to come back.
#include "apps/lockstep/options_sync.h"
#include "apps/lockstep/terminal.h"
#include "node/json/json.h"
#include "node/sim/cluster.h"

namespace lockstep {
namespace {

constexpr std::pair<const char*, sim::Planted> plants[] = {{"nothing", sim::Planted::nothing},
                                                           {"bit-flip", sim::Planted::bit_flip},
                                                           {"split", sim::Planted::split},
                                                           {"lost-disk", sim::Planted::lost_disk},
                                                           {"wrong-build", sim::Planted::wrong_build},
                                                           {"clock-fault", sim::Planted::clock_fault},
                                                           {"broken-store", sim::Planted::broken_store},
                                                           {"double-claim", sim::Planted::double_claim}};

void print_run(const SimClusterOptions& options, u64 seed, const sim::Report& report, bool again) {
  if (options.json) {
    Json json;
    json.begin_object()
        .field("seed", seed)
        .field("commands", report.commands)
        .field("answered", report.answered);
    json.field("outputs", report.outputs).field("faults", report.faults).field("terms", report.terms);
    json.field("installs", report.installs).field("state", to_hex(report.state)).field("repeats", again);
    json.field("broken", report.broken).end_object();
    print_line(json.str());
    return;
  }
  if (options.news) {
    for (const std::string& line : report.news) print_line("  " + line);
  }
  print_line("seed " + std::to_string(seed) + "  " + std::to_string(report.faults) + " faults, " +
             std::to_string(report.terms) + " terms, " + std::to_string(report.commands) + " commands, " +
             std::to_string(report.answered) + " answered, " + std::to_string(report.outputs) +
             " outputs, state " + to_hex(report.state) + (again ? "" : "  NOT the same when run again") +
             (report.broken.empty() ? "" : "  BROKEN: " + report.broken));
}

}  // namespace

int sim_cluster_verb(const SimClusterOptions& options) {
  sim::Options run;
  bool known = false;
  std::string names;
  for (const auto& [name, planted] : plants) {
    names += std::string(names.empty() ? "" : ", ") + name;
    if (options.plant != name) continue;
    run.planted = planted;
    known = true;
  }
  if (!known) return unusable("--plant " + options.plant + ": nothing of that name; choose one of " + names);
  run.faults = !options.calm;
  run.storm_us = i64{options.storm} * 1'000'000;
  u32 failed = 0;
  for (u32 i = 0; i < options.seeds; ++i) {
    run.seed = options.seed + i;
    const sim::Report report = sim::run(run);
    const bool again = sim::run(run).trace == report.trace;
    if (!report.broken.empty() || !again) failed += 1;
    print_run(options, run.seed, report, again);
  }
  if (!options.json) {
    print_line(std::to_string(options.seeds - failed) + " passed, " + std::to_string(failed) + " failed");
  }
  return failed == 0 ? exit_success : exit_negative;
}

}  // namespace lockstep
