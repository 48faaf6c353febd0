// What must be so after every run, whatever happened in it.
#include <set>
#include <sstream>

#include "core/wire/codec.h"
#include "node/etcd/keyed_log.h"
#include "node/log/snapshots.h"
#include "node/sim/parts.h"

namespace lockstep::sim {
namespace {

bool expected_out(const Simulation& s, const Machine& m) {
  return s.options.planted == Planted::wrong_build && m.build == &wrong_build;
}

// Every frame that is left on the store, and what the requests in them became.
struct Logged {
  std::map<std::pair<u64, u64>, u64> executed;  // client and sequence: how often
  u64 commands = 0, terms = 0;
  std::string broken;
};
Logged read_log(Simulation& s) {
  Logged out;
  Engine engine;
  u64 term = 0;
  Time time;
  KeyedLogOptions options;
  options.prefix = "/sim";
  options.on_frame = [&](const Frame& frame) -> Result<Done, Fault> {
    if (frame.term != term) out.terms += 1;
    term = frame.term;
    if (frame.log_time < time) out.broken = "log time goes back";
    time = frame.log_time;
    out.commands = frame.first_position + frame.count;
    return Done{};
  };
  const Result<std::unique_ptr<KeyedLog>, Fault> log = KeyedLog::open(s.store, options);
  if (!log) out.broken = log.error().what;
  return out;
}

const StoredReply* reply_of(const State& state, u64 client, u64 sequence) {
  for (const ClientSession& session : state.sessions) {
    if (session.client != client) continue;
    for (const StoredReply& reply : session.replies) {
      if (reply.sequence == sequence) return &reply;
    }
  }
  return nullptr;
}

// What clients were told is what the state says; and each request was executed once: a session counts them.
std::string check_clients(const Simulation& s, const State& state) {
  for (const Client& client : s.clients) {
    for (const ClientSession& session : state.sessions) {
      if (session.client != client.number) continue;
      if (session.answered != client.sent) {
        return "client " + std::to_string(client.number) + " sent " + std::to_string(client.sent) +
               " requests and " + std::to_string(session.answered) + " were executed";
      }
    }
    for (u64 n = client.answered > 60 ? client.answered - 60 : 1; n <= client.answered; ++n) {
      const StoredReply* stored = reply_of(state, client.number, n);
      u64 at = 0, refusal = 0;
      std::istringstream words(client.replies[n - 1]);
      words >> at >> refusal;
      if (stored == nullptr || stored->position != at || stored->refusal != refusal) {
        return "client " + std::to_string(client.number) + " was told something else of request " +
               std::to_string(n) + " than the state says";
      }
    }
  }
  return {};
}

// Started again from each snapshot that is left, a replica arrives where it is.
std::string check_snapshots(Machine& m) {
  const Result<std::vector<std::string>, Fault> names = list_snapshots(*m.disk, "r/snapshots");
  const u64 end = position(*m.replica);
  for (std::size_t i = 0; names && i < names.value().size(); ++i) {
    const Result<StoredSnapshot, Fault> stored = read_snapshot(*m.disk, "r/snapshots", names.value()[i]);
    if (!stored) return m.name + ": " + stored.error().what;
    const Result<Rebuilt, Fault> built = rebuild(*m.disk, "r", 0, stored.value().header.position, end, {});
    if (!built) return m.name + ": " + built.error().what;
    if (built.value().engine == nullptr ||
        built.value().snapshot_position != stored.value().header.position ||
        state_hash(*built.value().engine) != state_hash(*m.replica->engine)) {
      return m.name + " arrives elsewhere from the snapshot " + names.value()[i];
    }
  }
  return {};
}

// Numbered without a gap from the first one seen, and the same for every consumer.
std::string check_outputs(const Simulation& s) {
  std::map<u64, std::pair<u64, Bytes>> by_number;  // position and event
  for (const Machine& m : s.machines) {
    u64 last = 0;
    for (const Output& output : m.outputs) {
      if (last != 0 && output.number != last + 1 && m.starts == 1) {
        return m.name + " released output " + std::to_string(output.number) + " behind " +
               std::to_string(last);
      }
      last = output.number;
      const std::pair<u64, Bytes> content(output.position, encode(output.event));
      const auto [there, fresh] = by_number.emplace(output.number, content);
      if (!fresh && there->second != content) {
        return "output " + std::to_string(output.number) + " is another at " + m.name;
      }
    }
  }
  return {};
}

bool told(const Simulation& s, const std::string& words) {
  for (const std::string& line : s.report.news) {
    if (line.find(words) != std::string::npos) return true;
  }
  return false;
}

std::string check_planted(const Simulation& s) {
  const auto missing = [&](const std::string& words) {
    return told(s, words) ? std::string() : "what was planted is not found: nobody says \"" + words + "\"";
  };
  if (s.options.planted != Planted::nothing && !s.planted) return "nothing could be planted";
  switch (s.options.planted) {
    case Planted::nothing: return {};
    case Planted::bit_flip: return missing("the first entity that differed is accounts 5 (account-5)");
    case Planted::wrong_build: return missing("the command fill at position");
    case Planted::clock_fault: return missing("the clock of this machine was stepped");
    case Planted::broken_store: return {};
    case Planted::lost_disk: return missing("has installed the snapshot of position");
    case Planted::split: return missing("no quorum can agree on a state");
    case Planted::double_claim: return missing("has signed two claims for one position");
  }
  return {};
}

// Two of three are wrong, each in its own way: the voters halt.
std::string unhalted(const Simulation& s) {
  for (const Machine& m : s.machines) {
    if (m.replica == nullptr || (m.votes && !m.replica->halted)) return m.name + " is not halted";
  }
  return check_planted(s);
}

}  // namespace

std::string unfinished(Simulation& s) {
  if (s.options.planted == Planted::split) return unhalted(s);
  if (s.options.planted == Planted::broken_store) {
    for (const Machine& m : s.machines) {
      if (!m.ended.empty()) return {};
    }
    return "the broken store was not noticed";
  }
  for (const Client& client : s.clients) {
    const bool done = client.sent == client.answered && client.sent >= client.script.size();
    if (!done) return "client " + std::to_string(client.number) + " waits for an answer";
  }
  u64 position_of_first = 0;
  for (const Machine& m : s.machines) {
    if (!m.ended.empty()) return m.name + " has ended: " + m.ended;
    if (m.replica == nullptr) return m.name + " does not run";
    const ReplicaProcess& r = *m.replica;
    if (expected_out(s, m)) {
      if (r.standing != Standing::out || !r.inquiry || !r.inquiry->done) return m.name + " was not found out";
      continue;
    }
    if (r.standing != Standing::serving && r.standing != Standing::probation) {
      return m.name + " is " + name_of(r.standing) + ": " + r.reason;
    }
    if (position_of_first == 0) position_of_first = position(r);
    if (position(r) + 20 < position_of_first || position(r) > position_of_first + 20) {
      return m.name + " is at " + std::to_string(position(r)) + ", others at " +
             std::to_string(position_of_first);
    }
  }
  return check_planted(s);
}

std::string wrong(Simulation& s) {
  if (s.options.planted == Planted::broken_store || s.options.planted == Planted::split) return {};
  const Logged logged = read_log(s);
  if (!logged.broken.empty()) return logged.broken;
  s.report.commands = logged.commands;
  s.report.terms = logged.terms;
  // Everybody computes what is in the log; then all are at one position.
  std::map<u64, Hash128> states;
  const State* state = nullptr;
  for (Machine& m : s.machines) {
    if (expected_out(s, m)) continue;
    ReplicaProcess& r = *m.replica;
    const auto [there, fresh] = states.emplace(position(r), state_hash(*r.engine));
    if (!fresh && there->second != state_hash(*r.engine)) return m.name + " ends with another state";
    if (r.engine->state.position > (state == nullptr ? 0 : state->position)) state = &r.engine->state;
    s.report.outputs = std::max(s.report.outputs, r.released);
    if (std::string broken = check_snapshots(m); !broken.empty()) return broken;
  }
  s.report.state = states.rbegin()->second;
  for (const std::string& line : s.report.news)
    s.report.installs += line.find("has installed") != std::string::npos;
  if (std::string broken = check_clients(s, *state); !broken.empty()) return broken;
  return check_outputs(s);
}

}  // namespace lockstep::sim
