// `lockstep verify`: node/runtime/verify.h, printed.
#include "node/runtime/verify.h"

#include "apps/lockstep/options.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/terminal.h"
#include "core/base/hash.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/log/embedded.h"
#include "node/runtime/node.h"

namespace lockstep {
namespace {

// How many positions there will be to replay: for the bar only, so an unreadable log is not a fault yet.
u64 end_of_log(Disk& disk, const std::string& folder) {
  const Result<std::unique_ptr<EmbeddedLog>, Fault> log = open_to_read(disk, folder);
  return log ? log.value()->durable_tail().position : 0;
}

void print_json(const Verification& v) {
  Json json;
  json.begin_object().field("frames", v.frames).field("commands", v.commands).field("refused", v.refused);
  json.field("from_position", v.from_position).field("snapshots_checked", v.snapshots_checked);
  json.field("torn_bytes", v.torn_size).key("problems").begin_array();
  for (const std::string& problem : v.problems) json.text(problem);
  json.end_array().field("state", to_hex(v.state_hash)).field("position", v.position).end_object();
  print_line(json.str());
}

void print_text(const Verification& v) {
  Table table({false, true});
  const auto row = [&table](const char* name, u64 n) { table.row({name, grouped_decimal(i128{n}, 0)}); };
  row("frames", v.frames);
  row("commands", v.commands);
  row("refused", v.refused);
  row("snapshots checked", v.snapshots_checked);
  if (v.from_position != 0) row("replayed from position", v.from_position);
  if (v.torn_size != 0) row("bytes of an unacknowledged tail", v.torn_size);
  print(table.str());
  for (const std::string& problem : v.problems) print_line("problem: " + problem);
  print_line("state " + to_hex(v.state_hash) + " at " + std::to_string(v.position));
}

}  // namespace

int verify_verb(const VerifyOptions& options) {
  LinuxDisk disk;
  Progress progress;
  const u64 end = progress.visible() && options.etcd.address.empty() ? end_of_log(disk, options.folder) : 0;
  const auto draw = [&](u64 position) {
    if (!progress.due() || end == 0) return;
    progress.draw(static_cast<double>(position) / static_cast<double>(end), position, "commands");
  };
  const Result<EtcdPlace, Fault> etcd = etcd_place(options.etcd);
  if (!etcd) return unusable(etcd.error());
  if (options.folder.empty() && etcd.value().prefix.empty()) {
    return unusable("verify needs the folder of a node, or --etcd; see `lockstep verify --help`");
  }
  const Result<Verification, Fault> verified =
      etcd.value().prefix.empty()
          ? verify_folder(disk, options.folder, draw)
          : verify_shared(disk, options.folder, etcd.value().options, etcd.value().prefix, draw);
  progress.clear();
  if (!verified) return unusable(verified.error());
  if (options.json) {
    print_json(verified.value());
  } else {
    print_text(verified.value());
  }
  return verified.value().problems.empty() ? exit_success : exit_negative;
}

}  // namespace lockstep
