// Readiness: a replica says, signed, which proposed epochs it holds and which next behaviour its build
// computes; the sequencer checks the signature and puts it into the log, where it counts.
#include <sstream>

#include "node/sync/parts.h"

namespace lockstep {
namespace {

bool contains(const std::vector<ReplicaId>& ids, ReplicaId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::string hex_of(u128 number) {
  return to_hex(Hash128{static_cast<u64>(number >> 64), static_cast<u64>(number)});
}

std::string epoch_subject(u32 rulebook, u32 epoch) {
  return "epoch-" + std::to_string(rulebook) + "-" + std::to_string(epoch);
}

// subject and text of everything that this replica could say now and the log has not heard.
std::vector<std::pair<std::string, std::string>> statements(const ReplicaProcess& r) {
  std::vector<std::pair<std::string, std::string>> out;
  const State& state = r.engine->state;
  const ReplicaId me = self(r);
  if (!state.replica(me).votes) return out;
  for (u32 b = 0; b < state.rulebooks.size(); ++b) {
    const std::vector<Epoch>& epochs = state.rulebooks[b].epochs;
    for (u32 e = 0; e < epochs.size(); ++e) {
      if (epochs[e].status != EpochStatus::proposed || contains(epochs[e].ready, me)) continue;
      out.emplace_back(epoch_subject(b, e + 1), hex_of(image_hash(epochs[e].rulebook)));
    }
  }
  const UpgradePlan& plan = state.agreement.plan;
  if (plan.behaviour != 0 && plan.behaviour <= r.engine->build->newest && !contains(plan.ready, me)) {
    out.emplace_back("behaviour-" + std::to_string(plan.behaviour) + "-" + std::to_string(plan.at_position),
                     "yes");
  }
  return out;
}

// "epoch-1-2" with a hash, or "behaviour-2-5000": as a command of that replica.
std::optional<Command> heard(ReplicaId replica, const std::string& subject, const std::string& text) {
  std::istringstream words(subject);
  std::string kind, first, second;
  std::getline(words, kind, '-');
  std::getline(words, first, '-');
  std::getline(words, second, '-');
  u64 one = 0, two = 0;
  if (!parse_number(first, one) || !parse_number(second, two)) return std::nullopt;
  if (kind == "behaviour") return UpgradeReady{replica, static_cast<u32>(one)};
  if (kind != "epoch" || text.size() != 32) return std::nullopt;
  EpochReady ready{replica, RulebookId{static_cast<u32>(one)}, static_cast<u32>(two), 0};
  for (const char c : text) {
    const int digit = c >= 'a' ? c - 'a' + 10 : c - '0';
    ready.image = ready.image * 16 + static_cast<u128>(digit & 15);
  }
  return ready;
}

// Whether it would change something: not what the log has, what is over, or what it would refuse.
bool is_news(const State& state, const Command& command) {
  if (const EpochReady* ready = std::get_if<EpochReady>(&command)) {
    if (ready->rulebook.index >= state.rulebooks.size()) return false;
    const std::vector<Epoch>& epochs = state.rulebook(ready->rulebook).epochs;
    if (ready->epoch == 0 || ready->epoch > epochs.size()) return false;
    const Epoch& epoch = epochs[ready->epoch - 1];
    return epoch.status == EpochStatus::proposed && state.replica(ready->replica).votes &&
           !contains(epoch.ready, ready->replica) && ready->image == image_hash(epoch.rulebook);
  }
  const UpgradeReady& ready = std::get<UpgradeReady>(command);
  const UpgradePlan& plan = state.agreement.plan;
  return plan.behaviour == ready.behaviour && state.replica(ready.replica).votes &&
         !contains(plan.ready, ready.replica);
}

}  // namespace

Stepped say_ready(ReplicaProcess& r) {
  if (self(r).is_none() || r.standing != Standing::serving) return Done{};
  const std::vector<std::pair<std::string, std::string>> all = statements(r);
  std::erase_if(r.said, [&all](const std::string& subject) {  // heard, or over; it may have to be said again
    return std::none_of(all.begin(), all.end(),
                        [&](const auto& statement) { return statement.first == subject; });
  });
  for (const auto& [subject, text] : all) {
    if (r.said.count(subject) != 0) continue;
    const std::string head = subject + "\n" + text;
    Bytes bytes(head.begin(), head.end());
    sign(r.world.key, bytes);
    const Stepped done = put(r.board, "say/" + r.options.name + "/" + subject, text_of(bytes));
    if (!done) return passing(r, done.error());
    r.said.insert(subject);
  }
  return Done{};
}

Result<std::vector<Command>, Fault> readiness(ReplicaProcess& r) {
  std::vector<Command> commands;
  const Result<std::vector<StoredKey>, Fault> said = list(r.board, "say/");
  if (!said) {
    if (Stepped done = passing(r, said.error()); !done) return done.error();
    return commands;
  }
  const State& state = r.engine->state;
  const std::size_t behind = r.board.root.size() + std::string("say/").size();
  std::vector<std::string> over;
  for (const StoredKey& stored : said.value()) {
    const std::string name = stored.key.substr(behind, stored.key.find('/', behind) - behind);
    for (u32 i = 0; i < state.replicas.size(); ++i) {
      if (state.replicas[i].name != name || state.replicas[i].retired) continue;
      const std::span<const u8> data = signed_data(state.replicas[i].key, bytes_of(stored.value));
      const std::string text = text_of(data);
      const std::size_t line = text.find('\n');
      if (line == std::string::npos) continue;
      const std::optional<Command> command = heard(ReplicaId{i}, text.substr(0, line), text.substr(line + 1));
      if (!command) continue;
      if (is_news(state, *command)) {
        commands.push_back(*command);
      } else {
        over.push_back(stored.key);
      }
    }
  }
  if (over.empty()) return commands;
  Transaction clear;
  clear.removes.assign(over.begin(),
                       over.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(over.size(), 64)));
  const Result<Transacted, Fault> done = r.world.store->transact(clear);
  if (!done) {
    if (Stepped passed = passing(r, done.error()); !passed) return passed.error();
  }
  return commands;
}

}  // namespace lockstep
