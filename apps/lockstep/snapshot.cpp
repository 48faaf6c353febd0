// `lockstep snapshot`: recovers a node's folder and writes its state beside the log.
#include "apps/lockstep/options.h"
#include "apps/lockstep/terminal.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/log/embedded.h"
#include "node/log/snapshots.h"
#include "node/runtime/node.h"

namespace lockstep {

int snapshot_verb(const SnapshotOptions& options) {
  LinuxDisk disk;
  {
    // A misspelt folder must not become a new and empty log.
    const auto log = open_to_read(disk, options.folder);
    if (!log) return unusable(log.error());
  }
  Result<std::unique_ptr<Node>, Fault> opened = open_node(disk, NodeOptions{.folder = options.folder});
  if (!opened) return unusable(opened.error());
  Node& node = *opened.value();
  if (Result<Done, Fault> taken = take_snapshot(node); !taken) return unusable(taken.error());
  const Result<std::vector<std::string>, Fault> names = list_snapshots(disk, snapshot_folder(options.folder));
  if (!names) return unusable(names.error());
  LS_ASSERT(!names.value().empty());
  const std::string path = snapshot_folder(options.folder) + "/" + names.value().front();
  const std::string hash = to_hex(state_hash(node.engine));
  if (options.json) {
    Json json;
    json.begin_object().field("snapshot", path).field("state", hash);
    json.field("position", node.engine.state.position).end_object();
    print_line(json.str());
  } else {
    print_line("snapshot " + path);
    print_line("state " + hash + " at " + std::to_string(node.engine.state.position));
  }
  return exit_success;
}

}  // namespace lockstep
