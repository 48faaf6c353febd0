#include "node/sim/cluster.h"

#include "core/wire/codec.h"
#include "node/sim/parts.h"

namespace lockstep::sim {
namespace {

SigningKey key_from(Prng& prng) {
  std::array<u8, 32> secret{};
  for (u8& byte : secret) byte = static_cast<u8>(prng.below(256));
  return key_of(secret);
}

// The clocks of the others, as an exchange over the network shows them: half a millisecond each way.
std::vector<Offset> offsets_seen_by(const Simulation& s, const Machine& me) {
  std::vector<Offset> offsets;
  for (const Machine& other : s.machines) {
    if (&other == &me || other.replica == nullptr || !other.votes || s.now_us < other.sleeps_until) continue;
    if (me.link->cut || other.link->cut) continue;
    offsets.push_back({other.clock->off_us - me.clock->off_us, 600});
  }
  return offsets;
}

void consume(Machine& machine, const Output& output) {
  // Exactly what a consumer does that resumes by number: what it has seen it passes over.
  if (!machine.outputs.empty() && output.number <= machine.outputs.back().number) return;
  machine.outputs.push_back(output);
}

void move_machine(Simulation& s, Machine& machine) {
  if (machine.replica == nullptr) {
    if (s.now_us < machine.sleeps_until || !machine.ended.empty()) return;
    start(s, machine);
    if (machine.replica == nullptr) return;
  }
  if (s.now_us < machine.sleeps_until) return;  // paused
  build_in_use = machine.build;
  const Result<bool, Fault> done = step(*machine.replica);
  build_in_use = &this_build;
  if (done) return;
  hear(s, machine, "ends: " + done.error().what);
  machine.ended = done.error().what;
  stop(s, machine, false);
}

void begin(Simulation& s) {
  s.board = {&s.store, "/sim/0/"};
  const u32 count = s.options.voters + s.options.mirrors;
  Client operators;  // the venue first: an epoch needs a quorum as soon as there are replicas to be one
  operators.number = 2;
  operators.draws = false;
  operators.script = venue_commands(accounts);
  for (u32 i = 0; i < count; ++i) {
    Machine m;
    m.votes = i < s.options.voters;
    m.name = (m.votes ? "replica-" : "mirror-") + std::to_string(m.votes ? i : i - s.options.voters);
    m.key = key_from(s.prng);
    m.clock = std::make_unique<SimClock>(s.now_us);
    m.clock->off_us = s.prng.between(-400, 400);
    m.link = std::make_unique<SimLink>(s.store, s.prng.next());
    m.disk = std::make_unique<MemoryDisk>();
    operators.script.push_back(RegisterReplica{m.name, m.key.name, m.votes});
    s.machines.push_back(std::move(m));
  }
  operators.script.push_back(SetResumeRule{{Duration::from_raw(1'000'000), 3}});
  s.clients.push_back(std::move(operators));
  for (u64 number = 10; number < 14; ++number) {
    Client client;
    client.number = number;
    s.clients.push_back(std::move(client));
  }
}

// Parameters change while everything else goes on.
void propose_epoch(Simulation& s) {
  if (s.now_us < s.next_epoch_us || s.clients[0].sent > s.clients[0].answered) return;
  if (s.clients[0].sent < s.clients[0].script.size()) return;
  s.next_epoch_us = s.now_us + 4'000'000;
  s.epochs += 1;
  s.clients[0].script.push_back(venue_rulebook(40 + s.epochs % 20));
  for (int tries = 0; tries < 3; ++tries) {  // the first may come before a quorum is ready
    ScheduleEpoch schedule;
    schedule.rulebook = RulebookId{0};
    schedule.epoch = s.epochs;
    schedule.at_time = Time::from_raw(SimClock::start_us + s.now_us + 1'500'000);
    s.clients[0].script.push_back(schedule);
  }
}

void one_millisecond(Simulation& s, bool storm) {
  s.now_us += 1'000;
  if (storm && s.options.faults) make_faults(s);
  if (!s.planted && s.now_us > 5'000'000) plant(s);
  if (storm) propose_epoch(s);
  const bool venue_stands = s.clients[0].answered >= s.options.voters + s.options.mirrors + 10 + 2 * accounts;
  for (std::size_t i = 0; i < s.clients.size(); ++i) {
    if (!s.prng.chance(1, 3)) continue;
    turn(s.clients[i], s.board, s.now_us, s.prng, accounts, i == 0 || (venue_stands && storm));
  }
  for (Machine& machine : s.machines) {
    if (s.prng.chance(1, 2)) move_machine(s, machine);
  }
}

}  // namespace

void hear(Simulation& s, const Machine& machine, const std::string& line) {
  const std::string text = std::to_string(s.now_us / 1'000) + " ms  " + machine.name + ": " + line;
  Bytes bytes;
  Writer writer(bytes);
  writer.integer(s.report.trace);
  writer.text(text);
  s.report.trace = hash_number(hash_bytes(bytes));
  s.report.news.push_back(text);
}

void start(Simulation& s, Machine& machine) {
  ReplicaOptions options;
  options.name = machine.name;
  options.folder = "r";
  options.prefix = "/sim";
  options.may_lead = machine.votes;
  options.build = machine.build == &wrong_build ? 13 : 7;
  options.nonce = std::to_string(++machine.starts);
  options.snapshot_every = 1'024;
  options.launch = std::launch::deferred;
  World world;
  world.disk = machine.disk.get();
  world.store = machine.link.get();
  world.clock = machine.clock.get();
  world.key = machine.key;
  world.clocks = [&s, &machine](i64) { return offsets_seen_by(s, machine); };
  world.on_output = [&machine](const Output& output) { consume(machine, output); };
  world.on_news = [&s, &machine](const std::string& line) { hear(s, machine, line); };
  build_in_use = machine.build;
  Result<std::unique_ptr<ReplicaProcess>, Fault> opened = open_replica(std::move(options), std::move(world));
  build_in_use = &this_build;
  if (!opened) {
    hear(s, machine, "does not start: " + opened.error().what);
    machine.ended = opened.error().what;
    return;
  }
  machine.replica = std::move(opened).value();
}

void stop(Simulation& s, Machine& machine, bool power_cut) {
  machine.replica.reset();
  if (power_cut) machine.disk->crash(s.prng);
}

Report run(const Options& options) {
  auto s = std::make_unique<Simulation>(options);
  begin(*s);
  while (s->now_us < options.storm_us) one_millisecond(*s, true);
  heal(*s);
  std::string left = "nothing was looked at";
  const i64 end = s->now_us + options.quiet_us;
  while (s->now_us < end && !left.empty()) {
    for (int i = 0; i < 100; ++i) one_millisecond(*s, false);
    left = unfinished(*s);
  }
  s->report.broken =
      left.empty() ? wrong(*s) : "not within " + std::to_string(options.quiet_us / 1'000'000) + " s: " + left;
  for (const Client& client : s->clients) s->report.answered += client.answered;
  return std::move(s->report);
}

}  // namespace lockstep::sim
