#include "apps/lockstep/status.h"

#include <simdjson.h>

#include "apps/lockstep/terminal.h"

namespace lockstep {
namespace {

constexpr int other_members = 4;

template <class T, class Element>
void take(Element& object, const char* name, T& out) {
  const auto found = object[name];
  if constexpr (std::is_same_v<T, std::string>) {
    std::string_view text;
    if (!found.get(text)) out = std::string(text);
  } else if constexpr (std::is_same_v<T, bool>) {
    bool value = false;
    if (!found.get(value)) out = value;
  } else if constexpr (std::is_same_v<T, u64>) {
    uint64_t value = 0;
    if (!found.get(value)) out = value;
  } else {
    simdjson::dom::array array;
    if (found.get(array)) return;
    for (const auto element : array) {
      std::string_view text;
      if (!element.get(text)) out.emplace_back(text);
    }
  }
}

}  // namespace

Result<std::vector<ReplicaStatus>, Fault> read_statuses(const Board& board) {
  Result<std::vector<StoredKey>, Fault> found = list(board, "status/");
  for (int again = 0; again < other_members && !found && found.error().kind == FaultKind::unreachable;
       ++again) {
    found = list(board, "status/");  // each time another member is asked
  }
  if (!found) return found.error();
  std::vector<ReplicaStatus> statuses;
  simdjson::dom::parser parser;
  for (const StoredKey& stored : found.value()) {
    simdjson::dom::element object;
    if (parser.parse(stored.value).get(object)) {
      return Fault{"the status " + stored.key + " is not JSON; another version of Lockstep runs there",
                   FaultKind::corrupt};
    }
    ReplicaStatus s;
    s.json = stored.value;
    take(object, "name", s.name), take(object, "role", s.role), take(object, "standing", s.standing);
    take(object, "state", s.state), take(object, "reason", s.reason), take(object, "halted", s.halted);
    take(object, "at", s.at), take(object, "position", s.position), take(object, "frame", s.frame),
        take(object, "term", s.term);
    take(object, "agreed", s.agreed), take(object, "outputs", s.outputs);
    take(object, "activations", s.activations), take(object, "behaviour", s.behaviour);
    take(object, "replicas", s.replicas), take(object, "rulebooks", s.rulebooks);
    statuses.push_back(std::move(s));
  }
  return statuses;
}

const ReplicaStatus* furthest(const std::vector<ReplicaStatus>& statuses) {
  const ReplicaStatus* best = nullptr;
  for (const ReplicaStatus& status : statuses) {
    if (best == nullptr || status.position > best->position) best = &status;
  }
  return best;
}

bool is_silent(const ReplicaStatus& status, i64 now_us) {
  return now_us - static_cast<i64>(status.at) > 3'000'000;
}

std::string status_table(const std::vector<ReplicaStatus>& statuses, i64 now_us) {
  Table table({false, false, false, true, true, true, false});
  table.row({"name", "role", "standing", "position", "agreed", "outputs", "state"});
  for (const ReplicaStatus& s : statuses) {
    table.row({s.name, s.role,
               s.standing + (s.halted ? ", halted" : "") + (is_silent(s, now_us) ? ", silent" : ""),
               std::to_string(s.position), std::to_string(s.agreed), std::to_string(s.outputs), s.state});
  }
  std::string text = table.str();
  for (const ReplicaStatus& s : statuses) {
    if (!s.reason.empty()) text += s.name + ": " + s.reason + "\n";
  }
  return text;
}

}  // namespace lockstep
