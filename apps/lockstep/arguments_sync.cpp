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

constexpr char cascade_more[] =
    "Accounts in a real engine, a book of limit orders that thins and refills, a price path: the orders "
    "that\n"
    "the engine sends move the price that judges the next account. The same paths and accounts under each\n"
    "policy, from liquidating everything at the last price to what the rulebook says. Columns are means "
    "over\n"
    "the seeds with 95 % confidence intervals; less is better in each. Scenarios: slow, fast, mild, thin,\n"
    "2020-03-12, 2021-05-19, 2022-11-08, 2025-10-10.\n"
    "\n"
    "  lockstep sim cascade\n"
    "  lockstep sim cascade --scenario 2025-10-10 --seeds 3 --svg cascade.svg\n"
    "  lockstep sim cascade --data DIR --from 2026-02-05T12:00 --to 2026-02-05T23:00 --depth \"10 %\"";

void add_sim_cascade(CLI::App& sim, SimCascadeOptions& o, int& result) {
  CLI::App* verb = add_verb(sim, "cascade", "liquidation policies side by side in a market that falls",
                            cascade_more, o.json);
  verb->add_option("--scenario", o.scenarios, "one or more, by commas (slow,fast,thin)")->delimiter(',');
  CLI::Option* data = verb->add_option("--data", o.data, "a folder of recorded bars instead of scenarios");
  verb->add_option("--symbol", o.symbol, "of the bars (BTCUSDT)")->needs(data);
  verb->add_option("--from", o.from, "UTC; the data says from when by itself")->needs(data);
  verb->add_option("--to", o.to, "UTC")->needs(data);
  verb->add_option("--depth", o.depth, "what is left of the usual depth, such as \"5 %\" (100 %)")
      ->needs(data);
  verb->add_option("--rulebook", o.rulebook, "whose policy is the last row (lockstep.toml)");
  verb->add_option("--only", o.only, "of the policies only these, and the first")->delimiter(',');
  verb->add_option("--seed", o.seed, "the first seed (1)");
  verb->add_option("--seeds", o.seeds, "how many, each one more (5)")->check(CLI::Range(1u, 1'000u));
  verb->add_option("--accounts", o.accounts, "how many (1000)")->check(CLI::Range(10u, 100'000u));
  verb->add_option("--assets", o.assets, "1 to 4: BTC, ETH, SOL, XRP (1)")->check(CLI::Range(1u, 4u));
  verb->add_option("--svg", o.svg, "draw the first seed of the last scenario into this file");
  verb->callback([&o, &result] { result = sim_cascade_verb(o); });
}

void add_sim(CLI::App& app, SyncArguments& a, int& result) {
  CLI::App* sim = app.add_subcommand("sim", "simulators");
  sim->require_subcommand(1);
  SimClusterOptions& o = a.sim;
  CLI::App* verb =
      add_verb(*sim, "cluster", "a whole cluster in one thread, with faults, from a seed", sim_more, o.json);
  verb->add_option("--seed", o.seed, "the first seed (1)");
  verb->add_option("--seeds", o.seeds, "how many, each one more (1)")->check(CLI::Range(1u, 1'000'000u));
  verb->add_option("--plant", o.plant,
                   "bit-flip, split, lost-disk, wrong-build, clock-fault, broken-store, double-claim or\n"
                   "nothing (nothing)");
  verb->add_option("--storm", o.storm, "seconds of simulated faults (20)")->check(CLI::Range(1u, 3'600u));
  verb->add_flag("--calm", o.calm, "no faults but what is planted");
  verb->add_flag("--news", o.news, "also print what happens and what replicas say");
  verb->callback([&o, &result] { result = sim_cluster_verb(o); });
  add_sim_cascade(*sim, a.cascade, result);
}

constexpr char replica_more[] =
    "Follows the log on etcd, keeps a journal and snapshots in --folder, computes, signs what it computed, "
    "and\n"
    "takes over the sequencing when the log is quiet. It votes once it is registered (`lockstep cluster\n"
    "register NAME KEY`; its key is printed at the start and kept in the folder). With --mirror it only "
    "reads.\n"
    "With --feed it brings market data when it is the sequencer, as `lockstep run` does.\n"
    "Exit code 42: the next position is for a newer build; start that in the same folder.\n"
    "\n"
    "  lockstep replica --name a --folder DIR --etcd etcd://host1:2379,host2:2379 --clock 10.0.0.1:7400";

void add_replica(CLI::App& app, SyncArguments& a, int& result) {
  ReplicaVerbOptions& o = a.replica;
  CLI::App* verb = add_verb(app, "replica", "one process of a cluster: sequencer, replica or mirror",
                            replica_more, o.json);
  verb->add_option("--name", o.name, "its name")->required();
  verb->add_option("--folder", o.folder, "its journal, snapshots and key")->required();
  add_etcd(*verb, o.etcd);
  verb->get_option("--etcd")->required();
  verb->add_flag("--mirror", o.mirror, "never the sequencer");
  verb->add_option("--clock", o.clock, "HOST:PORT (UDP) at which the others ask for the time");
  verb->add_option("--snapshot-every", o.snapshot_every, "positions between two snapshots (65536)")
      ->check(CLI::Range(u64{1'024}, u64{1} << 40));
  verb->add_flag("--feed", o.feeds, "bring market data, with the options that follow");
  verb->add_option("--pace", o.pace, "steps of the data a second; 0: as fast as it goes (0)");
  add_feed(*verb, o.feed);
  verb->callback([&o, &result] { result = replica_verb(o); });
}

constexpr char up_more[] =
    "Everything runs on this machine, on loopback, and ends with Ctrl-C. Kill a replica, or stop one with "
    "SIGSTOP,\n"
    "and watch. With --once the data is fed as fast as it goes, and the last line is `state HASH at "
    "POSITION`.\n"
    "\n"
    "  lockstep cluster up\n"
    "  lockstep cluster up --once --accounts 1000";

void add_up(CLI::App& cluster, SyncArguments& a, int& result) {
  ClusterUpOptions& o = a.up;
  CLI::App* verb = add_verb(cluster, "up", "three etcd members, three replicas and a mirror, on this machine",
                            up_more, o.json);
  verb->add_option("--folder", o.folder, "where they live; a new one for temporary files if absent");
  verb->add_flag("--once", o.once, "end when the data is at its end and all agree");
  verb->add_option("--pace", o.pace, "steps of the data a second; 0: as fast as it goes (20)");
  add_feed(*verb, o.feed);
  verb->callback([&o, &result] { result = cluster_up_verb(o); });
}

constexpr char status_more[] =
    "Exit code 1 if a replica is out, on probation, halted or silent.\n"
    "\n"
    "  lockstep cluster status --etcd etcd://host1:2379,host2:2379";

// One command of an operator.
CLI::App* add_operation(CLI::App& cluster, SyncArguments& a, int& result, const char* name, const char* what,
                        const char* more) {
  OperateOptions& o = a.operate;
  CLI::App* verb = add_verb(cluster, name, what, more, o.json);
  add_etcd(*verb, o.etcd);
  verb->get_option("--etcd")->required();
  verb->add_option("--wait", o.wait, "seconds for an answer (10)");
  verb->callback([&o, &result, name] {
    o.what = name;
    result = operate_verb(o);
  });
  return verb;
}

void add_members(CLI::App& cluster, SyncArguments& a, int& result) {
  OperateOptions& o = a.operate;
  CLI::App* add = add_operation(cluster, a, result, "register", "let a replica vote, or a mirror be known",
                                "  lockstep cluster register d KEY --etcd etcd://host1:2379");
  add->add_option("NAME", o.subject, "its name")->required();
  add->add_option("KEY", o.key, "its public key, which it prints at its start")->required();
  add->add_flag("--mirror", o.mirror, "it does not vote");
  CLI::App* retire =
      add_operation(cluster, a, result, "retire", "take a replica out of the quorum for good", "");
  retire->add_option("NAME", o.subject, "its name")->required();
}

void add_author(CLI::App& verb, OperateOptions& o) {
  verb.add_option("--by", o.by, "who says so: a name that stays in the log")->required();
  verb.add_option("--note", o.note, "why, in short");
}

void add_epochs(CLI::App& cluster, SyncArguments& a, int& result) {
  OperateOptions& o = a.operate;
  CLI::App* propose = add_operation(
      cluster, a, result, "propose", "a new epoch of a rulebook, for everybody to get ready",
      "  lockstep cluster propose rulebooks/deribit.toml --by alice --note \"BTC 8 %\" --etcd ...");
  propose->add_option("FILE", o.subject, "the rulebook")->required();
  add_author(*propose, o);
  CLI::App* approve = add_operation(cluster, a, result, "approve", "an epoch that somebody else has proposed",
                                    "  lockstep cluster approve deribit 2 --by bob --etcd etcd://host1:2379");
  approve->add_option("RULEBOOK", o.subject, "its name")->required();
  approve->add_option("EPOCH", o.number, "number of the epoch")->required();
  add_author(*approve, o);
  CLI::App* schedule =
      add_operation(cluster, a, result, "schedule", "when an epoch comes into force, everywhere at once",
                    "Without a position or time: with this command. Refused until a quorum is ready.\n"
                    "\n"
                    "  lockstep cluster schedule deribit 2 --at-time 2026-12-01T08:00 --etcd ...");
  schedule->add_option("RULEBOOK", o.subject, "its name")->required();
  schedule->add_option("EPOCH", o.number, "number of the epoch")->required();
  schedule->add_option("--at-time", o.at_time, "before the first command at or after this log time, UTC");
  schedule->add_option("--at-position", o.at_position, "before the command at this position");
  schedule->add_flag("--emergency", o.emergency, "without the notice that the rulebook in force asks for");
  CLI::App* cancel = add_operation(cluster, a, result, "cancel", "an epoch that is not in force yet", "");
  cancel->add_option("RULEBOOK", o.subject, "its name")->required();
  cancel->add_option("EPOCH", o.number, "number of the epoch")->required();
}

void add_upgrades(CLI::App& cluster, SyncArguments& a, int& result) {
  OperateOptions& o = a.operate;
  CLI::App* upgrade =
      add_operation(cluster, a, result, "upgrade", "plan the next behaviour for a position",
                    "If by the deadline no quorum runs a build that computes it, the plan ends by itself. "
                    "Builds that do not\n"
                    "compute it stop before the position, with exit code 42.\n"
                    "\n"
                    "  lockstep cluster upgrade 2 --at-position 200000 --deadline 190000 --etcd ...");
  upgrade->add_option("BEHAVIOUR", o.number, "the number behind the present one")->required();
  upgrade->add_option("--at-position", o.at_position, "where it begins")->required();
  upgrade->add_option("--deadline", o.deadline, "position by which a quorum must be ready")->required();
  add_operation(cluster, a, result, "cancel-upgrade", "the upgrade that is planned", "");
  CLI::App* resume = add_operation(cluster, a, result, "resume-rule", "what a pause of the log means", "");
  resume->add_option("--jump-ms", o.jump_ms, "a step of log time above this is a pause; 0: off")->required();
  resume->add_option("--ticks", o.ticks, "ticks in which no margin state gets worse")->required();
}

void add_cluster(CLI::App& app, SyncArguments& a, int& result) {
  CLI::App* cluster = app.add_subcommand("cluster", "a cluster: try one out, look at one, operate one");
  cluster->require_subcommand(1);
  add_up(*cluster, a, result);
  CLI::App* status = add_verb(*cluster, "status", "how every replica is doing", status_more, a.status.json);
  add_etcd(*status, a.status.etcd);
  status->get_option("--etcd")->required();
  status->callback([&a, &result] { result = cluster_status_verb(a.status); });
  add_members(*cluster, a, result);
  add_epochs(*cluster, a, result);
  add_upgrades(*cluster, a, result);
}

void add_outputs(CLI::App& app, SyncArguments& a, int& result) {
  OutputsOptions& o = a.outputs;
  CLI::App* verb = add_verb(app, "outputs", "numbered outputs that a quorum stands behind",
                            "  lockstep outputs DIR --from 1001 --follow", o.json);
  verb->add_option("DIR", o.folder, "folder of a replica")->required();
  verb->add_option("--from", o.from, "the first number wanted (1)");
  verb->add_flag("--follow", o.follow, "go on as more are released");
  verb->callback([&o, &result] { result = outputs_verb(o); });
}

void add_shadow(CLI::App& app, SyncArguments& a, int& result) {
  ShadowOptions& o = a.shadow;
  CLI::App* verb =
      add_verb(app, "shadow", "what the newest behaviour of this build would have changed on a log",
               "Exit code 1 if something would have been different.\n"
               "\n"
               "  lockstep shadow DIR --from 100000",
               o.json);
  verb->add_option("DIR", o.folder, "folder of a node or of a replica")->required();
  verb->add_option("--from", o.from, "position from which it counts (0)");
  verb->callback([&o, &result] { result = shadow_verb(o); });
}

}  // namespace

void add_sync_verbs(CLI::App& app, SyncArguments& a, int& result) {
  add_replica(app, a, result);
  add_cluster(app, a, result);
  add_outputs(app, a, result);
  add_shadow(app, a, result);
  add_sim(app, a, result);
}

}  // namespace lockstep
