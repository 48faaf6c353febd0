#include "node/sync/quarantine.h"

#include <algorithm>
#include <sstream>

#include "core/wire/codec.h"
#include "node/runtime/node.h"
#include "node/sync/parts.h"

namespace lockstep {
namespace {

constexpr u64 probation_positions = 10'000;
constexpr Duration transient_memory = Duration::from_raw(i64{7} * 24 * 3600 * 1'000'000);
constexpr u64 stretch_max = 65'536;  // commands of which hashes are asked

struct Report {
  u64 position = 0;
  std::string kind, what, entity, command;
};

std::string json_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

void write_report(ReplicaProcess& r, const Report& report) {
  std::string text = "{\"replica\":" + json_text(r.options.name);
  text += ",\"position\":" + std::to_string(report.position);
  text += ",\"fault\":" + json_text(report.kind) + ",\"what\":" + json_text(report.what);
  text += ",\"entity\":" + json_text(report.entity) + ",\"command\":" + json_text(report.command) + "}\n";
  const std::string name = "quarantine-" + padded(report.position) + ".json";
  if (Stepped done = replace_file(*r.world.disk, r.options.folder, name, bytes_of(text)); !done) {
    news(r, done.error().what);
  }
  r.reason = report.what;
  news(r, report.what);
}

// For the next start: until which position this replica is on probation, and since when.
Stepped remember_transient(ReplicaProcess& r) {
  const std::string text =
      std::to_string(r.probation_until) + " " + std::to_string(r.transient_at.raw()) + "\n";
  return replace_file(*r.world.disk, r.options.folder, "probation", bytes_of(text));
}

// The damaged state, for `lockstep diff`.
void keep_damaged(ReplicaProcess& r, const Claim& mine) {
  SnapshotHeader header;
  header.shard = r.options.shard;
  header.position = position(r);
  header.frame_index = r.applied_frame;
  header.state_hash = state_hash(*r.engine);
  header.chain.bytes = mine.chain;
  Bytes payload;
  save(*r.engine, payload);
  const std::string folder = r.options.folder + "/quarantine-" + padded(mine.position);
  Stepped done = r.world.disk->make_folder(folder);
  if (done) done = write_snapshot(*r.world.disk, folder, header, payload, 1);
  if (!done) news(r, done.error().what);
}

// Nothing of what was computed since the last agreement may be claimed or released.
void forget_unagreed(ReplicaProcess& r) {
  r.to_claim.clear();
  r.own.clear();
  r.snapshot.reset();
  while (!r.held.empty() && r.held.back().position >= r.matched_position) r.held.pop_back();
}

Result<Rebuilt, Fault> rebuilt_to(ReplicaProcess& r, u64 to, const CommandSink& sink) {
  return rebuild(*r.world.disk, r.options.folder, r.options.shard, r.matched_position, to, sink);
}

Stepped rejoin(ReplicaProcess& r, const Claim& theirs) {
  // The journal up to its end, so that the damaged state can be compared where it stands.
  std::deque<Output> outputs;
  u64 number = 0;
  bool counted = false;
  Result<Rebuilt, Fault> again =
      rebuilt_to(r, position(r), [&](Engine& engine, const Command&, const Outcome& o) {
        if (!counted) number = engine.state.agreement.outputs - o.events.size();
        counted = true;
        for (const Event& event : o.events) {
          outputs.push_back({++number, engine.state.position - 1, event});
        }
      });
  if (!again) return again.error();
  LS_ASSERT(again.value().engine != nullptr);
  const std::string entity = first_difference(*r.engine, *again.value().engine);
  const bool second = r.transient_at != Time{} && r.engine->state.time - r.transient_at <= transient_memory;
  r.transient_at = again.value().engine->state.time;
  Report report{theirs.position, "transient", "", entity, ""};
  report.what = "at position " + std::to_string(theirs.position) +
                " the state here was not the quorum's, and computed again it is: memory or processor of this "
                "machine failed";
  if (!entity.empty()) report.what += "; the first entity that differed is " + entity;
  report.what += second ? "; it is the second time within seven days: this replica stays out"
                        : "; it goes on, on probation";
  r.engine = std::move(again.value().engine);
  r.applied_frame = again.value().frame;
  for (Output& output : outputs) {
    if (output.position >= r.matched_position && output.number > r.released) r.held.push_back(output);
  }
  r.standing = second ? Standing::out : Standing::probation;
  r.probation_until = position(r) + probation_positions;
  write_report(r, report);
  return remember_transient(r);
}

// "hashes FROM TO" or "entities POSITION KIND:INDEX ...".
std::string question(const Inquiry& inquiry) {
  if (inquiry.first_wrong == 0) {
    return "hashes " + std::to_string(inquiry.from) + " " + std::to_string(inquiry.to);
  }
  std::string text = "entities " + std::to_string(inquiry.first_wrong);
  for (const auto& [kind, index] : inquiry.entities) {
    text += " " + std::to_string(static_cast<u32>(kind)) + ":" + std::to_string(index);
  }
  return text;
}

Hash128 digest_of(Engine& engine, Kind kind, u32 index) {
  entities_hash(engine);
  const std::vector<Hash128>& digests = engine.digests.tables[static_cast<std::size_t>(kind)].digest;
  return index < digests.size() ? digests[index] : Hash128{};
}

void put_hash(Bytes& out, Hash128 hash) {
  Writer writer(out);
  writer.integer(hash.high);
  writer.integer(hash.low);
}

// The answer to one question, signed; "" if it cannot be given from here.
Result<std::string, Fault> work_out(Disk& disk, const std::string& folder, u32 shard, const SigningKey& key,
                                    const std::string& asked) {
  std::istringstream words(asked);
  std::string what;
  u64 from = 0, to = 0;
  words >> what >> from;
  Bytes bytes(asked.begin(), asked.end());
  bytes.push_back('\n');
  if (what == "hashes") {
    words >> to;
    if (!words || to <= from || to - from > stretch_max) return std::string();
    const Result<Rebuilt, Fault> built =
        rebuild(disk, folder, shard, from, to, [&](Engine& engine, const Command&, const Outcome&) {
          if (engine.state.position > from && engine.state.position <= to)
            put_hash(bytes, state_hash(engine));
        });
    if (!built) return built.error();
    if (built.value().engine == nullptr) return std::string();
  } else {
    std::vector<std::pair<Kind, u32>> entities;
    for (std::string word; words >> word;) {
      u64 kind = 0, index = 0;
      const std::size_t colon = word.find(':');
      if (colon == std::string::npos || !parse_number(word.substr(0, colon), kind) || kind >= kind_count ||
          !parse_number(word.substr(colon + 1), index)) {
        return std::string();
      }
      entities.emplace_back(static_cast<Kind>(kind), static_cast<u32>(index));
    }
    const Result<Rebuilt, Fault> built =
        rebuild(disk, folder, shard, from - 1, from, [&](Engine& engine, const Command&, const Outcome&) {
          if (engine.state.position != from) return;
          for (const auto& [kind, index] : entities) put_hash(bytes, digest_of(engine, kind, index));
        });
    if (!built) return built.error();
    if (built.value().engine == nullptr) return std::string();
  }
  sign(key, bytes);
  return text_of(bytes);
}

// What this build makes of the stretch: states behind every command, or, of one command, what it touches.
Stepped compute_stretch(ReplicaProcess& r, Inquiry& inquiry) {
  const bool second = inquiry.first_wrong != 0;
  const u64 to = second ? inquiry.first_wrong : inquiry.to;
  Bytes before;
  const CommandSink sink = [&](Engine& engine, const Command& command, const Outcome&) {
    const u64 at = engine.state.position;
    if (!second) {
      if (at > inquiry.from && at <= inquiry.to) inquiry.own[at] = state_hash(engine);
      return;
    }
    if (at + 1 == to) entities_hash(engine);  // what is dirty from here on, the command touched
    if (at != to) return;
    inquiry.entities.clear();
    inquiry.digests.clear();
    for (std::size_t k = 0; k < kind_count; ++k) {
      for (const u32 index : engine.digests.tables[k].dirty) {
        inquiry.entities.emplace_back(static_cast<Kind>(k), index);
      }
    }
    for (const auto& [kind, index] : inquiry.entities) {
      inquiry.digests.push_back(digest_of(engine, kind, index));
    }
    const Request* request = std::get_if<Request>(&command);
    Command inner;
    inquiry.command = command_name(command);
    if (request != nullptr && decode(bytes_of(request->command), inner))
      inquiry.command = command_name(inner);
  };
  const Result<Rebuilt, Fault> built = rebuilt_to(r, to, sink);
  if (!built) return built.error();
  return Done{};
}

std::vector<Hash128> hashes_in(std::span<const u8> bytes) {
  std::vector<Hash128> hashes;
  Reader in(bytes);
  while (in.left() >= 16) {
    const u64 high = in.integer<u64>();
    hashes.push_back({high, in.integer<u64>()});
  }
  return hashes;
}

Stepped use_answer(ReplicaProcess& r, Inquiry& inquiry, const std::vector<Hash128>& hashes) {
  if (inquiry.first_wrong == 0) {
    u64 at = inquiry.from;
    for (const Hash128 hash : hashes) {
      const auto mine = inquiry.own.find(++at);
      if (mine == inquiry.own.end() || mine->second == hash) continue;
      inquiry.first_wrong = at;
      return compute_stretch(r, inquiry);
    }
    return Done{};
  }
  Report report{inquiry.first_wrong - 1, "deterministic", "", "", inquiry.command};
  for (std::size_t i = 0; i < std::min(hashes.size(), inquiry.digests.size()); ++i) {
    const auto& [kind, index] = inquiry.entities[i];
    // What every command touches is not what was computed otherwise, unless nothing else was.
    if (hashes[i] == inquiry.digests[i]) continue;
    const std::string name = entity_name(r.engine->state, kind, index);
    if (report.entity.empty() || kind == Kind::account) report.entity = name;
    if (kind == Kind::account) break;
  }
  report.what = "the command " + inquiry.command + " at position " + std::to_string(inquiry.first_wrong - 1) +
                " computes another state here than on the quorum";
  if (!report.entity.empty()) report.what += "; the first entity that differs is " + report.entity;
  report.what += ": this build or this machine is not fit to be a replica";
  inquiry.done = true;
  write_report(r, report);
  return Done{};
}

}  // namespace

std::string entity_name(const State& state, Kind kind, u32 index) {
  std::string text = std::string(kind_name(kind)) + " " + std::to_string(index);
  const auto named = [&](const auto& table) {
    if (index < table.size()) text += " (" + table[index].name + ")";
    return text;
  };
  switch (kind) {
    case Kind::asset:
    case Kind::house: return named(state.assets);
    case Kind::index: return named(state.indexes);
    case Kind::instrument:
    case Kind::market: return named(state.instruments);
    case Kind::party: return named(state.parties);
    case Kind::account: return named(state.accounts);
    case Kind::rulebook: return named(state.rulebooks);
    case Kind::replica: return named(state.replicas);
    default: return text;
  }
}

std::string first_difference(Engine& a, Engine& b) {
  mark_all_dirty(a.digests, a.state);  // what flipped did not say so
  mark_all_dirty(b.digests, b.state);
  entities_hash(a);
  entities_hash(b);
  for (std::size_t k = 0; k < kind_count; ++k) {
    const std::vector<Hash128>& one = a.digests.tables[k].digest;
    const std::vector<Hash128>& other = b.digests.tables[k].digest;
    for (std::size_t i = 0; i < std::max(one.size(), other.size()); ++i) {
      if (i < one.size() && i < other.size() && one[i] == other[i]) continue;
      return entity_name(b.state, static_cast<Kind>(k), static_cast<u32>(i));
    }
  }
  return {};
}

Stepped quarantine(ReplicaProcess& r, const Claim& mine, const Claim& theirs) {
  step_down(r, "its state is not the quorum's");
  forget_unagreed(r);
  if (!same_log(mine, theirs)) {
    r.standing = Standing::out;
    r.reason = "at position " + std::to_string(theirs.position) +
               " the log here is not the quorum's: this replica stays out; compare the members of the store";
    news(r, r.reason);
    return Done{};
  }
  keep_damaged(r, mine);
  Result<Rebuilt, Fault> again = rebuilt_to(r, theirs.position, {});
  if (!again) return again.error();
  if (again.value().engine != nullptr && state_hash(*again.value().engine) == theirs.state) {
    return rejoin(r, theirs);
  }
  r.standing = Standing::out;
  r.reason = "at position " + std::to_string(theirs.position) +
             " the state here is not the quorum's, also when it is computed again: this replica stays out";
  news(r, r.reason);
  if (again.value().engine == nullptr) return Done{};  // the stretch is not there any more
  Inquiry inquiry;
  inquiry.from = r.matched_position;
  inquiry.to = theirs.position;
  if (inquiry.to - inquiry.from > stretch_max) return Done{};
  if (Stepped done = compute_stretch(r, inquiry); !done) return done;
  r.inquiry = std::move(inquiry);
  return Done{};
}

Stepped inquire(ReplicaProcess& r) {
  if (!r.inquiry || r.inquiry->done) return Done{};
  const std::string asked = question(*r.inquiry);
  if (Stepped done = put(r.board, "ask/" + r.options.name, asked); !done) return passing(r, done.error());
  const Result<std::vector<StoredKey>, Fault> answers = list(r.board, "answer/" + r.options.name + "/");
  if (!answers) return passing(r, answers.error());
  for (const StoredKey& stored : answers.value()) {
    const std::string name = stored.key.substr(stored.key.rfind('/') + 1);
    for (const Replica& replica : r.engine->state.replicas) {
      if (replica.name != name || replica.retired) continue;
      const std::span<const u8> data = signed_data(replica.key, bytes_of(stored.value));
      const std::size_t head = asked.size() + 1;
      if (data.size() < head || !std::equal(asked.begin(), asked.end(), data.begin())) continue;
      return use_answer(r, *r.inquiry, hashes_in(data.subspan(head)));
    }
  }
  return Done{};
}

Stepped answer(ReplicaProcess& r) {
  if (r.answer_work.valid()) {
    if (r.answer_work.wait_for(std::chrono::seconds(0)) == std::future_status::timeout) return Done{};
    Result<std::string, Fault> text = r.answer_work.get();
    if (!text || text.value().empty()) {  // it is asked for as long as nobody says it
      r.answered.erase(r.answer_to);
      if (!text) news(r, "a question of " + r.answer_to + " could not be answered: " + text.error().what);
      return Done{};
    }
    const Stepped done = put(r.board, "answer/" + r.answer_to + "/" + r.options.name, text.value());
    if (done) return Done{};
    r.answered.erase(r.answer_to);
    return passing(r, done.error());
  }
  if (r.standing != Standing::serving || self(r).is_none()) return Done{};
  const Result<std::vector<StoredKey>, Fault> questions = list(r.board, "ask/");
  if (!questions) return passing(r, questions.error());
  for (const StoredKey& stored : questions.value()) {
    const std::string name = stored.key.substr(stored.key.rfind('/') + 1);
    std::string& known = r.answered[name];
    if (name == r.options.name || known == stored.value) continue;
    known = stored.value;
    r.answer_to = name;
    r.answer_work = std::async(r.options.launch, work_out, std::ref(*r.world.disk), r.options.folder,
                               r.options.shard, r.world.key, stored.value);
    return Done{};
  }
  return Done{};
}

}  // namespace lockstep
