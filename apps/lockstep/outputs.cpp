// `lockstep outputs`: what a quorum stands behind, by number, out of a replica's folder.  A consumer that
// has seen number n asks for n + 1, at whichever replica, and misses nothing and sees nothing twice.
#include <sstream>
#include <thread>

#include "apps/lockstep/options_sync.h"
#include "apps/lockstep/terminal.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/log/snapshots.h"
#include "node/runtime/journal.h"
#include "node/runtime/node.h"
#include "node/view/fields.h"

namespace lockstep {
namespace {

struct Released {
  u64 outputs = 0, position = 0;
};

Result<Released, Fault> read_released(Disk& disk, const std::string& folder) {
  const Result<Bytes, Fault> bytes = read_file(disk, folder + "/released", 1'024);
  if (!bytes && bytes.error().kind == FaultKind::not_found) {
    return Fault{folder + ": nothing has been released here; name the folder of a replica"};
  }
  if (!bytes) return bytes.error();
  Released released;
  std::istringstream words(std::string(bytes.value().begin(), bytes.value().end()));
  words >> released.outputs >> released.position;
  return released;
}

// An engine before output `from`: of the newest snapshot that is old enough.
Result<Rebuilt, Fault> before_output(Disk& disk, const std::string& folder, u64 from) {
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, snapshot_folder(folder));
  if (!names && names.error().kind != FaultKind::not_found) return names.error();
  for (std::size_t i = 0; names && i < names.value().size(); ++i) {
    const Result<StoredSnapshot, Fault> stored =
        read_snapshot(disk, snapshot_folder(folder), names.value()[i]);
    if (!stored) continue;
    Result<Rebuilt, Fault> at = rebuild(disk, folder, 0, stored.value().header.position, 0, {});
    if (!at) return at;
    if (at.value().engine != nullptr && at.value().engine->state.agreement.outputs < from) return at;
  }
  Result<Rebuilt, Fault> at = rebuild(disk, folder, 0, 0, 0, {});
  if (at && at.value().engine == nullptr) {
    return Fault{folder + ": the journal here begins behind output " + std::to_string(from) +
                 "; ask a replica that has been there for longer"};
  }
  return at;
}

void print_output(const OutputsOptions& options, const State& state, u64 number, u64 position,
                  const Event& event) {
  const auto fields = std::visit([&state](const auto& e) { return field_texts(e, &state); }, event);
  const std::string name(std::visit([](const auto& e) { return e.name_of; }, event));
  if (options.json) {
    Json json;
    json.begin_object().field("output", number).field("position", position).field("event", name);
    for (const auto& [field, text] : fields) json.field(field, text);
    json.end_object();
    return print_line(json.str());
  }
  std::string line = std::to_string(number) + "  " + std::to_string(position) + "  " + name;
  for (const auto& [field, text] : fields) line += "  " + field + "=" + text;
  print_line(line);
}

}  // namespace

int outputs_verb(const OutputsOptions& options) {
  LinuxDisk disk;
  Result<Released, Fault> released = read_released(disk, options.folder);
  if (!released) return unusable(released.error());
  if (options.from == 0) return unusable("--from 0: outputs are numbered from 1");
  Result<Rebuilt, Fault> at = before_output(disk, options.folder, options.from);
  if (!at) return unusable(at.error());
  constexpr int misses_max = 20;  // what is released is in the journal a moment later
  int misses = 0;
  for (;;) {
    const u64 last = released.value().outputs;
    const CommandSink sink = [&](Engine& engine, const Command&, const Outcome& outcome) {
      u64 number = engine.state.agreement.outputs - outcome.events.size();
      for (const Event& event : outcome.events) {
        if (++number < options.from || number > last) continue;
        print_output(options, engine.state, number, engine.state.position - 1, event);
      }
    };
    const Result<bool, Fault> done =
        advance(disk, options.folder, 0, at.value(), released.value().position, sink);
    if (!done) return unusable(done.error());
    misses = done.value() ? 0 : misses + 1;
    if (misses > (options.follow ? misses_max : 0)) {
      return unusable(options.folder + ": the journal here does not hold position " +
                      std::to_string(released.value().position) +
                      "; the replica has joined anew: start again from the number behind the last one seen");
    }
    if (!options.follow) return exit_success;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    released = read_released(disk, options.folder);
    if (!released) return unusable(released.error());
  }
}

}  // namespace lockstep
