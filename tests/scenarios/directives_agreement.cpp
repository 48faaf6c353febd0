// Directives about replicas, upgrades, log time and feeds.
#include <map>

#include "core/engine/engine.h"
#include "node/book/words.h"
#include "tests/scenarios/directives.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {
namespace {

ReplicaId replica_of(const Names& names, const std::string& name) {
  for (std::size_t i = names.replicas.size(); i-- > 0;) {  // the latest: a name that was retired may return
    if (names.replicas[i] == name) return ReplicaId{static_cast<u32>(i)};
  }
  if (name == "nobody") return ReplicaId{static_cast<u32>(names.replicas.size())};
  throw Malformed("no such replica: " + name);
}

u64 position_after(const std::string& text, u64 now) {
  const bool relative = text[0] == '+';
  return static_cast<u64>(integer(relative ? text.substr(1) : text)) + (relative ? now : 0);
}

std::vector<Command> replica(Words& words, Reading& reading) {
  RegisterReplica r;
  r.name = words.take("a name");
  r.votes = !words.flag("mirror");
  r.key = words.field("key", std::string(64, 'a'));
  reading.names.replicas.push_back(r.name);
  return {r};
}

std::vector<Command> retire(Words& words, Reading& reading) {
  return {RetireReplica{replica_of(reading.names, words.take("a replica"))}};
}

std::vector<Command> ready(Words& words, Reading& reading) {
  EpochReady r;
  r.replica = replica_of(reading.names, words.take("a replica"));
  r.rulebook = rulebook_of(reading.names, words.take("a rulebook"));
  r.epoch = static_cast<u32>(integer(words.take("an epoch")));
  const State& state = *reading.state;
  if (r.rulebook.index < state.rulebooks.size() && r.epoch - 1 < state.rulebook(r.rulebook).epochs.size()) {
    r.image = image_hash(state.rulebook(r.rulebook).epochs[r.epoch - 1].rulebook);
  }
  if (words.flag("other")) r.image += 1;
  return {r};
}

std::vector<Command> upgrade(Words& words, Reading& reading) {
  PlanUpgrade r;
  r.behaviour = static_cast<u32>(integer(words.take("a behaviour")));
  r.at_position = position_after(words.field("at"), reading.position);
  r.deadline_position = position_after(words.field("deadline"), reading.position);
  return {r};
}

std::vector<Command> upgrade_ready(Words& words, Reading& reading) {
  UpgradeReady r;
  r.replica = replica_of(reading.names, words.take("a replica"));
  r.behaviour = static_cast<u32>(integer(words.take("a behaviour")));
  return {r};
}

std::vector<Command> cancel_upgrade(Words&, Reading&) { return {CancelUpgrade{}}; }

std::vector<Command> resume_rule(Words& words, Reading&) {
  SetResumeRule r;
  r.rule.jump = duration(words.take("a jump"));
  r.rule.ticks = static_cast<u32>(integer(words.field("ticks")));
  return {r};
}

std::vector<Command> feed_status(Words& words, Reading& reading) {
  FeedStatus r;
  r.index = index_of(reading.names, words.take("an index"));
  r.withdrawn = words.flag("withdrawn");
  while (!words.empty()) {
    FeedVerdict row;
    row.feed = static_cast<u16>(integer(words.take("a feed")));
    const std::string standing = words.take("a standing");
    if (!from_word(standing, row.standing)) throw Malformed("used, unused or muted, not " + standing);
    const std::string reason = words.take("a reason");
    if (!from_word(reason, row.reason)) throw Malformed("there is no reason " + reason);
    r.rows.push_back(row);
  }
  return {r};
}

}  // namespace

Handler find_agreement(const std::string& verb) {
  static const std::map<std::string, Handler> table = {{"replica", replica},
                                                       {"retire", retire},
                                                       {"ready", ready},
                                                       {"upgrade", upgrade},
                                                       {"upgrade_ready", upgrade_ready},
                                                       {"cancel_upgrade", cancel_upgrade},
                                                       {"resume_rule", resume_rule},
                                                       {"feed_status", feed_status}};
  const auto it = table.find(verb);
  return it == table.end() ? nullptr : it->second;
}

}  // namespace lockstep::scenarios
