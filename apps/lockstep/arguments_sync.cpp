// The verbs about clusters.
#include "apps/lockstep/arguments_parts.h"

namespace lockstep {
namespace {

constexpr char sim_more[] =
    "Replicas, a mirror and clients in one thread, the production code over a simulated world: processes "
    "are\n"
    "killed and paused, machines lose power and the network, clocks are stepped, the store loses calls. "
    "Behind\n"
    "the storm everything has to be right: no answered request lost or executed twice, outputs without a gap "
    "and\n"
    "the same for everybody, one state. With --plant something is wrong on purpose and has to be found and "
    "named.\n"
    "Each seed runs twice and must be the same run. Exit code 1 if a seed fails.\n"
    "\n"
    "  lockstep sim cluster --seed 7 --news\n"
    "  lockstep sim cluster --seeds 100\n"
    "  lockstep sim cluster --plant bit-flip --calm --news";

void add_sim(CLI::App& app, SyncArguments& a, int& result) {
  CLI::App* sim = app.add_subcommand("sim", "simulators");
  sim->require_subcommand(1);
  SimClusterOptions& o = a.sim;
  CLI::App* verb =
      add_verb(*sim, "cluster", "a whole cluster in one thread, with faults, from a seed", sim_more, o.json);
  verb->add_option("--seed", o.seed, "the first seed (1)");
  verb->add_option("--seeds", o.seeds, "how many, each one more (1)")->check(CLI::Range(1u, 1'000'000u));
  verb->add_option("--plant", o.plant,
                   "bit-flip, wrong-build, clock-fault, broken-store, double-claim or nothing (nothing)");
  verb->add_option("--storm", o.storm, "seconds of simulated faults (20)")->check(CLI::Range(1u, 3'600u));
  verb->add_flag("--calm", o.calm, "no faults but what is planted");
  verb->add_flag("--news", o.news, "also print what happens and what replicas say");
  verb->callback([&o, &result] { result = sim_cluster_verb(o); });
}

}  // namespace

void add_sync_verbs(CLI::App& app, SyncArguments& a, int& result) { add_sim(app, a, result); }

}  // namespace lockstep
