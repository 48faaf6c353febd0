// The faults of a run.
#include "node/sim/parts.h"

namespace lockstep::sim {
namespace {

i64 a_while(Prng& prng) { return prng.between(100, 3'000) * 1'000; }

Machine* running(Simulation& s, bool sequencer) {
  for (Machine& m : s.machines) {
    if (m.replica != nullptr && m.votes && m.replica->leads == sequencer) return &m;
  }
  return nullptr;
}

// Ends what is over.
void calm(Simulation& s) {
  for (Machine& m : s.machines) {
    if (s.now_us >= m.cut_until) m.link->cut = false;
    if (s.now_us >= m.loses_until) m.link->loses_one_in = 0;
    if (m.clock_until != 0 && s.now_us >= m.clock_until) {
      m.clock->off_us = 0;
      m.clock_until = 0;
    }
  }
}

// One bit of the balance of an account; false: it is not the time for it.
bool flip(Simulation& s, Machine& m, i64 bit) {
  ReplicaProcess& r = *m.replica;
  if (r.standing != Standing::serving || r.engine->state.accounts.size() != accounts) return false;
  std::vector<Balance>& balances = r.engine->state.accounts[5].balances;
  if (balances.empty()) return false;
  hear(s, m, "has one bit of memory flipped");
  balances[0].amount = Amount::from_raw(balances[0].amount.raw() ^ bit);
  mark_dirty(r.engine->digests, Kind::account, 5);
  return true;
}

// To every claim another one of another state.
void double_claims(const SigningKey& key, Transaction& transaction) {
  const std::vector<Put> puts = transaction.puts;
  for (const Put& put : puts) {
    Claim claim;
    const std::span<const u8> data = signed_data(key.name, bytes_of(put.value));
    if (data.empty() || !decode_claim(data, claim)) continue;
    claim.state.low ^= 1;
    Bytes bytes;
    encode_claim(claim, bytes);
    sign(key, bytes);
    const std::string place = put.key.substr(0, put.key.rfind('/') + 1);
    transaction.puts.push_back({place + to_hex(claim.state), text_of(bytes)});
  }
}

}  // namespace

void make_faults(Simulation& s) {
  calm(s);
  if (s.now_us < s.next_fault_us) return;
  s.next_fault_us = s.now_us + s.prng.between(50, 900) * 1'000;
  Machine& m = s.machines[s.prng.below(s.machines.size())];
  s.report.faults += 1;
  switch (s.prng.below(6)) {
    case 0:
    case 1:
      if (m.replica == nullptr) break;
      hear(s, m, "is killed, and the power with it");
      stop(s, m, true);
      m.sleeps_until = s.now_us + a_while(s.prng);
      break;
    case 2:
      hear(s, m, "is paused");
      m.sleeps_until = s.now_us + a_while(s.prng);
      break;
    case 3:
      hear(s, m, "is cut off");
      m.link->cut = true;
      m.cut_until = s.now_us + a_while(s.prng);
      break;
    case 4:
      m.link->loses_one_in = 2 + s.prng.below(20);
      m.loses_until = s.now_us + a_while(s.prng);
      break;
    default:
      hear(s, m, "has its clock stepped");
      m.clock->off_us = s.prng.between(-5'000, 5'000) * 1'000;
      m.clock_until = s.now_us + a_while(s.prng);
      break;
  }
}

void heal(Simulation& s) {
  for (Machine& m : s.machines) {
    m.sleeps_until = m.cut_until = m.loses_until = m.clock_until = 0;
    if (s.options.planted != Planted::clock_fault || m.clock->off_us < 60'000'000) m.clock->off_us = 0;
  }
  calm(s);
}

void plant(Simulation& s) {
  s.planted = true;
  Machine* m = nullptr;
  switch (s.options.planted) {
    case Planted::nothing: return;
    case Planted::bit_flip:
      m = running(s, s.options.seed % 2 == 0);  // the sequencer, or another
      s.planted = m != nullptr && flip(s, *m, 64);
      return;
    case Planted::lost_disk:
      s.planted = !list(s.board, "snapshots/").value().empty() && s.store.keys.count("/sim/0/first") != 0;
      if (!s.planted) return;
      m = &s.machines.back();
      hear(s, *m, "loses its disk");
      stop(s, *m, false);
      m->disk = std::make_unique<MemoryDisk>();
      m->outputs.clear();
      m->sleeps_until = s.now_us + 100'000;
      return;
    case Planted::split: {
      i64 bit = 64;
      for (Machine& each : s.machines) {
        if (!each.votes || bit == 256) continue;
        s.planted = each.replica != nullptr && flip(s, each, bit);
        bit *= 2;
      }
      return;
    }
    case Planted::wrong_build:
      m = running(s, false);
      s.planted = m != nullptr;
      if (!s.planted) return;
      hear(s, *m, "is started again with a wrong build");
      stop(s, *m, false);
      m->build = &wrong_build;
      return;
    case Planted::clock_fault:
      m = running(s, true);
      s.planted = m != nullptr;
      if (!s.planted) return;
      hear(s, *m, "has its clock run off by a minute");
      m->clock->off_us = 61'000'000;
      return;
    case Planted::broken_store:
      m = running(s, true);
      s.planted = m != nullptr;
      if (!s.planted) return;
      hear(s, *m, "is paused, and from now on the store overwrites what it should not");
      m->sleeps_until = s.now_us + 2'000'000;
      for (Machine& each : s.machines) each.link->forgets_conditions = true;
      return;
    case Planted::double_claim:
      m = running(s, false);
      s.planted = m != nullptr && m->replica->claimed.position != 0;
      if (!s.planted) return;
      hear(s, *m, "signs two claims for every position from now on");
      m->link->tampers = [key = m->key](Transaction& t) { double_claims(key, t); };
      return;
  }
}

}  // namespace lockstep::sim
